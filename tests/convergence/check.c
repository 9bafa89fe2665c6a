#include "convergence/check.h"

#include <stdlib.h>
#include <string.h>

#include "convergence/habits.h"
#include "convergence/listed.h"
#include "convergence/manners.h"
#include "convergence/people.h"
#include "convergence/rewriting.h"
#include "convergence/typed.h"
#include "store/objects/objects.h"
#include "store/inspect/status.h"

enum { ROUND_MAX = 10, QUIET_ROUNDS = 2 };
/* What they showed once to be as before, and never again, is asked for after a day. */
#define DAY_MS (INT64_C(25) * 60 * 60 * 1000)

/* The end of a history, looked up once. */
struct state {
    struct world *world;
    struct object_row *rows[TYPE_COUNT];
    size_t row_count[TYPE_COUNT];
    struct status_mapping *mappings;
    size_t mapping_count;
    struct status_change *changes;
    size_t change_count;
    struct listed listed;
};

enum {
    REFUSED = 1u << MATTER_REFUSED,
    NOT_KEPT = 1u << MATTER_NOT_KEPT,
    HELD = 1u << MATTER_HELD,
    WITHHELD = 1u << MATTER_WITHHELD,
    LOOP = 1u << MATTER_LOOP,
    UNCLEAR = 1u << MATTER_AMBIGUOUS | 1u << MATTER_DOUBTFUL
};

/* ------------------------------------------------------------------ looking up */

static bool load(struct state *state)
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

static const struct object_row *row_of(const struct state *state, enum object_type type,
                                       struct text id)
{
    for (size_t i = 0; i < state->row_count[type]; i++) {
        if (text_equal(state->rows[type][i].id, id))
            return &state->rows[type][i];
    }
    return NULL;
}

static struct party *party_of(const struct state *state, struct text integration)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (text_equal(text_of(state->world->setup.parties[i].name), integration))
            return &state->world->parties[i];
    }
    return NULL;
}

/* The record of a mapping that is not gone; SIZE_MAX if there is none. */
static size_t record_of(const struct party *party, const struct status_mapping *mapping)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), mapping->integration_object))
            return party_find(party, i, mapping->integration_id);
    }
    return SIZE_MAX;
}

static enum object_type type_of(struct text object)
{
    return text_equal(object, TEXT("company")) ? TYPE_COMPANY : TYPE_CONTACT;
}

static bool is_of(const struct status_mapping *mapping, struct text integration,
                  enum object_type type, struct text id)
{
    return text_equal(mapping->integration, integration) && text_equal(mapping->internal_id, id) &&
           type_of(mapping->internal_object) == type;
}

static unsigned mappings_of(const struct state *state, struct text integration,
                            enum object_type type, struct text id, bool live_only)
{
    unsigned count = 0;
    for (size_t i = 0; i < state->mapping_count; i++)
        count += is_of(&state->mappings[i], integration, type, id) &&
                 !(live_only && state->mappings[i].deleted);
    return count;
}

