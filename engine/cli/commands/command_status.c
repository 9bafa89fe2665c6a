/* tandem status: runs, positions, mappings, waiting changes, issues. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/authorization_state.h"
#include "cli/commands/commands.h"
#include "base/terminal.h"
#include "host/integration.h"
#include "host/registration.h"
#include "cli/show/matter_output.h"
#include "cli/show/output.h"
#include "host/session.h"
#include "cli/show/status_output.h"
#include "store/inspect/status.h"

enum { DEFAULT_RUNS = 5, MOST_NOTES = 25 };

/* A mistake in its configuration, or a remark about its script; absent: none. */
static enum error_code script_sentence(struct session *session, struct text name,
                                       struct text *sentence, struct error *error)
{
    struct registration_known known;
    struct error trouble;
    const enum error_code code = registration_manual(session, name, &known, &trouble);
    if (code)
        return text_copy(session->arena, text_of(trouble.message), sentence, error);
    *sentence = known.notice;
    return ERROR_NONE;
}

/* What is open in all integrations, by reason. */
static enum error_code print_open(struct session *session, struct error *error)
{
    struct matter_count *counts = NULL;
    size_t count = 0;
    if (matters_count(session->store, TEXT_ABSENT, INSTANT_NONE, session->arena, &counts, &count,
                      error))
        return error->code;
    return matter_output_counts(counts, count, true, error);
}

static enum error_code overview(struct session *session, struct error *error)
{
    static const char *const headings[] = {"name",     "enabled", ">mappings", ">deleted",
                                           ">waiting", ">ties",   "last run",  "ended"};
    struct status_integration *rows = NULL;
    size_t count = 0;
    enum error_code code =
        status_integrations(session->store, session->arena, &rows, &count, error);
    if (code)
        return code;
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    if (!table)
        return error_memory(error, "a table");
    for (size_t i = 0; !code && i < count; i++) {
        struct status_run *runs = NULL;
        size_t run_count = 0;
        code =
            status_runs(session->store, rows[i].name, 1, session->arena, &runs, &run_count, error);
        table_cell(table, rows[i].name);
        table_format(table, "%s", rows[i].enabled ? "yes" : "no");
        table_format(table, "%" PRIu64, rows[i].mappings);
        table_format(table, "%" PRIu64, rows[i].mappings_deleted);
        table_format(table, "%" PRIu64, rows[i].waiting_changes);
        table_format(table, "%" PRIu64, rows[i].ties);
        table_instant(table, run_count ? runs[0].started : INSTANT_NONE);
        table_cell(table, run_count ? runs[0].status : TEXT("-"));
    }
    if (!code && !count)
        fputs("nothing has been synced yet; see 'tandem list'\n", stdout);
    else if (!code)
        code = table_print(table, stdout, error);
    table_free(table);
    if (!code)
        code = print_open(session, error);
    for (size_t i = 0; !code && i < count; i++) {
        if (authorization_state_is_missing(session, rows[i].name))
            printf("'%.*s' needs to be authorized again (needs_reauth): run 'tandem auth %.*s'\n",
                   TEXT_PRINT(rows[i].name), TEXT_PRINT(rows[i].name));
        struct text script = TEXT_ABSENT;
        if (rows[i].enabled)
            code = script_sentence(session, rows[i].name, &script, error);
        if (!code && !text_is_absent(script)) {
            terminal_text(stdout, rows[i].name);
            fputs(": ", stdout);
            terminal_text(stdout, script);
            fputs("\n", stdout);
        }
    }
    return code;
}

/* Everything of one integration, or of all for --json. */
static enum error_code read_status(struct session *session, struct text name, size_t runs,
                                   struct status_facts *facts, struct error *error)
{
    struct store *const store = session->store;
    struct arena *const arena = session->arena;
    struct status_integration *rows = NULL;
    size_t count = 0;
    enum error_code code = status_integrations(store, arena, &rows, &count, error);

