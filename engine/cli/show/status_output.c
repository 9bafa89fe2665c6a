/* Tables and JSON with what is known about an integration. */
#include "cli/show/status_output.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/show/listing.h"
#include "cli/show/matter_output.h"
#include "cli/show/summary_output.h"
#include "host/slices.h"

enum { MOST_SHOWN = 25 };

/* ---- runs ---- */

static const struct listing_column run_columns[] = {
    LISTING_MEMBER(">run", "run", INTEGER, struct status_run, id),
    LISTING_MEMBER(NULL, "status", TEXT, struct status_run, status),
    LISTING_MEMBER("started", "started", INSTANT, struct status_run, started),
    LISTING_MEMBER("finished", "finished", INSTANT, struct status_run, finished),
    LISTING_MEMBER("status", NULL, TEXT, struct status_run, status),
    LISTING_MEMBER(NULL, "phase", TEXT, struct status_run, phase),
    LISTING_MEMBER(NULL, "iteration", INTEGER, struct status_run, iteration),
    LISTING_MEMBER("error", "error", TEXT, struct status_run, message),
    LISTING_MEMBER(NULL, "counts", JSON, struct status_run, counts_json),
    LISTING_MEMBER(NULL, "options", JSON, struct status_run, options_json),
    LISTING_MEMBER(NULL, "scripts", JSON, struct status_run, scripts_json),
};

/* The counts of the last run that ended; NULL: none. */
static json_t *last_counts(const struct status_facts *facts)
{
    for (size_t i = 0; i < facts->run_count; i++)
        if (!text_is_absent(facts->runs[i].counts_json))
            return json_loadb(facts->runs[i].counts_json.bytes, facts->runs[i].counts_json.length,
                              0, NULL);
    return NULL;
}

static void print_clock(const struct status_facts *facts)
{
    json_t *const counts = last_counts(facts);
    const int64_t behind = json_integer_value(json_object_get(counts, "clock_behind_ms"));
    if (json_is_true(json_object_get(counts, "clock_unknown")))
        puts("its clock is not known: no answer bears a date, nor does a record that we wrote; its "
             "dates are compared as it gives them");
    if (summary_output_tells_clock(behind))
        printf("its clock is %lld seconds %s ours: set the one that is wrong; until then its dates "
               "are converted\n",
               (long long)llabs(behind) / 1000, behind > 0 ? "behind" : "ahead of");
    json_decref(counts);
}

/* ---- the last backfill ---- */

struct backfill_row {
    struct backfill backfill;
    uint64_t slices;
    char slice[SLICES_LENGTH_SIZE];
};

static void read_backfill(const struct backfill *backfill, struct backfill_row *row)
{
    struct slices slices = {.count = 0};
    struct error ignored;
    (void)!slices_cut(backfill->from, backfill->to, backfill->slice_ms, &slices, &ignored);
    *row = (struct backfill_row){.backfill = *backfill, .slices = slices.count};
    (void)slices_format_length(backfill->slice_ms, row->slice);
}

static const char *backfill_state(const void *item)
{
    const struct backfill_row *const row = item;
    return row->backfill.done == row->slices ? "done" : "unfinished";
}

static const struct listing_column backfill_columns[] = {
    {.key = "status", .type = LISTING_WORDS, .words = backfill_state},
    LISTING_MEMBER("begun", "begun", INSTANT, struct backfill_row, backfill.begun),
    LISTING_MEMBER("from", "from", INSTANT, struct backfill_row, backfill.from),
    LISTING_MEMBER("to", "to", INSTANT, struct backfill_row, backfill.to),
    LISTING_MEMBER("slice", "slice", CHARS, struct backfill_row, slice),
    LISTING_MEMBER(">slices", "slices", COUNT, struct backfill_row, slices),
    LISTING_MEMBER(">done", "done", COUNT, struct backfill_row, backfill.done),
    LISTING_MEMBER(NULL, "attention", COUNT, struct backfill_row, backfill.attention),
    LISTING_MEMBER(">failed", "failed", COUNT, struct backfill_row, backfill.failed),
    LISTING_MEMBER(">open", "open", COUNT, struct backfill_row, backfill.open),
    LISTING_MEMBER(">attention", NULL, COUNT, struct backfill_row, backfill.attention),
};

/* ---- positions ---- */

static void position_cell(struct table *table, const void *item)
{
    const struct status_position *const position = item;
    if (position->at == INSTANT_NONE)
        table_cell(table, position->token);
    else
        table_instant(table, position->at);
}

