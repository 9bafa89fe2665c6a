/*
 * store_run: the store as one run of one integration sees it: its books and its internal side.
 *
 * Sequence: registry_set, store_run_open, process_run with the two tables, store_run_finish,
 * store_run_close. The lock of the integration is the caller's. The run's record is written at open
 * (so an interrupted run can be seen), and with every iteration; all pointers given are borrowed
 * until close.
 */
#ifndef TANDEM_STORE_STORE_RUN_H
#define TANDEM_STORE_STORE_RUN_H

#include "store/store.h"
#include "sync/process.h"

struct store_run; /* opaque */

struct store_run_options {
    struct text integration;
    const struct manual *manual;
    instant now;              /* the sync instant */
    struct text options_json; /* what the run was asked to do; for people and --resume */
    struct text scripts_json; /* version and hash of the scripts; may be absent */
    size_t outcome_limit;     /* most outcomes kept for this run; 0: 10 000 */
    size_t decision_limit;    /* most decisions kept for this run; 0: 10 000 */
    struct log *log;          /* may be NULL */
};

/* ERROR_NOT_FOUND if registry_set does not know the integration. */
WARN_UNUSED enum error_code store_run_open(struct store *store,
                                           const struct store_run_options *options,
                                           struct store_run **run, struct error *error);
/* Rolls back what is open. Accepts NULL. */
void store_run_close(struct store_run *run);

int64_t store_run_id(const struct store_run *run);
struct books *store_run_books(struct store_run *run);            /* borrowed */
struct internal_side *store_run_internal(struct store_run *run); /* borrowed */

/* Write the end of the run (status, counts, `message` if it failed) and the summaries of
 * notifications for owners and administrators. */
WARN_UNUSED enum error_code store_run_finish(struct store_run *run,
                                             const struct run_summary *summary, const char *message,
                                             struct error *error);

/* What a run wrote in its log of outcomes and notes, in order. */
struct store_outcome {
    enum side side;
    struct text object, id, outcome, reason; /* reason absent: none */
};
/* Only outcomes other than unchanged are kept. */
WARN_UNUSED enum error_code store_run_outcomes(struct store *store, int64_t run,
                                               struct arena *arena, struct store_outcome **outcomes,
                                               size_t *count, struct error *error);

#endif
