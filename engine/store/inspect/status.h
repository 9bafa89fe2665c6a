/*
 * status: what operators want to know about the store, and cleaning up.
 *
 * Everything returned lives in the given arena.
 */
#ifndef TANDEM_STORE_INSPECT_STATUS_H
#define TANDEM_STORE_INSPECT_STATUS_H

#include "store/schema/store.h"

/* A run as its record tells it. */
struct status_run {
    int64_t id;
    struct text integration,
        status;                 /* "running", "done", "done_with_issues", "failed", "refused" */
    struct text phase, message; /* absent: none */
    int64_t iteration;
    instant started, finished; /* INSTANT_NONE: did not end */
    struct text counts_json;   /* absent until it has ended */
    struct text options_json, scripts_json;
};
/* The newest first; `integration` absent: of all. */
WARN_UNUSED enum error_code status_runs(struct store *store, struct text integration, size_t limit,
                                        struct arena *arena, struct status_run **runs,
                                        size_t *count, struct error *error);
/* The newest of an integration; id 0, without texts and instants, if there is none. */
WARN_UNUSED enum error_code status_last_run(struct store *store, struct text integration,
                                            struct arena *arena, struct status_run *run,
                                            struct error *error);

struct status_integration {
    struct text name;
    bool enabled;
    uint64_t mappings, mappings_deleted, waiting_changes, ties;
};
/* All of them, by name. */
WARN_UNUSED enum error_code status_integrations(struct store *store, struct arena *arena,
                                                struct status_integration **integrations,
                                                size_t *count, struct error *error);

struct status_position {
    struct text integration, object;
    instant at;           /* INSTANT_NONE if there is a token */
    struct text token;    /* absent if there is an instant */
    struct text unfilled; /* lines that the next pull fills from the beginning; absent: none */
};
WARN_UNUSED enum error_code status_positions(struct store *store, struct text integration,
                                             struct arena *arena,
                                             struct status_position **positions, size_t *count,
                                             struct error *error);

struct status_note {
    int64_t id, run;
    instant at;
    struct text integration, object, object_id, integration_object,
        integration_id; /* ids may be absent */
    struct text about, field, message;
};
/* Which notes: of an integration (absent: of all), of one run (0: of all), how many (0: all). */
struct status_note_query {
    struct text integration;
    int64_t run;
    size_t limit;
};
/* The newest first. */
WARN_UNUSED enum error_code status_notes(struct store *store, const struct status_note_query *query,
                                         struct arena *arena, struct status_note **notes,
                                         size_t *count, struct error *error);

/* A summary written at the end of a run for an owner, or for an administrator. */
struct status_notification {
    int64_t id, run;
    struct text user;
    instant at;
    struct text message; /* links to up to 25 objects, and the count of the others */
};
WARN_UNUSED enum error_code status_notifications(struct store *store, struct text user,
                                                 size_t limit, struct arena *arena,
                                                 struct status_notification **notifications,
                                                 size_t *count, struct error *error);

struct status_mapping {
    int64_t key;
    struct text integration, internal_object, internal_id, integration_object, integration_id;
    instant last_sync;
    bool deleted;
};
/* `integration` absent: of all; by key. */
WARN_UNUSED enum error_code status_mappings(struct store *store, struct text integration,
                                            struct arena *arena, struct status_mapping **mappings,
                                            size_t *count, struct error *error);

struct status_change {
    int64_t sequence;
    struct text integration, object, id, field;
    instant at;
    int64_t origin; /* mapping key; 0: a user's edit */
    /* of the origin; absent: a user's edit, or its mapping is gone */
    struct text origin_integration, origin_object, origin_id;
    size_t mark_count; /* mappings at which something is noted for it */
};
WARN_UNUSED enum error_code status_changes(struct store *store, struct text integration,
                                           struct arena *arena, struct status_change **changes,
                                           size_t *count, struct error *error);

/* How many objects of this kind have changes for the integration up to `until`. */
WARN_UNUSED enum error_code status_waiting_objects(struct store *store, struct text integration,
                                                   struct text object, instant until,
                                                   uint64_t *count, struct error *error);

/* Drop tracked changes whose object is gone (*removed: how many), and what else is left of gone
 * objects: do-not-contact, marks. */
WARN_UNUSED enum error_code status_cleanup(struct store *store, uint64_t *removed,
                                           struct error *error);

#endif
