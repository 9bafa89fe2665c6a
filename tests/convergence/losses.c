/* What a run has deleted here, and whether it might. */
#include "convergence/losses.h"

#include <stdlib.h>

static bool deletes(const struct party *party)
{
    return party->setup->deletes_here;
}

void losses_look(struct world *world, const struct party *party, struct losses *losses)
{
    const struct text name = text_of(party->setup->name);
    struct error error = {0};
    *losses = (struct losses){.mapping_count = 0};
    if (!deletes(party))
        return;
    if (status_mappings(world->store, name, world->scratch, &losses->mappings,
                        &losses->mapping_count, &error) ||
        status_changes(world->store, name, world->scratch, &losses->changes, &losses->change_count,
                       &error))
        world_fail(world, "what a run finds cannot be read: %s", error.message);
}

static bool is_one(const struct status_mapping *left, const struct status_mapping *right)
{
    return text_equal(left->internal_object, right->internal_object) &&
           text_equal(left->internal_id, right->internal_id);
}

static bool is_there(const struct party *party, const struct status_mapping *mapping)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), mapping->integration_object))
            return party_find(party, i, mapping->integration_id) != SIZE_MAX;
    }
    return false;
}

static bool is_gone(struct world *world, const struct status_mapping *mapping)
{
    struct object_row *row = NULL;
    struct error error = {0};
    if (!objects_get(world->store, mapping->internal_object, mapping->internal_id, world->scratch,
                     &row, &error))
        return !row;
    world_fail(world, "an object cannot be read: %s", error.message);
    return false;
}

/* Somebody here made this change, and no run has sent it. */
static bool is_edit(const struct world *world, const struct status_change *change)
{
    for (size_t i = 0; change->mark_count == 0 && i < world->truth.count; i++) {
        const struct edit *edit = &world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->at == change->at &&
            edit->object == strtoul(change->id.bytes, NULL, 10) &&
            text_equal(change->object, text_of(setup_object_name(edit->type))) &&
            text_equal(change->field, text_of(setup_field_name(edit->type, edit->field))))
            return true;
    }
    return false;
}

static void check_loss(struct world *world, const struct party *party, const struct losses *losses,
                       const struct status_mapping *lost)
{
    for (size_t i = 0; i < losses->change_count; i++) {
        const struct status_change *change = &losses->changes[i];
        if (text_equal(change->object, lost->internal_object) &&
            text_equal(change->id, lost->internal_id) && is_edit(world, change))
            world_fail(world, "%.*s:%.*s is deleted, although somebody had edited its %.*s",
                       TEXT_PRINT(lost->internal_object), TEXT_PRINT(lost->internal_id),
                       TEXT_PRINT(change->field));
    }
    for (size_t i = 0; i < losses->mapping_count; i++) {
        const struct status_mapping *other = &losses->mappings[i];
        if (!other->deleted && is_one(other, lost) && is_there(party, other))
            world_fail(world, "%.*s:%.*s is deleted, although its record %s:%.*s is there",
                       TEXT_PRINT(lost->internal_object), TEXT_PRINT(lost->internal_id),
                       party->setup->name, TEXT_PRINT(other->integration_id));
    }
}

void losses_check(struct world *world, const struct party *party, const struct losses *losses)
{
    /* people who merge let objects go themselves */
    for (size_t i = 0; i < losses->mapping_count && !world->merged; i++) {
        if (!losses->mappings[i].deleted && is_gone(world, &losses->mappings[i]))
            check_loss(world, party, losses, &losses->mappings[i]);
    }
}
