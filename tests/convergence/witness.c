/* What must hold of an order at the moment it is made, and of what waits when a run ends. */
#include "convergence/witness.h"

#include <stdlib.h>
#include <string.h>

#include "convergence/listed.h"
#include "convergence/manners.h"
#include "convergence/party_exchange.h"
#include "store/inspect/status.h"

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

/* Users there wrote it, and the engine has had it from there, and has sent nothing since of which
 * it cannot know whether they have it (an answer counts from the moment it is given: section 10).
 */
static bool is_echo(const struct world *world, const struct party *party,
                    const struct record *record, size_t field, const struct cell *sent)
{
    return !world->merged && !party->plan.full && !record->tainted[field] &&
           !record->in_doubt[field] && record->unseen[field] == SIZE_MAX && !cell_is_empty(sent) &&
           cell_equal(&record->brought[field], sent) && cell_equal(&record->cells[field], sent);
}

/* Is something sent along that they do not have? It may have been edited before the refusal, but
 * that it is an edit was found only now (13.4). */
static bool brings_another(const struct record *record, size_t field, enum object_type type,
                           const struct order_change *change)
{
    for (size_t i = 0; i < change->field_count; i++) {
        const size_t number = party_exchange_field(change, &change->fields[i], type);
        const struct cell sent = cell_of_value(&change->fields[i].value);
        if (number != SIZE_MAX && number != field && change->fields[i].due &&
            !cell_equal(&sent, &record->cells[number]))
            return true;
    }
    return false;
}

/* Nobody has edited the object since, nor merged it into another one. */
static bool is_refused(const struct party *party, const struct record *record, size_t field,
                       enum object_type type, const struct order_change *change)
{
    return record->refused_booked[field] && !brings_another(record, field, type, change) &&
           record->refused_of[field] == strtoul(change->mapped_id.bytes, NULL, 10) &&
           record->refused_when[field] ==
               world_touches(party->world, type, change->mapped_id) + 1 &&
           !party->plan.full;
}

static void check_sent(struct party *party, size_t index, size_t field, const struct cell *sent,
                       const struct order_change *change)
{
    struct world *world = party->world;
    const struct record *record = &party->records[index];
    const char *name = setup_field_name(party_type_of(party, index), field);
    if (is_held(world, party, index, field))
        world_fail(world, "nobody won over %s of %s:%s, but '%s' is sent", name, party->setup->name,
                   record->id, cell_shown(sent));
    if (is_echo(world, party, record, field, sent))
        world_fail(world, "%s of %s:%s is sent '%s', which came from there", name,
                   party->setup->name, record->id, cell_shown(sent));
    if (is_refused(party, record, field, party_type_of(party, index), change))
        world_fail(world, "%s of %s:%s was refused and is sent again, though nobody edited it",
                   name, party->setup->name, record->id);
    if (cell_is_empty(sent) &&
        (manners_are_words(field, &record->cells[field]) ||
         (record->garbled[field] && !cell_is_empty(&record->cells[field]))) &&
        record->pushed[field].text[0] == '\0' && cell_is_empty(&record->brought[field]))
        world_fail(world, "%s of %s:%s is emptied, though '%s' was never agreed", name,
                   party->setup->name, record->id, record->cells[field].text);
}