static const struct listing_column position_columns[] = {
    LISTING_MEMBER("object", "object", TEXT, struct status_position, object),
    LISTING_MEMBER(NULL, "at", INSTANT, struct status_position, at),
    LISTING_MEMBER(NULL, "token", TEXT, struct status_position, token),
    LISTING_MEMBER(NULL, "unfilled", TEXT, struct status_position, unfilled),
    {.heading = "pulled up to", .cell = position_cell},
};

static void print_unfilled(const struct status_facts *facts)
{
    for (size_t i = 0; i < facts->position_count; i++) {
        const struct status_position *const position = &facts->positions[i];
        if (!text_is_absent(position->unfilled))
            printf("%.*s: new in the mapping and not filled yet: %.*s; the next sync reads all "
                   "records\n",
                   TEXT_PRINT(position->object), TEXT_PRINT(position->unfilled));
    }
}

/* ---- what needs attention ---- */

static const char *direction_of(const void *side)
{
    return *(const enum side *)side == SIDE_INTEGRATION ? "pull" : "push";
}

static const struct listing_column attention_columns[] = {
    LISTING_SAID("direction", "direction", struct store_outcome, side, direction_of),
    LISTING_MEMBER("object", "object", TEXT, struct store_outcome, object),
    LISTING_MEMBER("id", "id", TEXT, struct store_outcome, id),
    LISTING_MEMBER("outcome", "outcome", TEXT, struct store_outcome, outcome),
    LISTING_MEMBER("reason", "reason", TEXT, struct store_outcome, reason),
};

static const char *why_it_waits(const void *item)
{
    const struct quarantine_entry *const entry = item;
    if (text_equal(entry->reason, TEXT("in_doubt")))
        return entry->held ? "outcome of the create unknown: look there, then 'tandem quarantine "
                             "link', 'retry' or 'drop'"
                           : "outcome of the create unknown: the next complete pull will show it";
    return entry->held ? "tried in too many runs: 'tandem quarantine retry' or 'drop'"
                       : "tried again in the next run";
}

/* What waits, and why; `tandem quarantine list` shows all. */
static const struct listing_column quarantine_columns[] = {
    LISTING_MEMBER("object", "object", TEXT, struct quarantine_entry, object),
    LISTING_MEMBER("id", "id", TEXT, struct quarantine_entry, id),
    LISTING_MEMBER("there", "integration_object", TEXT, struct quarantine_entry, record),
    LISTING_MEMBER("id", NULL, NEW, struct quarantine_entry, record_id),
    LISTING_MEMBER(NULL, "held", FLAG, struct quarantine_entry, held),
    LISTING_MEMBER(">runs", "runs", COUNT, struct quarantine_entry, failures),
    LISTING_MEMBER(NULL, "reason", TEXT, struct quarantine_entry, reason),
    {.heading = "why", .type = LISTING_WORDS, .words = why_it_waits},
};

/* ---- records that match several objects here ---- */

