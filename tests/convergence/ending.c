/* The end of a history, looked up once. */
#include "convergence/ending.h"

bool ending_load(struct ending *state)
{
    struct world *world = state->world;
    struct error error = {0};
    for (int type = 0; type < TYPE_COUNT; type++) {
        const struct object_query query = {.object =
                                               text_of(setup_object_name((enum object_type)type))};
        if (objects_list(world->store, &query, world->scratch, &state->rows[type],
                         &state->row_count[type], &error))
            goto out;
    }
    if (status_mappings(world->store, TEXT_ABSENT, world->scratch, &state->mappings,
                        &state->mapping_count, &error) ||
        status_changes(world->store, TEXT_ABSENT, world->scratch, &state->changes,
                       &state->change_count, &error))
        goto out;
    return listed_load(&state->listed, world);
out:
    world_fail(world, "the store cannot be read: %s", error.message);
    return false;
}

const struct object_row *ending_row(const struct ending *state, enum object_type type,
                                    struct text id)
{
    for (size_t i = 0; i < state->row_count[type]; i++) {
        if (text_equal(state->rows[type][i].id, id))
            return &state->rows[type][i];
    }
    return NULL;
}

struct party *ending_party(const struct ending *state, struct text integration)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (text_equal(text_of(state->world->setup.parties[i].name), integration))
            return &state->world->parties[i];
    }
    return NULL;
}

/* The record of a mapping that is not gone; SIZE_MAX if there is none. */
size_t ending_record(const struct party *party, const struct status_mapping *mapping)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), mapping->integration_object))
            return party_find(party, i, mapping->integration_id);
    }
    return SIZE_MAX;
}

enum object_type ending_type(struct text object)
{
    return text_equal(object, TEXT("company")) ? TYPE_COMPANY : TYPE_CONTACT;
}

bool ending_is_of(const struct status_mapping *mapping, struct text integration,
                  enum object_type type, struct text id)
{
    return text_equal(mapping->integration, integration) && text_equal(mapping->internal_id, id) &&
           ending_type(mapping->internal_object) == type;
}

unsigned ending_links(const struct ending *state, struct text integration, enum object_type type,
                      struct text id, bool live_only)
{
    unsigned count = 0;
    for (size_t i = 0; i < state->mapping_count; i++)
        count += ending_is_of(&state->mappings[i], integration, type, id) &&
                 !(live_only && state->mappings[i].deleted);
    return count;
}

bool ending_is_tied(const struct ending *state, struct text integration, enum object_type type,
                    struct text id, size_t field)
{
    for (size_t i = 0; i < state->change_count; i++) {
        const struct status_change *change = &state->changes[i];
        if (change->mark_count > 0 && text_equal(change->integration, integration) &&
            ending_type(change->object) == type && text_equal(change->id, id) &&
            text_equal(change->field, text_of(setup_field_name(type, field))))
            return true;
    }
    return false;
}
