/* Which object a record of a report is linked to, and what its page wrote there. */
#include "convergence/witness_report.h"

#include <stdlib.h>

#include "convergence/manners.h"
#include "store/inspect/status.h"

static bool is_record(const struct status_mapping *mapping, const struct party *party, size_t index)
{
    const struct record *record = &party->records[index];
    return !mapping->deleted && text_equal(mapping->integration, text_of(party->setup->name)) &&
           text_equal(mapping->integration_id, text_of(record->id)) &&
           text_equal(mapping->integration_object, text_of(party->setup->kinds[record->kind].name));
}

static struct text linked_to(struct world *world, const struct party *party, size_t index)
{
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    struct error error = {0};
    if (status_mappings(world->store, text_of(party->setup->name), world->scratch, &mappings,
                        &count, &error)) {
        world_fail(world, "mappings cannot be read: %s", error.message);
        return TEXT_ABSENT;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_record(&mappings[i], party, index))
            return mappings[i].internal_id;
    }
    return TEXT_ABSENT;
}

static bool shows_identity(const struct world *world)
{
    return setup_has_manner(&world->setup, MANNER_TWINS) ||
           setup_has_manner(&world->setup, MANNER_MOVES);
}

void witness_report_told(struct party *party, size_t index)
{
    struct world *world = party->world;
    struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    size_t count = 0;
    record->matches = 0;
    record->linked_before = true;
    if (!shows_identity(world))
        return;
    record->linked_before = !text_is_absent(linked_to(world, party, index));
    for (size_t i = 0; i < party->conversion_count; i++) /* it may be linked by its old name */
        record->linked_before = record->linked_before || party->conversions[i].record == index;
    const struct object_row *rows = world_rows(world, type, &count);
    for (size_t i = 0; i < count; i++) {
        const struct cell key = world_cell(world, type, &rows[i], FIELD_KEY);
        record->matches += !cell_is_empty(&key) && cell_equal(&key, &record->cells[FIELD_KEY]);
    }
}

/* Has a linked record of the page another key than it had, so that matches change with the page? */
static bool is_moving(const struct party *party, const size_t *told, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &party->records[told[i]];
        if (record->linked_before && record->told[FIELD_KEY] != SIZE_MAX)
            return true;
    }
    return false;
}

/* Another record of the page that is linked to the object, has a key of its own, and has given it
 * to the object. */
static bool is_strange(struct world *world, const struct party *party, size_t index, size_t other,
                       struct text id)
{
    const enum object_type type = party_type_of(party, index);
    const struct record *record = &party->records[other];
    struct object_row *row = NULL;
    struct error error = {0};
    if (other == index || record->gone || party_type_of(party, other) != type ||
        record->told_page != party->records[index].told_page || !record->linked_before ||
        record->told[FIELD_KEY] == SIZE_MAX ||
        cell_equal(&record->cells[FIELD_KEY], &party->records[index].cells[FIELD_KEY]) ||
        !text_equal(linked_to(world, party, other), id) ||
        objects_get(world->store, text_of(setup_object_name(type)), id, world->scratch, &row,
                    &error) ||
        !row)
        return false;
    const struct cell key = world_cell(world, type, row, FIELD_KEY);
    return cell_equal(&key, &record->cells[FIELD_KEY]);
}

/* Has somebody here edited it since the record was told? */
static bool is_edited_since(const struct world *world, enum object_type type, struct text id,
                            size_t field, instant told)
{
    for (size_t i = world->truth.count; i-- > 0;) {
        const struct edit *edit = &world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->type == type && edit->field == field &&
            edit->object == strtoul(id.bytes, NULL, 10))
            return edit->at >= told;
    }
    return false;
}

/* Records that share an object and own a field of it overwrite each other. */
static bool is_shared(struct world *world, const struct party *party, struct text id)
{
    struct status_mapping *mappings = NULL;
    size_t count = 0, links = 0;
    struct error error = {0};
    if (status_mappings(world->store, text_of(party->setup->name), world->scratch, &mappings,
                        &count, &error))
        return true;
    for (size_t i = 0; i < count; i++)
        links += !mappings[i].deleted && text_equal(mappings[i].internal_id, id);
    return links > 1;
}

/* What is theirs alone is taken again whenever it is told (decision 45). */
static void check_owned(struct party *party, size_t index)
{
    struct world *world = party->world;
    const struct record *record = &party->records[index];
    const enum object_type type = party_type_of(party, index);
    const struct text id = linked_to(world, party, index);
    struct object_row *row = NULL;
    struct error error = {0};
    if (text_is_absent(id) || record->gone || is_shared(world, party, id) ||
        objects_get(world->store, text_of(setup_object_name(type)), id, world->scratch, &row,
                    &error) ||
        !row)
        return;
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        const struct cell ours = world_cell(world, type, row, field);
        if (party->setup->flows[type][field] != FLOW_IN || !record->told_now[field] ||
            record->told_late[field] || record->unseen[field] != record->told[field] ||
            cell_is_empty(&record->cells[field]) ||
            manners_are_words(field, &record->cells[field]) ||
            is_edited_since(world, type, id, field, record->told_when) ||
            cell_equal(&ours, &record->cells[field]))
            continue;
        world_fail(world, "%s of %s:%.*s is '%s', but it is theirs alone, and %s:%s says '%s'",
                   setup_field_name(type, field), setup_object_name(type), TEXT_PRINT(id),
                   cell_shown(&ours), party->setup->name, record->id, record->cells[field].text);
    }
}

void witness_report_owned(struct party *party, const size_t *told, size_t count)
{
    for (size_t i = 0; setup_has_manner(&party->world->setup, MANNER_OVERSTEPS) && i < count; i++)
        check_owned(party, told[i]);
}

/* Was it linked to the object otherwise than by its key? A record that is given back is in sync
 * again with the object that it had (13.6), and what is merged here is one, whatever its keys. */
static bool is_linked_without_key(const struct world *world, const struct record *record,
                                  enum object_type type, struct text id)
{
    const size_t number = strtoul(id.bytes, NULL, 10);
    bool heir = false;
    for (size_t i = 0; type == TYPE_CONTACT && i < OBJECT_MAX; i++)
        heir = heir || world->heirs[i] == number;
    return heir || record->lost_by == number;
}

void witness_report_linked(struct party *party, const size_t *told, size_t count)
{
    struct world *world = party->world;
    const bool moving = is_moving(party, told, count);
    for (size_t i = 0; shows_identity(world) && i < count && !world_failed(world); i++) {
        struct record *record = &party->records[told[i]];
        if (record->linked_before || record->gone)
            continue;
        const struct text id = linked_to(world, party, told[i]);
        if (text_is_absent(id) ||
            is_linked_without_key(world, record, party_type_of(party, told[i]), id))
            continue;
        /* who tells only what changed may not tell the key: then nothing says what it matches, and
         * it becomes an object of its own, with what was told (conformance generated_20097) */
        if (record->matches > 1 && !record->told_now[FIELD_KEY])
            record->taken_when = world->now;
        else if (record->matches > 1 && !moving)
            world_fail(world, "%s:%s matches %zu objects and is linked to one of them, %.*s",
                       party->setup->name, record->id, record->matches, TEXT_PRINT(id));
        for (size_t j = 0; j < count; j++) {
            if (is_strange(world, party, told[i], told[j], id))
                world_fail(world, "%s:%s is linked to %.*s, whose key another record took away",
                           party->setup->name, record->id, TEXT_PRINT(id));
        }
    }
}
