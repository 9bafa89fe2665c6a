/* What there is at the end on either side. */
#include "convergence/ending.h"

#include <stdlib.h>

#include "convergence/habits.h"

/* The mapping of a record; NULL if there is none. */
static const struct status_mapping *mapping_of(const struct ending *state,
                                               const struct party *party, size_t index)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        if (text_equal(mapping->integration, text_of(party->setup->name)) &&
            ending_record(party, mapping) == index)
            return mapping;
    }
    return NULL;
}

/* Does its object live? It was given back then, and reported since (spec 13.6). */
static bool has_object(const struct ending *state, const struct status_mapping *mapping)
{
    return ending_row(state, ending_type(mapping->internal_object), mapping->internal_id);
}

/* Was its object merged into one that lives? */
static bool has_heir(const struct ending *state, const struct status_mapping *mapping)
{
    char heir[24];
    size_t number = strtoul(mapping->internal_id.bytes, NULL, 10);
    if (ending_type(mapping->internal_object) != TYPE_CONTACT || number >= OBJECT_MAX ||
        state->world->heirs[number] == 0)
        return false;
    while (number < OBJECT_MAX && state->world->heirs[number] > 0)
        number = state->world->heirs[number];
    snprintf(heir, sizeof heir, "%zu", number);
    return ending_row(state, TYPE_CONTACT, text_of(heir));
}

typedef bool lives_on(const struct ending *state, const struct status_mapping *mapping);

/* Have the record's links all ended, although the object of one of them lives on? */
static bool is_unlinked(const struct ending *state, const struct party *party, size_t index,
                        lives_on *lives)
{
    bool ended = false;
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        if (!text_equal(mapping->integration, text_of(party->setup->name)) ||
            ending_record(party, mapping) != index)
            continue;
        if (!mapping->deleted)
            return false;
        ended = ended || lives(state, mapping);
    }
    return ended;
}

/* Made by the engine, and still linked to an object of ours. */
static bool is_our_making(const struct ending *state, const struct party *party, size_t index)
{
    const struct record *record = &party->records[index];
    const struct status_mapping *mapping = mapping_of(state, party, index);
    return !record->gone && record->made_for != SIZE_MAX && mapping && !mapping->deleted;
}

/* Somebody here has another key by now, but they refused to write it: it is free here, and taken
 * there (13.3). */
static bool keeps_key(const struct ending *state, const struct party *party, size_t index)
{
    return party->records[index].excused[FIELD_KEY] &&
           listed_field(&state->listed, party, index, FIELD_KEY, ENDING_REFUSED);
}

static void check_records(struct ending *state, const struct party *party)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (!record->gone && !mapping_of(state, party, i) &&
            !listed_record(&state->listed, party, i, ENDING_UNCLEAR))
            world_fail(state->world, "%s:%s is lost: it has no mapping, and is not listed",
                       party->setup->name, record->id);
        if (!record->gone && is_unlinked(state, party, i, has_heir))
            world_fail(
                state->world,
                "%s:%s is there, and what its object was merged into, but its link has ended",
                party->setup->name, record->id);
        if (!record->gone && is_unlinked(state, party, i, has_object))
            world_fail(state->world, "%s:%s is there, and so is its object, but its link has ended",
                       party->setup->name, record->id);
        for (size_t j = 0; j < i && is_our_making(state, party, i); j++) {
            const struct record *other = &party->records[j];
            if (is_our_making(state, party, j) &&
                party_type_of(party, i) == party_type_of(party, j) &&
                cell_equal(&record->cells[FIELD_KEY], &other->cells[FIELD_KEY]) &&
                !((state->world->merged ||
                   habits_is_twin(state->world, &record->cells[FIELD_KEY]) ||
                   keeps_key(state, party, i) || keeps_key(state, party, j)) &&
                  record->made_for != other->made_for))
                world_fail(state->world, "%s:%s and %s:%s were both made for '%s'",
                           party->setup->name, other->id, party->setup->name, record->id,
                           record->cells[FIELD_KEY].text);
        }
    }
}

