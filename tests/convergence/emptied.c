/* Every empty value of an order must go back to somebody who emptied it. */
#include "convergence/emptied.h"

#include <stdlib.h>

#include "store/inspect/status.h"

/* What an order is about to do to one field. */
struct emptying {
    enum object_type type;
    struct text id; /* of our object */
    size_t field;
};

static size_t field_of(const struct order *order, const struct order_change *change,
                       const struct order_field *field, enum object_type type)
{
    const struct manual_object *object =
        order->receiver == SIDE_INTERNAL ? change->entry->internal : change->entry->integration;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (text_equal(text_of(setup_field_name(type, i)), object->fields[field->field].name))
            return i;
    }
    return SIZE_MAX;
}

static size_t record_of(const struct party *party, struct text object, struct text id)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), object))
            return party_find(party, i, id);
    }
    return SIZE_MAX;
}

/* Does the receiver have something there now? */
static bool is_filled(struct world *world, const struct party *party, const struct order *order,
                      const struct order_change *change, const struct emptying *emptying)
{
    struct object_row *row = NULL;
    struct error error = {0};
    if (order->receiver == SIDE_INTEGRATION) {
        const size_t record = record_of(party, change->object, change->object_id);
        return record != SIZE_MAX && !cell_is_empty(&party->records[record].cells[emptying->field]);
    }
    if (objects_get(world->store, change->object, emptying->id, world->scratch, &row, &error) ||
        !row)
        return false;
    const struct cell cell = world_cell(world, emptying->type, row, emptying->field);
    return !cell_is_empty(&cell);
}

/* Is, or was, the record of the edit linked to the object? */
static bool is_linked(const struct world *world, const struct edit *edit, struct text id,
                      const struct status_mapping *mappings, size_t count)
{
    const struct party *party = &world->parties[edit->place];
    for (size_t i = 0; i < count; i++) {
        if (text_equal(mappings[i].integration, text_of(party->setup->name)) &&
            text_equal(mappings[i].internal_object, text_of(setup_object_name(edit->type))) &&
            text_equal(mappings[i].internal_id, id) &&
            record_of(party, mappings[i].integration_object, mappings[i].integration_id) ==
                edit->object)
            return true;
    }
    return false;
}

/* A party whose record is gone, or has another name by now, is given the benefit of the doubt. */
static bool is_untraceable(const struct world *world, const struct edit *edit)
{
    const struct party *party = &world->parties[edit->place];
    for (size_t i = 0; i < party->conversion_count; i++) {
        if (party->conversions[i].record == edit->object)
            return true;
    }
    return party->records[edit->object].gone;
}

/* Was it made at the object, or at one that people have merged into it since? */
static bool is_made_at(const struct world *world, const struct edit *edit, struct text id)
{
    const size_t wanted = strtoul(id.bytes, NULL, 10);
    size_t object = edit->object;
    while (object != wanted && edit->type == TYPE_CONTACT && object < OBJECT_MAX &&
           world->heirs[object] > 0)
        object = world->heirs[object];
    return object == wanted;
}

static bool has_cause(struct world *world, const struct emptying *emptying)
{
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    struct error error = {0};
    if (status_mappings(world->store, TEXT_ABSENT, world->scratch, &mappings, &count, &error)) {
        world_fail(world, "mappings cannot be read: %s", error.message);
        return true;
    }
    for (size_t i = 0; i < world->truth.count; i++) {
        const struct edit *edit = &world->truth.edits[i];
        if (edit->type != emptying->type || edit->field != emptying->field ||
            !cell_is_empty(&edit->value))
            continue;
        if (edit->place == PLACE_STORE ? is_made_at(world, edit, emptying->id)
                                       : is_untraceable(world, edit) ||
                                             is_linked(world, edit, emptying->id, mappings, count))
            return true;
    }
    return false;
}

static void check_change(struct world *world, const struct party *party, const struct order *order,
                         const struct order_change *change)
{
    const struct text object =
        order->receiver == SIDE_INTERNAL ? change->object : change->mapped_object;
    struct emptying emptying = {
        .type = text_equal(object, TEXT("company")) ? TYPE_COMPANY : TYPE_CONTACT,
        .id = order->receiver == SIDE_INTERNAL ? change->object_id : change->mapped_id};
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (field->state == FIELD_UNCHANGED || !value_is_empty(&field->value) ||
            (order->receiver == SIDE_INTEGRATION && !field->due))
            continue;
        emptying.field = field_of(order, change, field, emptying.type);
        if (emptying.field != SIZE_MAX && is_filled(world, party, order, change, &emptying) &&
            !has_cause(world, &emptying))
            world_fail(world, "%s of %s:%.*s is emptied %s, although nobody emptied it",
                       setup_field_name(emptying.type, emptying.field),
                       setup_object_name(emptying.type), TEXT_PRINT(emptying.id),
                       order->receiver == SIDE_INTERNAL ? "here" : "there");
    }
}

void emptied_check(struct world *world, const struct party *party, const struct order *order)
{
    for (size_t i = 0; i < order->change_count && !world_failed(world); i++) {
        if (!text_is_absent(order->changes[i]->object_id))
            check_change(world, party, order, order->changes[i]);
    }
}
