/* tandem notify: sends on what waits for people. */
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "model/value_json.h"
#include "service/notify/notify.h"

static enum error_code preview(struct session *session, struct error *error)
{
    struct text text = TEXT_ABSENT;
    if (notify_preview(session, &text, error))
        return error->code;
    if (text_is_absent(text))
        text = TEXT("there is nothing new to report\n");
    printf("%.*s", TEXT_PRINT(text));
    return output_flush(error);
}

static enum error_code tell_notification(const struct invocation *invocation,
                                         const struct notify_result *result, struct error *error)
{
    if (invocation_has(invocation, "json"))
        return output_json(json_pack("{s:I, s:I, s:o}", "sent", (json_int_t)result->sent, "waiting",
                                     (json_int_t)result->waiting, "next",
                                     value_json_instant(result->next)),
                           error);
    if (!invocation->options.quiet)
        printf("%zu %s sent\n", result->sent, result->sent == 1 ? "message" : "messages");
    return output_flush(error);
}

static enum error_code send(const struct invocation *invocation, struct session *session,
                            struct error *error)
{
    struct notify_result result;
    if (notify_people(session, &result, error) || tell_notification(invocation, &result, error))
        return error->code;
    if (result.waiting == 0)
        return ERROR_NONE;
    return error_set(error, result.trouble.code, "%s; the message is kept and sent again",
                     result.trouble.message);
}

static enum error_code run_notify(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    return invocation_has(invocation, "dry-run") ? preview(session, error)
                                                 : send(invocation, session, error);
}

static const struct option options[] = {
    FLAG("dry-run", "print the message without sending it"),
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};

const struct command command_notify = {
    .name = "notify",
    .arguments = "",
    .summary = "notify people of open matters and failing integrations",
    .details =
        "Sends a message as 'notify' in config/tandem.lua says: to a webhook, signed by the "
        "rules of Standard Webhooks, or to a command that sends mail. Each matter is reported "
        "once, and again only if it was resolved and came back. What could not be sent is "
        "kept for the next time. 'tandem serve' does this by itself; without it, use cron.",
    .examples = "  tandem notify\n  tandem notify --dry-run",
    .options = options,
    .in_home = run_notify,
};
