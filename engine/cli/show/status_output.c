/* Tables and JSON with what is known about an integration. */
#include "cli/show/status_output.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/show/matter_output.h"
#include "cli/show/output.h"
#include "host/slices.h"

enum { MOST_OUTCOMES = 25 };

/* Is this an outcome that somebody should look at? */
static bool needs_attention(const struct store_outcome *outcome)
{
    return text_equal(outcome->outcome, TEXT("failed")) ||
           text_equal(outcome->outcome, TEXT("conflict")) ||
           text_equal(outcome->outcome, TEXT("deferred"));
}

/* ---- JSON ---- */

static json_t *counts_json(struct text counts)
{
    json_t *const json =
        text_is_absent(counts) ? NULL : json_loadb(counts.bytes, counts.length, 0, NULL);
    return json ? json : json_null();
}

/* How far its clock was behind ours in the last run that ended, if more than a minute. */
static int64_t clock_behind_of(const struct status_facts *facts)
{
    enum { CLOCK_TOLD_MS = 60 * 1000 };
    for (size_t i = 0; i < facts->run_count; i++) {
        if (text_is_absent(facts->runs[i].counts_json))
            continue;
        json_t *const counts = counts_json(facts->runs[i].counts_json);
        const int64_t behind = json_integer_value(json_object_get(counts, "clock_behind_ms"));
        json_decref(counts);
        return behind > CLOCK_TOLD_MS || behind < -CLOCK_TOLD_MS ? behind : 0;
    }
    return 0;
}

static json_t *run_json(const struct status_run *run)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o}", "run",
                     (json_int_t)run->id, "status", value_json_text(run->status), "started",
                     value_json_instant(run->started), "finished",
                     value_json_instant(run->finished), "phase", value_json_text(run->phase),
                     "iteration", (int)run->iteration, "error", value_json_text(run->message),
                     "counts", counts_json(run->counts_json), "options",
                     counts_json(run->options_json), "scripts", counts_json(run->scripts_json));
}

static json_t *note_json(const struct status_note *note)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "at", value_json_instant(note->at), "object",
        value_json_text(note->object), "id", value_json_text(note->object_id), "integration_object",
        value_json_text(note->integration_object), "integration_id",
        value_json_text(note->integration_id), "about", value_json_text(note->about), "field",
        value_json_text(note->field), "message", value_json_text(note->message));
}

/* What happens to a record that matched several objects here. */
static const char *what_to_do(const struct ambiguous_records_entry *entry)
{
    if (entry->asked)
        return "decided: the next sync asks for it";
    if (entry->held)
        return "not requested any more: it is linked when it changes there, or by "
               "--integration-object-id";
    if (entry->match_count > 1)
        return "merge them ('tandem object merge'), or change an identifier of one";
    return text_is_absent(entry->message) ? "told apart: the next sync asks for it"
                                          : "could not be read; the next sync tries again";
}

