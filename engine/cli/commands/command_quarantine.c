/* tandem quarantine: objects that failed in too many runs. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "host/integration.h"
#include "cli/show/listing.h"
#include "host/session.h"
#include "store/books/quarantine.h"
#include "model/run.h"

static const char *state_of(const void *item)
{
    const struct quarantine_entry *const entry = item;
    if (text_equal(entry->reason, TEXT("in_doubt")))
        return entry->held ? "to be settled" : "in doubt";
    return entry->held ? "held" : "tried again";
}

static const struct listing_column columns[] = {
    LISTING_MEMBER("integration", "integration", TEXT, struct quarantine_entry, integration),
    LISTING_MEMBER("object", "object", TEXT, struct quarantine_entry, object),
    LISTING_MEMBER("id", "id", TEXT, struct quarantine_entry, id),
    LISTING_MEMBER("there", "integration_object", TEXT, struct quarantine_entry, record),
    LISTING_MEMBER("id", "integration_id", NEW, struct quarantine_entry, record_id),
    {.heading = "state", .key = "state", .type = LISTING_WORDS, .words = state_of},
    LISTING_MEMBER(">runs", "runs", COUNT, struct quarantine_entry, failures),
    LISTING_MEMBER("reason", "reason", TEXT, struct quarantine_entry, reason),
    LISTING_MEMBER(NULL, "first", INSTANT, struct quarantine_entry, first_at),
    LISTING_MEMBER("last", "last", INSTANT, struct quarantine_entry, last_at),
};

static enum error_code run_list(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    const struct text name =
        invocation->argument_count ? text_of(invocation->arguments[0]) : TEXT_ABSENT;
    struct quarantine_entry *entries = NULL;
    size_t count = 0;
    if ((invocation->argument_count &&
         integration_exists(session, invocation->arguments[0], error)) ||
        quarantine_list(session->store, name, false, session->arena, &entries, &count, error))
        return error->code;
    const struct listing listing = LISTING(columns, entries, count);
    return listing_show(&listing, invocation_has(invocation, "json"),
                        invocation->options.quiet
                            ? NULL
                            : "nothing is in quarantine, and no object has failed lately",
                        error);
}

typedef enum error_code act(struct store *store, struct text integration, struct text object,
                            struct text id, uint64_t *count, struct error *error);

/* retry and drop: one object, or all with --all. */
static enum error_code run_act(const struct invocation *invocation, struct session *session,
                               act *carry_out, const char *done, struct error *error)
{
    const bool all = invocation_has(invocation, "all");
    const char *const integration = invocation->arguments[0];
    struct object_name name = {.object = TEXT_ABSENT, .id = TEXT_ABSENT};
    uint64_t count = 0;
    if (integration_exists(session, integration, error))
        return error->code;
    if (all == (invocation->argument_count > 1))
        return error_set(error, ERROR_USAGE,
                         "name one object such as 'contact:12', or give --all for all of '%s'",
                         integration);
    if ((!all &&
         run_object_name_parse(text_of(invocation->arguments[1]), "OBJECT:ID", &name, error)) ||
        carry_out(session->store, text_of(integration), name.object, name.id, &count, error))
        return error->code;
    if (!all && !count)
        return error_set(error, ERROR_NOT_FOUND, "'%s' is not in quarantine of '%s'",
                         invocation->arguments[1], integration);
    if (!invocation->options.quiet)
        printf("%" PRIu64 " %s\n", count, done);
    return ERROR_NONE;
}

static enum error_code run_retry(const struct invocation *invocation, struct session *session,
                                 struct error *error)
{
    return run_act(invocation, session, quarantine_retry, "released: the next sync tries again",
                   error);
}

static enum error_code run_drop(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    return run_act(invocation, session, quarantine_drop,
                   "released: its waiting changes were dropped", error);
}

static enum error_code run_link(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    const char *const name = invocation->arguments[0];
    struct object_name object = {.object = TEXT_ABSENT}, record = {.object = TEXT_ABSENT};
    if (integration_exists(session, name, error) ||
        run_object_name_parse(text_of(invocation->arguments[1]), "OBJECT:ID", &object, error) ||
        run_object_name_parse(text_of(invocation->arguments[2]), "THEIRS:ID", &record, error))
        return error->code;
    const struct link_name link = {.integration = text_of(name),
                                   .object = object.object,
                                   .id = object.id,
                                   .record = record.object,
                                   .record_id = record.id};
    if (quarantine_link(session->store, &link, error))
        return error->code;
    if (!invocation->options.quiet)
        printf("%s is %s from now on\n", invocation->arguments[1], invocation->arguments[2]);
    return ERROR_NONE;
}

static const struct option act_options[] = {
    FLAG("all", "all objects of the integration instead of one"),
    {.name = NULL},
};

static const struct command list = {
    .name = "list",
    .arguments = "[NAME]",
    .summary = "objects in quarantine, objects that failed lately, and creates with an unknown "
               "outcome",
    .examples = "  tandem quarantine list helloworld",
    .options = options_of_list,
    .in_home = run_list,
};
static const struct command retry = {
    .name = "retry",
    .arguments = "NAME [OBJECT:ID]",
    .summary = "let the next sync try again",
    .details = "A create with an unknown outcome is sent again as well: check first whether its "
               "record exists.",
    .examples = "  tandem quarantine retry helloworld contact:12\n"
                "  tandem quarantine retry helloworld --all",
    .options = act_options,
    .in_home = run_retry,
};
static const struct command drop = {
    .name = "drop",
    .arguments = "NAME [OBJECT:ID]",
    .summary = "drop the waiting changes of an object; later edits are sent",
    .examples = "  tandem quarantine drop helloworld contact:12",
    .options = act_options,
    .in_home = run_drop,
};
static const struct command link_record = {
    .name = "link",
    .arguments = "NAME OBJECT:ID THEIRS:ID",
    .summary = "a create with an unknown outcome succeeded: this is its record",
    .examples = "  tandem quarantine link helloworld contact:12 citizen:7",
    .in_home = run_link,
};
static const struct command *const subcommands[] = {&list, &retry, &drop, &link_record, NULL};

const struct command command_quarantine = {
    .name = "quarantine",
    .arguments = "list|retry|drop|link ...",
    .summary = "objects that failed in too many runs, and creates with an unknown outcome",
    .subcommands = subcommands,
};