    bool is_known = false; /* one that never ran is only in its file */
    *facts = (struct status_facts){.integration = {.name = name}};
    for (size_t i = 0; !code && i < count; i++) {
        if (text_equal(rows[i].name, name)) {
            facts->integration = rows[i];
            is_known = true;
        }
    }
    facts->needs_reauth = authorization_state_is_missing(session, name);
    if (!code && (facts->integration.enabled || !is_known))
        code = script_sentence(session, name, &facts->script, error);
    if (!code)
        code = status_runs(store, name, runs, arena, &facts->runs, &facts->run_count, error);
    if (!code)
        code =
            status_positions(store, name, arena, &facts->positions, &facts->position_count, error);
    /* What needs attention comes from the last run that ended. */
    const int64_t last = facts->run_count ? facts->runs[0].id : 0;
    if (!code && last)
        code = status_notes(store, name, last, TEXT_ABSENT, TEXT_ABSENT, MOST_NOTES, arena,
                            &facts->notes, &facts->note_count, error);
    if (!code && last)
        code =
            store_run_outcomes(store, last, arena, &facts->outcomes, &facts->outcome_count, error);
    if (!code)
        code = backfill_find(store, name, arena, &facts->backfill, &facts->has_backfill, error);
    if (!code)
        code = quarantine_list(store, name, false, arena, &facts->quarantine,
                               &facts->quarantine_count, error);
    if (!code)
        code = ambiguous_records_list(store, name, arena, &facts->ambiguous,
                                      &facts->ambiguous_count, error);
    const struct matter_query query = {.integration = name};
    if (!code)
        code = matters_count(store, name, INSTANT_NONE, arena, &facts->counts, &facts->count_count,
                             error);
    if (!code)
        code = matters_list(store, &query, arena, &facts->matters, &facts->matter_count, error);
    return code;
}

static enum error_code print_all_json(struct session *session, size_t runs, struct error *error)
{
    struct status_integration *rows = NULL;
    size_t count = 0;
    enum error_code code =
        status_integrations(session->store, session->arena, &rows, &count, error);
    json_t *const list = json_array();
    for (size_t i = 0; !code && i < count; i++) {
        struct status_facts facts;
        code = read_status(session, rows[i].name, runs, &facts, error);
        if (!code)
            json_array_append_new(list, status_output_json(&facts));
    }
    if (code) {
        json_decref(list);
        return code;
    }
    return output_json(list, error);
}

static enum error_code read_runs(const struct invocation *invocation, size_t *runs,
                                 struct error *error)
{
    const char *const word = invocation_value(invocation, "runs");
    int64_t number = DEFAULT_RUNS;
    if (word && (!text_to_integer(text_of(word), &number) || number < 1))
        return error_set(error, ERROR_USAGE,
                         "option '--runs' is '%s', which is not a number "
                         "above 0",
                         word);
    *runs = (size_t)number;
    return ERROR_NONE;
}

static enum error_code run_status(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    const bool json = invocation_has(invocation, "json");
    const char *const name = invocation->argument_count ? invocation->arguments[0] : NULL;
    struct status_facts facts;
    size_t runs = 0;
    if (read_runs(invocation, &runs, error))
        return error->code;
    if (!name)
        return json ? print_all_json(session, runs, error) : overview(session, error);
    if (integration_exists(session, name, error) ||
        read_status(session, text_of(name), runs, &facts, error))
        return error->code;
    return json ? output_json(status_output_json(&facts), error)
                : status_output_text(&facts, error);
}

static const struct option options[] = {
    {.name = "runs", .argument = "N", .help = "how many runs to show (default 5)"},
    {.name = "json", .help = "print JSON"},
    {.name = NULL},
};

const struct command command_status = {
    .name = "status",
    .arguments = "[NAME]",
    .summary = "open matters, last runs, positions, links, waiting changes",
    .details =
        "Open matters (refused, not kept, withheld, held, ambiguous, doubtful ...) are listed "
        "until they are resolved, each with what to do; 'tandem retry' retries them.",
    .examples = "  tandem status\n  tandem status helloworld --runs 20",
    .options = options,
    .most_arguments = 1,
    .in_home = run_status,
};
