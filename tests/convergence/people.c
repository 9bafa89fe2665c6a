#include "convergence/people.h"

#include <stdlib.h>

#include "store/books/quarantine.h"
#include "store/inspect/status.h"

/* The record that was made for the object; SIZE_MAX: there is none. */
static size_t look_there(const struct party *party, const struct quarantine_entry *entry)
{
    const size_t number = strtoul(entry->id.bytes, NULL, 10);
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (!record->gone && record->made_for == number &&
            text_equal(text_of(setup_object_name(party_type_of(party, i))), entry->object))
            return i;
    }
    return SIZE_MAX;
}

/* Which values stay is for those to say who merge. */
static void excuse(struct world *world, int place, size_t object, enum object_type type)
{
    for (size_t i = 0; i < world->truth.count; i++) {
        struct edit *edit = &world->truth.edits[i];
        if (edit->place == place && edit->object == object && edit->type == type)
            edit->excused = true;
    }
}

/* Its next report came before people did, and it was taken for a new one. They merge what is one,
 * and which values stay is theirs to say. */
static enum error_code merge(struct world *world, const struct link_name *link, struct party *party,
                             size_t index, struct error *error)
{
    const enum object_type type = party_type_of(party, index);
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    if (status_mappings(world->store, link->integration, world->scratch, &mappings, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (mappings[i].deleted || !text_equal(mappings[i].integration_object, link->record) ||
            !text_equal(mappings[i].integration_id, link->record_id))
            continue;
        world_tell(world, "  and merge %.*s with %.*s", TEXT_PRINT(link->id),
                   TEXT_PRINT(mappings[i].internal_id));
        for (size_t field = 0; field < FIELD_COUNT; field++)
            party->records[index].tainted[field] = true;
        excuse(world, party->number, index, type);
        excuse(world, PLACE_STORE, strtoul(mappings[i].internal_id.bytes, NULL, 10), type);
        world->merged = true;
        world_touch_all(world); /* an edit of the winner */
        return objects_merge(world->store, link->object, link->id, mappings[i].internal_id, error);
    }
    return error_set(error, ERROR_NOT_FOUND, "nothing is linked to the record");
}

static enum error_code settle(struct world *world, struct party *party,
                              const struct quarantine_entry *entry, struct error *error)
{
    const size_t index = look_there(party, entry);
    uint64_t released = 0;
    world_tell(world, "%s: people %s %.*s:%.*s", party->setup->name,
               index == SIZE_MAX ? "send again" : "link", TEXT_PRINT(entry->object),
               TEXT_PRINT(entry->id));
    if (index == SIZE_MAX)
        return quarantine_retry(world->store, entry->integration, entry->object, entry->id,
                                &released, error);
    const struct record *record = &party->records[index];
    const struct link_name link = {.integration = entry->integration,
                                   .object = entry->object,
                                   .id = entry->id,
                                   .record = text_of(party->setup->kinds[record->kind].name),
                                   .record_id = text_of(record->id)};
    if (quarantine_link(world->store, &link, error) != ERROR_USAGE)
        return error->code;
    return merge(world, &link, party, index, error);
}

/* Nobody looks after what is gone here: the next run lets it go. */
static bool is_gone(struct world *world, const struct quarantine_entry *entry)
{
    struct object_row *row = NULL;
    struct error error = {0};
    return !objects_get(world->store, entry->object, entry->id, world->scratch, &row, &error) &&
           !row;
}

unsigned people_settle(struct world *world)
{
    unsigned settled = 0;
    for (size_t i = 0; i < PARTY_COUNT && !world_failed(world); i++) {
        struct party *party = &world->parties[i];
        struct quarantine_entry *entries = NULL;
        size_t count = 0;
        struct error error = {0};
        enum error_code code = quarantine_list(world->store, text_of(party->setup->name), true,
                                               world->scratch, &entries, &count, &error);
        for (size_t j = 0; !code && j < count; j++) {
            if (!text_equal(entries[j].reason, TEXT("in_doubt")) || is_gone(world, &entries[j]))
                continue;
            code = settle(world, party, &entries[j], &error);
            settled++;
        }
        if (code)
            world_fail(world, "people cannot settle a create in doubt: %s", error.message);
    }
    world->tally.settled += settled;
    return settled;
}