static bool is_tied(const struct state *state, struct text integration, enum object_type type,
                    struct text id, size_t field)
{
    for (size_t i = 0; i < state->change_count; i++) {
        const struct status_change *change = &state->changes[i];
        if (change->mark_count > 0 && text_equal(change->integration, integration) &&
            type_of(change->object) == type && text_equal(change->id, id) &&
            text_equal(change->field, text_of(setup_field_name(type, field))))
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------ quiet */

/* Records that share an object of ours and own a field of it one way overwrite each other for ever:
 * that is what one way means (decision 45), and happens if both were entered at the same time. */
static bool is_contested(struct world *world)
{
    struct state state = {.world = world};
    if (!load(&state))
        return false;
    for (size_t i = 0; i < state.mapping_count; i++) {
        const struct status_mapping *mapping = &state.mappings[i];
        const struct party *party = party_of(&state, mapping->integration);
        const enum object_type type = type_of(mapping->internal_object);
        if (!mapping->deleted && party && setup_has_inward(party->setup, type) &&
            mappings_of(&state, mapping->integration, type, mapping->internal_id, true) > 1)
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
        if (round == 1 && world->setup.manners != 0)
            world_wait(world, DAY_MS);
        if (!calm)
            quiet = 0;
        for (uint32_t i = 0; i < PARTY_COUNT; i++) {
            world_wait(world, INT64_C(20) * 60 * 1000 + 1234);
            const struct sync_request request = {.party = i, .seed = round};
            rewriting_work(world);
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

/* What is edited at the very instant at which a full run begins is sent by the next one (decision
 * 33). */
static bool is_edited_now(const struct world *world)
{
    for (size_t i = world->truth.count; i-- > 0;) {
        if (world->truth.edits[i].place == PLACE_STORE)
            return world->truth.edits[i].at == world->now;
    }
    return false;
}

void check_second(struct world *world, const struct sync_request *first,
                  const struct sync_result *result)
{
    const struct sync_request again = {.party = first->party, .seed = first->seed};
    /* What a record has that a create came upon is told by the next run; so is what was damaged on
     * its way, and a rule there that writes again writes at any time. */
    if (world_failed(world) || setup_has_manner(&world->setup, MANNER_GARBLES) ||
        rewriting_field(&world->setup) > 0 ||
        world->parties[first->party % PARTY_COUNT].plan.found || !has_settled(first, result) ||
        is_contested(world) || (first->first_time && is_edited_now(world)))
        return;
    if (world_sync(world, &again).written > 0)
        world_fail(world, "a sync right after one that settled everything writes again");
}

/* ------------------------------------------------------------------ agreement */

static const char *shown(const struct cell *cell)
{
    return cell->null ? "null" : cell->text;
}

/* What the two may differ in for as long as it is listed: an edit that they refused, a tie, and
 * what they had in the moment of their answer to ours. */
static bool is_open(const struct state *state, const struct party *party, size_t index,
                    size_t field)
{
    const struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    /* what leads there only, or is shown only if it changed, never comes back, so that nobody can
     * know that it is ignored */
    if ((party->setup->flows[type][field] == FLOW_OUT || party->setup->changed_only) &&
        party->setup->manners.ignored == field && field != FIELD_KEY)
        return true;
    return listed_field(&state->listed, party, index, field, HELD | WITHHELD) ||
           (party->setup->manners.rewritten == field && field != FIELD_KEY &&
            listed_field(&state->listed, party, index, field, LOOP | NOT_KEPT)) ||
           (record->excused[field] && listed_field(&state->listed, party, index, field, REFUSED)) ||
           ((record->moment[field] || party->setup->manners.ignored == field) &&
            listed_field(&state->listed, party, index, field, NOT_KEPT));
}

/* Somebody here edited what is theirs alone, and they have not told it since; nor does it give way
 * to nothing, which was never agreed (13.1). */
static bool is_overstepped(const struct state *state, const struct party *party, size_t index,
                           const struct object_row *row, size_t field)
{
    const enum object_type type = party_type_of(party, index);
    for (size_t i = state->world->truth.count; i-- > 0;) {
        const struct edit *edit = &state->world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->type == type && edit->field == field &&
            edit->object == strtoul(row->id.bytes, NULL, 10))
            return edit->at >= party->records[index].told_at[field] ||
                   cell_is_empty(&party->records[index].cells[field]);
    }
    return false;
}

/* Edited last while the integrations were off, where nothing had been agreed (a create leaves out
 * what is empty) and they have told nothing since: 13.4 knows an edit that nobody tracked only by
 * what was agreed, and 13.1 by the next report. */
static bool is_unknown_edit(const struct state *state, const struct record *record,
                            enum object_type type, const struct object_row *row, size_t field)
{
    if (record->agreed[field])
        return false;
    for (size_t i = state->world->truth.count; i-- > 0;) {
        const struct edit *edit = &state->world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->type == type && edit->field == field &&
            edit->object == strtoul(row->id.bytes, NULL, 10))
            return edit->untracked && record->told_at[field] <= edit->at;
    }
    return false;
}

/* What leads there only, and may differ: what such a record had before it was found to be one of
 * our object's is never told; and an update leaves out what is empty and was never agreed, as after
 * a create whose answer never came (13.1). */
static bool is_apart_there(const struct state *state, const struct status_mapping *mapping,
                           const struct record *record, enum object_type type, size_t field,
                           const struct cell *ours)
{
    const bool one_of_several =
        mappings_of(state, mapping->integration, type, mapping->internal_id, false) > 1;
    return record->copied || (one_of_several && record->made_for == SIZE_MAX) ||
           (cell_is_empty(ours) && !record->agreed[field]);
}

/* Such a record, also one that was made for an object that had another record once, never had
 * anything in what is theirs alone. */
static bool is_blank(const struct record *record, size_t field)
{
    return (record->copied || record->made_for != SIZE_MAX) && !record->filled[field] &&
           cell_is_empty(&record->cells[field]);
}

static void check_pair(struct state *state, const struct status_mapping *mapping,
                       const struct party *party, size_t index, const struct object_row *row)
{
    const struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    const bool shared =
        mappings_of(state, mapping->integration, type, mapping->internal_id, true) > 1;
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        const enum flow flow = party->setup->flows[type][field];
        const struct cell ours = world_cell(state->world, type, row, field);
        /* One-way fields: records that share an object may differ, and what a record never had that
         * was found to be ours empties nothing here (13.1). */
        if (flow == FLOW_NONE || (flow == FLOW_IN && shared) ||
            (flow == FLOW_IN && is_blank(record, field)) ||
            (flow == FLOW_IN && is_overstepped(state, party, index, row, field)) ||
            (flow == FLOW_OUT && !world_wrote_since(state->world, party, type, row->id, field)) ||
            (flow != FLOW_IN && is_unknown_edit(state, record, type, row, field)) ||
            (flow == FLOW_OUT && is_apart_there(state, mapping, record, type, field, &ours)) ||
            manners_have(&party->setup->manners, field, &ours, &record->cells[field]) ||
            is_open(state, party, index, field))
            continue;
        world_fail(state->world, "%s (%s) of %s:%.*s is '%s', of %s:%s it is '%s'",
                   setup_field_name(type, field), setup_flow_name(flow), setup_object_name(type),
                   TEXT_PRINT(mapping->internal_id), shown(&ours), party->setup->name, record->id,
                   shown(&record->cells[field]));
    }
}

static bool was_converted(const struct party *party, const struct status_mapping *mapping)
{
    for (size_t i = 0; i < party->conversion_count; i++) {
        const struct conversion *conversion = &party->conversions[i];
        if (text_equal(text_of(conversion->old_id), mapping->integration_id) &&
            !party->records[conversion->record].gone)
            return true;
    }
    return false;
}

/* The record of the link is gone, and the party has answered so. */
static bool is_told_gone(const struct party *party, const struct status_mapping *mapping)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (record->gone && record->told_gone &&
            text_equal(text_of(record->id), mapping->integration_id) &&
            text_equal(text_of(party->setup->kinds[record->kind].name),
                       mapping->integration_object))
            return true;
    }
    return false;
}

