/* tandem plan: what a sync would do. */
#include "cli/commands/commands.h"
#include "cli/commands/plan.h"
#include "cli/line/sync_options.h"

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
    .run = plan_run,
};
