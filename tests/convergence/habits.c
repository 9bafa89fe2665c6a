/* What people do now and then who do more than edit, create and delete. */
#include "convergence/habits.h"

#include <stdlib.h>
#include <string.h>

#include "convergence/manners.h"
#include "convergence/rewriting.h"
#include "convergence/users.h"
#include "store/inspect/status.h"

/* So much later that no clock of theirs tells otherwise. */
enum { LATER_MS = 5 * 60 * 1000 };

/* ------------------------------------------------------------------ keys */

static bool copy_twin_key(struct world *world, enum object_type type, uint32_t choice,
                          struct cell *cell)
{
    size_t count = 0;
    const struct object_row *rows = world_rows(world, type, &count);
    if (count == 0 || world->twin_count == TWIN_MAX ||
        users_key_is_in_doubt(world, type, rows[choice % count].id))
        return false;
    const struct cell key = world_cell(world, type, &rows[choice % count], FIELD_KEY);
    if (cell_is_empty(&key))
        return false;
    *cell = world->twin_keys[world->twin_count++] = key;
    return true;
}

/* A record that is there although its object was deleted here. */
static bool copy_left_key(struct world *world, enum object_type type, uint32_t choice,
                          struct cell *cell)
{
    size_t count = 0;
    const struct status_mapping *mappings = users_mappings(world, &count);
    const struct party *party = &world->parties[choice % PARTY_COUNT];
    for (size_t i = 0; i < party->record_count; i++) {
        bool ended = false, lives = false;
        for (size_t j = 0; j < count; j++) {
            ended = ended || (users_is_link(&mappings[j], party, i) && mappings[j].deleted);
            lives = lives || (users_is_link(&mappings[j], party, i) && !mappings[j].deleted);
        }
        const struct record *record = &party->records[i];
        if (!ended || lives || record->gone || party_type_of(party, i) != type ||
            cell_is_empty(&record->cells[FIELD_KEY]) ||
            users_have_key(world, type, record->cells[FIELD_KEY].text))
            continue;
        *cell = record->cells[FIELD_KEY];
        return true;
    }
    return false;
}

bool habits_copy_key(struct world *world, enum object_type type, uint32_t choice, struct cell *cell)
{
    if (setup_has_manner(&world->setup, MANNER_TWINS) && choice % 5 == 1)
        return copy_twin_key(world, type, choice / 5, cell);
    if (setup_has_manner(&world->setup, MANNER_UPSERTS) && choice % 5 != 1)
        return copy_left_key(world, type, choice / 5, cell);
    return false;
}

bool habits_is_twin(const struct world *world, const struct cell *key)
{
    for (size_t i = 0; i < world->twin_count; i++) {
        if (cell_equal(&world->twin_keys[i], key))
            return true;
    }
    return false;
}

/* The record of the link; SIZE_MAX: it is gone, or another party's. */
static size_t record_of(const struct party *party, const struct status_mapping *mapping)
{
    for (size_t i = 0; i < party->record_count; i++) {
        if (!party->records[i].gone && users_is_link(mapping, party, i))
            return i;
    }
    return SIZE_MAX;
}

/* One field is edited on both sides: here so much later, or both on the minute, so that nobody can
 * know whose is newer. */
static bool clash(struct world *world, struct party *party, const uint32_t *numbers, int64_t later)
{
    size_t count = 0;
    const struct status_mapping *mappings = users_mappings(world, &count);
    const size_t field = 1 + numbers[2] % (FIELD_COUNT - 1);
    for (size_t i = 0; i < count; i++) {
        const struct status_mapping *mapping = &mappings[(i + numbers[1]) % count];
        const size_t index = mapping->deleted ? SIZE_MAX : record_of(party, mapping);
        struct object_row *row = NULL;
        struct error error = {0};
        if (index == SIZE_MAX)
            continue;
        const enum object_type type = party_type_of(party, index);
        if (party->setup->flows[type][field] != FLOW_BOTH ||
            objects_get(world->store, mapping->internal_object, mapping->internal_id,
                        world->scratch, &row, &error) ||
            !row)
            continue;
        const struct cell here = users_value(world, type, field);
        const struct cell there = users_value(world, type, field);
        world_wait(world, 60000 - world->now % 60000);
        party_set(party, index, field, &there);
        world_wait(world, later);
        users_write(world, type, row, field, &here, false);
        world_tell(world, "%s: %s gets %s = %s", party->setup->name, party->records[index].id,
                   setup_field_name(type, field), there.text);
        return true;
    }
    return false;
}