void witness_update(struct party *party, size_t index, const struct order_change *change)
{
    const enum object_type type = party_type_of(party, index);
    for (size_t i = 0; i < change->field_count && !world_failed(party->world); i++) {
        const struct order_field *field = &change->fields[i];
        const size_t number = party_exchange_field(change, field, type);
        const struct cell sent = cell_of_value(&field->value);
        if (number != SIZE_MAX && field->due)
            check_sent(party, index, number, &sent, change);
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
    world_touch_pulled(world, type, change->object_id);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct cell taken = cell_of_value(&change->fields[i].value);
        const size_t field = internal_field(change, &change->fields[i], type);
        if (field != SIZE_MAX && change->fields[i].state != FIELD_UNCHANGED)
            world_wrote(world, type, change->object_id, field);
        if (strstr(taken.text, "\xEF\xBF\xBD"))
            world_fail(world, "'%s' is taken from %s:%s, though bytes of it are lost", taken.text,
                       party->setup->name, record->id);
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
    if (order->receiver == SIDE_INTEGRATION) {
        world->pushing = true;
        world->sent_count = 0;
    }
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *change = order->changes[i];
        if (order->receiver == SIDE_INTEGRATION && world->sent_count < SENT_MAX &&
            text_equal(change->mapped_object, TEXT("contact")))
            world->sent[world->sent_count++] = (uint32_t)strtoul(change->mapped_id.bytes, NULL, 10);
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

/* Was the object edited, or any by the sync before this one, at this very instant? A full run
 * leaves it to the next one then, with whatever waits of it (decision 33). */
static bool is_edited_at(const struct world *world, const struct status_change *change, instant at)
{
    if (world->pulled_before == at)
        return true;
    for (size_t i = world->truth.count; i-- > 0 && world->truth.edits[i].at >= at;) {
        const struct edit *edit = &world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->at == at &&
            edit->object == strtoul(change->id.bytes, NULL, 10) &&
            text_equal(change->object, text_of(setup_object_name(edit->type))))
            return true;
    }
    return false;
}

/* Was it refused by this run, which then wrote the object? That frees it (13.3), for the next run:
 * what was refused a moment ago is not sent again by the same one. */
static bool is_freed_now(const struct world *world, const struct party *party,
                         const struct status_change *change)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            if (record->refused_when[field] != 0 && record->refused_at[field] == world->now &&
                record->refused_of[field] == strtoul(change->id.bytes, NULL, 10) &&
                text_equal(change->field,
                           text_of(setup_field_name(party_type_of(party, i), field))))
                return true;
        }
    }
    return false;
}

void witness_waiting(struct world *world, const struct party *party, bool full)
{
    const struct text name = text_of(party->setup->name);
    struct status_change *changes = NULL;
    struct status_mapping *mappings = NULL;
    size_t change_count = 0, mapping_count = 0;
    struct error error = {0};
    if (status_changes(world->store, name, world->scratch, &changes, &change_count, &error) ||
        status_mappings(world->store, name, world->scratch, &mappings, &mapping_count, &error)) {
        world_fail(world, "what waits cannot be read: %s", error.message);
        return;
    }
    for (size_t i = 0; i < change_count && !world_failed(world); i++) {
        const struct status_change *change = &changes[i];
        if (change->mark_count == 0 && change->at <= world->now &&
            !(full && (change->at == world->now || is_edited_at(world, change, world->now))) &&
            is_linked(mappings, mapping_count, change) && !listed_waits(world, change) &&
            !is_freed_now(world, party, change))
            world_fail(world, "%.*s of %.*s:%.*s still waits for %s after a run without faults",
                       TEXT_PRINT(change->field), TEXT_PRINT(change->object),
                       TEXT_PRINT(change->id), party->setup->name);
    }
}

/* ------------------------------------------------------------------ clocks */

void witness_clock(struct world *world, const struct party *party,
                   const struct run_summary *summary)
{
    const int64_t wrong = summary->clock_behind_ms + party->setup->skew_ms;
    if (party->setup->undated && !summary->clock_unknown)
        world_fail(world, "nothing says that the clock of %s is not known", party->setup->name);
    if (party->setup->dated && (wrong > PARTY_CLOCK_FUZZ_MS || wrong < -PARTY_CLOCK_FUZZ_MS))
        world_fail(world, "the clock of %s is taken to be %lld ms behind ours, but is %lld",
                   party->setup->name, (long long)summary->clock_behind_ms,
                   -(long long)party->setup->skew_ms);
}
