/*
 * store_run: the store as one run of one integration sees it: its books and its internal side.
 *
 * Sequence: registry_set, store_run_open, process_run with the two tables, store_run_finish,
 * store_run_close. The lock of the integration is the caller's. The run's record is written at open
 * (so an interrupted run can be seen), and with every iteration; all pointers given are borrowed
 * until close.
 */
#ifndef TANDEM_STORE_BOOKS_STORE_RUN_H
#define TANDEM_STORE_BOOKS_STORE_RUN_H

#include "store/books/retention.h"
#include "model/run.h"

struct store_run; /* opaque */

struct store_run_options {
    struct text integration;
    const struct manual *manual;
    instant now;              /* the sync instant */
    struct text options_json; /* what the run was asked to do; for people and --resume */
    struct text scripts_json; /* version and hash of the scripts; may be absent */
    struct text setup;        /* hash of configuration, mapping and scripts; absent: not known */
    int64_t resumes;          /* the run that this one continues; 0: none */
    int64_t slice;            /* of the integration's backfill, from 1; 0: not a slice */
    unsigned retries;         /* runs in which an object is tried before it is held; 0: 5 */
    struct retention keep;    /* how much is kept of earlier runs, applied when this one ends */
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

/* The key of its record, which people see as the number of the run. */
int64_t store_run_id(const struct store_run *run);
struct books *store_run_books(struct store_run *run);            /* borrowed */
struct internal_side *store_run_internal(struct store_run *run); /* borrowed */
struct journal *store_run_journal(struct store_run *run);        /* borrowed */

/* The last run of an integration, or of a slice of its backfill, if it can be resumed. */
struct store_unfinished {
    int64_t run;      /* 0: there is none that did not end and got as far as a complete iteration */
    bool died;        /* it was killed or interrupted; else it ended with an error */
    bool same_manual; /* its manual is the same as `manual` */
    instant now;      /* its sync instant */
    struct text options_json, scripts_json; /* as given to store_run_open */
    struct run_progress progress;           /* for struct run.resume */
};
/* `slice` from 1, or 0 for the integration's last run. For a caller that holds the integration's
 * lock and is the only one to run this slice: a run that is still "running" has died. Everything
 * lives in the arena. */
WARN_UNUSED enum error_code resume_unfinished(struct store *store, struct text integration,
                                              int64_t slice, const struct manual *manual,
                                              struct arena *arena,
                                              struct store_unfinished *unfinished,
                                              struct error *error);

/* Write the end of the run (status, counts, `message` if it failed) and the summaries of
 * notifications for owners and administrators. */
WARN_UNUSED enum error_code store_run_finish(struct store_run *run,
                                             const struct run_summary *summary, const char *message,
                                             struct error *error);

/* What has settled in the course of the run is not open any more. store_run_finish does the same;
 * who counts what is open before, or never finishes the run (a plan), does it first. */
WARN_UNUSED enum error_code store_run_forget_settled(struct store_run *run, struct error *error);

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