static const char *what_to_do(const void *item)
{
    const struct ambiguous_records_entry *const entry = item;
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

static json_t *matches_json(const void *item)
{
    const struct ambiguous_records_entry *const entry = item;
    json_t *const matches = json_array();
    for (size_t i = 0; i < entry->match_count; i++)
        json_array_append_new(matches, value_json_text(entry->matches[i]));
    return matches;
}

static void matches_cell(struct table *table, const void *item)
{
    const struct ambiguous_records_entry *const entry = item;
    char ids[256] = "";
    size_t length = 0;
    for (size_t i = 0; i < entry->match_count && length < sizeof ids; i++)
        length += (size_t)snprintf(ids + length, sizeof ids - length, "%s%.*s", i ? ", " : "",
                                   TEXT_PRINT(entry->matches[i]));
    table_format(table, "%s%s", ids, entry->match_count == AMBIGUOUS_MATCHES ? " ..." : "");
}

static const struct listing_column ambiguous_columns[] = {
    LISTING_MEMBER("there", "integration_object", TEXT, struct ambiguous_records_entry, record),
    LISTING_MEMBER("id", "integration_id", TEXT, struct ambiguous_records_entry, record_id),
    LISTING_MEMBER("since", NULL, INSTANT, struct ambiguous_records_entry, since),
    LISTING_MEMBER("here", "object", TEXT, struct ambiguous_records_entry, object),
    {.heading = "matches", .key = "matches", .json = matches_json, .cell = matches_cell},
    LISTING_MEMBER(NULL, "since", INSTANT, struct ambiguous_records_entry, since),
    LISTING_MEMBER(NULL, "held", FLAG, struct ambiguous_records_entry, held),
    LISTING_MEMBER(NULL, "message", TEXT, struct ambiguous_records_entry, message),
    {.heading = "what to do", .key = "what_to_do", .type = LISTING_WORDS, .words = what_to_do},
    LISTING_MEMBER("asked", NULL, TEXT, struct ambiguous_records_entry, message),
};

/* ---- notes ---- */

static const struct listing_column note_columns[] = {
    LISTING_MEMBER(NULL, "at", INSTANT, struct status_note, at),
    LISTING_MEMBER("object", "object", TEXT, struct status_note, object),
    LISTING_MEMBER("id", "id", TEXT, struct status_note, object_id),
    LISTING_MEMBER("there", "integration_object", TEXT, struct status_note, integration_object),
    LISTING_MEMBER("id", "integration_id", TEXT, struct status_note, integration_id),
    LISTING_MEMBER(NULL, "about", TEXT, struct status_note, about),
    LISTING_MEMBER("field", "field", TEXT, struct status_note, field),
    LISTING_MEMBER("note", "message", TEXT, struct status_note, message),
};

/* ---- all of it ---- */

/* The lists of an integration, borrowed from its facts. */
struct status_lists {
    struct listing runs, backfill, positions, attention, quarantine, ambiguous, notes;
};

static struct status_lists lists_of(const struct status_facts *facts, struct backfill_row *backfill)
{
    if (facts->has_backfill)
        read_backfill(&facts->backfill, backfill);
    return (struct status_lists){
        .runs = LISTING(run_columns, facts->runs, facts->run_count),
        .backfill = LISTING(backfill_columns, backfill, facts->has_backfill),
        .positions = LISTING(position_columns, facts->positions, facts->position_count),
        .attention = LISTING(attention_columns, facts->attention, facts->attention_count),
        .quarantine = LISTING(quarantine_columns, facts->quarantine, facts->quarantine_count),
        .ambiguous = LISTING(ambiguous_columns, facts->ambiguous, facts->ambiguous_count),
        .notes = LISTING(note_columns, facts->notes, facts->note_count),
    };
}

json_t *status_output_json(const struct status_facts *facts)
{
    const struct status_integration *const integration = &facts->integration;
    struct backfill_row backfill = {.slices = 0};
    const struct status_lists lists = lists_of(facts, &backfill);
    json_t *const ambiguous = listing_json(&lists.ambiguous);
    return json_pack(
        "{s:o, s:b, s:b, s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:O, s:o, s:o, s:o, "
        "s:o}",
        "integration", value_json_text(integration->name), "enabled", (int)integration->enabled,
        "needs_reauth", (int)facts->needs_reauth, "script", value_json_text(facts->script),
        "mappings", (json_int_t)integration->mappings, "mappings_deleted",
        (json_int_t)integration->mappings_deleted, "waiting_changes",
        (json_int_t)integration->waiting_changes, "ties", (json_int_t)integration->ties,
        "positions", listing_json(&lists.positions), "runs", listing_json(&lists.runs), "attention",
        listing_json(&lists.attention), "notes", listing_json(&lists.notes), "quarantine",
        listing_json(&lists.quarantine), "ambiguous", ambiguous,
        "unlinked" /* its name until schema 16 */, ambiguous, "backfill",
        facts->has_backfill ? listing_json_item(&lists.backfill, 0) : json_null(), "open",
        matter_output_list_json(facts->matters, facts->matter_count), "open_counts",
        matter_output_counts_json(facts->counts, facts->count_count));
}

enum error_code status_output_text(const struct status_facts *facts, struct error *error)
{
    const struct status_integration *const integration = &facts->integration;
    struct backfill_row backfill = {.slices = 0};
    const struct status_lists lists = lists_of(facts, &backfill);
    char quarantine_list[256];
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
    print_clock(facts);
    if (!text_is_absent(facts->script))
        output_line("%.*s", TEXT_PRINT(facts->script));
    if (listing_section(&lists.runs, "runs", 0, NULL, error) ||
        listing_section(&lists.backfill, "backfill", 0, NULL, error) ||
        listing_section(&lists.positions, "positions", 0, NULL, error))
        return error->code;
    print_unfilled(facts);
    (void)snprintf(quarantine_list, sizeof quarantine_list, "see 'tandem quarantine list %.*s'",
                   TEXT_PRINT(integration->name));
    if (matter_output_counts(facts->counts, facts->count_count, false, error) ||
        matter_output_list(facts->matters, facts->matter_count, MOST_SHOWN, error) ||
        listing_section(&lists.quarantine, "what waits", MOST_SHOWN, quarantine_list, error) ||
        listing_section(&lists.ambiguous, "records that match several objects here", MOST_SHOWN,
                        "--json shows all", error) ||
        listing_section(&lists.attention, "objects of the last run that need attention", MOST_SHOWN,
                        "--json shows all", error))
        return error->code;
    return listing_section(&lists.notes, "notes of the last run", 0, NULL, error);
}