static json_t *ambiguous_json(const struct ambiguous_records_entry *entry)
{
    json_t *const matches = json_array();
    for (size_t i = 0; i < entry->match_count; i++)
        json_array_append_new(matches, value_json_text(entry->matches[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:s}", "integration_object",
                     value_json_text(entry->record), "integration_id",
                     value_json_text(entry->record_id), "object", value_json_text(entry->object),
                     "matches", matches, "since", value_json_instant(entry->since), "held",
                     (int)entry->held, "message", value_json_text(entry->message), "what_to_do",
                     what_to_do(entry));
}

/* Is it done, and how many slices are there? */
static size_t slices_of(const struct backfill *backfill)
{
    struct slices slices = {.count = 0};
    struct error ignored;
    (void)!slices_cut(backfill->from, backfill->to, backfill->slice_ms, &slices, &ignored);
    return slices.count;
}

static json_t *backfill_json(const struct status_facts *facts)
{
    const struct backfill *const backfill = &facts->backfill;
    char length[SLICES_LENGTH_SIZE];
    const size_t slices = facts->has_backfill ? slices_of(backfill) : 0;
    if (!facts->has_backfill)
        return json_null();
    return json_pack("{s:s, s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I}", "status",
                     backfill->done == slices ? "done" : "unfinished", "begun",
                     value_json_instant(backfill->begun), "from",
                     value_json_instant(backfill->from), "to", value_json_instant(backfill->to),
                     "slice", slices_format_length(backfill->slice_ms, length), "slices",
                     (json_int_t)slices, "done", (json_int_t)backfill->done, "attention",
                     (json_int_t)backfill->attention, "failed", (json_int_t)backfill->failed,
                     "open", (json_int_t)backfill->open);
}

json_t *status_output_json(const struct status_facts *facts)
{
    json_t *const runs = json_array(), *const positions = json_array(), *const notes = json_array(),
                  *const outcomes = json_array();
    for (size_t i = 0; i < facts->run_count; i++)
        json_array_append_new(runs, run_json(&facts->runs[i]));
    for (size_t i = 0; i < facts->position_count; i++) {
        const struct status_position *const position = &facts->positions[i];
        json_array_append_new(positions, json_pack("{s:o, s:o, s:o, s:o}", "object",
                                                   value_json_text(position->object), "at",
                                                   value_json_instant(position->at), "token",
                                                   value_json_text(position->token), "unfilled",
                                                   value_json_text(position->unfilled)));
    }
    for (size_t i = 0; i < facts->note_count; i++)
        json_array_append_new(notes, note_json(&facts->notes[i]));
    for (size_t i = 0; i < facts->outcome_count; i++) {
        const struct store_outcome *const outcome = &facts->outcomes[i];
        if (needs_attention(outcome))
            json_array_append_new(outcomes,
                                  json_pack("{s:s, s:o, s:o, s:o, s:o}", "direction",
                                            outcome->side == SIDE_INTEGRATION ? "pull" : "push",
                                            "object", value_json_text(outcome->object), "id",
                                            value_json_text(outcome->id), "outcome",
                                            value_json_text(outcome->outcome), "reason",
                                            value_json_text(outcome->reason)));
    }
    json_t *const quarantine = json_array();
    for (size_t i = 0; i < facts->quarantine_count; i++) {
        const struct quarantine_entry *const entry = &facts->quarantine[i];
        json_array_append_new(
            quarantine,
            json_pack("{s:o, s:o, s:o, s:b, s:i, s:o}", "object", value_json_text(entry->object),
                      "id", value_json_text(entry->id), "integration_object",
                      value_json_text(entry->record), "held", (int)entry->held, "runs",
                      (int)entry->failures, "reason", value_json_text(entry->reason)));
    }
    json_t *const ambiguous = json_array();
    for (size_t i = 0; i < facts->ambiguous_count; i++)
        json_array_append_new(ambiguous, ambiguous_json(&facts->ambiguous[i]));
    const struct status_integration *const integration = &facts->integration;
    return json_pack("{s:o, s:b, s:b, s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:O, s:o, "
                     "s:o, s:o, s:o}",
                     "integration", value_json_text(integration->name), "enabled",
                     (int)integration->enabled, "needs_reauth", (int)facts->needs_reauth, "script",
                     value_json_text(facts->script), "mappings", (json_int_t)integration->mappings,
                     "mappings_deleted", (json_int_t)integration->mappings_deleted,
                     "waiting_changes", (json_int_t)integration->waiting_changes, "ties",
                     (json_int_t)integration->ties, "positions", positions, "runs", runs,
                     "attention", outcomes, "notes", notes, "quarantine", quarantine, "ambiguous",
                     ambiguous, "unlinked" /* its name until schema 16 */, ambiguous, "backfill",
                     backfill_json(facts), "open",
                     matter_output_list_json(facts->matters, facts->matter_count), "open_counts",
                     matter_output_counts_json(facts->counts, facts->count_count));
}

/* ---- text ---- */

static enum error_code print_and_free(struct table *table, struct error *error)
{
    const enum error_code code =
        table ? table_print(table, stdout, error) : error_memory(error, "a table");
    table_free(table);
    return code;
}

static enum error_code print_runs(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {">run", "started", "finished", "status", "error"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; table && i < facts->run_count; i++) {
        const struct status_run *const run = &facts->runs[i];
        table_format(table, "%" PRId64, run->id);
        table_instant(table, run->started);
        table_instant(table, run->finished);
        table_cell(table, run->status);
        table_cell(table, text_is_absent(run->message) ? TEXT("") : run->message);
    }
    fputs("\nruns\n", stdout);
    return print_and_free(table, error);
}

static enum error_code print_backfill(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {"begun", "from",    "to",    "slice",     ">slices",
                                           ">done", ">failed", ">open", ">attention"};
    const struct backfill *const backfill = &facts->backfill;
    char length[SLICES_LENGTH_SIZE];
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    if (table) {
        table_instant(table, backfill->begun);
        table_instant(table, backfill->from);
        table_instant(table, backfill->to);
        table_format(table, "%s", slices_format_length(backfill->slice_ms, length));
        table_format(table, "%zu", slices_of(backfill));
        table_format(table, "%" PRIu64, backfill->done);
        table_format(table, "%" PRIu64, backfill->failed);
        table_format(table, "%" PRIu64, backfill->open);
        table_format(table, "%" PRIu64, backfill->attention);
    }
    fputs("\nbackfill\n", stdout);
    return print_and_free(table, error);
}

static enum error_code print_positions(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {"object", "pulled up to"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; table && i < facts->position_count; i++) {
        const struct status_position *const position = &facts->positions[i];
        table_cell(table, position->object);
        if (position->at == INSTANT_NONE)
            table_cell(table, position->token);
        else
            table_instant(table, position->at);
    }
    fputs("\npositions\n", stdout);
    if (print_and_free(table, error))
        return error->code;
    for (size_t i = 0; i < facts->position_count; i++) {
        const struct status_position *const position = &facts->positions[i];
        if (!text_is_absent(position->unfilled))
            printf("%.*s: new in the mapping and not filled yet: %.*s; the next sync reads all "
                   "records\n",
                   TEXT_PRINT(position->object), TEXT_PRINT(position->unfilled));
    }
    return ERROR_NONE;
}

static enum error_code print_attention(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {"direction", "object", "id", "outcome", "reason"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    size_t found = 0;
    for (size_t i = 0; table && i < facts->outcome_count; i++) {
        const struct store_outcome *const outcome = &facts->outcomes[i];
        if (!needs_attention(outcome) || ++found > MOST_OUTCOMES)
            continue;
        table_format(table, "%s", outcome->side == SIDE_INTEGRATION ? "pull" : "push");
        table_cell(table, outcome->object);
        table_cell(table, outcome->id);
        table_cell(table, outcome->outcome);
        table_cell(table, text_is_absent(outcome->reason) ? TEXT("") : outcome->reason);
    }
    if (!found) {
        table_free(table);
        return ERROR_NONE;
    }
    fputs("\nobjects of the last run that need attention\n", stdout);
    const enum error_code code = print_and_free(table, error);
    if (found > MOST_OUTCOMES)
        printf("... and %zu more: --json shows all\n", found - MOST_OUTCOMES);
    return code;
}

static struct text or_empty(struct text text)
{
    return text_is_absent(text) ? TEXT("") : text;
}

static const char *why_it_waits(const struct quarantine_entry *entry)
{
    if (text_equal(entry->reason, TEXT("in_doubt")))
        return entry->held ? "outcome of the create unknown: look there, then 'tandem quarantine "
                             "link', 'retry' or 'drop'"
                           : "outcome of the create unknown: the next complete pull will show it";
    return entry->held ? "tried in too many runs: 'tandem quarantine retry' or 'drop'"
                       : "tried again in the next run";
}

/* What waits, and why; `tandem quarantine list` shows all. */
static enum error_code print_quarantine(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {"object", "id", "there", "id", ">runs", "why"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    const size_t shown =
        facts->quarantine_count < MOST_OUTCOMES ? facts->quarantine_count : MOST_OUTCOMES;
    for (size_t i = 0; table && i < shown; i++) {
        const struct quarantine_entry *const entry = &facts->quarantine[i];
        table_cell(table, entry->object);
        table_cell(table, entry->id);
        table_cell(table, entry->record);
        table_cell(table, text_is_empty(entry->record_id) ? TEXT("(new)") : entry->record_id);
        table_format(table, "%" PRIu64, entry->failures);
        table_format(table, "%s", why_it_waits(entry));
    }
    if (!shown) {
        table_free(table);
        return ERROR_NONE;
    }
    fputs("\nwhat waits\n", stdout);
    const enum error_code code = print_and_free(table, error);
    if (facts->quarantine_count > shown)
        printf("... and %zu more: see 'tandem quarantine list %.*s'\n",
               facts->quarantine_count - shown, TEXT_PRINT(facts->integration.name));
    return code;
}

static void print_matches(struct table *table, const struct ambiguous_records_entry *entry)
{
    char ids[256] = "";
    size_t length = 0;
    for (size_t i = 0; i < entry->match_count && length < sizeof ids; i++)
        length += (size_t)snprintf(ids + length, sizeof ids - length, "%s%.*s", i ? ", " : "",
                                   TEXT_PRINT(entry->matches[i]));
    table_format(table, "%s%s", ids, entry->match_count == AMBIGUOUS_MATCHES ? " ..." : "");
}

/* Records that match several objects here. */
static enum error_code print_ambiguous(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {"there",   "id",         "since", "here",
                                           "matches", "what to do", "asked"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    const size_t shown =
        facts->ambiguous_count < MOST_OUTCOMES ? facts->ambiguous_count : MOST_OUTCOMES;
    for (size_t i = 0; table && i < shown; i++) {
        const struct ambiguous_records_entry *const entry = &facts->ambiguous[i];
        table_cell(table, entry->record);
        table_cell(table, entry->record_id);
        table_instant(table, entry->since);
        table_cell(table, entry->object);
        print_matches(table, entry);
        table_format(table, "%s", what_to_do(entry));
        table_cell(table, or_empty(entry->message));
    }
    if (!shown) {
        table_free(table);
        return ERROR_NONE;
    }
    fputs("\nrecords that match several objects here\n", stdout);
    const enum error_code code = print_and_free(table, error);
    if (facts->ambiguous_count > shown)
        printf("... and %zu more: --json shows all\n", facts->ambiguous_count - shown);
    return code;
}

static enum error_code print_notes(const struct status_facts *facts, struct error *error)
{
    static const char *const headings[] = {"object", "id", "there", "id", "field", "note"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; table && i < facts->note_count; i++) {
        const struct status_note *const note = &facts->notes[i];
        table_cell(table, or_empty(note->object));
        table_cell(table, or_empty(note->object_id));
        table_cell(table, or_empty(note->integration_object));
        table_cell(table, or_empty(note->integration_id));
        table_cell(table, or_empty(note->field));
        table_cell(table, or_empty(note->message));
    }
    if (!facts->note_count) {
        table_free(table);
        return ERROR_NONE;
    }
    fputs("\nnotes of the last run\n", stdout);
    return print_and_free(table, error);
}

enum error_code status_output_text(const struct status_facts *facts, struct error *error)
{
    const struct status_integration *const integration = &facts->integration;
    terminal_text(stdout, integration->name);
    printf(": %" PRIu64 " %s (%" PRIu64 " deleted), %" PRIu64 " %s waiting to be pushed, %" PRIu64
           " unresolved %s\n",
           integration->mappings, integration->mappings == 1 ? "mapping" : "mappings",
           integration->mappings_deleted, integration->waiting_changes,
           integration->waiting_changes == 1 ? "change" : "changes", integration->ties,
           integration->ties == 1 ? "conflict" : "conflicts");
    if (facts->needs_reauth)
        printf("it needs to be authorized again (needs_reauth): run 'tandem auth %.*s'\n",
               TEXT_PRINT(integration->name));
    const int64_t behind = clock_behind_of(facts);
    if (behind)
        printf("its clock is %lld seconds %s ours: set the one that is wrong; until then its dates "
               "are converted\n",
               (long long)llabs(behind) / 1000, behind > 0 ? "behind" : "ahead of");
    if (!text_is_absent(facts->script)) {
        terminal_text(stdout, facts->script);
        fputs("\n", stdout);
    }
    if ((facts->run_count && print_runs(facts, error)) ||
        (facts->has_backfill && print_backfill(facts, error)) ||
        (facts->position_count && print_positions(facts, error)) ||
        matter_output_counts(facts->counts, facts->count_count, false, error) ||
        matter_output_list(facts->matters, facts->matter_count, MOST_OUTCOMES, error) ||
        print_quarantine(facts, error) || print_ambiguous(facts, error) ||
        print_attention(facts, error))
        return error->code;
    return print_notes(facts, error);
}
