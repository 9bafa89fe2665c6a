/* A reference to an object of ours, told as the record that it is over there. */
#include "sync/push/push_reference.h"

/* The record that an object got in an order whose books are still to be kept. */
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
    struct mapping **mappings = NULL;
    size_t count = 0;
    if (books->mappings_of_object(books, target->object, target->id, arena, &mappings, &count,
                                  error))
        return error->code;
    for (size_t i = 0; i < count && text_is_absent(record->id); i++) {
        if (!mappings[i]->deleted)
            *record = (struct order_link){mappings[i]->integration_object,
                                          mappings[i]->integration_id};
    }
    return ERROR_NONE;
}

enum error_code push_reference_find(const struct run_context *context,
                                    const struct order *const orders[2],
                                    const struct order_change *change,
                                    const struct order_field *field, struct arena *arena,
                                    struct order_link *record, bool *awaited, struct error *error)
{
    const struct run *run = context->run;
    struct order_link target;
    *record = (struct order_link){TEXT_ABSENT, TEXT_ABSENT};
    *awaited = false;
    if (!field->line)
        return ERROR_NONE;
    if (run->books->refers_to(run->books, change->entry->internal, change->mapped_id,
                              field->line->internal_field, &field->value, arena, &target, error))
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
