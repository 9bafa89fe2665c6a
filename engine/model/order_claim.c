/* Which object does this record belong to, and which record does that reference mean? Asked by an
 * integration before it writes. */
#include "model/order.h"

struct order_claim {
    const struct order_change *change;
    struct text object, id;
    struct order_claim *next;
};

static bool is_same(struct text object, struct text id, struct text other, struct text other_id)
{
    return text_equal(object, other) && text_equal(id, other_id);
}

const struct order_change *order_owner(const struct order *order, struct text object,
                                       struct text id)
{
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *change = order->changes[i];
        if (!text_is_absent(change->object_id) &&
            is_same(object, id, change->object, change->object_id))
            return change;
        for (const struct order_answer *one = change->answers; one; one = one->next) {
            if (one->kind == ANSWER_CREATED && is_same(object, id, one->object, one->id))
                return change;
        }
    }
    for (const struct order_claim *claim = order->claims; claim; claim = claim->next) {
        if (is_same(object, id, claim->object, claim->id))
            return claim->change;
    }
    return NULL;
}

static enum error_code keep_claim(struct order *order, const struct order_change *change,
                                  struct text object, struct text id, struct error *error)
{
    struct order_claim *claim = ARENA_NEW(order->arena, struct order_claim);
    if (!claim)
        return error_memory(error, "a claim");
    *claim = (struct order_claim){.change = change, .next = order->claims};
    if (text_copy(order->arena, object, &claim->object, error) ||
        text_copy(order->arena, id, &claim->id, error))
        return error->code;
    order->claims = claim;
    return ERROR_NONE;
}

enum error_code order_claim(struct order *order, const struct order_change *change,
                            struct text object, struct text id, struct order_link *owner,
                            struct error *error)
{
    const struct order_change *other = order_owner(order, object, id);
    *owner = (struct order_link){TEXT_ABSENT, TEXT_ABSENT};
    if (text_is_empty(id))
        return error_set(error, ERROR_USAGE, "a record that is claimed needs an id");
    if (other) {
        if (other != change)
            *owner = (struct order_link){other->mapped_object, other->mapped_id};
        return ERROR_NONE;
    }
    if (order->find_owner && order->find_owner(order->links_context, object, id, owner, error))
        return error->code;
    if (!text_is_absent(owner->id) &&
        is_same(owner->object, owner->id, change->mapped_object, change->mapped_id))
        *owner = (struct order_link){TEXT_ABSENT, TEXT_ABSENT};
    return text_is_absent(owner->id) ? keep_claim(order, change, object, id, error) : ERROR_NONE;
}

enum error_code order_reference(const struct order *order, struct order_change *change,
                                struct text name, struct order_link *record, struct error *error)
{
    *record = (struct order_link){TEXT_ABSENT, TEXT_ABSENT};
    for (size_t i = 0; order->find_reference && i < change->field_count; i++) {
        struct order_field *field = &change->fields[i];
        if (text_equal(change->entry->integration->fields[field->field].name, name))
            return order->find_reference(order->links_context, change, field, record,
                                         &field->awaited, error);
    }
    return ERROR_NONE;
}