static void check_agreement(struct state *state)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        const struct party *party = party_of(state, mapping->integration);
        if (mapping->deleted || !party)
            continue;
        const size_t record = record_of(party, mapping);
        const struct object_row *row =
            row_of(state, type_of(mapping->internal_object), mapping->internal_id);
        if (!row)
            world_fail(state->world, "%.*s:%.*s is gone, but its mapping lives",
                       TEXT_PRINT(mapping->internal_object), TEXT_PRINT(mapping->internal_id));
        else if (record != SIZE_MAX)
            check_pair(state, mapping, party, record, row);
        else if (is_told_gone(party, mapping))
            world_fail(state->world, "the engine was told that %s:%.*s is gone, but its link lives",
                       party->setup->name, TEXT_PRINT(mapping->integration_id));
        else if (was_converted(party, mapping))
            world_fail(state->world, "the mapping of %s:%.*s did not follow its conversion",
                       party->setup->name, TEXT_PRINT(mapping->integration_id));
    }
}

/* ------------------------------------------------------------------ existence */

/* The mapping of a record; NULL if there is none. */
static const struct status_mapping *mapping_of(const struct state *state, const struct party *party,
                                               size_t index)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        if (text_equal(mapping->integration, text_of(party->setup->name)) &&
            record_of(party, mapping) == index)
            return mapping;
    }
    return NULL;
}

