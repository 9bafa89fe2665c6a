/* What users do, here and at the parties. */
#include <stdlib.h>
#include <string.h>

#include "convergence/habits.h"
#include "convergence/users.h"
#include "store/objects/objects.h"
#include "store/schema/store_layout.h"

/* A new value that nobody else has given to any field. */
static struct cell new_value(struct world *world, enum object_type type, size_t field,
                             uint32_t choice)
{
    struct cell cell = {.null = false};
    const char *const long_text = world->setup.manners != 0 ? "  of a Long  Text" : "";
    const struct cell value = users_value(world, type, field);
    if (field == FIELD_KEY)
        snprintf(cell.text, sizeof cell.text, type == TYPE_CONTACT ? "k%s@x.test" : "Firm %s",
                 &value.text[1]);
    else if (choice % 10 == 0)
        cell.null = true;
    else if (field == FIELD_NUMBER)
        cell = value;
    else if (choice % 10 != 1)
        snprintf(cell.text, sizeof cell.text, "%.20s%s", value.text, long_text);
    return cell;
}

struct raw_value users_raw(const struct cell *cell)
{
    struct raw_value raw = {.kind = RAW_NULL};
    if (!cell->null) {
        raw.kind = RAW_TEXT;
        raw.as.text = text_of(cell->text);
    }
    return raw;
}

struct object_row *world_rows(struct world *world, enum object_type type, size_t *count)
{
    const struct object_query query = {.object = text_of(setup_object_name(type))};
    struct object_row *rows = NULL;
    struct error error = {0};
    if (objects_list(world->store, &query, world->scratch, &rows, count, &error)) {
        world_fail(world, "objects cannot be listed: %s", error.message);
        *count = 0;
    }
    return rows;
}

bool users_have_key(struct world *world, enum object_type type, const char *key)
{
    const struct object_query query = {.object = text_of(setup_object_name(type)),
                                       .filter = text_of(setup_field_name(type, FIELD_KEY)),
                                       .value = text_of(key)};
    struct object_row *rows = NULL;
    size_t count = 0;
    struct error error = {0};
    if (objects_list(world->store, &query, world->scratch, &rows, &count, &error))
        world_fail(world, "objects cannot be found: %s", error.message);
    return count > 0;
}

/* Whether anybody's line makes the engine track the field; what is not tracked is dated by its
 * object (spec 13.1, decision 110). */
static bool is_tracked(const struct world *world, enum object_type type, size_t field)
{
    for (size_t i = 0; i < PARTY_COUNT && !world->off; i++) {
        const struct party_setup *party = &world->setup.parties[i];
        const enum flow flow = party->flows[type][field];
        for (size_t j = 0; j < party->kind_count; j++) {
            if (party->kinds[j].type == type && (flow == FLOW_BOTH || flow == FLOW_OUT))
                return true;
        }
    }
    return false;
}

static void note_edit(struct world *world, enum object_type type, struct text id, size_t field,
                      const struct cell *cell, const struct cell *before, bool alone)
{
    const struct edit edit = {.at = world->now,
                              .shown = world->now,
                              .place = PLACE_STORE,
                              .type = type,
                              .object = strtoul(id.bytes, NULL, 10),
                              .field = field,
                              .value = *cell,
                              .before = *before,
                              .inexact = !is_tracked(world, type, field),
                              .alone = alone};
    if (truth_add(&world->truth, &edit) == SIZE_MAX)
        world_fail(world, "out of memory");
}

/* The key of a record that the engine has not seen yet: a user may enter the same contact here. */
static const char *borrowed_key(struct world *world, enum object_type type, uint32_t choice)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        const struct party *party = &world->parties[(choice + i) % PARTY_COUNT];
        for (size_t j = 0; j < party->record_count; j++) {
            const size_t index = (j + choice) % party->record_count;
            const struct record *record = &party->records[index];
            if (!record->gone && party_type_of(party, index) == type && record->key_edits == 1 &&
                record->made_for == SIZE_MAX && record->unseen[FIELD_KEY] != SIZE_MAX)
                return record->cells[FIELD_KEY].text;
        }
    }
    return NULL;
}

