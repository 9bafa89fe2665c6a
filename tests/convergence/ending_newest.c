/* Whose value is there at the end, and was a newer one typed? */
#include "convergence/ending.h"

#include <stdlib.h>

#include "convergence/manners.h"

/* Does the edit belong to this object of ours, at the end? */
static bool concerns(const struct ending *state, const struct edit *edit, enum object_type type,
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
        if (!mapping->deleted && ending_is_of(mapping, text_of(party->setup->name), type, id) &&
            ending_record(party, mapping) == edit->object)
            return true;
    }
    return false;
}

/* Faults that leave a field with a date that tells nothing, at any record of the object. */
static bool is_clouded(const struct ending *state, enum object_type type, struct text id,
                       size_t field)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        const struct party *party = ending_party(state, mapping->integration);
        if (!party || !ending_is_of(mapping, mapping->integration, type, id))
            continue;
        const size_t index = ending_record(party, mapping);
        /* Records that share an object and own a field one way overwrite each other. */
        if (party->setup->flows[type][field] == FLOW_IN &&
            ending_links(state, mapping->integration, type, id, true) > 1)
            return true;
        if (index == SIZE_MAX || mapping->deleted || party->records[index].excused[field] ||
            party->records[index].tainted[field] || party->records[index].damaged[field] ||
            party->records[index].moment[field] ||
            ending_is_tied(state, mapping->integration, type, id, field))
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

/* What somebody typed there before this edit; NULL: they had its `before` from us. */
static const struct edit *typed_before(const struct truth *truth, const struct edit *later)
{
    for (const struct edit *edit = later; edit-- > truth->edits;) {
        if (edit->place == later->place && edit->type == later->type &&
            edit->object == later->object && edit->field == later->field)
            return cell_equal(&edit->value, &later->before) ? edit : NULL;
    }
    return NULL;
}

/* Both had one value, they wrote another one over it (once or more, before a run was told), and
 * ours was edited and is as it was: it did not change here, whatever was done in between, and
 * theirs wins before any dates are looked at (spec 11). */
static bool is_taken_back(const struct world *world, const struct edit *newest,
                          const struct edit *winner)
{
    const struct edit *edit = winner;
    if (newest->place != PLACE_STORE || winner->place == PLACE_STORE)
        return false;
    while (edit && (edit->told_at == 0 || edit->told_at > newest->at)) {
        if (manners_have(&world->setup.parties[edit->place].manners, newest->field, &newest->value,
                         &edit->before))
            return true;
        edit = typed_before(&world->truth, edit);
    }
    return false;
}

static void check_newest(struct ending *state, enum object_type type, const struct object_row *row,
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
        /* what somebody typed within the moment of our answer counts as what they made of our
         * value, and is listed as not kept (spec 13.2, case 5) */
        if (!edit->excused && !edit->withheld && !edit->not_kept &&
            (!newest || edit->at > newest->at))
            newest = edit;
    }
    /* Values are never used twice, but for emptiness, of which nobody can say whose it is. */
    if (!winner || !newest || winner == newest || winner->inexact || newest->value.null ||
        newest->value.text[0] == '\0' || final.null || final.text[0] == '\0' ||
        earliest(newest) <= latest(winner) || is_taken_back(state->world, newest, winner) ||
        is_clouded(state, type, row->id, field))
        return;
    world_fail(state->world,
               "%s of %s:%.*s is '%s', although '%s' is newer and that could be known",
               setup_field_name(type, field), setup_object_name(type), TEXT_PRINT(row->id),
               final.text, newest->value.text);
}

/* A record that is linked later brings values of its own that nobody had agreed on. */
static bool is_linked_twice(const struct ending *state, enum object_type type, struct text id)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (ending_links(state, text_of(state->world->setup.parties[i].name), type, id, false) > 1)
            return true;
    }
    return false;
}

/* A run that asks for a record by its id is told of no conversions (decision 15): one that has got
 * another name meanwhile is linked beside its old one, as a further record with values of its own,
 * and what was typed before meets them as at any first link (13.1). */
static bool is_linked_anew(const struct ending *state, enum object_type type, struct text id,
                           const struct edit *edit)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        const struct party *party = ending_party(state, mapping->integration);
        if (!party || !ending_is_of(mapping, mapping->integration, type, id))
            continue;
        const size_t index = ending_record(party, mapping);
        if (index != SIZE_MAX && edit->at <= party->records[index].anew_when)
            return true;
    }
    return false;
}

/* Did they empty what both had, untold, and was ours emptied as well and is as it was? Both were
 * empty for a while, but of that the engine knows as little as of any edit in between (spec 11). */
static bool is_emptied_there(const struct ending *state, const struct edit *newest,
                             enum object_type type, struct text id, const struct cell *final)
{
    const struct truth *truth = &state->world->truth;
    for (size_t i = 0; cell_is_empty(final) && i < truth->count; i++) {
        const struct edit *edit = &truth->edits[i];
        if (edit->field == newest->field && cell_is_empty(&edit->value) &&
            concerns(state, edit, type, id) && is_taken_back(state->world, newest, edit))
            return true;
    }
    return false;
}

/* An edit by the only one who changed the field since all agreed survives, whatever any clock says:
 * it is the newest of all, and every side knows what it once had. */
static void check_alone(struct ending *state, enum object_type type, const struct object_row *row,
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
    /* within the moment of our answer it counts as what they made of our value (13.2, cases 4 and
     * 5), and that is sent again if our table is loaded anew, which is an edit of the whole row */
    if (!newest || !newest->alone || newest->excused || newest->withheld || newest->not_kept ||
        is_linked_twice(state, type, row->id) || is_linked_anew(state, type, row->id, newest) ||
        is_clouded(state, type, row->id, field))
        return;
    state->world->alone_count++;
    if (!cell_equal(&newest->value, &final) &&
        !is_emptied_there(state, newest, type, row->id, &final))
        world_fail(state->world,
                   "%s of %s:%.*s is '%s', although nobody but the one who made it '%s' had "
                   "changed it",
                   setup_field_name(type, field), setup_object_name(type), TEXT_PRINT(row->id),
                   final.text, newest->value.text);
}

void ending_check_newest(struct ending *state)
{
    for (int type = 0; type < TYPE_COUNT; type++) {
        for (size_t i = 0; i < state->row_count[type]; i++) {
            for (size_t field = 0; field < FIELD_COUNT; field++) {
                check_newest(state, (enum object_type)type, &state->rows[type][i], field);
                check_alone(state, (enum object_type)type, &state->rows[type][i], field);
            }
        }
    }
}
