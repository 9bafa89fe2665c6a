/* Parties whose own rules write a field again. */
#include "convergence/rewriting.h"

#include <stdlib.h>
#include <string.h>

#include "convergence/listed.h"

size_t rewriting_field(const struct setup *setup)
{
    return setup->parties[0].manners.rewritten;
}

bool rewriting_is_same(const struct cell *left, const struct cell *right)
{
    return !left->null && !right->null && left->text[0] != '\0' && right->text[0] != '\0' &&
           strcmp(left->text + 1, right->text + 1) == 0;
}

/* Each begins it with a letter of its own. */
static bool rewrite(struct party *party, struct record *record, size_t field)
{
    struct cell *cell = &record->cells[field];
    const char letter = party->number == 0 ? 'L' : 'R';
    if (cell->null || cell->text[0] == '\0' || cell->text[0] == letter)
        return false;
    cell->text[0] = letter;
    record->field_at[field] = record->changed_at = party_shown(party);
    record->version = ++party->version;
    /* which of the two letters is newer says nothing of what people wrote */
    record->tainted[field] = true;
    world_tell(party->world, "%s: its rules write %s in %s", party->setup->name, cell->text,
               record->id);
    return true;
}

bool rewriting_work(struct world *world)
{
    bool written = false;
    const size_t field = rewriting_field(&world->setup);
    for (size_t i = 0; field > 0 && i < PARTY_COUNT; i++) {
        struct party *party = &world->parties[i];
        for (size_t j = 0; j < party->record_count; j++) {
            if (!party->records[j].gone)
                written |= rewrite(party, &party->records[j], field);
        }
    }
    return written;
}

/* Was it edited here since it is held? */
static bool is_edited(const struct world *world, const struct open_matter *matter)
{
    for (size_t i = 0; i < world->truth.count; i++) {
        const struct edit *edit = &world->truth.edits[i];
        if (edit->place == PLACE_STORE && edit->at > matter->first &&
            edit->object == strtoul(matter->id.bytes, NULL, 10) &&
            text_equal(matter->object, text_of(setup_object_name(edit->type))) &&
            text_equal(matter->field, text_of(setup_field_name(edit->type, edit->field))))
            return true;
    }
    return false;
}

void rewriting_check(struct world *world)
{
    struct listed listed;
    if (rewriting_field(&world->setup) == 0 || !listed_load(&listed, world))
        return;
    for (size_t i = 0; i < listed.count; i++) {
        const struct open_matter *matter = &listed.matters[i];
        if (matter->reason == MATTER_LOOP && is_edited(world, matter))
            world_fail(world, "%.*s of %.*s:%.*s is held as a loop, though it was edited since",
                       TEXT_PRINT(matter->field), TEXT_PRINT(matter->object),
                       TEXT_PRINT(matter->id));
    }
}
