/* Creates without an answer: found in reports, or left to people. */
#include "sync/push/unknown_outcome.h"

#include "sync/run/request_builder.h"

/* The identifiers of an object of ours by which its record would have been recognized. */
struct identity {
    size_t *fields;
    struct text *keys;
    size_t count;
    bool certain; /* what was sent is what the object has now, and nothing else identifies it */
};

static bool is_unique(const struct manual_entry *entry, const struct manual_line *line)
{
    return entry->internal->fields[line->internal_field].schema->unique;
}

/* One identifying line. Fields that were not sent may have any value there, and fields that have
 * changed here since would no longer match. */
static enum error_code add_identifier(const struct journal_change *change,
                                      const struct manual_line *line, const struct value *value,
                                      struct arena *arena, struct identity *identity,
                                      struct error *error)
{
    const struct field_schema *schema =
        change->entry->internal->fields[line->internal_field].schema;
    const uint64_t sent = change->fingerprints[line->internal_field];
    struct text *key = &identity->keys[identity->count];
    if (sent == 0 || sent != value_fingerprint(value)) {
        identity->certain = false;
        return ERROR_NONE;
    }
    if (value_is_empty(value))
        return ERROR_NONE;
    if (value_identifier_key(arena, value, schema->type, key, error))
        return error->code;
    if (text_is_empty(*key))
        return ERROR_NONE;
    identity->fields[identity->count++] = line->internal_field;
    return ERROR_NONE;
}

static enum error_code read_identity(const struct journal_change *change,
                                     const struct local_object *local_object, struct arena *arena,
                                     struct identity *identity, struct error *error)
{
    const struct manual_entry *entry = change->entry;
    *identity = (struct identity){.fields = ARENA_ARRAY(arena, entry->line_count, size_t),
                                  .keys = ARENA_ARRAY(arena, entry->line_count, struct text),
                                  .certain = true};
    if (!identity->fields || !identity->keys)
        return error_memory(error, "identifiers");
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (is_unique(entry, line) && request_asks_for(line, SIDE_INTEGRATION) &&
            add_identifier(change, line, &local_object->values[line->internal_field], arena,
                           identity, error))
            return error->code;
    }
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
    struct identity identity;
    struct texts ids;
    *recognized = false;
    if (read_identity(change, local_object, arena, &identity, error))
        return error->code;
    if (!identity.certain || identity.count == 0)
        return ERROR_NONE;
    const struct object_search search = {.object = change->entry->internal,
                                         .fields = identity.fields,
                                         .keys = identity.keys,
                                         .key_count = identity.count,
                                         .limit = 2};
    if (internal->find(internal, &search, arena, &ids, error))
        return error->code;
    *recognized = ids.count == 1 && text_equal(ids.items[0], change->internal_id);
    return ERROR_NONE;
}

/* Has the object got a record of this kind in the meantime? */
static enum error_code is_linked(struct run_context *context, const struct journal_change *change,
                                 struct arena *arena, bool *linked, struct error *error)
{
    struct books *books = context->run->books;
    struct mapping **mappings = NULL;
    size_t count = 0;
    *linked = false;
    if (books->mappings_of_object(books, change->internal_object, change->internal_id, arena,
                                  &mappings, &count, error))
        return error->code;
    for (size_t i = 0; i < count && !*linked; i++)
        *linked = text_equal(mappings[i]->integration_object, change->integration_object);
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
    if (sight == SIGHT_COMPLETE &&
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
