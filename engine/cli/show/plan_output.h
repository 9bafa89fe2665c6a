/*
 * plan_output: a plan as a readable diff, or as JSON; printed change by change while it is made.
 */
#ifndef TANDEM_CLI_SHOW_PLAN_OUTPUT_H
#define TANDEM_CLI_SHOW_PLAN_OUTPUT_H

#include "host/plan_watch.h"
#include "cli/show/summary_output.h"

/* X(constant, the plan's word) */
#define PLAN_ACTIONS(X)                                                                            \
    X(PLAN_CREATE, "create")                                                                       \
    X(PLAN_UPDATE, "update")                                                                       \
    X(PLAN_LINK, "link")                                                                           \
    X(PLAN_UNLINK, "unlink")                                                                       \
    X(PLAN_REMAP, "remap")                                                                         \
    X(PLAN_DELETE, "delete")

enum plan_action {
#define X(constant, name) constant,
    PLAN_ACTIONS(X)
#undef X
        PLAN_ACTION_COUNT
};

/* Zeroed but for `json`, `quiet`, `colored`, `first_time` and `limit`. */
struct plan_output {
    bool json, quiet, colored;
    bool first_time;                       /* --first-time-sync, for what is advised */
    int64_t limit;                         /* changes that are printed; 0: all */
    int64_t changes;                       /* told so far */
    uint64_t counts[2][PLAN_ACTION_COUNT]; /* by receiver (enum side) and action */
    uint64_t replaced[2]; /* values, by the side that has them; counted by the caller */
};

/* Colors: on a terminal, unless NO_COLOR is set. */
bool plan_output_wants_colors(void);
/* A plan_tell; `context` is the struct plan_output. */
WARN_UNUSED enum error_code plan_output_change(void *context, const struct plan_change *change,
                                               struct error *error);
/* Of struct integration_needs; reported on standard error. */
void plan_output_would_send(void *context, const struct http_request *request);
/* The totals, after the last change. */
WARN_UNUSED enum error_code plan_output_end(struct plan_output *output,
                                            const struct summary_facts *facts, struct error *error);

#endif
