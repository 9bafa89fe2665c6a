/* Who has the same before an edit is made. */
#include <stdlib.h>

#include "convergence/world.h"
#include "store/inspect/status.h"

/* All that is linked to one object of ours. */
struct links {
    struct status_mapping *mappings;
    size_t count;
};

static bool is_of(const struct status_mapping *mapping, enum object_type type)
{
    return !mapping->deleted &&
           text_equal(mapping->internal_object, text_of(setup_object_name(type)));
}

/* The record of a live mapping; SIZE_MAX if there is none. */
static size_t record_of(const struct party *party, const struct status_mapping *mapping)
{
    if (!text_equal(text_of(party->setup->name), mapping->integration))
        return SIZE_MAX;
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), mapping->integration_object))
            return party_find(party, i, mapping->integration_id);
    }
    return SIZE_MAX;
}

/* Our id for a record of a party; absent if there is none. */
static struct text id_of(const struct links *links, const struct party *party, size_t record,
                         enum object_type type)
{
    for (size_t i = 0; i < links->count; i++) {
        if (is_of(&links->mappings[i], type) && record_of(party, &links->mappings[i]) == record)
            return links->mappings[i].internal_id;
    }
    return TEXT_ABSENT;
}

size_t world_linked_to(struct world *world, int number, size_t index)
{
    const struct party *party = &world->parties[number];
    const struct record *record = &party->records[index];
    struct links links = {0};
    struct error error = {0};
    if (status_mappings(world->store, text_of(party->setup->name), world->scratch, &links.mappings,
                        &links.count, &error)) {
        world_fail(world, "links cannot be read: %s", error.message);
        return SIZE_MAX;
    }
    for (size_t i = 0; i < links.count; i++) {
        const struct status_mapping *mapping = &links.mappings[i];
        if (text_equal(mapping->integration_id, text_of(record->id)) &&
            text_equal(mapping->integration_object,
                       text_of(party->setup->kinds[record->kind].name)))
            return strtoul(mapping->internal_id.bytes, NULL, 10);
    }
    return SIZE_MAX;
}

static bool has_kind_for(const struct party *party, enum object_type type)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (party->setup->kinds[i].type == type)
            return true;
    }
    return false;
}

/* The party has one record of the object, with just this value, or nothing to do with the field. */
static bool party_agrees(const struct links *links, const struct party *party,
                         enum object_type type, struct text id, size_t field,
                         const struct cell *ours)
{
    const enum flow flow = party->setup->flows[type][field];
    size_t count = 0, record = SIZE_MAX;
    if (!has_kind_for(party, type))
        return true;
    if (flow == FLOW_NONE)
        return !setup_has_manner(&party->world->setup, MANNER_LINES);
    if (flow != FLOW_BOTH)
        return false;
    for (size_t i = 0; i < links->count; i++) {
        if (!is_of(&links->mappings[i], type) || !text_equal(links->mappings[i].internal_id, id) ||
            !text_equal(links->mappings[i].integration, text_of(party->setup->name)))
            continue;
        record = record_of(party, &links->mappings[i]);
        count++;
    }
    return count == 1 && record != SIZE_MAX &&
           cell_equal(ours, &party->records[record].cells[field]);
}

bool world_agrees(struct world *world, int place, size_t object, size_t field,
                  enum object_type type)
{
    struct links links = {0};
    struct object_row *row = NULL;
    struct error error = {0};
    char number[24];
    struct text id = TEXT_ABSENT;
    if (status_mappings(world->store, TEXT_ABSENT, world->scratch, &links.mappings, &links.count,
                        &error))
        goto out;
    snprintf(number, sizeof number, "%zu", object);
    id = place == PLACE_STORE ? text_of(number)
                              : id_of(&links, &world->parties[place], object, type);
    if (text_is_absent(id) || objects_get(world->store, text_of(setup_object_name(type)), id,
                                          world->scratch, &row, &error))
        goto out;
    if (!row)
        return false;
    const struct cell ours = world_cell(world, type, row, field);
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (!party_agrees(&links, &world->parties[i], type, id, field, &ours))
            return false;
    }
    return true;
out:
    if (error.code)
        world_fail(world, "agreement cannot be read: %s", error.message);
    return false;
}