/* Its links have all ended, although the record is there and the object of one of them lives: it
 * was given back, and reported since (spec 13.6). */
static bool is_out_of_sync(const struct state *state, const struct party *party, size_t index)
{
    bool ended = false;
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        if (!text_equal(mapping->integration, text_of(party->setup->name)) ||
            record_of(party, mapping) != index)
            continue;
        if (!mapping->deleted)
            return false;
        ended = ended || row_of(state, type_of(mapping->internal_object), mapping->internal_id);
    }
    return ended;
}

/* Its object was merged into one that lives, and its link has ended nevertheless. */
static bool is_left_behind(const struct state *state, const struct party *party, size_t index)
{
    bool ended = false;
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        if (!text_equal(mapping->integration, text_of(party->setup->name)) ||
            record_of(party, mapping) != index)
            continue;
        if (!mapping->deleted)
            return false;
        char heir[24];
        size_t number = strtoul(mapping->internal_id.bytes, NULL, 10);
        const bool merged = type_of(mapping->internal_object) == TYPE_CONTACT &&
                            number < OBJECT_MAX && state->world->heirs[number] > 0;
        while (merged && number < OBJECT_MAX && state->world->heirs[number] > 0)
            number = state->world->heirs[number];
        snprintf(heir, sizeof heir, "%zu", number);
        ended = ended || (merged && row_of(state, TYPE_CONTACT, text_of(heir)));
    }
    return ended;
}

/* Made by the engine, and still linked to an object of ours. */
static bool is_our_making(const struct state *state, const struct party *party, size_t index)
{
    const struct record *record = &party->records[index];
    const struct status_mapping *mapping = mapping_of(state, party, index);
    return !record->gone && record->made_for != SIZE_MAX && mapping && !mapping->deleted;
}

/* Somebody here has another key by now, but they refused to write it: it is free here, and taken
 * there (13.3). */
static bool keeps_key(const struct state *state, const struct party *party, size_t index)
{
    return party->records[index].excused[FIELD_KEY] &&
           listed_field(&state->listed, party, index, FIELD_KEY, REFUSED);
}

static void check_records(struct state *state, const struct party *party)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (!record->gone && !mapping_of(state, party, i) &&
            !listed_record(&state->listed, party, i, UNCLEAR))
            world_fail(state->world, "%s:%s is lost: it has no mapping, and is not listed",
                       party->setup->name, record->id);
        if (!record->gone && is_left_behind(state, party, i))
            world_fail(
                state->world,
                "%s:%s is there, and what its object was merged into, but its link has ended",
                party->setup->name, record->id);
        if (!record->gone && is_out_of_sync(state, party, i))
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

/* Its record was deleted there, and given back as somebody else: the record is a new one, and the
 * object has none (13.6), until it is edited. */
static bool has_lost_record(const struct state *state, const struct party *party,
                            enum object_type type, size_t number)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        const struct status_mapping *mapping = mapping_of(state, party, i);
        if (!record->gone && record->lost_by == number && party_type_of(party, i) == type &&
            mapping && strtoul(mapping->internal_id.bytes, NULL, 10) != number)
            return true;
    }
    return false;
}

