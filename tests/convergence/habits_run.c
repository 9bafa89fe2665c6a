/* What people do between runs and while one is under way. */
#include "convergence/habits.h"

#include <stdlib.h>
#include <string.h>

#include "convergence/typed.h"
#include "convergence/users.h"
#include "store/inspect/status.h"

/* ------------------------------------------------------------------ the configuration */

/* The line is told to the store at once; a run that is under way goes on with what it has read. */
/* *mapped: which (type * FIELD_COUNT + field). False: there is none to map. */
static bool map_line(struct world *world, size_t number, enum flow flow, uint32_t choice,
                     size_t *mapped)
{
    struct party_setup *setup = &world->setup.parties[number];
    for (size_t i = 0; i < TYPE_COUNT * FIELD_COUNT; i++) {
        const size_t place = (choice + i) % (TYPE_COUNT * FIELD_COUNT);
        const enum object_type type = (enum object_type)(place / FIELD_COUNT);
        const size_t field = place % FIELD_COUNT;
        struct error error = {0};
        if (setup->flows[type][field] != FLOW_NONE || !setup_is_ours(&world->setup, type, field))
            continue;
        setup->flows[type][field] = flow;
        setup->mapped_when[type][field] = ++world->moment;
        world_tell(world, "%s: %s of %s is mapped (%s)", setup->name, setup_field_name(type, field),
                   setup_object_name(type), setup_flow_name(flow));
        if (world_register(world, number, &error))
            world_fail(world, "a field cannot be mapped: %s", error.message);
        world_touch_all(world);
        *mapped = place;
        return true;
    }
    return false;
}

/* ... and somebody at the party whose run is under way writes that very field. */
static void fill_line(struct world *world, size_t mapped, uint32_t choice)
{
    struct party *party = &world->parties[world->running];
    const enum object_type type = (enum object_type)(mapped / FIELD_COUNT);
    const size_t field = mapped % FIELD_COUNT;
    if (party->setup->flows[type][field] != FLOW_BOTH)
        return;
    for (size_t i = 0; i < party->record_count; i++) {
        const size_t index = (choice + i) % party->record_count;
        if (party->records[index].gone || party_type_of(party, index) != type)
            continue;
        const struct cell cell = users_value(world, type, field);
        party_set(party, index, field, &cell);
        world_tell(world, "%s: %s gets %s = %s", party->setup->name, party->records[index].id,
                   setup_field_name(type, field), cell.text);
        return;
    }
}

/* Both at once, and nobody adds an object meanwhile: one that was never linked is edited, or sent
 * by a first-time sync, before it is there as well. */
static void switch_all(struct world *world, bool off)
{
    struct error error = {0};
    world->off = off;
    world_tell(world, "the integrations are switched %s", off ? "off" : "on");
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (world_register(world, i, &error))
            world_fail(world, "an integration cannot be switched: %s", error.message);
    }
    world_touch_all(world);
}

void habits_connect(struct world *world)
{
    struct error error = {0};
    if (!world->unconnected)
        return;
    world->unconnected = false;
    world_tell(world, "%s: the integration is connected", world->setup.parties[1].name);
    if (world_register(world, 1, &error))
        world_fail(world, "an integration cannot be connected: %s", error.message);
}

bool habits_before_sync(struct world *world, const uint32_t *numbers)
{
    const uint32_t choice = numbers[1] >> 8;
    size_t mapped = 0;
    if (setup_has_manner(&world->setup, MANNER_LINES) && choice % 7 == 0)
        (void)map_line(world, numbers[0] % PARTY_COUNT, FLOW_BOTH, choice / 7, &mapped);
    if (!setup_has_manner(&world->setup, MANNER_SWITCHES))
        return true;
    if (world->off && choice % 2 == 0)
        switch_all(world, false);
    else if (!world->off && choice % 4 == 1)
        switch_all(world, true);
    return !world->off;
}

void habits_end(struct world *world)
{
    habits_connect(world);
    if (world->off)
        switch_all(world, false);
}

/* ------------------------------------------------------------------ meanwhile */

