/*
 * proxy_plan: what the proxies around exchanges and books watch for, count and break.
 *
 * One plan is shared by all proxies of a run, so that its steps have one common number: a test that
 * fails or kills a run at step 1, 2, 3 ... covers every call that a run makes to the outside. The
 * run itself knows nothing of it. Not thread safe: one run, one plan.
 */
#ifndef TANDEM_TESTS_SUPPORT_PROXY_PLAN_H
#define TANDEM_TESTS_SUPPORT_PROXY_PLAN_H

#include "base/log.h"

/* X(constant, name): the calls that are counted. */
#define PROXY_STEPS(X)                                                                             \
    X(PROXY_PREPARE_REPORT, "prepare_report")                                                      \
    X(PROXY_GET_REPORT, "get_report")                                                              \
    X(PROXY_EXECUTE_ORDER, "execute_order")                                                        \
    X(PROXY_ANSWER, "answer")                                                                      \
    X(PROXY_FIND, "find")                                                                          \
    X(PROXY_RESOLVE_CONFLICT, "resolve_conflict")                                                  \
    X(PROXY_BATCH_COMPLETED, "batch_completed")                                                    \
    X(PROXY_RUN_COMPLETED, "run_completed")                                                        \
    X(PROXY_INTERNAL_GET_REPORT, "internal get_report")                                            \
    X(PROXY_INTERNAL_EXECUTE_ORDER, "internal execute_order")                                      \
    X(PROXY_INTERNAL_LOAD, "internal load")                                                        \
    X(PROXY_INTERNAL_FIND, "internal find")                                                        \
    X(PROXY_INTERNAL_REMOVE, "internal remove")                                                    \
    X(PROXY_BOOKS_BEGIN, "books begin")                                                            \
    X(PROXY_BOOKS_COMMIT, "books commit")                                                          \
    X(PROXY_BOOKS_ROLLBACK, "books rollback")                                                      \
    X(PROXY_BOOKS_READ, "books read")       /* mappings, tracked changes, positions */             \
    X(PROXY_BOOKS_WRITE, "books write")     /* whatever is written between begin and commit */     \
    X(PROXY_BOOKS_JOURNAL, "books journal") /* every call of journal_proxy.h */

enum proxy_step {
#define X(constant, name) constant,
    PROXY_STEPS(X)
#undef X
        PROXY_STEP_COUNT
};

/* Break one call. */
struct proxy_fault {
    enum proxy_step step;
    uint64_t number; /* 1: the first call of this kind in the plan's life; 0: every one */
    bool afterwards; /* false: instead of the call; true: it is made, then its success is lost */
    enum error_code code; /* not ERROR_NONE */
};

struct proxy_plan {
    struct log *log;                  /* one line per call, LOG_DEBUG; may be NULL. Borrowed */
    const struct proxy_fault *faults; /* borrowed */
    size_t fault_count;
    uint64_t fail_at; /* the step, of whatever kind, that fails with ERROR_SYSTEM; 0: none */
    /* Called at each step before anything else happens; a test may end the process here. May be
     * NULL. */
    void (*stepped)(void *context, enum proxy_step step, uint64_t number);
    void *context;

    uint64_t counts[PROXY_STEP_COUNT]; /* calls so far, by kind */
    uint64_t steps;                    /* in all */
};

const char *proxy_step_name(enum proxy_step step);

/* A call is about to be made: count it and fail if it is to fail. Calls that can't fail
 * (`error` NULL and the result ignored) are counted all the same. */
enum error_code proxy_plan_enter(struct proxy_plan *plan, enum proxy_step step,
                                 struct error *error);
/* It was made and ended with `code`: hide its success if that is planned. Returns what the caller
 * is to see. */
enum error_code proxy_plan_leave(struct proxy_plan *plan, enum proxy_step step,
                                 enum error_code code, struct error *error);

#endif