void world_store_create(struct world *world, uint32_t choice, uint32_t key, uint32_t fields)
{
    const enum object_type type = choice % 4 == 0 ? TYPE_COMPANY : TYPE_CONTACT;
    if (world->off)
        return;
    struct object_assignment assignments[FIELD_COUNT];
    struct cell cells[FIELD_COUNT];
    size_t numbers[FIELD_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const bool chosen = (fields >> i & 1) != 0 && setup_is_ours(&world->setup, type, i);
        if (i != FIELD_KEY && !chosen)
            continue;
        numbers[count] = i;
        cells[count] = new_value(world, type, i, fields >> (i + 8));
        count++;
    }
    const char *taken = key % 3 == 0 ? borrowed_key(world, type, key / 3) : NULL;
    const bool borrowed = taken && !users_have_key(world, type, taken);
    if (borrowed)
        snprintf(cells[0].text, sizeof cells[0].text, "%s", taken);
    const bool copied = borrowed || habits_copy_key(world, type, key, &cells[0]);
    for (size_t i = 0; i < count; i++) {
        assignments[i].field = text_of(setup_field_name(type, numbers[i]));
        assignments[i].value = users_raw(&cells[i]);
    }
    struct text id = TEXT_ABSENT;
    struct error error = {0};
    if (objects_add(world->store, text_of(setup_object_name(type)), assignments, count,
                    world->scratch, &id, &error)) {
        world_fail(world, "an object cannot be added: %s", error.message);
        return;
    }
    world_tell(world, "here: %s %.*s is added with key %s", setup_object_name(type), TEXT_PRINT(id),
               cells[0].text);
    for (size_t i = copied ? 1 : 0; i < count; i++)
        note_edit(world, type, id, numbers[i], &cells[i], &(struct cell){.null = true}, false);
}

/* A create whose answer was lost is found again by its key: nobody changes it meanwhile. */
bool users_key_is_in_doubt(const struct world *world, enum object_type type, struct text id)
{
    const size_t number = strtoul(id.bytes, NULL, 10);
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        const struct party *party = &world->parties[i];
        for (size_t j = 0; j < party->record_count; j++) {
            if (party->records[j].answer_lost && party->records[j].made_for == number &&
                party_type_of(party, j) == type)
                return true;
        }
    }
    return false;
}

/* The same, by the key itself: some party has a record of which the engine does not know. */
static bool is_awaited(const struct world *world, enum object_type type, const char *key)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        const struct party *party = &world->parties[i];
        for (size_t j = 0; j < party->record_count; j++) {
            if (party->records[j].answer_lost && party_type_of(party, j) == type &&
                strcmp(party->records[j].cells[FIELD_KEY].text, key) == 0)
                return true;
        }
    }
    return false;
}

void users_write(struct world *world, enum object_type type, const struct object_row *row,
                 size_t field, const struct cell *cell, bool excused)
{
    const struct object_assignment assignment = {text_of(setup_field_name(type, field)),
                                                 users_raw(cell)};
    struct edit edit = {
        .at = world->now,
        .shown = world->now,
        .place = PLACE_STORE,
        .type = type,
        .object = strtoul(row->id.bytes, NULL, 10),
        .field = field,
        .value = *cell,
        .before = world_cell(world, type, row, field),
        .excused = excused,
        .inexact = !is_tracked(world, type, field), /* it is when they are on again */
        .strangers = world->off ? users_strangers(world, type, row->id) : 0,
        .alone = world_agrees(world, PLACE_STORE, strtoul(row->id.bytes, NULL, 10), field, type)};
    struct error error = {0};
    if (objects_set(world->store, text_of(setup_object_name(type)), row->id, &assignment, 1,
                    &error)) {
        world_fail(world, "an object cannot be changed: %s", error.message);
        return;
    }
    world_tell(world, "here: %s %.*s gets %s = %s", setup_object_name(type), TEXT_PRINT(row->id),
               setup_field_name(type, field), cell_shown(cell));
    world_touch(world, type, row->id);
    world_wrote(world, type, row->id, field);
    if (truth_add(&world->truth, &edit) == SIZE_MAX)
        world_fail(world, "out of memory");
}