static bool has_kind_for(const struct party *party, enum object_type type)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (party->setup->kinds[i].type == type)
            return true;
    }
    return false;
}

/* Its record was deleted there, and given back as somebody else: the record is a new one, or waits
 * as one that several objects match, and the object has none (13.6), until it is edited. */
static bool has_lost_record(const struct ending *state, const struct party *party,
                            enum object_type type, size_t number)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        const struct status_mapping *mapping = mapping_of(state, party, i);
        if (!record->gone && record->lost_by == number && party_type_of(party, i) == type &&
            (mapping ? strtoul(mapping->internal_id.bytes, NULL, 10) != number
                     : listed_record(&state->listed, party, i, ENDING_UNCLEAR)))
            return true;
    }
    return false;
}

/* Nobody knows who it is, so it is not passed on (decision 68): its record told what had changed in
 * it, but not its key. */
static bool is_anonymous(const struct ending *state, const struct party *party,
                         enum object_type type, const struct object_row *row)
{
    const struct cell key = world_cell(state->world, type, row, FIELD_KEY);
    for (size_t i = 0; type == TYPE_CONTACT && cell_is_empty(&key) && i < party->record_count;
         i++) {
        const struct status_mapping *mapping =
            party->records[i].taken_when != 0 ? mapping_of(state, party, i) : NULL;
        if (mapping && ending_is_of(mapping, text_of(party->setup->name), type, row->id))
            return true;
    }
    return false;
}

static void check_objects(struct ending *state, enum object_type type)
{
    struct world *world = state->world;
    for (size_t i = 0; i < state->row_count[type]; i++) {
        const struct object_row *row = &state->rows[type][i];
        const struct cell key = world_cell(state->world, type, row, FIELD_KEY);
        const size_t number = strtoul(row->id.bytes, NULL, 10);
        for (size_t j = 0; j < i; j++) {
            const struct cell other =
                world_cell(state->world, type, &state->rows[type][j], FIELD_KEY);
            if (cell_equal(&key, &other) && !cell_is_empty(&key) && !habits_is_twin(world, &key))
                world_fail(world, "%s:%.*s and %s:%.*s are both '%s'", setup_object_name(type),
                           TEXT_PRINT(state->rows[type][j].id), setup_object_name(type),
                           TEXT_PRINT(row->id), key.text);
        }
        for (size_t j = 0; j < PARTY_COUNT; j++) {
            const struct party *party = &world->parties[j];
            if (has_kind_for(party, type) &&
                !is_anonymous(state, &world->parties[PARTY_COUNT - 1 - j], type, row) &&
                !has_lost_record(state, party, type, number) &&
                !(number < RECORD_MAX && party->refused[type][number] &&
                  listed_creation(&state->listed, party, type, row->id, ENDING_REFUSED)) &&
                ending_links(state, text_of(party->setup->name), type, row->id, false) == 0)
                world_fail(world, "%s:%.*s was never made at %s", setup_object_name(type),
                           TEXT_PRINT(row->id), party->setup->name);
        }
    }
}

/* What is still to be sent although all is quiet, and nothing that is listed holds it back. */
void ending_check_waiting(struct ending *state)
{
    for (size_t i = 0; i < state->change_count; i++) {
        const struct status_change *change = &state->changes[i];
        const enum object_type type = ending_type(change->object);
        if (change->mark_count > 0 || !ending_row(state, type, change->id) ||
            ending_links(state, change->integration, type, change->id, true) == 0 ||
            listed_waits(state->world, change))
            continue;
        world_fail(state->world, "%.*s of %.*s:%.*s waits for %.*s for ever",
                   TEXT_PRINT(change->field), TEXT_PRINT(change->object), TEXT_PRINT(change->id),
                   TEXT_PRINT(change->integration));
    }
}

void ending_check_existence(struct ending *state)
{
    for (size_t i = 0; i < PARTY_COUNT; i++)
        check_records(state, &state->world->parties[i]);
    for (int type = 0; type < TYPE_COUNT; type++)
        check_objects(state, (enum object_type)type);
}
