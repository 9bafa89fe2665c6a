/* tandem cleanup: drops field changes whose object is gone. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/session.h"
#include "store/status.h"

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    (void)exit_code;
    struct session session;
    uint64_t removed = 0;
    enum error_code code = session_open(invocation, &session, error);
    if (!code)
        code = status_cleanup(session.store, &removed, error);
    if (!code && invocation_has(invocation, "json"))
        code = output_json(json_pack("{s:I}", "removed", (json_int_t)removed), error);
    else if (!code && !invocation->quiet)
        printf("%" PRIu64 " field %s of objects that are gone removed\n", removed,
               removed == 1 ? "change" : "changes");
    if (!code)
        code = output_flush(error);
    session_close(&session);
    return code;
}

static const struct option options[] = {
    {.name = "json", .help = "print one JSON object"},
    {.name = NULL},
};

const struct command command_cleanup = {
    .name = "cleanup",
    .arguments = "",
    .summary = "drop field changes whose object is gone",
    .details = "Changes of contacts and companies that were deleted wait for nobody; this removes "
               "them. It can be\nrun at any time, also while a sync is under way.",
    .examples = "  tandem cleanup",
    .options = options,
    .run = run,
};
