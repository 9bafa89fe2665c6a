#include "convergence/check.h"

#include "convergence/ending.h"
#include "convergence/people.h"
#include "convergence/rewriting.h"
#include "convergence/typed.h"
#include "convergence/users.h"

enum { ROUND_MAX = 10, QUIET_ROUNDS = 2 };
/* What they showed once to be as before, and never again, is asked for after a day. */
#define DAY_MS (INT64_C(25) * 60 * 60 * 1000)

/* ------------------------------------------------------------------ quiet */

/* Records that share an object of ours and own a field of it one way overwrite each other for ever:
 * that is what one way means (decision 45), and happens if both were entered at the same time. */
static bool is_contested(struct world *world)
{
    struct ending state = {.world = world};
    if (!ending_load(&state))
        return false;
    for (size_t i = 0; i < state.mapping_count; i++) {
        const struct status_mapping *mapping = &state.mappings[i];
        const struct party *party = ending_party(&state, mapping->integration);
        const enum object_type type = ending_type(mapping->internal_object);
        if (!mapping->deleted && party && setup_has_inward(party->setup, type) &&
            ending_links(&state, mapping->integration, type, mapping->internal_id, true) > 1)
            return true;
    }
    return false;
}

void check_quiet(struct world *world)
{
    unsigned quiet = 0;
    world_tell(world, "edits have stopped");
    for (unsigned round = 0; round < ROUND_MAX && quiet < QUIET_ROUNDS; round++) {
        unsigned written = 0;
        bool calm = people_settle(world) == 0;
        if (round == 1)
            world_wait(world, DAY_MS);
        if (!calm)
            quiet = 0;
        for (uint32_t i = 0; i < PARTY_COUNT; i++) {
            world_wait(world, INT64_C(20) * 60 * 1000 + 1234);
            const struct sync_request request = {.party = i, .seed = round};
            /* who dates it later than the window's end tells it to the next run */
            calm &= !rewriting_work(world);
            const struct sync_result result = world_sync(world, &request);
            written += result.written;
            calm &= !result.resumed;
            if (world_failed(world))
                return;
        }
        if (written > 0 && quiet > 0 && !is_contested(world)) {
            world_fail(world, "a sync writes after the syncs before it had nothing to write");
            return;
        }
        /* A run that was gone on with had its window before: what came later is still to be done.
         */
        quiet = written == 0 && calm ? quiet + 1 : 0;
    }
    if (quiet < QUIET_ROUNDS && !is_contested(world))
        world_fail(world, "syncs go on writing after %d rounds", ROUND_MAX);
}

/* Was it whole, and without anything that somebody has to look at? */
static bool has_settled(const struct sync_request *request, const struct sync_result *result)
{
    const struct pull_counts *pull = &result->summary.pull;
    const struct push_counts *push = &result->summary.push;
    return !result->code && !request->faults && !request->meddling && !result->resumed &&
           pull->failed + pull->conflicts.unresolved == 0 && push->failed + push->deferred == 0;
}

/* What is edited, or written by another sync, at the very instant at which a full run begins is
 * sent by the next one (decision 33). */
static bool is_edited_now(const struct world *world)
{
    if (world->pulled_before == world->now)
        return true;
    for (size_t i = world->truth.count; i-- > 0;) {
        if (world->truth.edits[i].place == PLACE_STORE)
            return world->truth.edits[i].at == world->now;
    }
    return false;
}

/* Has somebody here written over what is theirs alone? It comes back with the next report of their
 * record (decision 45), and that our push of another field has changed it brings that about. */
static bool is_overstepped(struct world *world, const struct party *party)
{
    size_t count = 0;
    struct error error = {0};
    if (!setup_has_manner(&world->setup, MANNER_OVERSTEPS))
        return false;
    const struct status_mapping *mappings = users_mappings(world, &count);
    for (size_t i = 0; i < count * party->record_count; i++) {
        const struct status_mapping *mapping = &mappings[i / party->record_count];
        const size_t index = i % party->record_count;
        const enum object_type type = party_type_of(party, index);
        struct object_row *row = NULL;
        if (mapping->deleted || !users_is_link(mapping, party, index) ||
            objects_get(world->store, mapping->internal_object, mapping->internal_id,
                        world->scratch, &row, &error) ||
            !row)
            continue;
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            const struct cell ours = world_cell(world, type, row, field);
            if (party->setup->flows[type][field] == FLOW_IN &&
                !cell_equal(&ours, &party->records[index].cells[field]))
                return true;
        }
    }
    return false;
}

void check_second(struct world *world, const struct sync_request *first,
                  const struct sync_result *result)
{
    const struct sync_request again = {.party = first->party, .seed = first->seed};
    /* What a record has that a create came upon is told by the next run; so is what was damaged on
     * its way, and a rule there that writes again writes at any time. What somebody here has typed
     * over what is theirs alone goes when the record is told again, as after a push (decision 45).
     */
    if (world_failed(world) || setup_has_manner(&world->setup, MANNER_GARBLES) ||
        rewriting_field(&world->setup) > 0 ||
        world->parties[first->party % PARTY_COUNT].plan.found || !has_settled(first, result) ||
        is_contested(world) || is_overstepped(world, &world->parties[first->party % PARTY_COUNT]) ||
        (first->first_time && is_edited_now(world)))
        return;
    if (world_sync(world, &again).written > 0)
        world_fail(world, "a sync right after one that settled everything writes again");
}

/* ------------------------------------------------------------------ the end */

void check_all(struct world *world)
{
    struct ending state = {.world = world};
    if (world_failed(world) || !ending_load(&state))
        return;
    ending_check_existence(&state);
    ending_check_agreement(&state);
    ending_check_waiting(&state);
    typed_check(world);
    rewriting_check(world);
    ending_check_newest(&state);
}

/* Is its record there, so that it can be told? */
static bool is_there(const struct ending *state, const struct open_matter *matter)
{
    const struct status_mapping named = {.integration_object = matter->integration_object,
                                         .integration_id = matter->integration_id};
    const struct party *party = ending_party(state, matter->integration);
    return party && ending_record(party, &named) != SIZE_MAX;
}

void check_ties(struct world *world)
{
    struct ending state = {.world = world};
    if (world->setup.on_tie != TIE_NOBODY)
        return;
    world->setup.on_tie = TIE_INTEGRATION;
    world_tell(world, "the integration wins ties from now on");
    check_quiet(world);
    if (world_failed(world) || !ending_load(&state))
        return;
    for (size_t i = 0; i < state.listed.count; i++) {
        const struct open_matter *matter = &state.listed.matters[i];
        if (matter->reason == MATTER_HELD && is_there(&state, matter))
            world_fail(world, "%.*s of %.*s:%.*s is held against %.*s, though on_tie says who wins",
                       TEXT_PRINT(matter->field), TEXT_PRINT(matter->object),
                       TEXT_PRINT(matter->id), TEXT_PRINT(matter->integration_id));
    }
    ending_check_agreement(&state);
}
