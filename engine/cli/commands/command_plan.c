/* tandem plan: what a sync would do. */
#include <string.h>

#include "cli/commands/commands.h"
#include "cli/commands/plan.h"
#include "cli/line/sync_options.h"
#include "cli/show/plan_output.h"
#include "cli/show/plan_values.h"

/* Where it is reported. */
struct told {
    const struct invocation *invocation;
    struct plan_output output;
    struct plan_values values;
};

static enum error_code tell_change(void *context, const struct plan_change *change,
                                   struct error *error)
{
    struct told *const told = context;
    if (plan_values_tell(&told->values, change, error))
        return error->code;
    return plan_output_change(&told->output, change, error);
}

static enum error_code end(void *context, const struct summary_facts *facts,
                           struct reported_values *values, struct error *error)
{
    struct told *const told = context;
    (void)values;
    if (plan_values_end(&told->values, error)) {
        if (!facts->error)
            return error->code;
        error_forgive(error); /* why the plan failed says more */
    }
    memcpy(told->output.replaced, told->values.counts, sizeof told->output.replaced);
    if (!facts->error && told->output.changes)
        *told->invocation->exit_code = EXIT_CHANGES_PENDING;
    else if (!facts->error && facts->summary->status == RUN_DONE_WITH_ISSUES)
        *told->invocation->exit_code = EXIT_NEEDS_ATTENTION;
    return plan_output_end(&told->output, facts, error);
}

static enum error_code run_plan(const struct invocation *invocation, struct error *error)
{
    struct told told = {.invocation = invocation,
                        .output = {
                            .first_time = invocation_has(invocation, "first-time-sync"),
                            .json = invocation_has(invocation, "json"),
                            .quiet = invocation->options.quiet,
                            .colored = plan_output_wants_colors(),
                        }};
    const struct plan_listener listener = {.context = &told, .tell = tell_change, .end = end};
    if (invocation_number(invocation, "limit", 0, INT64_MAX, "a number (0: all)",
                          &told.output.limit, error))
        return error->code;
    enum error_code code =
        plan_values_open(&told.values, invocation_value(invocation, "csv"), error);
    if (!code)
        code = plan_carry_out(invocation, &listener, error);
    return plan_values_close(&told.values, code, error);
}

static const struct option options[] = {
    SYNC_OPTIONS,
    FLAG("proposed", "use the proposed mapping: config/integrations/NAME.lua.proposed"),
    OPTION("csv", "FILE",
           "write every value that would be replaced, here or there, to this file: side, object, "
           "id, record, field, before, after, why"),
    OPTION("limit", "N", "show at most N changes, and count them all (default 0: show all)"),
    FLAG("json", "print the changes and the summary as one JSON object"),
    {.name = NULL},
};

const struct command command_plan = {
    .name = "plan",
    .arguments = "NAME",
    .summary = "show what a sync would create and change, field by field",
    .details =
        "Pulls and pushes on a copy of the store. The store itself is not changed, and only "
        "reading requests are sent. The exit code is 0 if there is nothing to do and 10 if "
        "there are changes.\n\n"
        "A value on either side counts as replaced if it is not empty and would change. --csv "
        "lists them all: the present value, the new one, and why. Their present values are "
        "known only for records that the run reads; for others 'before' is empty.",
    .examples = "  tandem plan helloworld\n"
                "  tandem plan helloworld --first-time-sync --csv replaced.csv\n"
                "  tandem plan helloworld --internal-object-id contact:12\n"
                "  tandem plan helloworld --proposed --integration-object-id citizen:3\n"
                "  tandem plan helloworld --json | jq '.changes[] | select(.action == \"create\")'",
    .options = options,
    .run = run_plan,
};
