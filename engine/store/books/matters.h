/*
 * matters: everything that is open, wherever the books keep it (spec section 13.3).
 *
 * Refusals and ties are marks at tracked changes, ambiguous records wait in a list of their own,
 * the rest is in open_matter: here they are one list, of live links and objects only.
 */
#ifndef TANDEM_STORE_BOOKS_MATTERS_H
#define TANDEM_STORE_BOOKS_MATTERS_H

#include "model/matter.h"
#include "store/schema/store.h"

struct open_matter {
    enum matter_reason reason;
    struct text integration;
    struct text object, id;                         /* ours; id absent: it is not one of ours */
    struct text integration_object, integration_id; /* id absent: a record to be created */
    struct text field;                              /* of ours; absent: the whole */
    instant first, last;
    struct text message; /* for people; absent: none */
};

/* Which of them; absent or 0: all. */
struct matter_query {
    struct text integration;
    enum matter_reason reason;
    struct text object, id; /* of either side: TYPE:ID */
};

/* By integration, reason, first instant. Everything lives in the arena. */
WARN_UNUSED enum error_code matters_list(struct store *store, const struct matter_query *query,
                                         struct arena *arena, struct open_matter **matters,
                                         size_t *count, struct error *error);

/* How many are open for one reason. */
struct matter_count {
    struct text integration;
    enum matter_reason reason;
    uint64_t open;
    uint64_t met;  /* of them: met or created since the given instant */
    instant first; /* since when the oldest is open */
};
/* By integration and reason, those that there are. */
WARN_UNUSED enum error_code matters_count(struct store *store, struct text integration,
                                          instant since, struct arena *arena,
                                          struct matter_count **counts, size_t *count,
                                          struct error *error);

/* How many values a run could not take or send, each of which is noted: unreadable, too long, of
 * another type, a reference to something unknown, required and empty ... */
WARN_UNUSED enum error_code matters_left_out(struct store *store, int64_t run, uint64_t *count,
                                             struct error *error);

#endif