void world_store_edit(struct world *world, uint32_t type_choice, uint32_t object, uint32_t field,
                      uint32_t value)
{
    const enum object_type type = type_choice % 4 == 0 ? TYPE_COMPANY : TYPE_CONTACT;
    size_t count = 0;
    const struct object_row *rows = world_rows(world, type, &count);
    const size_t number = field % 12 == 0 ? FIELD_KEY : 1 + field % (FIELD_COUNT - 1);
    if (count == 0 || !setup_is_ours(&world->setup, type, number))
        return;
    const struct text id = rows[object % count].id;
    if (number == FIELD_KEY && users_key_is_in_doubt(world, type, id))
        return;
    const struct cell cell = new_value(world, type, number, value);
    users_write(world, type, &rows[object % count], number, &cell, false);
}

void world_store_delete(struct world *world, uint32_t type_choice, uint32_t object)
{
    const enum object_type type = type_choice % 4 == 0 ? TYPE_COMPANY : TYPE_CONTACT;
    size_t count = 0;
    const struct object_row *rows = world_rows(world, type, &count);
    if (count == 0)
        return;
    const struct text id = rows[object % count].id;
    struct error error = {0};
    if (users_key_is_in_doubt(world, type, id))
        return;
    if (objects_delete(world->store, text_of(setup_object_name(type)), id, &error))
        world_fail(world, "an object cannot be deleted: %s", error.message);
    world_tell(world, "here: %s %.*s is deleted", setup_object_name(type), TEXT_PRINT(id));
}

/* Does our store have the value that the edit, at a party, brought? */
static bool is_ours_now(struct world *world, const struct edit *edit)
{
    const size_t linked = world_linked_to(world, edit->place, edit->object);
    size_t count = 0;
    const struct object_row *rows = world_rows(world, edit->type, &count);
    for (size_t i = 0; i < count; i++) {
        const struct cell cell = world_cell(world, edit->type, &rows[i], edit->field);
        if (strtoul(rows[i].id.bytes, NULL, 10) == linked)
            return cell_equal(&cell, &edit->value);
    }
    return false;
}

void world_store_reload(struct world *world)
{
    struct error error = {0};
    if (sql_run(&world->store->sql,
                "BEGIN IMMEDIATE;"
                "CREATE TEMP TABLE kept_contact AS SELECT * FROM contact;"
                "CREATE TEMP TABLE kept_company AS SELECT * FROM company;"
                "DELETE FROM contact; DELETE FROM company;"
                "INSERT INTO company SELECT * FROM kept_company;"
                "INSERT INTO contact SELECT * FROM kept_contact;"
                "DROP TABLE kept_contact; DROP TABLE kept_company; COMMIT",
                &error))
        world_fail(world, "the tables cannot be loaded anew: %s", error.message);
    /* What differs from what was agreed counts as edited now, as somebody may have edited it in the
     * file; and so does what was never agreed, whoever brought it: the file does not say. */
    for (size_t i = 0; i < world->truth.count; i++) {
        struct edit *edit = &world->truth.edits[i];
        if (edit->place == PLACE_STORE || is_ours_now(world, edit))
            edit->shown = world->now;
    }
    world_touch_all(world);
    world_tell(world, "here: the tables are loaded anew");
}

/* ------------------------------------------------------------------ at the parties */

/* Users there do not edit what we own one way. */
static bool is_theirs(const struct party *party, enum object_type type, size_t field)
{
    const enum flow flow = party->setup->flows[type][field];
    if (flow == FLOW_NONE) /* it may be mapped one day */
        return setup_has_manner(&party->world->setup, MANNER_LINES) &&
               setup_is_ours(&party->world->setup, type, field);
    return flow == FLOW_BOTH || flow == FLOW_IN;
}