/* Which values stay is for those to say who merge. */
static void taint(struct world *world, struct text id)
{
    size_t count = 0;
    const struct status_mapping *mappings = users_mappings(world, &count);
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(mappings[i].internal_id, id) ||
            !text_equal(mappings[i].internal_object, TEXT("contact")))
            continue;
        for (size_t number = 0; number < PARTY_COUNT; number++) {
            struct party *party = &world->parties[number];
            for (size_t j = 0; j < party->record_count; j++) {
                if (users_is_link(&mappings[i], party, j))
                    memset(party->records[j].tainted, 1, sizeof party->records[j].tainted);
            }
        }
    }
}

/* One that is out, as a rule: its answer is still to come. */
static size_t loser_of(const struct world *world, const struct object_row *rows, size_t count,
                       uint32_t choice)
{
    for (size_t i = 0; world->sent_count > 0 && choice % 4 > 0 && i < count; i++) {
        if (strtoul(rows[i].id.bytes, NULL, 10) == world->sent[choice / 4 % world->sent_count])
            return i;
    }
    return choice % count;
}

static void merge(struct world *world, uint32_t one, uint32_t two)
{
    size_t count = 0;
    const struct object_row *rows = world_rows(world, TYPE_CONTACT, &count);
    struct error error = {0};
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (setup_has_inward(world->parties[i].setup, TYPE_CONTACT))
            return;
    }
    if (count < 2)
        return;
    const struct object_row *kept = &rows[one % count];
    const struct object_row *given_up = &rows[loser_of(world, rows, count, two)];
    const struct text winner = kept->id, loser = given_up->id;
    if (text_equal(winner, loser))
        return;
    if (users_key_is_in_doubt(world, TYPE_CONTACT, winner) ||
        users_key_is_in_doubt(world, TYPE_CONTACT, loser))
        return;
    taint(world, winner);
    taint(world, loser);
    typed_merged(world, kept, given_up);
    world->merged = true;
    const size_t number = strtoul(loser.bytes, NULL, 10);
    if (number < OBJECT_MAX)
        world->heirs[number] = (uint32_t)strtoul(winner.bytes, NULL, 10);
    world_tell(world, "here: contact %.*s is merged into %.*s", TEXT_PRINT(loser),
               TEXT_PRINT(winner));
    if (objects_merge(world->store, TEXT("contact"), winner, loser, &error))
        world_fail(world, "objects cannot be merged: %s", error.message);
    world_touch_all(world);
}

/* What was edited here last is taken back. If both have agreed on what it is then, it is no edit of
 * ours any more (11), and may give way to theirs. */
static void undo(struct world *world)
{
    for (size_t i = world->truth.count; i-- > 0;) {
        struct edit *edit = &world->truth.edits[i];
        char id[24];
        struct object_row *row = NULL;
        struct error error = {0};
        snprintf(id, sizeof id, "%zu", edit->object);
        if (edit->place != PLACE_STORE || edit->field == FIELD_KEY)
            continue;
        if (objects_get(world->store, text_of(setup_object_name(edit->type)), text_of(id),
                        world->scratch, &row, &error) ||
            !row)
            return;
        const struct cell before = edit->before;
        const struct cell now = world_cell(world, edit->type, row, edit->field);
        if (!cell_equal(&now, &edit->value) || cell_is_empty(&before) || cell_equal(&now, &before))
            return;
        edit->excused = true;
        users_write(world, edit->type, row, edit->field, &before, true);
        return;
    }
}

void habits_meddle(struct world *world, uint32_t one, uint32_t two)
{
    const size_t other = 1 - world->running;
    size_t mapped = 0;
    if (setup_has_manner(&world->setup, MANNER_UNDOES))
        undo(world);
    if (setup_has_manner(&world->setup, MANNER_MERGES) && one % 2 == 0)
        merge(world, one / 2, two);
    if (setup_has_manner(&world->setup, MANNER_LINES) && one % 2 == 1 &&
        map_line(world, other, two % 2 == 0 ? FLOW_OUT : FLOW_BOTH, two / 2, &mapped))
        fill_line(world, mapped, two / 2);
}
