/* tandem quarantine: objects that were tried in vain in too many runs. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/line/cli.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "host/session.h"
#include "store/books/quarantine.h"
#include "model/run.h"

static const char *state_of(const struct quarantine_entry *entry)
{
    if (text_equal(entry->reason, TEXT("in_doubt")))
        return entry->held ? "to be settled" : "in doubt";
    return entry->held ? "held" : "tried again";
}

static json_t *entry_json(const struct quarantine_entry *entry)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:i, s:o, s:o}", "integration",
        value_json_text(entry->integration), "object", value_json_text(entry->object), "id",
        value_json_text(entry->id), "integration_object", value_json_text(entry->record),
        "integration_id",
        value_json_text(text_is_empty(entry->record_id) ? TEXT_ABSENT : entry->record_id), "state",
        state_of(entry), "reason", value_json_text(entry->reason), "runs", (int)entry->failures,
        "first", value_json_instant(entry->first_at), "last", value_json_instant(entry->last_at));
}

static enum error_code print_table(const struct quarantine_entry *entries, size_t count,
                                   struct error *error)
{
    static const char *const headings[] = {"integration", "object", "id",     "there", "id",
                                           "state",       ">runs",  "reason", "last"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; table && i < count; i++) {
        const struct quarantine_entry *const entry = &entries[i];
        table_cell(table, entry->integration);
        table_cell(table, entry->object);
        table_cell(table, entry->id);
        table_cell(table, entry->record);
        table_cell(table, text_is_empty(entry->record_id) ? TEXT("(new)") : entry->record_id);
        table_format(table, "%s", state_of(entry));
        table_format(table, "%u", entry->failures);
        table_cell(table, entry->reason);
        table_instant(table, entry->last_at);
    }
    const enum error_code code =
        table ? table_print(table, stdout, error) : error_memory(error, "a table");
    table_free(table);
    return code;
}

static enum error_code run_list(const struct invocation *invocation, enum exit_code *exit_code,
                                struct error *error)
{
    (void)exit_code;
    const struct text name =
        invocation->argument_count ? text_of(invocation->arguments[0]) : TEXT_ABSENT;
    struct session session;
    struct quarantine_entry *entries = NULL;
    size_t count = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (code ||
        (!text_is_absent(name) &&
         (code = integration_exists(&session, invocation->arguments[0], error))) ||
        (code =
             quarantine_list(session.store, name, false, session.arena, &entries, &count, error)))
        goto out;
    if (invocation_has(invocation, "json")) {
        json_t *const list = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, entry_json(&entries[i]));
        code = output_json(list, error);
    } else if (count) {
        code = print_table(entries, count, error);
    } else if (!invocation->session.quiet) {
        fputs("nothing is in quarantine, and nothing on its way there\n", stdout);
    }
    if (!code)
        code = output_flush(error);
out:
    session_close(&session);
    return code;
}

typedef enum error_code act(struct store *store, struct text integration, struct text object,
                            struct text id, uint64_t *count, struct error *error);

/* retry and drop: one object, or all with --all. */
static enum error_code run_act(const struct invocation *invocation, act *carry_out,
                               const char *done, struct error *error)
{
    const bool all = invocation_has(invocation, "all");
    struct session session;
    struct object_name name = {.object = TEXT_ABSENT, .id = TEXT_ABSENT};
    uint64_t count = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (code || (code = integration_exists(&session, invocation->arguments[0], error)))
        goto out;
    if (all == (invocation->argument_count > 1)) {
        code = error_set(error, ERROR_USAGE,
                         "name one object such as 'contact:12', or give --all for all of '%s'",
                         invocation->arguments[0]);
        goto out;
    }
    if ((!all && (code = object_name_parse(text_of(invocation->arguments[1]), "OBJECT:ID", &name,
                                           error))) ||
        (code = carry_out(session.store, text_of(invocation->arguments[0]), name.object, name.id,
                          &count, error)))
        goto out;
    if (!all && !count) {
        code = error_set(error, ERROR_NOT_FOUND, "'%s' is not in quarantine of '%s'",
                         invocation->arguments[1], invocation->arguments[0]);
        goto out;
    }
    if (!invocation->session.quiet)
        printf("%" PRIu64 " %s\n", count, done);
    code = output_flush(error);
out:
    session_close(&session);
    return code;
}