/* A record that was deleted is given back; or the address of one moves on to somebody who is new.
 */
bool habits_party_edit(struct world *world, const uint32_t *numbers)
{
    struct party *party = &world->parties[numbers[0] % PARTY_COUNT];
    if (party->setup->manners.restores && numbers[4] % 10 == 7)
        return world_party_restore(world, numbers[0], numbers[1]);
    const bool undoes = setup_has_manner(&world->setup, MANNER_UNDOES);
    if ((undoes || setup_has_manner(&world->setup, MANNER_TIES)) && numbers[4] % 2 == 0)
        return clash(world, party, numbers, undoes ? LATER_MS : 0);
    if (!setup_has_manner(&world->setup, MANNER_MOVES) || numbers[4] % 3 != 0 ||
        party->record_count == 0)
        return false;
    const size_t index = numbers[1] % party->record_count;
    const struct record *record = &party->records[index];
    const struct cell old = record->cells[FIELD_KEY];
    const enum object_type type = party_type_of(party, index);
    struct cell next = {.null = false};
    if (record->gone || record->answer_lost || cell_is_empty(&old) ||
        setup_has_inward(party->setup, type))
        return false;
    snprintf(next.text, sizeof next.text, type == TYPE_CONTACT ? "k%u@x.test" : "Firm %u",
             world->next_value++);
    party_set(party, index, FIELD_KEY, &next);
    const size_t heir = party_create(party, record->kind, old.text);
    world_tell(world, "%s: %s gets key %s, and its key %s goes to %s", party->setup->name,
               record->id, next.text, old.text,
               heir == SIZE_MAX ? "nobody" : party->records[heir].id);
    return true;
}

/* ------------------------------------------------------------------ edits here */

/* What the field had before somebody here edited it last. */
static const struct cell *before_edit(const struct world *world, enum object_type type, size_t id,
                                      size_t field)
{
    for (size_t i = world->truth.count; i-- > 0;) {
        const struct edit *edit = &world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->type == type && edit->object == id &&
            edit->field == field)
            return &edit->before;
    }
    return NULL;
}

static bool revert(struct world *world, enum object_type type, const struct object_row *row)
{
    const size_t id = strtoul(row->id.bytes, NULL, 10);
    for (size_t field = 1; field < FIELD_COUNT; field++) {
        const struct cell *before = before_edit(world, type, id, field);
        const struct cell now = world_cell(world, type, row, field);
        if (!before || cell_equal(before, &now) || !setup_is_ours(&world->setup, type, field))
            continue;
        const struct cell back = *before;
        users_write(world, type, row, field, &back, false);
        return true;
    }
    return false;
}

static bool overstep(struct world *world, enum object_type type, const struct object_row *row)
{
    for (size_t field = 1; field < FIELD_COUNT; field++) {
        if (setup_is_ours(&world->setup, type, field))
            continue;
        const struct cell cell = users_value(world, type, field);
        users_write(world, type, row, field, &cell, true);
        return true;
    }
    return false;
}

/* Could nobody take what they have, as it is words or was damaged when it was told? */
static size_t unreadable_field(const struct world *world, const struct party *party, size_t index)
{
    const enum object_type type = party_type_of(party, index);
    const struct record *record = &party->records[index];
    for (size_t field = 1; field < FIELD_COUNT; field++) {
        if ((record->garbled[field] || manners_are_words(field, &record->cells[field])) &&
            setup_is_ours(&world->setup, type, field))
            return field;
    }
    return SIZE_MAX;
}

