/* order: collecting changes and finding them again. */
#include "model/order.h"

#include "base/array.h"
#include "base/pair_index.h"

enum error_code order_new(struct arena *arena, enum side receiver, struct order **order,
                          struct error *error)
{
    struct order *made = ARENA_NEW(arena, struct order);

    *order = NULL;
    if (!made)
        return error_memory(error, "an order");
    *made = (struct order){.arena = arena, .receiver = receiver, .now = INSTANT_NONE};
    if (pair_index_new(arena, &made->by_sender, error) ||
        pair_index_new(arena, &made->by_receiver, error))
        return error->code;
    *order = made;
    return ERROR_NONE;
}

enum error_code order_add(struct order *order, struct order_change *change, struct error *error)
{
    struct order_change **changes = array_grow(order->arena, order->changes, order->change_count,
                                               &order->change_capacity, sizeof(*changes));

    if (!changes)
        return error_memory(error, "a change");
    order->changes = changes;
    if (pair_index_add(order->by_sender, change->object, change->mapped_id, change, error) ||
        (!text_is_empty(change->object_id) &&
         pair_index_add(order->by_receiver, change->object, change->object_id, change, error)))
        return error->code;
    changes[order->change_count++] = change;
    return ERROR_NONE;
}

struct order_field *order_change_field(const struct order_change *change, size_t field)
{
    for (size_t i = 0; change && i < change->field_count; i++)
        if (change->fields[i].field == field)
            return &change->fields[i];
    return NULL;
}

bool order_change_has_answer(const struct order_change *change, enum answer_kind kind)
{
    const struct order_answer *answer = change->answers;

    while (answer && answer->kind != kind)
        answer = answer->next;
    return answer;
}

void order_drop_withdrawn(struct order *order)
{
    size_t kept = 0;

    for (size_t i = 0; i < order->change_count; i++)
        if (!order->changes[i]->withdrawn)
            order->changes[kept++] = order->changes[i];
    order->change_count = kept;
}

struct order_change *order_change_of(const struct order *order, struct text object,
                                     struct text mapped_id)
{
    return pair_index_find(order->by_sender, object, mapped_id);
}
