/* What must hold at the very moment of a write, though the end would not show it any more. */
#include "convergence/witness.h"

#include <stdlib.h>

#include "convergence/listed.h"
#include "convergence/manners.h"
#include "convergence/party_exchange.h"
#include "store/inspect/status.h"

static const char *shown(const struct cell *cell)
{
    return cell->null ? "null" : cell->text;
}

/* ------------------------------------------------------------------ pushed */

static bool is_held(struct world *world, const struct party *party, size_t index, size_t field)
{
    const struct matter_query query = {
        .integration = text_of(party->setup->name), .reason = MATTER_HELD, .object = TEXT_ABSENT};
    struct listed listed = {.count = 0};
    struct error error = {0};
    if (world->setup.on_tie == TIE_INTERNAL)
        return false;
    if (matters_list(world->store, &query, world->scratch, &listed.matters, &listed.count,
                     &error)) {
        world_fail(world, "what is open cannot be read: %s", error.message);
        return false;
    }
    return listed_field(&listed, party, index, field, 1u << MATTER_HELD);
}

/* Users there wrote it, and the engine has had it from there. */
static bool is_echo(const struct world *world, const struct party *party,
                    const struct record *record, size_t field, const struct cell *sent)
{
    return !world->merged && !party->plan.full && !record->tainted[field] &&
           record->unseen[field] == SIZE_MAX && !cell_is_empty(sent) &&
           cell_equal(&record->brought[field], sent) && cell_equal(&record->cells[field], sent);
}

static void check_sent(struct party *party, size_t index, size_t field, const struct cell *sent,
                       uint32_t touches)
{
    struct world *world = party->world;
    const struct record *record = &party->records[index];
    const char *name = setup_field_name(party_type_of(party, index), field);
    if (is_held(world, party, index, field))
        world_fail(world, "nobody won over %s of %s:%s, but '%s' is sent", name, party->setup->name,
                   record->id, shown(sent));
    if (is_echo(world, party, record, field, sent))
        world_fail(world, "%s of %s:%s is sent '%s', which came from there", name,
                   party->setup->name, record->id, shown(sent));
    if (record->refused_booked[field] && record->refused_when[field] == touches + 1 &&
        !party->plan.full)
        world_fail(world, "%s of %s:%s was refused and is sent again, though nobody edited it",
                   name, party->setup->name, record->id);
    if (cell_is_empty(sent) && manners_are_words(field, &record->cells[field]) &&
        record->pushed[field].text[0] == '\0')
        world_fail(world, "%s of %s:%s is emptied, though '%s' was never agreed", name,
                   party->setup->name, record->id, record->cells[field].text);
}

void witness_update(struct party *party, size_t index, const struct order_change *change)
{
    const enum object_type type = party_type_of(party, index);
    const uint32_t touches = world_touches(party->world, type, change->mapped_id);
    for (size_t i = 0; i < change->field_count && !world_failed(party->world); i++) {
        const struct order_field *field = &change->fields[i];
        const size_t number = party_exchange_field(change, field, type);
        const struct cell sent = cell_of_value(&field->value);
        if (number != SIZE_MAX && field->due)
            check_sent(party, index, number, &sent, touches);
    }
}

/* ------------------------------------------------------------------ pulled */

static size_t record_of(const struct party *party, struct text object, struct text id)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), object))
            return party_find(party, i, id);
    }
    return SIZE_MAX;
}

static size_t internal_field(const struct order_change *change, const struct order_field *field,
                             enum object_type type)
{
    const struct text name = change->entry->internal->fields[field->field].name;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (text_equal(text_of(setup_field_name(type, i)), name))
            return i;
    }
    return SIZE_MAX;
}

static void check_taken(struct world *world, const struct party *party, size_t index,
                        const struct order_change *change)
{
    const struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    world_touch(world, type, change->object_id);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct cell taken = cell_of_value(&change->fields[i].value);
        const size_t field = internal_field(change, &change->fields[i], type);
        if (field == SIZE_MAX || change->fields[i].state == FIELD_UNCHANGED ||
            !record->told_late[field] || cell_is_empty(&taken) ||
            !cell_equal(&taken, &record->before[field]))
            continue;
        world_fail(world, "%s of %s:%.*s becomes '%s', which %s:%s had before we wrote it",
                   setup_field_name(type, field), setup_object_name(type),
                   TEXT_PRINT(change->object_id), taken.text, party->setup->name, record->id);
    }
}

void witness_order(struct world *world, const struct party *party, const struct order *order)
{
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *change = order->changes[i];
        const size_t index = record_of(party, change->mapped_object, change->mapped_id);
        if (order->receiver == SIDE_INTEGRATION)
            world_touches_keep(world,
                               text_equal(change->mapped_object, TEXT("company")) ? TYPE_COMPANY
                                                                                  : TYPE_CONTACT,
                               change->mapped_id);
        else if (index != SIZE_MAX && !text_is_absent(change->object_id))
            check_taken(world, party, index, change);
    }
}

/* ------------------------------------------------------------------ waiting */

/* Has the object a live link in the integration, so that what is tracked has somewhere to go? */
static bool is_linked(const struct status_mapping *mappings, size_t count,
                      const struct status_change *change)
{
    for (size_t i = 0; i < count; i++) {
        if (!mappings[i].deleted && text_equal(mappings[i].internal_object, change->object) &&
            text_equal(mappings[i].internal_id, change->id))
            return true;
    }
    return false;
}

void witness_waiting(struct world *world, const struct party *party)
{
    const struct text name = text_of(party->setup->name);
    struct status_change *changes = NULL;
    struct status_mapping *mappings = NULL;
    size_t change_count = 0, mapping_count = 0;
    struct error error = {0};
    if (status_changes(world->store, name, 0, SIZE_MAX, world->scratch, &changes, &change_count,
                       &error) ||
        status_mappings(world->store, name, 0, SIZE_MAX, world->scratch, &mappings, &mapping_count,
                        &error)) {
        world_fail(world, "what waits cannot be read: %s", error.message);
        return;
    }
    for (size_t i = 0; i < change_count && !world_failed(world); i++) {
        const struct status_change *change = &changes[i];
        if (change->mark_count == 0 && change->at <= world->now &&
            is_linked(mappings, mapping_count, change))
            world_fail(world, "%.*s of %.*s:%.*s still waits for %s after a run without faults",
                       TEXT_PRINT(change->field), TEXT_PRINT(change->object),
                       TEXT_PRINT(change->id), party->setup->name);
    }
}
