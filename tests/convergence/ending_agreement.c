/* What both sides have at the end, field by field. */
#include "convergence/ending.h"

#include <stdlib.h>

#include "convergence/manners.h"

/* What the two may differ in for as long as it is listed: an edit that they refused, a tie, and
 * what they had in the moment of their answer to ours, or have again as before it. */
static bool is_open(const struct ending *state, const struct party *party, size_t index,
                    size_t field)
{
    const struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    /* what leads there only, or is shown only if it changed, never comes back, so that nobody can
     * know that it is ignored */
    if ((party->setup->flows[type][field] == FLOW_OUT || party->setup->changed_only) &&
        party->setup->manners.ignored == field && field != FIELD_KEY)
        return true;
    return listed_field(&state->listed, party, index, field, ENDING_HELD | ENDING_WITHHELD) ||
           (party->setup->manners.rewritten == field && field != FIELD_KEY &&
            listed_field(&state->listed, party, index, field, ENDING_LOOP | ENDING_NOT_KEPT)) ||
           (record->excused[field] &&
            listed_field(&state->listed, party, index, field, ENDING_REFUSED)) ||
           ((record->moment[field] || party->setup->manners.ignored == field ||
             cell_equal(&record->cells[field], &record->before[field])) &&
            listed_field(&state->listed, party, index, field, ENDING_NOT_KEPT));
}

/* Somebody here edited what is theirs alone, and they have not told it since; nor does it give way
 * to nothing, which was never agreed (13.1). */
static bool is_overstepped(const struct ending *state, const struct party *party, size_t index,
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

/* Edited last while the integrations were off, of an object that had no record of this party: there
 * is nothing that both agreed on, by which 13.4 would know the edit (conformance generated_20140),
 * and no report shows what leads there only. */
static bool is_strange(const struct ending *state, const struct party *party, enum object_type type,
                       const struct object_row *row, size_t field)
{
    const size_t number = (size_t)(party - state->world->parties);
    for (size_t i = state->world->truth.count; i-- > 0;) {
        const struct edit *edit = &state->world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->type == type && edit->field == field &&
            edit->object == strtoul(row->id.bytes, NULL, 10))
            return (edit->strangers >> number & 1) != 0;
    }
    return false;
}

/* What leads there only, and may differ: what such a record had before it was found to be one of
 * our object's is never told; and an update leaves out what is empty and was never agreed, as after
 * a create whose answer never came (13.1). */
static bool is_apart_there(const struct ending *state, const struct status_mapping *mapping,
                           const struct record *record, enum object_type type, size_t field,
                           const struct cell *ours)
{
    const bool one_of_several =
        ending_links(state, mapping->integration, type, mapping->internal_id, false) > 1;
    return record->copied || (one_of_several && record->made_for == SIZE_MAX) ||
           (cell_is_empty(ours) && !record->agreed[field]);
}

/* A create found the record, so that only what it sent is agreed (decision 109); and whoever tells
 * only what changed has not told since what it has there: 13.1 decides when it does. Likewise one
 * that several objects matched, and that became one by a later report, which did not tell its key:
 * absent is not known (spec 1; conformance generated_20097, which asks for no more). */
static bool is_untold(const struct party *party, const struct record *record, size_t field)
{
    return party->setup->changed_only &&
           ((record->found_when != 0 && record->told_at[field] <= record->found_when &&
             !record->agreed[field]) ||
            record->told_at[field] < record->taken_when);
}

/* Such a record, also one that was made for an object that had another record once, never had
 * anything in what is theirs alone; or it was emptied after it had shown what could not be read, on
 * which nothing was agreed (13.1). */
static bool is_blank(const struct record *record, size_t field)
{
    const bool never_filled =
        (record->copied || record->made_for != SIZE_MAX) && !record->filled[field];
    return (never_filled || record->unread[field]) && cell_is_empty(&record->cells[field]);
}

/* What they have is a form of ours: it is nothing that somebody has to look at (13.2, case 2). Who
 * lags may have shown their form of an earlier value of ours, and a rule there may have written
 * another one; then nothing is reported again. */
static void check_healed(struct ending *state, const struct status_mapping *mapping,
                         const struct party *party, size_t index, size_t field)
{
    const enum object_type type = party_type_of(party, index);
    const struct manners *manners = &party->setup->manners;
    if (manners->lag_ms == 0 && manners->rewritten != field &&
        listed_field(&state->listed, party, index, field, ENDING_NOT_KEPT))
        world_fail(state->world,
                   "%s of %s:%.*s is listed as not kept, but %s:%s has it in a form of its own",
                   setup_field_name(type, field), setup_object_name(type),
                   TEXT_PRINT(mapping->internal_id), party->setup->name, party->records[index].id);
}

static void check_pair(struct ending *state, const struct status_mapping *mapping,
                       const struct party *party, size_t index, const struct object_row *row)
{
    const struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    const bool shared =
        ending_links(state, mapping->integration, type, mapping->internal_id, true) > 1;
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        const enum flow flow = party->setup->flows[type][field];
        const struct cell ours = world_cell(state->world, type, row, field);
        if (flow != FLOW_NONE &&
            manners_have(&party->setup->manners, field, &ours, &record->cells[field]))
            check_healed(state, mapping, party, index, field);
        /* One-way fields: records that share an object may differ, and what a record never had that
         * was found to be ours empties nothing here (13.1). */
        if (flow == FLOW_NONE || (flow == FLOW_IN && shared) ||
            (flow == FLOW_IN && is_blank(record, field)) ||
            (flow == FLOW_IN && is_overstepped(state, party, index, row, field)) ||
            (flow == FLOW_OUT && !world_wrote_since(state->world, party, type, row->id, field)) ||
            is_untold(party, record, field) ||
            (flow == FLOW_OUT && is_strange(state, party, type, row, field)) ||
            (flow == FLOW_OUT && is_apart_there(state, mapping, record, type, field, &ours)) ||
            manners_have(&party->setup->manners, field, &ours, &record->cells[field]) ||
            is_open(state, party, index, field))
            continue;
        world_fail(state->world, "%s (%s) of %s:%.*s is '%s', of %s:%s it is '%s'",
                   setup_field_name(type, field), setup_flow_name(flow), setup_object_name(type),
                   TEXT_PRINT(mapping->internal_id), cell_shown(&ours), party->setup->name,
                   record->id, cell_shown(&record->cells[field]));
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

void ending_check_agreement(struct ending *state)
{
    for (size_t i = 0; i < state->mapping_count; i++) {
        const struct status_mapping *mapping = &state->mappings[i];
        const struct party *party = ending_party(state, mapping->integration);
        if (mapping->deleted || !party)
            continue;
        const size_t record = ending_record(party, mapping);
        const struct object_row *row =
            ending_row(state, ending_type(mapping->internal_object), mapping->internal_id);
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
