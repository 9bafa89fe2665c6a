/* tandem status: runs, positions, mappings, waiting changes, issues. */
#include <stdio.h>

#include "host/authorization_state.h"
#include "cli/commands/commands.h"
#include "host/integration.h"
#include "host/registration.h"
#include "cli/show/matter_output.h"
#include "cli/show/listing.h"
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
    if (registration_manual(session, name, &known, &trouble))
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

struct overview_row {
    struct status_integration integration;
    struct status_run last;
};

static const struct listing_column overview_columns[] = {
    LISTING_MEMBER("name", NULL, TEXT, struct overview_row, integration.name),
    LISTING_MEMBER("enabled", NULL, FLAG, struct overview_row, integration.enabled),
    LISTING_MEMBER(">mappings", NULL, COUNT, struct overview_row, integration.mappings),
    LISTING_MEMBER(">deleted", NULL, COUNT, struct overview_row, integration.mappings_deleted),
    LISTING_MEMBER(">waiting", NULL, COUNT, struct overview_row, integration.waiting_changes),
    LISTING_MEMBER(">ties", NULL, COUNT, struct overview_row, integration.ties),
    LISTING_MEMBER("last run", NULL, INSTANT, struct overview_row, last.started),
    LISTING_MEMBER("ended", NULL, DASHED, struct overview_row, last.status),
};

static enum error_code overview(struct session *session, struct error *error)
{
    struct status_integration *rows = NULL;
    size_t count = 0;
    if (status_integrations(session->store, session->arena, &rows, &count, error))
        return error->code;
    struct overview_row *const lines = ARENA_ARRAY(session->arena, count, struct overview_row);
    if (!lines)
        return error_memory(error, "a table");
    for (size_t i = 0; i < count; i++) {
        lines[i].integration = rows[i];
        if (status_last_run(session->store, rows[i].name, session->arena, &lines[i].last, error))
            return error->code;
    }
    const struct listing listing = LISTING(overview_columns, lines, count);
    if (listing_show(&listing, false, "nothing has been synced yet; see 'tandem list'", error) ||
        print_open(session, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (authorization_state_is_missing(session, rows[i].name))
            printf("'%.*s' needs to be authorized again (needs_reauth): run 'tandem auth %.*s'\n",
                   TEXT_PRINT(rows[i].name), TEXT_PRINT(rows[i].name));
        struct text script = TEXT_ABSENT;
        if (rows[i].enabled && script_sentence(session, rows[i].name, &script, error))
            return error->code;
        if (!text_is_absent(script))
            output_line("%.*s: %.*s", TEXT_PRINT(rows[i].name), TEXT_PRINT(script));
    }
    return ERROR_NONE;
}

static enum error_code read_attention(struct session *session, int64_t run,
                                      struct status_facts *facts, struct error *error)
{
    struct store_outcome *outcomes = NULL;
    size_t count = 0;
    if (store_run_outcomes(session->store, run, session->arena, &outcomes, &count, error))
        return error->code;
    facts->attention = outcomes;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(outcomes[i].outcome, TEXT("failed")) ||
            text_equal(outcomes[i].outcome, TEXT("conflict")) ||
            text_equal(outcomes[i].outcome, TEXT("deferred")))
            facts->attention[facts->attention_count++] = outcomes[i];
    }
    return ERROR_NONE;
}

/* Everything of one integration, or of all for --json. */
static enum error_code read_status(struct session *session, struct text name, size_t runs,
                                   struct status_facts *facts, struct error *error)
{
    struct store *const store = session->store;
    struct arena *const arena = session->arena;
    struct status_integration *rows = NULL;
    size_t count = 0;
    if (status_integrations(store, arena, &rows, &count, error))
        return error->code;
    bool is_known = false; /* one that never ran is only in its file */
    *facts = (struct status_facts){.integration = {.name = name}};
    for (size_t i = 0; i < count; i++) {
        if (text_equal(rows[i].name, name)) {
            facts->integration = rows[i];
            is_known = true;
        }
    }
    facts->needs_reauth = authorization_state_is_missing(session, name);
    if (((facts->integration.enabled || !is_known) &&
         script_sentence(session, name, &facts->script, error)) ||
        status_runs(store, name, runs, arena, &facts->runs, &facts->run_count, error) ||
        status_positions(store, name, arena, &facts->positions, &facts->position_count, error))
        return error->code;
    /* What needs attention comes from the last run that ended. */
    const int64_t last = facts->run_count ? facts->runs[0].id : 0;
    const struct status_note_query noted = {.integration = name, .run = last, .limit = MOST_NOTES};
    const struct matter_query query = {.integration = name};
    if ((last && (status_notes(store, &noted, arena, &facts->notes, &facts->note_count, error) ||
                  read_attention(session, last, facts, error))) ||
        backfill_find(store, name, arena, &facts->backfill, &facts->has_backfill, error) ||
        quarantine_list(store, name, false, arena, &facts->quarantine, &facts->quarantine_count,
                        error) ||
        ambiguous_records_list(store, name, arena, &facts->ambiguous, &facts->ambiguous_count,
                               error) ||
        matters_count(store, name, INSTANT_NONE, arena, &facts->counts, &facts->count_count, error))
        return error->code;
    return matters_list(store, &query, arena, &facts->matters, &facts->matter_count, error);
}

static enum error_code print_all_json(struct session *session, size_t runs, struct error *error)
{
    struct status_integration *rows = NULL;
    size_t count = 0;
    if (status_integrations(session->store, session->arena, &rows, &count, error))
        return error->code;
    json_t *const list = json_array();
    for (size_t i = 0; i < count; i++) {
        struct status_facts facts;
        if (read_status(session, rows[i].name, runs, &facts, error)) {
            json_decref(list);
            return error->code;
        }
        json_array_append_new(list, status_output_json(&facts));
    }
    return output_json(list, error);
}

static enum error_code run_status(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    const bool json = invocation_has(invocation, "json");
    const char *const name = invocation->arguments[0];
    struct status_facts facts;
    int64_t number = DEFAULT_RUNS;
    if (invocation_number(invocation, "runs", 1, INT64_MAX, "a number above 0", &number, error))
        return error->code;
    const size_t runs = (size_t)number;
    if (!name)
        return json ? print_all_json(session, runs, error) : overview(session, error);
    if (integration_exists(session, name, error) ||
        read_status(session, text_of(name), runs, &facts, error))
        return error->code;
    return json ? output_json(status_output_json(&facts), error)
                : status_output_text(&facts, error);
}

static const struct option options[] = {
    OPTION("runs", "N", "how many runs to show (default 5)"),
    FLAG("json", "print JSON"),
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
    .in_home = run_status,
};
