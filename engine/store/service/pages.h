/*
 * pages: the lists of the store that people page through, as JSON.
 *
 * A page begins after a key, so it costs the same wherever it is in the list. Keys are passed
 * around as opaque texts: an invalid one gets ERROR_USAGE.
 */
#ifndef TANDEM_STORE_SERVICE_PAGES_H
#define TANDEM_STORE_SERVICE_PAGES_H

#include <jansson.h>

#include "store/schema/store.h"

enum page {
    PAGE_RUNS,          /* integration, status, id (of one run); each may be absent */
    PAGE_OUTCOMES,      /* run; direction, outcome and object may be absent */
    PAGE_DECISIONS,     /* run */
    PAGE_NOTES,         /* run */
    PAGE_LINKS,         /* integration */
    PAGE_OBJECT_LINKS,  /* object, id */
    PAGE_CHANGES,       /* integration */
    PAGE_POSITIONS,     /* integration */
    PAGE_TIMELINE,      /* integration */
    PAGE_CONFLICTS,     /* integration, object and field may be absent */
    PAGE_MATTERS,       /* integration and reason may be absent */
    PAGE_DELIVERIES,    /* integration, status, id (of one); each may be absent */
    PAGE_NOTIFICATIONS, /* user may be absent */
    PAGE_USERS,
    PAGE_TOKENS,
    PAGE_ACCOUNTS,
    PAGE_AUDIT, /* integration may be absent */
    PAGE_COUNT
};

enum { PAGE_PARAMETERS = 4, PAGE_MOST = 500 };

/* Zeroed, except for the requested parts. */
struct page_query {
    enum page page;
    struct text parameters[PAGE_PARAMETERS]; /* in the order above; numbers as texts */
    struct text after;                       /* "next" of the page before; absent: the first */
    size_t limit;                            /* 1 to PAGE_MOST */
};

/* *items: an array of objects, the caller's. *next: the key of the page after this one, in the
 * arena; absent: there is none. Of PAGE_MATTERS each item's "id" is its key. */
WARN_UNUSED enum error_code pages_read(struct store *store, const struct page_query *query,
                                       struct arena *arena, json_t **items, struct text *next,
                                       struct error *error);

/* Lists that are counted instead: an array of objects with "count". */
enum page_counts {
    COUNTS_OUTCOMES,  /* run */
    COUNTS_CONFLICTS, /* integration may be absent */
    COUNTS_MATTERS    /* integration may be absent */
};
WARN_UNUSED enum error_code pages_count(struct store *store, enum page_counts counts,
                                        struct text parameter, json_t **items, struct error *error);

/* The parts of a key of PAGE_MATTERS: reason, integration, object, id, integration_object,
 * integration_id, field. ERROR_USAGE if it is none. */
enum { PAGE_MATTER_PARTS = 7 };
WARN_UNUSED enum error_code pages_matter(struct text key, struct arena *arena,
                                         struct text parts[PAGE_MATTER_PARTS], struct error *error);

#endif
