/*
 * plan: a whole run on a snapshot: nothing is kept, and nothing unsafe is sent.
 */
#ifndef TANDEM_CLI_COMMANDS_PLAN_H
#define TANDEM_CLI_COMMANDS_PLAN_H

#include "host/plan_watch.h"
#include "cli/show/summary_output.h"
#include "cli/line/command.h"
#include "store/inspect/reported_values.h"

/* Who is notified. */
struct plan_listener {
    void *context; /* of all functions */
    /* Before the run, on the snapshot; may be NULL. */
    enum error_code (*begin)(void *context, struct session *session, const struct manual *manual,
                             struct error *error);
    plan_tell *tell;
    /* After the run, also after one that failed (facts->error). Sets the exit code. */
    enum error_code (*end)(void *context, const struct summary_facts *facts,
                           struct reported_values *values, struct error *error);
    const struct observer *observer; /* of the run as well; may be NULL */
    bool first_time;                 /* as if --first-time-sync had been given */
};
/* The integration is the first argument; options are those of sync_options.h. */
WARN_UNUSED enum error_code plan_carry_out(const struct invocation *invocation,
                                           const struct plan_listener *listener,
                                           struct error *error);

#endif
