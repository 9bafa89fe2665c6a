/* Creates without an answer: found in reports, or left to people. */
#include "sync/push/unknown_outcome.h"

#include "sync/run/untold.h"

/* The identifiers of an object of ours by which its record would have been recognized. Fields that
 * were not sent may have any value there, and fields that have changed here since would no longer
 * match: then they are not certain. */
static enum error_code read_identity(const struct journal_change *change,
                                     const struct local_object *local_object, struct arena *arena,
                                     struct identity *identity, bool *certain, struct error *error)
{
    const struct manual_entry *entry = change->entry;
    size_t *fields = ARENA_ARRAY(arena, entry->line_count, size_t), count = 0;
    struct text *keys = ARENA_ARRAY(arena, entry->line_count, struct text);
    if (!fields || !keys)
        return error_memory(error, "identifiers");
    *certain = true;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct field_schema *schema = entry->internal->fields[line->internal_field].schema;
        const struct value *value = &local_object->values[line->internal_field];
        const uint64_t sent = change->fingerprints[line->internal_field];
        if (!schema->unique || !request_asks_for(line, SIDE_INTEGRATION))
            continue;
        if (sent == 0 || sent != value_fingerprint(value)) {
            *certain = false;
            continue;
        }
        if (value_identifier_key(arena, value, schema->type, &keys[count], error))
            return error->code;
        fields[count] = line->internal_field;
        count += !text_is_empty(keys[count]);
    }
    *identity = (struct identity){fields, keys, count};
    return ERROR_NONE;
}

/* Had the record been made, would the report have been linked to this very object? */
static enum error_code would_be_recognized(struct run_context *context,
                                           const struct journal_change *change,
                                           const struct local_object *local_object,
                                           struct arena *arena, bool *recognized,
                                           struct error *error)
{
    struct internal_side *internal = context->run->internal;
    struct object_search search = {.object = change->entry->internal, .limit = 2};
    struct texts ids = {.count = 0};
    bool certain = false;
    *recognized = false;
    if (read_identity(change, local_object, arena, &search.identity, &certain, error) ||
        (certain && search.identity.count > 0 &&
         internal->find(internal, &search, arena, &ids, error)))
        return error->code;
    *recognized = ids.count == 1 && text_equal(ids.items[0], change->internal_id);
    return ERROR_NONE;
}

/* Has the object got a record of this kind in the meantime? */
static enum error_code is_linked(struct run_context *context, const struct journal_change *change,
                                 struct arena *arena, bool *linked, struct error *error)
{
    struct books *books = context->run->books;
    struct mappings mappings = {.count = 0};
    *linked = false;
    if (books->mappings_of_object(books, change->internal_object, change->internal_id, arena,
                                  &mappings, error))
        return error->code;
    for (size_t i = 0; i < mappings.count && !*linked; i++)
        *linked = text_equal(mappings.items[i]->integration_object, change->integration_object);
    return ERROR_NONE;
}

enum sight { SIGHT_NOT_YET, SIGHT_NEVER, SIGHT_COMPLETE };

/* Was it sent within what this run has pulled? A record that is never reported is never seen. */
static enum sight look(const struct run_context *context, const struct journal_change *change)
{
    const struct window *window = &context->windows[change->entry->integration->index];
    if (!window->asked || context->run->exchange->only_written_to)
        return SIGHT_NEVER;
    const bool since = !text_is_absent(window->stored.token) || window->from == INSTANT_NONE ||
                       change->sent_at >= window->from;
    return since && change->sent_at <= context->to ? SIGHT_COMPLETE : SIGHT_NOT_YET;
}

static enum error_code leave_to_people(struct run_context *context,
                                       const struct journal_change *change, struct error *error)
{
    struct journal *journal = context->run->journal;
    const struct note note = {
        .internal_object = change->internal_object,
        .internal_id = change->internal_id,
        .integration_object = change->integration_object,
        .integration_id = TEXT_ABSENT,
        .about = "in_doubt",
        .message = TEXT("was sent to be created there, but no answer came, and it is unknown "
                        "whether the record exists; look there, then use 'tandem quarantine "
                        "link', 'retry' or 'drop'")};
    if (change->left)
        return ERROR_NONE;
    if (journal->leave_unknown(journal, change, error))
        return error->code;
    return run_context_note(context, &note, error);
}

static enum error_code end_one(struct run_context *context, const struct journal_change *change,
                               struct arena *arena, struct error *error)
{
    const struct run *run = context->run;
    struct journal *journal = run->journal;
    struct local_object local_object = {0};
    bool over = false;
    if (!change->entry) /* not mapped at present */
        return ERROR_NONE;
    if (is_linked(context, change, arena, &over, error))
        return error->code;
    if (over)
        return journal->forget(journal, change, error);
    if (run->internal->load(run->internal, change->entry->internal, change->internal_id, arena,
                            &local_object, error))
        return error->code;
    if (!local_object.exists)
        return journal->forget(journal, change, error);
    const enum sight sight = look(context, change);
    if (sight == SIGHT_NOT_YET)
        return ERROR_NONE;
    if (sight == SIGHT_COMPLETE && !untold_remains(context, change->entry) &&
        would_be_recognized(context, change, &local_object, arena, &over, error))
        return error->code;
    if (over)
        return journal->forget(journal, change, error);
    return run_context_knows_key(context, change->sent_at)
               ? ERROR_NONE
               : leave_to_people(context, change, error);
}

enum error_code unknown_outcome_end(struct run_context *context, struct error *error)
{
    struct journal *journal = context->run->journal;
    struct journal_change *changes = NULL;
    struct arena *arena = NULL;
    size_t count = 0;
    if (!journal)
        return ERROR_NONE;
    if (run_context_page(context, 0, &arena, error) ||
        journal->unknown_outcomes(journal, arena, &changes, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (end_one(context, &changes[i], arena, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code unknown_outcome_report(struct run_context *context, struct error *error)
{
    struct journal *journal = context->run->journal;
    uint64_t left = 0;
    if (!journal)
        return ERROR_NONE;
    if (journal->unknown_left(journal, &left, error))
        return error->code;
    if (left > 0)
        context->summary->status = RUN_DONE_WITH_ISSUES;
    return ERROR_NONE;
}
