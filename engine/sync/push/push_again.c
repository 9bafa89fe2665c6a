/* push_again: a short list, for one run. */
#include "sync/push/push_again.h"

#include "sync/run/selection.h"

struct refused_fields {
    const struct manual_entry *entry;
    struct text internal_id, record;
    bool *fields; /* by index of the integration object's fields */
    struct refused_fields *next;
};

static struct refused_fields *find_refused(const struct run_context *context,
                                           const struct manual_entry *entry,
                                           struct text internal_id, struct text record)
{
    struct refused_fields *refused = context->refused;
    while (refused && (refused->entry != entry || !text_equal(refused->internal_id, internal_id) ||
                       !text_equal(refused->record, record)))
        refused = refused->next;
    return refused;
}

static enum error_code make(struct run_context *context, const struct order_change *change,
                            struct refused_fields **result, struct error *error)
{
    struct refused_fields *refused = ARENA_NEW(context->arena, struct refused_fields);
    if (!refused)
        return error_memory(error, "refused fields");
    refused->entry = change->entry;
    refused->fields = ARENA_ARRAY(context->arena, change->entry->integration->field_count, bool);
    if (!refused->fields)
        return error_memory(error, "refused fields");
    if (text_copy(context->arena, change->mapped_id, &refused->internal_id, error) ||
        text_copy(context->arena, change->object_id, &refused->record, error))
        return error->code;
    refused->next = context->refused;
    context->refused = refused;
    *result = refused;
    return ERROR_NONE;
}

enum error_code push_again_leave_out(struct run_context *context, const struct order_change *change,
                                     struct error *error)
{
    struct refused_fields *refused =
        find_refused(context, change->entry, change->mapped_id, change->object_id);
    if (!refused && make(context, change, &refused, error))
        return error->code;
    for (size_t i = 0; i < change->field_count; i++)
        refused->fields[change->fields[i].field] |= change->fields[i].due;
    return ERROR_NONE;
}

enum error_code push_again_add(struct run_context *context, const struct order_change *change,
                               const size_t *fields, size_t count, struct error *error)
{
    struct refused_fields *refused =
        find_refused(context, change->entry, change->mapped_id, change->object_id);
    if (!refused && make(context, change, &refused, error))
        return error->code;
    for (size_t i = 0; i < count; i++)
        refused->fields[fields[i]] = true;
    return selection_ids_add(context, &context->again[change->entry->internal->index],
                             change->mapped_id, error);
}

const bool *push_again_left_out(const struct run_context *context, const struct manual_entry *entry,
                                struct text internal_id, struct text record)
{
    const struct refused_fields *refused = find_refused(context, entry, internal_id, record);
    return refused ? refused->fields : NULL;
}

/* *again: the record is read in this run, and has not been before. Then our object is looked at
 * once more: what the record brings has to go to its others (13.10). */
static enum error_code read_record(struct run_context *context, const struct manual_entry *entry,
                                   struct text record, struct text internal_id, bool *again,
                                   struct error *error)
{
    *again = false;
    if (context->run->options->no_pull)
        return ERROR_NONE;
    if (text_set_add(&context->reread, entry->integration->name, record, again, error))
        return error->code;
    if (!*again)
        return ERROR_NONE;
    return selection_ids_add(context, &context->stale[entry->integration->index], record, error) ||
                   selection_ids_add(context, &context->again[entry->internal->index], internal_id,
                                     error)
               ? error->code
               : ERROR_NONE;
}

enum error_code push_again_read(struct run_context *context, const struct order_change *change,
                                bool *again, struct error *error)
{
    *again = false;
    return text_is_absent(change->object_id)
               ? ERROR_NONE
               : read_record(context, change->entry, change->object_id, change->mapped_id, again,
                             error);
}

enum error_code push_again_ask(struct run_context *context, const struct mapping *mapping,
                               size_t field, struct error *error)
{
    struct books *books = context->run->books;
    bool again = false;
    if (context->run->options->no_pull)
        return books->keep_matter(books, mapping, field, MATTER_LATE, error);
    return read_record(context, mapping->entry, mapping->integration_id, mapping->internal_id,
                       &again, error);
}
