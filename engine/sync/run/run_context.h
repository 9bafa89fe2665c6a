/*
 * run_context: what the parts of one run share. Private to sync/.
 *
 * Lives as long as process_run; nothing of a run remains in the process.
 */
#ifndef TANDEM_SYNC_RUN_RUN_CONTEXT_H
#define TANDEM_SYNC_RUN_RUN_CONTEXT_H

#include "base/text_set.h"
#include "model/run.h"

enum { NESTED_DEPTH_MAX = 8 };

/* The window of one integration object (spec section 3). */
struct window {
    instant from;                /* INSTANT_NONE: from the beginning */
    struct window_end stored;    /* where the previous one ended */
    bool fills;                  /* lines that are new, from the beginning */
    bool mended;                 /* the stored position was in the future: any other is better */
    struct position_floor floor; /* `stays`: an object without an instant failed */
    bool asked;                  /* this run has requested it */
};

/* Ids selected by options, by manual object; all NULL if the run is not limited. */
struct selection_ids {
    struct text *ids;
    size_t count, capacity;
};

struct refused_fields; /* sync/push/push_again.c */
struct run_context;
struct batch; /* sync/run/batch.h */

/* Inside a transaction: set the references that waited for the records that this iteration has
 * linked. */
typedef enum error_code set_late_function(struct run_context *context, struct batch *batch,
                                          struct error *error);
struct contradiction; /* sync/pull/ambiguous.c */

struct run_context {
    const struct run *run;
    struct run_summary *summary;
    struct run_summary before; /* the summary when the last transaction began (transaction.h) */
    struct arena *arena;       /* for the run */
    struct arena *pages[NESTED_DEPTH_MAX + 1]; /* for an iteration, by depth; made when needed */
    instant to;
    instant start;          /* the start option; INSTANT_NONE: not given */
    struct window *windows; /* by index of the integration object */
    int64_t behind_ms; /* how far their clock is behind ours; negative: ahead (their_clock.h) */
    bool clock_known;  /* it was measured, in this run or before */
    bool selective;
    struct selection_ids *selected_records; /* by index of the integration object */
    struct selection_ids *selected_objects; /* by index of the internal object */
    struct text_set *cursors;               /* seen in this pull */
    struct text_set *asked;                 /* records requested for relations and not found */
    struct contradiction *contradictions;   /* records that contradict the objects that
                                             * they match */
    struct untold_record *untold;           /* records that may be known ones */
    uint64_t *removed;  /* links ended so far, by index of the integration object */
    uint64_t **emptied; /* values emptied here so far, by index of the internal object and of its
                         * field; made when needed */
    int64_t end_ms;     /* monotonic: when the run has taken too long; 0: never */
    struct text *page_after;        /* push: last id sent, by index of the internal object */
    struct selection_ids *again;    /* push: to be sent again, by index of the internal
                                     * object */
    struct selection_ids *stale;    /* push: to be read again first, by index of the integration
                                     * object */
    struct text_set *reread;        /* records that were read again in this run */
    set_late_function *set_late;    /* sync/pull/pull_due.h, for the push as well */
    struct refused_fields *refused; /* push: left out in this run (sync/push/push_again.h) */
    uint64_t bad_values; /* push: changes that were refused for fields that the answer names */
};

/* Pull only these records, by index of the integration object. *report: the result, valid until
 * the next pull of this depth; NULL: there was nothing to request. */
typedef enum error_code nested_pull_function(struct run_context *context,
                                             const struct selection_ids *ids, unsigned depth,
                                             const struct report **report, struct error *error);

/* `run` and `summary` are borrowed. run_context_release must follow, even if it fails. */
WARN_UNUSED enum error_code run_context_init(struct run_context *context, const struct run *run,
                                             struct run_summary *summary, struct error *error);
void run_context_release(struct run_context *context);
/* The cleared arena of the given depth. */
WARN_UNUSED enum error_code run_context_page(struct run_context *context, unsigned depth,
                                             struct arena **arena, struct error *error);
/* Does the integration still know the key of a create that was sent then, so that it can be sent
 * again without creating a duplicate? */
bool run_context_knows_key(const struct run_context *context, instant sent_at);
/* ERROR_INTERRUPTED if the operator interrupted the run, ERROR_SCRIPT_LIMIT if it has taken
 * longer than the operator allows. */
WARN_UNUSED enum error_code run_context_check(const struct run_context *context,
                                              struct error *error);

/* Tell the books and the observers. Inside a transaction. */
WARN_UNUSED enum error_code run_context_outcome(struct run_context *context,
                                                const struct outcome *outcome, struct error *error);
WARN_UNUSED enum error_code run_context_note(struct run_context *context, const struct note *note,
                                             struct error *error);
WARN_UNUSED enum error_code run_context_decision(struct run_context *context,
                                                 const struct decision *decision,
                                                 struct error *error);
void run_context_request(const struct run_context *context, const struct request *request);
void run_context_report(const struct run_context *context, const struct request *request,
                        const struct report *report);
void run_context_order(const struct run_context *context, const struct order *order);
/* Does anybody listen to the next batch result? */
bool run_context_is_heard(const struct run_context *context);
/* Report to the listeners what was committed; an empty result is not published. */
void run_context_publish(const struct run_context *context, const struct batch_result *result);

#endif