static void check_objects(struct state *state, enum object_type type)
{
    struct world *world = state->world;
    for (size_t i = 0; i < state->row_count[type]; i++) {
        const struct object_row *row = &state->rows[type][i];
        const struct cell key = world_cell(state->world, type, row, FIELD_KEY);
        const size_t number = strtoul(row->id.bytes, NULL, 10);
        for (size_t j = 0; j < i; j++) {
            const struct cell other =
                world_cell(state->world, type, &state->rows[type][j], FIELD_KEY);
            if (cell_equal(&key, &other) && !habits_is_twin(world, &key))
                world_fail(world, "%s:%.*s and %s:%.*s are both '%s'", setup_object_name(type),
                           TEXT_PRINT(state->rows[type][j].id), setup_object_name(type),
                           TEXT_PRINT(row->id), key.text);
        }
        for (size_t j = 0; j < PARTY_COUNT; j++) {
            const struct party *party = &world->parties[j];
            if (has_kind_for(party, type) && !has_lost_record(state, party, type, number) &&
                !(number < RECORD_MAX && party->refused[type][number] &&
                  listed_creation(&state->listed, party, type, row->id, REFUSED)) &&
                mappings_of(state, text_of(party->setup->name), type, row->id, false) == 0)
                world_fail(world, "%s:%.*s was never made at %s", setup_object_name(type),
                           TEXT_PRINT(row->id), party->setup->name);
        }
    }
}

/* What is still to be sent although all is quiet, and nothing that is listed holds it back. */
static void check_waiting(struct state *state)
{
    for (size_t i = 0; i < state->change_count; i++) {
        const struct status_change *change = &state->changes[i];
        const enum object_type type = type_of(change->object);
        if (change->mark_count > 0 || !row_of(state, type, change->id) ||
            mappings_of(state, change->integration, type, change->id, true) == 0 ||
            listed_waits(state->world, change))
            continue;
        world_fail(state->world, "%.*s of %.*s:%.*s waits for %.*s for ever",
                   TEXT_PRINT(change->field), TEXT_PRINT(change->object), TEXT_PRINT(change->id),
                   TEXT_PRINT(change->integration));
    }
}

/* ------------------------------------------------------------------ older over newer */

/* Does the edit belong to this object of ours, at the end? */
static bool concerns(const struct state *state, const struct edit *edit, enum object_type type,
                     struct text id)
{
    if (edit->type != type)
        return false;
    if (edit->place == PLACE_STORE)
        return edit->object == strtoul(id.bytes, NULL, 10);
    const struct party *party = &state->world->parties[edit->place];
    const enum flow flow = party->setup->flows[type][edit->field];
    if (flow == FLOW_NONE || flow == FLOW_OUT)
        return false;
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        if (!mapping->deleted && is_of(mapping, text_of(party->setup->name), type, id) &&
            record_of(party, mapping) == edit->object)
            return true;
    }
    return false;
}

/* Faults that leave a field with a date that tells nothing, at any record of the object. */
static bool is_clouded(const struct state *state, enum object_type type, struct text id,
                       size_t field)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        const struct party *party = party_of(state, mapping->integration);
        if (!party || !is_of(mapping, mapping->integration, type, id))
            continue;
        const size_t index = record_of(party, mapping);
        /* Records that share an object and own a field one way overwrite each other. */
        if (party->setup->flows[type][field] == FLOW_IN &&
            mappings_of(state, mapping->integration, type, id, true) > 1)
            return true;
        if (index == SIZE_MAX || mapping->deleted || party->records[index].excused[field] ||
            party->records[index].tainted[field] || party->records[index].damaged[field] ||
            party->records[index].moment[field] ||
            is_tied(state, mapping->integration, type, id, field))
            return true;
    }
    return false;
}

static instant earliest(const struct edit *edit)
{
    return edit->at < edit->shown - edit->fuzz_ms ? edit->at : edit->shown - edit->fuzz_ms;
}

static instant latest(const struct edit *edit)
{
    return edit->at > edit->shown + edit->fuzz_ms ? edit->at : edit->shown + edit->fuzz_ms;
}

static void check_newest(struct state *state, enum object_type type, const struct object_row *row,
                         size_t field)
{
    const struct truth *truth = &state->world->truth;
    const struct cell final = world_cell(state->world, type, row, field);
    const struct edit *winner = NULL;
    const struct edit *newest = NULL;
    for (size_t i = 0; i < truth->count; i++) {
        const struct edit *edit = &truth->edits[i];
        if (edit->field != field || !concerns(state, edit, type, row->id))
            continue;
        if (cell_equal(&edit->value, &final))
            winner = edit;
        if (!edit->excused && !edit->withheld && (!newest || edit->at > newest->at))
            newest = edit;
    }
    /* Values are never used twice, but for emptiness, of which nobody can say whose it is. */
    if (!winner || !newest || winner == newest || winner->inexact || newest->value.null ||
        newest->value.text[0] == '\0' || final.null || final.text[0] == '\0' ||
        earliest(newest) <= latest(winner) || is_clouded(state, type, row->id, field))
        return;
    world_fail(state->world,
               "%s of %s:%.*s is '%s', although '%s' is newer and that could be known",
               setup_field_name(type, field), setup_object_name(type), TEXT_PRINT(row->id),
               final.text, newest->value.text);
}

