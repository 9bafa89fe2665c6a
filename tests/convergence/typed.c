/* Where every value is at the end that somebody typed in the course of a history. */
#include "convergence/typed.h"

#include <stdlib.h>

#include "convergence/manners.h"
#include "convergence/rewriting.h"
#include "store/inspect/explain.h"

enum { DECISION_MAX = 400 };

/* The value, or what some party makes of it. */
static bool is_value(const struct world *world, const struct edit *edit, const struct cell *cell)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (manners_have(&world->setup.parties[i].manners, edit->field, &edit->value, cell))
            return true;
    }
    return edit->field != FIELD_KEY && edit->field == rewriting_field(&world->setup) &&
           rewriting_is_same(&edit->value, cell);
}

static bool is_here(struct world *world, const struct edit *edit)
{
    size_t count = 0;
    const struct object_row *rows = world_rows(world, edit->type, &count);
    for (size_t i = 0; i < count; i++) {
        const struct cell cell = world_cell(world, edit->type, &rows[i], edit->field);
        if (is_value(world, edit, &cell))
            return true;
    }
    return false;
}

static bool is_there(const struct world *world, const struct edit *edit)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        const struct party *party = &world->parties[i];
        for (size_t j = 0; j < party->record_count; j++) {
            if (!party->records[j].gone && party_type_of(party, j) == edit->type &&
                is_value(world, edit, &party->records[j].cells[edit->field]))
                return true;
        }
    }
    return false;
}

/* Somebody saw it, and wrote another one. */
static bool is_written_over(const struct world *world, size_t index)
{
    const struct edit *edit = &world->truth.edits[index];
    for (size_t i = index + 1; i < world->truth.count; i++) {
        const struct edit *later = &world->truth.edits[i];
        if (later->type == edit->type && later->field == edit->field &&
            is_value(world, edit, &later->before))
            return true;
    }
    return false;
}

void typed_merged(struct world *world, const struct object_row *winner,
                  const struct object_row *loser)
{
    for (size_t i = 0; i < world->truth.count; i++) {
        struct edit *edit = &world->truth.edits[i];
        const struct cell kept = world_cell(world, TYPE_CONTACT, winner, edit->field);
        const struct cell lost = world_cell(world, TYPE_CONTACT, loser, edit->field);
        if (edit->type == TYPE_CONTACT && !cell_is_empty(&kept) && !cell_equal(&kept, &lost) &&
            is_value(world, edit, &lost))
            edit->given_up = true;
    }
}

/* Both are at one party, and two records. */
static bool are_apart(const struct edit *left, const struct edit *right)
{
    return left->place == right->place && left->type == right->type &&
           left->object != right->object;
}

static bool have_one_key(const struct party *party, size_t left, size_t right)
{
    return left != right && party_type_of(party, left) == party_type_of(party, right) &&
           cell_equal(&party->records[left].cells[FIELD_KEY],
                      &party->records[right].cells[FIELD_KEY]);
}

/* Two records there are, or were, one object here: which of them tells its value is no decision
 * that the engine writes down. */
static bool is_twin(const struct world *world, const struct edit *edit)
{
    const struct truth *truth = &world->truth;
    const struct party *party = edit->place == PLACE_STORE ? NULL : &world->parties[edit->place];
    for (size_t i = 0; party && i < party->record_count; i++) {
        if (have_one_key(party, edit->object, i))
            return true;
    }
    for (size_t i = 0; edit->place != PLACE_STORE && i < truth->count; i++) {
        const struct edit *own = &truth->edits[i];
        if (own->field != FIELD_KEY || own->place != edit->place || own->type != edit->type ||
            own->object != edit->object)
            continue;
        for (size_t j = 0; j < truth->count; j++) {
            if (truth->edits[j].field == FIELD_KEY && are_apart(own, &truth->edits[j]) &&
                cell_equal(&own->value, &truth->edits[j].value))
                return true;
        }
    }
    return false;
}

