/* order: collecting changes and finding them again. */
#include "model/order_index.h"

#include "base/array.h"

enum error_code order_new(struct arena *arena, enum side receiver, struct order **order,
                          struct error *error)
{
    struct order *made = ARENA_NEW(arena, struct order);
    struct order_index *index = ARENA_NEW(arena, struct order_index);
    enum error_code code = ERROR_NONE;

    *order = NULL;
    if (!made || !index)
        return error_memory(error, "an order");
    code = pair_index_new(arena, &index->by_sender, error);
    if (!code)
        code = pair_index_new(arena, &index->by_receiver, error);
    if (code)
        return code;
    made->arena = arena;
    made->receiver = receiver;
    made->now = INSTANT_NONE;
    made->index = index;
    *order = made;
    return ERROR_NONE;
}

enum error_code order_add(struct order *order, struct order_change *change, struct error *error)
{
    struct order_index *index = order->index;
    struct order_change **changes = NULL;
    enum error_code code = ERROR_NONE;

    changes = array_grow(order->arena, order->changes, order->change_count, &order->change_capacity,
                         sizeof(*changes));
    if (!changes)
        return error_memory(error, "a change");
    order->changes = changes;
    code = pair_index_add(index->by_sender, change->object, change->mapped_id, change, error);
    if (!code && !text_is_empty(change->object_id))
        code = pair_index_add(index->by_receiver, change->object, change->object_id, change, error);
    if (!code)
        changes[order->change_count++] = change;
    return code;
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
    const struct order_index *index = order->index;

    return pair_index_find(index->by_sender, object, mapped_id);
}
