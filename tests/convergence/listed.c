/* What is open at the end, looked up by record and field. */
#include "convergence/listed.h"

bool listed_load(struct listed *listed, struct world *world)
{
    const struct matter_query all = {.integration = TEXT_ABSENT, .object = TEXT_ABSENT};
    struct error error = {0};
    if (!matters_list(world->store, &all, world->scratch, &listed->matters, &listed->count, &error))
        return true;
    world_fail(world, "what is open cannot be read: %s", error.message);
    return false;
}

static bool is_meant(const struct open_matter *matter, const struct party *party, unsigned reasons)
{
    return (reasons & 1u << matter->reason) != 0 &&
           text_equal(matter->integration, text_of(party->setup->name));
}

static bool is_of(const struct open_matter *matter, const struct party *party, size_t record)
{
    const struct record *wanted = &party->records[record];
    return text_equal(matter->integration_object,
                      text_of(party->setup->kinds[wanted->kind].name)) &&
           text_equal(matter->integration_id, text_of(wanted->id));
}

bool listed_field(const struct listed *listed, const struct party *party, size_t record,
                  size_t field, unsigned reasons)
{
    const struct text name = text_of(setup_field_name(party_type_of(party, record), field));
    for (size_t i = 0; i < listed->count; i++) {
        const struct open_matter *matter = &listed->matters[i];
        if (is_meant(matter, party, reasons) && is_of(matter, party, record) &&
            (text_is_empty(matter->field) || text_equal(matter->field, name)))
            return true;
    }
    return false;
}

bool listed_record(const struct listed *listed, const struct party *party, size_t record,
                   unsigned reasons)
{
    for (size_t i = 0; i < listed->count; i++) {
        if (is_meant(&listed->matters[i], party, reasons) &&
            is_of(&listed->matters[i], party, record))
            return true;
    }
    return false;
}

bool listed_creation(const struct listed *listed, const struct party *party, enum object_type type,
                     struct text id, unsigned reasons)
{
    for (size_t i = 0; i < listed->count; i++) {
        const struct open_matter *matter = &listed->matters[i];
        if (is_meant(matter, party, reasons) && text_is_empty(matter->integration_id) &&
            text_equal(matter->object, text_of(setup_object_name(type))) &&
            text_equal(matter->id, id))
            return true;
    }
    return false;
}

bool listed_waits(struct world *world, const struct status_change *change)
{
    const unsigned reasons = 1u << MATTER_LOOP | 1u << MATTER_WITHHELD;
    struct listed listed;
    if (!listed_load(&listed, world))
        return false;
    for (size_t i = 0; i < listed.count; i++) {
        const struct open_matter *matter = &listed.matters[i];
        /* an edit that is newer than the withheld value is sent (spec 13.1) */
        if ((reasons & 1u << matter->reason) != 0 &&
            (matter->reason != MATTER_WITHHELD || change->at <= matter->first) &&
            text_equal(matter->integration, change->integration) &&
            text_equal(matter->object, change->object) && text_equal(matter->id, change->id) &&
            text_equal(matter->field, change->field))
            return true;
    }
    return false;
}