/* What it was typed into is gone itself. */
static bool is_gone(struct world *world, const struct edit *edit)
{
    if (edit->place != PLACE_STORE)
        return world->parties[edit->place].records[edit->object].gone;
    size_t count = 0;
    const struct object_row *rows = world_rows(world, edit->type, &count);
    for (size_t i = 0; i < count; i++) {
        if (strtoul(rows[i].id.bytes, NULL, 10) == edit->object)
            return false;
    }
    return true;
}

/* What was decided of an object of either side. */
static bool is_explained_of(struct world *world, const struct party *party, const struct edit *edit,
                            struct text object, struct text id, bool theirs, struct error *error)
{
    struct explain_decision *decisions = NULL;
    size_t count = 0;
    const struct explain_subject subject = {.integration = text_of(party->setup->name),
                                            .theirs = theirs,
                                            .object = object,
                                            .id = id,
                                            .field =
                                                text_of(setup_field_name(edit->type, edit->field))};
    if (explain_decisions(world->store, &subject, DECISION_MAX, world->scratch, &decisions, &count,
                          error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct text sides[] = {decisions[i].left, decisions[i].right};
        for (size_t side = 0; side < 2; side++) {
            struct cell cell = {.null = text_is_absent(sides[side])};
            snprintf(cell.text, sizeof cell.text, "%.*s", TEXT_PRINT(sides[side]));
            if (is_value(world, edit, &cell))
                return true;
        }
    }
    return false;
}

/* By the object of ours that it was typed into: its link may be gone, if its record came back as
 * somebody else (13.6). */
static bool is_explained_itself(struct world *world, const struct party *party,
                                const struct edit *edit, struct error *error)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", edit->object);
    return edit->place == PLACE_STORE &&
           is_explained_of(world, party, edit, text_of(setup_object_name(edit->type)),
                           text_of(number), false, error);
}

/* By an object of ours that has, or had, a record of the party: it may be gone, and the record may
 * have another name by now. */
static bool is_explained_here(struct world *world, const struct party *party,
                              const struct edit *edit, struct error *error)
{
    const struct text object = text_of(setup_object_name(edit->type));
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    if (status_mappings(world->store, text_of(party->setup->name), world->scratch, &mappings,
                        &count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(mappings[i].internal_object, object) &&
            is_explained_of(world, party, edit, object, mappings[i].internal_id, false, error))
            return true;
    }
    return false;
}

static bool is_explained(struct world *world, const struct edit *edit)
{
    struct error error = {0};
    for (size_t number = 0; number < PARTY_COUNT; number++) {
        const struct party *party = &world->parties[number];
        if (is_explained_itself(world, party, edit, &error) ||
            is_explained_here(world, party, edit, &error))
            return true;
        for (size_t i = 0; i < party->record_count; i++) {
            const struct record *record = &party->records[i];
            if (is_explained_of(world, party, edit, text_of(party->setup->kinds[record->kind].name),
                                text_of(record->id), true, &error))
                return true;
        }
    }
    if (error.code)
        world_fail(world, "what was decided cannot be read: %s", error.message);
    return false;
}

/* Of a line that only leads there nothing is read: what was typed there before it was mapped is
 * written over by ours, as the configuration says, and nobody has seen it. */
static bool is_ours_alone(const struct world *world, const struct edit *edit)
{
    return edit->place != PLACE_STORE &&
           world->setup.parties[edit->place].flows[edit->type][edit->field] == FLOW_OUT;
}

void typed_check(struct world *world)
{
    for (size_t i = 0; i < world->truth.count && !world_failed(world); i++) {
        const struct edit *edit = &world->truth.edits[i];
        /* excused: it was written over before anybody could have seen it */
        if (cell_is_empty(&edit->value) || edit->excused || edit->not_kept || edit->given_up ||
            is_here(world, edit) || is_there(world, edit) || is_written_over(world, i) ||
            is_ours_alone(world, edit) || is_twin(world, edit) || is_gone(world, edit) ||
            is_explained(world, edit))
            continue;
        world_fail(world, "'%s', typed as %s %s, is on neither side, and nothing says why",
                   edit->value.text, setup_field_name(edit->type, edit->field),
                   edit->place == PLACE_STORE ? "here" : world->setup.parties[edit->place].name);
    }
}