/* A record that is linked later brings values of its own that nobody had agreed on. */
static bool is_linked_twice(const struct state *state, enum object_type type, struct text id)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (mappings_of(state, text_of(state->world->setup.parties[i].name), type, id, false) > 1)
            return true;
    }
    return false;
}

/* An edit by the only one who changed the field since all agreed survives, whatever any clock says:
 * it is the newest of all, and every side knows what it once had. */
static void check_alone(struct state *state, enum object_type type, const struct object_row *row,
                        size_t field)
{
    const struct truth *truth = &state->world->truth;
    const struct cell final = world_cell(state->world, type, row, field);
    const struct edit *newest = NULL;
    for (size_t i = 0; i < truth->count; i++) {
        const struct edit *edit = &truth->edits[i];
        if (edit->field == field && concerns(state, edit, type, row->id) &&
            (!newest || edit->at >= newest->at))
            newest = edit;
    }
    if (!newest || !newest->alone || newest->excused || newest->withheld ||
        is_linked_twice(state, type, row->id) || is_clouded(state, type, row->id, field))
        return;
    state->world->alone_count++;
    if (!cell_equal(&newest->value, &final))
        world_fail(state->world,
                   "%s of %s:%.*s is '%s', although nobody but the one who made it '%s' had "
                   "changed it",
                   setup_field_name(type, field), setup_object_name(type), TEXT_PRINT(row->id),
                   final.text, newest->value.text);
}

void check_all(struct world *world)
{
    struct state state = {.world = world};
    if (world_failed(world) || !load(&state))
        return;
    for (size_t i = 0; i < PARTY_COUNT; i++)
        check_records(&state, &world->parties[i]);
    for (int type = 0; type < TYPE_COUNT; type++)
        check_objects(&state, (enum object_type)type);
    check_agreement(&state);
    check_waiting(&state);
    typed_check(world);
    rewriting_check(world);
    for (int type = 0; type < TYPE_COUNT; type++) {
        for (size_t i = 0; i < state.row_count[type]; i++) {
            for (size_t field = 0; field < FIELD_COUNT; field++) {
                check_newest(&state, (enum object_type)type, &state.rows[type][i], field);
                check_alone(&state, (enum object_type)type, &state.rows[type][i], field);
            }
        }
    }
}

/* Is its record there, so that it can be told? */
static bool is_there(const struct state *state, const struct open_matter *matter)
{
    const struct status_mapping named = {.integration_object = matter->integration_object,
                                         .integration_id = matter->integration_id};
    const struct party *party = party_of(state, matter->integration);
    return party && record_of(party, &named) != SIZE_MAX;
}

void check_ties(struct world *world)
{
    struct state state = {.world = world};
    if (world->setup.on_tie != TIE_NOBODY)
        return;
    world->setup.on_tie = TIE_INTEGRATION;
    world_tell(world, "the integration wins ties from now on");
    check_quiet(world);
    if (world_failed(world) || !load(&state))
        return;
    for (size_t i = 0; i < state.listed.count; i++) {
        const struct open_matter *matter = &state.listed.matters[i];
        if (matter->reason == MATTER_HELD && is_there(&state, matter))
            world_fail(world, "%.*s of %.*s:%.*s is held against %.*s, though on_tie says who wins",
                       TEXT_PRINT(matter->field), TEXT_PRINT(matter->object),
                       TEXT_PRINT(matter->id), TEXT_PRINT(matter->integration_id));
    }
    check_agreement(&state);
}
