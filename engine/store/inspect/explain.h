/*
 * explain: what the books know of one object, and why a field is as it is.
 *
 * An object is named by either side.
 * Everything returned lives in the given arena.
 */
#ifndef TANDEM_STORE_INSPECT_EXPLAIN_H
#define TANDEM_STORE_INSPECT_EXPLAIN_H

#include "store/inspect/status.h"
#include "model/request.h"

/* What it is about: an object of ours, or (`theirs`) a record of the integration. */
struct explain_subject {
    struct text integration;
    bool theirs;
    struct text object, id;
    struct text field; /* whose decisions are told; absent: those of all */
};

/* Its mappings in the integration, the oldest first. */
WARN_UNUSED enum error_code explain_mappings(struct store *store,
                                             const struct explain_subject *subject,
                                             struct arena *arena, struct status_mapping **mappings,
                                             size_t *count, struct error *error);

struct explain_outcome {
    int64_t run;
    instant at;
    enum side side;                          /* SIDE_INTEGRATION: a pull */
    struct text object, id, outcome, reason; /* reason absent: none */
};
/* Of the last runs, the newest first; a run in which nothing changed keeps none. */
WARN_UNUSED enum error_code explain_outcomes(struct store *store,
                                             const struct explain_subject *subject, size_t limit,
                                             struct arena *arena, struct explain_outcome **outcomes,
                                             size_t *count, struct error *error);

/* An edit that is still to be sent; of objects of ours only. */
struct explain_change {
    int64_t sequence;
    struct text field;
    instant at;
    struct text origin_integration, origin_object, origin_id; /* absent: a user's edit */
    size_t settled, ties; /* mappings that have it, and at which nobody won */
};
WARN_UNUSED enum error_code explain_changes(struct store *store,
                                            const struct explain_subject *subject,
                                            struct arena *arena, struct explain_change **changes,
                                            size_t *count, struct error *error);

/* Notes of either pair (an absent id: not known), the newest first. */
WARN_UNUSED enum error_code explain_notes(struct store *store,
                                          const struct explain_subject *subject, size_t limit,
                                          struct arena *arena, struct status_note **notes,
                                          size_t *count, struct error *error);

/* A field that was judged. Values as people read them; absent: empty. */
struct explain_decision {
    int64_t run;
    instant at; /* when the run began */
    struct text integration_object, integration_id, object, object_id;
    struct text field, left, right; /* left is ours */
    instant left_certain, left_possible, right_certain, right_possible;
    int64_t behind_ms;  /* how far their clock was behind ours in that run, which the instants above
                         * take into account; negative: ahead */
    bool clock_unknown; /* nothing showed how late it was there: the instants are as they gave them
                         */
    bool has_base;
    struct text verdict;    /* "left", "right", "equal", "unresolved" */
    struct text decided_by; /* a mode, a policy, "on_tie", "nobody" */
};
/* The newest first. */
WARN_UNUSED enum error_code explain_decisions(struct store *store,
                                              const struct explain_subject *subject, size_t limit,
                                              struct arena *arena,
                                              struct explain_decision **decisions, size_t *count,
                                              struct error *error);

#endif