/* Now and then in words, which no number of ours can hold. */
static struct cell their_value(struct world *world, const struct party *party,
                               enum object_type type, size_t field, uint32_t choice)
{
    struct cell cell = new_value(world, type, field, choice);
    if (party->setup->manners.words && field == FIELD_NUMBER && choice % 3 == 0 &&
        !cell_is_empty(&cell))
        snprintf(cell.text, sizeof cell.text, "about %u", world->next_value);
    return cell;
}

/* The key of an object of ours that the party does not have: the same contact is entered there. */
static bool copy_our_key(struct world *world, const struct party *party, enum object_type type,
                         uint32_t choice, struct cell *cell)
{
    size_t count = 0;
    const struct object_row *rows = world_rows(world, type, &count);
    if (count == 0 || users_key_is_in_doubt(world, type, rows[choice % count].id))
        return false;
    const struct object_schema *schema =
        store_schema(world->store, text_of(setup_object_name(type)));
    const struct field_schema *key =
        manual_schema_field(schema, text_of(setup_field_name(type, FIELD_KEY)));
    const struct value *value = &rows[choice % count].values[key - schema->fields];
    if (value->kind != VALUE_TEXT)
        return false;
    char text[sizeof cell->text];
    snprintf(text, sizeof text, "%.*s", TEXT_PRINT(value->as.text));
    if (party_has_key(party, type, text))
        return false;
    memcpy(cell->text, text, sizeof text);
    return true;
}

/* The key of a record that the party has already: duplicates over there. */
static bool copy_own_key(const struct party *party, enum object_type type, uint32_t choice,
                         struct cell *cell)
{
    /* Two records that own a field one way overwrite each other for ever (decision 45). */
    if (setup_has_inward(party->setup, type))
        return false;
    for (size_t i = 0; i < party->record_count; i++) {
        const size_t index = (choice + i) % party->record_count;
        const struct record *record = &party->records[index];
        const bool settled = record->unseen[FIELD_KEY] == SIZE_MAX ||
                             (record->made_for == SIZE_MAX && record->key_edits == 1);
        if (record->gone || record->answer_lost || !settled || party_type_of(party, index) != type)
            continue;
        memcpy(cell, &record->cells[FIELD_KEY], sizeof *cell);
        return true;
    }
    return false;
}

void world_party_create(struct world *world, uint32_t number, uint32_t kind_choice, uint32_t key,
                        uint32_t fields)
{
    struct party *party = &world->parties[number % PARTY_COUNT];
    const size_t kind = kind_choice % party->setup->kind_count;
    const enum object_type type = party->setup->kinds[kind].type;
    struct cell cell = new_value(world, type, FIELD_KEY, 0);
    const bool often = setup_has_manner(&world->setup, MANNER_POLICIES);
    const bool doubled = key % (often ? 4 : 12) == 1 && copy_own_key(party, type, key / 12, &cell);
    const bool copied =
        doubled || (key % 3 == 0 && copy_our_key(world, party, type, key / 3, &cell));
    const size_t index = party_create(party, kind, cell.text);
    if (index == SIZE_MAX)
        return;
    party->records[index].copied = copied;
    /* Who copies a key does not say that it is the latest one. */
    if (copied)
        world->truth.edits[party->records[index].unseen[FIELD_KEY]].excused = true;
    for (size_t i = 1; i < FIELD_COUNT; i++) {
        if ((fields >> i & 1) == 0 || !is_theirs(party, type, i))
            continue;
        const struct cell value = their_value(world, party, type, i, fields >> (i + 8));
        party_set(party, index, i, &value);
    }
    world_tell(world, "%s: %s %s is made with key %s", party->setup->name,
               party->setup->kinds[kind].name, party->records[index].id, cell.text);
}

/* The record chosen among those that are not gone; SIZE_MAX: there is none. */
static size_t choose_record(const struct party *party, uint32_t choice)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const size_t index = (choice + i) % party->record_count;
        if (!party->records[index].gone)
            return index;
    }
    return SIZE_MAX;
}

