/* tandem cleanup: drops field changes whose object is gone, and old runs. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "host/session.h"
#include "store/books/retention.h"
#include "store/inspect/status.h"

static enum error_code run_cleanup(const struct invocation *invocation, struct session *session,
                                   struct error *error)
{
    uint64_t removed = 0, forgotten = 0;
    enum error_code code = status_cleanup(session->store, &removed, error);
    if (!code) {
        const struct retention keep = {.days = session->configuration->run.keep_days,
                                       .runs = session->configuration->run.keep_runs};
        code = retention_apply(session->store, 0, &keep, &forgotten, error);
    }
    if (!code && invocation_has(invocation, "json"))
        code = output_json(json_pack("{s:I, s:I}", "removed", (json_int_t)removed, "forgotten_runs",
                                     (json_int_t)forgotten),
                           error);
    else if (!code && !invocation->options.quiet)
        printf("%" PRIu64 " field %s of objects that are gone removed, %" PRIu64
               " old %s forgotten\n",
               removed, removed == 1 ? "change" : "changes", forgotten,
               forgotten == 1 ? "run" : "runs");
    return code;
}

static const struct option options[] = {
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};

const struct command command_cleanup = {
    .name = "cleanup",
    .arguments = "",
    .summary = "delete changes of objects that are gone, and old runs",
    .details =
        "Deletes waiting changes of contacts and companies that no longer exist. Runs, with "
        "their outcomes, decisions and notes, are deleted when they are older than keep.days "
        "or not among the newest keep.runs of config/tandem.lua (30 and 200). It can be run "
        "at any time, also during a sync.",
    .examples = "  tandem cleanup",
    .options = options,
    .in_home = run_cleanup,
};