/* Ours goes where they have what nobody could take. */
static bool empty_beside(struct world *world)
{
    size_t count = 0;
    const struct status_mapping *mappings = users_mappings(world, &count);
    for (size_t i = 0; i < count * PARTY_COUNT; i++) {
        const struct status_mapping *mapping = &mappings[i / PARTY_COUNT];
        const struct party *party = &world->parties[i % PARTY_COUNT];
        const size_t index = mapping->deleted ? SIZE_MAX : record_of(party, mapping);
        const size_t field = index == SIZE_MAX ? SIZE_MAX : unreadable_field(world, party, index);
        struct object_row *row = NULL;
        struct error error = {0};
        if (field == SIZE_MAX ||
            objects_get(world->store, mapping->internal_object, mapping->internal_id,
                        world->scratch, &row, &error) ||
            !row)
            continue;
        const enum object_type type = party_type_of(party, index);
        const struct cell now = world_cell(world, type, row, field);
        if (cell_is_empty(&now))
            continue;
        users_write(world, type, row, field, &(struct cell){.null = true}, false);
        return true;
    }
    return false;
}

static bool edit_field(struct world *world, enum object_type type, const uint32_t *numbers,
                       size_t field)
{
    size_t count = 0;
    const struct object_row *rows = world_rows(world, type, &count);
    if (count == 0)
        return false;
    const struct cell cell = users_value(world, type, field);
    users_write(world, type, &rows[numbers[1] % count], field, &cell, false);
    return true;
}

bool habits_edit(struct world *world, const uint32_t *numbers)
{
    if ((setup_has_manner(&world->setup, MANNER_WORDS) ||
         setup_has_manner(&world->setup, MANNER_GARBLES)) &&
        numbers[4] % 3 == 2)
        return empty_beside(world);
    const enum object_type type = numbers[0] % 4 == 0 ? TYPE_COMPANY : TYPE_CONTACT;
    size_t count = 0;
    const bool rewrites = setup_has_manner(&world->setup, MANNER_REWRITES) && numbers[4] % 2 == 0;
    const bool reverts = setup_has_manner(&world->setup, MANNER_REVERTS) && numbers[4] % 3 == 0;
    const bool oversteps = setup_has_manner(&world->setup, MANNER_OVERSTEPS) && numbers[4] % 3 == 1;
    if (rewrites) /* what rules there write again */
        return edit_field(world, type, numbers, rewriting_field(&world->setup));
    if (!reverts && !oversteps)
        return false;
    const struct object_row *rows = world_rows(world, type, &count);
    if (count == 0)
        return false;
    return reverts ? revert(world, type, &rows[numbers[1] % count])
                   : overstep(world, type, &rows[numbers[1] % count]);
}

/* ------------------------------------------------------------------ syncs of one object */

bool habits_name(struct world *world, const uint32_t *numbers, struct sync_request *request)
{
    const uint32_t choice = numbers[1] >> 12;
    struct party *party = &world->parties[numbers[0] % PARTY_COUNT];
    if (!setup_has_manner(&world->setup, MANNER_NAMES) || choice % 3 != 0)
        return false;
    if (choice % 2 == 0 && party->record_count > 0) { /* it may be gone by now */
        const struct record *record = &party->records[(choice / 6) % party->record_count];
        request->record = (struct object_name){text_of(party->setup->kinds[record->kind].name),
                                               text_of(record->id)};
        return true;
    }
    const enum object_type type = choice % 8 == 1 ? TYPE_COMPANY : TYPE_CONTACT;
    size_t count = 0;
    const struct object_row *rows = world_rows(world, type, &count);
    for (size_t i = 0; i < party->setup->kind_count && count > 0; i++) {
        if (party->setup->kinds[i].type != type)
            continue;
        request->object =
            (struct object_name){text_of(setup_object_name(type)), rows[choice % count].id};
        return true;
    }
    return false;
}