static enum error_code run_retry(const struct invocation *invocation, enum exit_code *exit_code,
                                 struct error *error)
{
    (void)exit_code;
    return run_act(invocation, quarantine_retry, "released: the next sync tries again", error);
}

static enum error_code run_drop(const struct invocation *invocation, enum exit_code *exit_code,
                                struct error *error)
{
    (void)exit_code;
    return run_act(invocation, quarantine_drop, "released: what waited to be sent was given up",
                   error);
}

static enum error_code run_link(const struct invocation *invocation, enum exit_code *exit_code,
                                struct error *error)
{
    (void)exit_code;
    const char *const name = invocation->arguments[0];
    struct session session;
    struct object_name object = {.object = TEXT_ABSENT}, record = {.object = TEXT_ABSENT};
    enum error_code code = session_open(&invocation->session, &session, error);
    if (code || (code = integration_exists(&session, name, error)) ||
        (code =
             object_name_parse(text_of(invocation->arguments[1]), "OBJECT:ID", &object, error)) ||
        (code = object_name_parse(text_of(invocation->arguments[2]), "THEIRS:ID", &record, error)))
        goto out;
    const struct quarantine_link link = {.integration = text_of(name),
                                         .object = object.object,
                                         .id = object.id,
                                         .record = record.object,
                                         .record_id = record.id};
    if ((code = quarantine_link(session.store, &link, error)))
        goto out;
    if (!invocation->session.quiet)
        printf("%s is %s from now on\n", invocation->arguments[1], invocation->arguments[2]);
    code = output_flush(error);
out:
    session_close(&session);
    return code;
}

static const struct option list_options[] = {
    {.name = "json", .help = "print a JSON array"},
    {.name = NULL},
};
static const struct option act_options[] = {
    {.name = "all", .help = "all of the integration instead of one object"},
    {.name = NULL},
};

static const struct command list = {
    .name = "list",
    .arguments = "[NAME]",
    .summary = "what is held, on its way there, or in doubt",
    .examples = "  tandem quarantine list helloworld",
    .options = list_options,
    .most_arguments = 1,
    .run = run_list,
};
static const struct command retry = {
    .name = "retry",
    .arguments = "NAME [OBJECT:ID]",
    .summary = "let the next sync try again",
    .details = "A create in doubt is sent again as well: look first whether its record is there.",
    .examples = "  tandem quarantine retry helloworld contact:12\n"
                "  tandem quarantine retry helloworld --all",
    .options = act_options,
    .least_arguments = 1,
    .most_arguments = 2,
    .run = run_retry,
};
static const struct command drop = {
    .name = "drop",
    .arguments = "NAME [OBJECT:ID]",
    .summary = "give up what waits to be sent of an object; later edits are sent again",
    .examples = "  tandem quarantine drop helloworld contact:12",
    .options = act_options,
    .least_arguments = 1,
    .most_arguments = 2,
    .run = run_drop,
};
static const struct command link_record = {
    .name = "link",
    .arguments = "NAME OBJECT:ID THEIRS:ID",
    .summary = "a create in doubt has happened: this is its record",
    .examples = "  tandem quarantine link helloworld contact:12 citizen:7",
    .least_arguments = 3,
    .most_arguments = 3,
    .run = run_link,
};
static const struct command *const subcommands[] = {&list, &retry, &drop, &link_record, NULL};

const struct command command_quarantine = {
    .name = "quarantine",
    .arguments = "list|retry|drop|link ...",
    .summary = "objects that were tried in vain in too many runs, creates in doubt",
    .subcommands = subcommands,
};