void world_party_edit(struct world *world, uint32_t number, uint32_t choice, uint32_t field_choice,
                      uint32_t value)
{
    struct party *party = &world->parties[number % PARTY_COUNT];
    const size_t index = choose_record(party, choice);
    const size_t field = field_choice % 12 == 0 ? FIELD_KEY : 1 + field_choice % (FIELD_COUNT - 1);
    if (index == SIZE_MAX)
        return;
    const enum object_type type = party_type_of(party, index);
    if (!is_theirs(party, type, field) ||
        (field == FIELD_KEY && is_awaited(world, type, party->records[index].cells[field].text)))
        return;
    const struct cell cell = their_value(world, party, type, field, value);
    party_set(party, index, field, &cell);
    world_tell(world, "%s: %s gets %s = %s", party->setup->name, party->records[index].id,
               setup_field_name(type, field), cell_shown(&cell));
}

bool world_party_restore(struct world *world, uint32_t number, uint32_t choice)
{
    struct party *party = &world->parties[number % PARTY_COUNT];
    for (size_t i = 0; i < party->record_count; i++) {
        const size_t index = (choice + i) % party->record_count;
        if (!party->records[index].gone)
            continue;
        party_restore(party, index, choice % 2 == 0 || !party->setup->tokens);
        world_tell(world, "%s: %s is given back", party->setup->name, party->records[index].id);
        return true;
    }
    return false;
}

/* One of two that are the same, if there are such. */
static size_t choose_double(const struct party *party, size_t chosen)
{
    for (size_t i = 0; i < party->record_count; i++) {
        for (size_t j = 0; j < i && !party->records[i].gone; j++) {
            if (!party->records[j].gone && party_type_of(party, i) == party_type_of(party, j) &&
                cell_equal(&party->records[i].cells[FIELD_KEY],
                           &party->records[j].cells[FIELD_KEY]))
                return i;
        }
    }
    return chosen;
}

void world_party_delete(struct world *world, uint32_t number, uint32_t choice)
{
    struct party *party = &world->parties[number % PARTY_COUNT];
    size_t index = choose_record(party, choice);
    if (setup_has_manner(&world->setup, MANNER_POLICIES) && choice % 2 == 0)
        index = choose_double(party, index);
    if (party->setup->manners.restores && choice % 3 == 0 &&
        world_party_restore(world, number, choice))
        return;
    if (index == SIZE_MAX || party->records[index].answer_lost)
        return;
    party_delete(party, index);
    world_tell(world, "%s: %s is deleted", party->setup->name, party->records[index].id);
}

void world_party_convert(struct world *world, uint32_t number, uint32_t choice)
{
    struct party *party = &world->parties[number % PARTY_COUNT];
    const size_t index = choose_record(party, choice);
    if (index == SIZE_MAX || party->records[index].answer_lost)
        return;
    char before[RECORD_ID_SIZE];
    memcpy(before, party->records[index].id, sizeof before);
    party_convert(party, index);
    if (strcmp(before, party->records[index].id) != 0)
        world_tell(world, "%s: %s becomes %s", party->setup->name, before,
                   party->records[index].id);
}

void world_meddle(struct world *world, struct random *random)
{
    const uint32_t what = random_below(random, 100);
    const uint32_t one = (uint32_t)random_next(random);
    const uint32_t two = (uint32_t)random_next(random);
    const uint32_t three = (uint32_t)random_next(random);
    world_wait(world, random_below(random, 4000));
    if (what < 10)
        world_store_edit(world, what, one, two, three);
    else if (what < 20)
        world_party_edit(world, what, one, two, three);
    else if (what < 22)
        world_store_create(world, what, one, two);
    else if (what < 24)
        world_party_create(world, what, one, two, three);
    else if (what < 25)
        world_party_convert(world, what, one);
    else if (what < (setup_has_manner(&world->setup, MANNER_UNDOES) ? 60u : 32u))
        habits_meddle(world, one, two);
}
