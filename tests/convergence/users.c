/* What those who do something here have in common. */
#include "convergence/users.h"

struct status_mapping *users_mappings(struct world *world, size_t *count)
{
    struct status_mapping *mappings = NULL;
    struct error error = {0};
    if (status_mappings(world->store, TEXT_ABSENT, world->scratch, &mappings, count, &error)) {
        world_fail(world, "mappings cannot be read: %s", error.message);
        *count = 0;
    }
    return mappings;
}

unsigned users_strangers(struct world *world, enum object_type type, struct text id)
{
    size_t count = 0;
    const struct status_mapping *mappings = users_mappings(world, &count);
    unsigned strangers = (1u << PARTY_COUNT) - 1;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(mappings[i].internal_object, text_of(setup_object_name(type))) ||
            !text_equal(mappings[i].internal_id, id))
            continue;
        for (size_t j = 0; j < PARTY_COUNT; j++)
            if (text_equal(mappings[i].integration, text_of(world->parties[j].setup->name)))
                strangers &= ~(1u << j);
    }
    return strangers;
}

bool users_is_link(const struct status_mapping *mapping, const struct party *party, size_t index)
{
    const struct record *record = &party->records[index];
    return text_equal(mapping->integration, text_of(party->setup->name)) &&
           text_equal(mapping->integration_id, text_of(record->id)) &&
           text_equal(mapping->integration_object, text_of(party->setup->kinds[record->kind].name));
}

struct cell users_value(struct world *world, enum object_type type, size_t field)
{
    struct cell cell = {.null = false};
    const uint32_t number = world->next_value++;
    const enum value_type kind = setup_field_type(type, field);
    if (kind == VALUE_TYPE_FLOAT)
        return cell_of_number(number + number * 7919 % 10000 / 10000.0, CELL_DECIMALS);
    snprintf(cell.text, sizeof cell.text, kind == VALUE_TYPE_INT ? "%u" : "v%u", number);
    return cell;
}
