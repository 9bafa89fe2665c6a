/* A reference to an object of ours, translated to its record over there. */
#include "sync/push/push_reference.h"

#include "sync/run/selection.h"
#include "sync/run/transaction.h"

static enum error_code find_target(const struct run_context *context,
                                   const struct order_change *change,
                                   const struct order_field *field, struct arena *arena,
                                   struct order_link *target, struct error *error)
{
    struct books *books = context->run->books;
    const struct field_place place = {change->entry->internal, change->mapped_id,
                                      field->line->internal_field};
    return books->refers_to(books, &place, &field->value, arena, target, error);
}

/* The record that an object got in an order whose results are still to be stored. */
static bool find_created(const struct order *order, const struct order_link *target,
                         struct order_link *record)
{
    for (size_t i = 0; order && i < order->change_count; i++) {
        const struct order_change *change = order->changes[i];
        if (!text_equal(change->mapped_object, target->object) ||
            !text_equal(change->mapped_id, target->id))
            continue;
        for (const struct order_answer *one = change->answers; one; one = one->next) {
            if (one->kind != ANSWER_CREATED)
                continue;
            *record = (struct order_link){one->object, one->id};
            return true;
        }
    }
    return false;
}

static enum error_code find_linked(const struct run_context *context,
                                   const struct order_link *target, struct arena *arena,
                                   struct order_link *record, struct error *error)
{
    struct books *books = context->run->books;
    struct mappings mappings = {.count = 0};
    if (books->mappings_of_object(books, target->object, target->id, arena, &mappings, error))
        return error->code;
    for (size_t i = 0; i < mappings.count && text_is_absent(record->id); i++) {
        if (!mappings.items[i]->deleted)
            *record = (struct order_link){mappings.items[i]->integration_object,
                                          mappings.items[i]->integration_id};
    }
    return ERROR_NONE;
}

enum error_code push_reference_find(const struct run_context *context,
                                    const struct order *const orders[2],
                                    const struct order_change *change,
                                    const struct order_field *field, struct order_link *record,
                                    bool *awaited, struct error *error)
{
    const struct run *run = context->run;
    struct arena *arena = orders[0]->arena;
    struct order_link target;
    *record = (struct order_link){TEXT_ABSENT, TEXT_ABSENT};
    *awaited = false;
    if (!field->line)
        return ERROR_NONE;
    if (find_target(context, change, field, arena, &target, error))
        return error->code;
    if (text_is_absent(target.id))
        return ERROR_NONE;
    if (find_linked(context, &target, arena, record, error))
        return error->code;
    if (!text_is_absent(record->id) || find_created(orders[0], &target, record) ||
        find_created(orders[1], &target, record))
        return ERROR_NONE;
    *awaited = manual_internal(run->manual, target.object) != NULL;
    return ERROR_NONE;
}

enum error_code push_reference_book(const struct run_context *context,
                                    const struct order_change *change,
                                    const struct order_field *field, const struct mapping *mapping,
                                    struct arena *arena, struct error *error)
{
    struct books *books = context->run->books;
    const size_t internal_field = field->line->internal_field;
    struct order_link target;
    /* what is sent is ours, whatever they referred to before */
    if (books->end_late(books, mapping->key, change->entry->integration->fields[field->field].name,
                        false, error))
        return error->code;
    if (!field->awaited)
        return books->end_awaited(books, mapping, internal_field, error);
    if (find_target(context, change, field, arena, &target, error))
        return error->code;
    return text_is_absent(target.id)
               ? ERROR_NONE
               : books->await_record(books, mapping, internal_field, &target, error);
}

static enum error_code owe(struct run_context *context, struct mapping *mapping, size_t field,
                           struct error *error)
{
    struct books *books = context->run->books;
    if (books->end_awaited(books, mapping, field, error))
        return error->code;
    if (base_version_is_agreed(&mapping->base_versions[field])) {
        base_version_split(&mapping->base_versions[field]);
        if (books->update_mapping(books, mapping, error))
            return error->code;
    }
    if (books->owe_change(books, mapping, field, context->run->now, error))
        return error->code;
    const size_t kind = mapping->entry->internal->index;
    return context->selective &&
                   !selection_ids_has(&context->selected_objects[kind], mapping->internal_id)
               ? ERROR_NONE
               : selection_ids_add(context, &context->again[kind], mapping->internal_id, error);
}

enum error_code push_reference_owe(struct run_context *context, struct arena *arena,
                                   struct error *error)
{
    struct books *books = context->run->books;
    struct awaited_reference *due = NULL;
    size_t count = 0;
    if (books->awaited_due(books, arena, &due, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        struct mapping *mapping = NULL;
        if (due[i].field == SIZE_MAX)
            continue;
        if (books->mapping_of_key(books, due[i].mapping, arena, &mapping, error))
            return error->code;
        if (mapping && mapping->entry && owe(context, mapping, due[i].field, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code owe_all(struct run_context *context, struct error *error)
{
    struct arena *arena = NULL;
    return run_context_page(context, 0, &arena, error) ? error->code
                                                       : push_reference_owe(context, arena, error);
}

enum error_code push_reference_begin(struct run_context *context, struct error *error)
{
    struct books *books = context->run->books;
    struct awaited_reference *due = NULL;
    struct arena *arena = NULL;
    size_t count = 0;
    if (run_context_page(context, 0, &arena, error) ||
        books->awaited_due(books, arena, &due, &count, error))
        return error->code;
    return count == 0 ? ERROR_NONE : transaction_run(context, owe_all, error);
}
