#include "convergence/party.h"

#include <stdio.h>
#include <string.h>

#include "convergence/manners.h"
#include "convergence/party_exchange.h"
#include "convergence/world.h"

void party_init(struct party *party, struct world *world, int number)
{
    *party = (struct party){.exchange = party_exchange_table(),
                            .world = world,
                            .number = number,
                            .setup = &world->setup.parties[number],
                            .next_id = 1};
}

instant party_shown(const struct party *party)
{
    const instant shown = party->world->now + party->setup->skew_ms;
    return party->setup->minute_cut ? shown - shown % 60000 : shown;
}

instant party_shown_here(const struct party *party)
{
    return party_shown(party) - (party->setup->dated ? party->setup->skew_ms : 0);
}

void party_plan(struct party *party, uint64_t seed, bool faults, bool meddling)
{
    struct random random = random_of(seed), waiting = random_of(~seed);
    party->plan = (struct party_plan){
        .faults = faults, .meddling = meddling, .report_fails_after = -1, .order_fails_after = -1};
    party->plan.waits = random_chance(&waiting, 70);
    if (faults && random_chance(&random, 12))
        party->plan.report_fails_after = (int)random_below(&random, 8);
    if (faults && random_chance(&random, 12))
        party->plan.order_fails_after = (int)random_below(&random, 8);
    party->plan.random = random;
    /* What was told to a process that died is not in its books. */
    party->page_next = party->seen;
    party->named_count = 0;
}

void party_run_ended(struct party *party, bool well)
{
    for (size_t i = 0; i < party->record_count; i++) {
        struct record *record = &party->records[i];
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            if (well)
                record->refused_booked[field] = record->refused_when[field] != 0;
            else if (!record->refused_booked[field])
                record->refused_when[field] = 0;
        }
    }
}

void party_free_refused(struct party *party)
{
    for (size_t i = 0; i < party->record_count; i++)
        memset(party->records[i].refused_when, 0, sizeof party->records[i].refused_when);
}

enum object_type party_type_of(const struct party *party, size_t record)
{
    return party->setup->kinds[party->records[record].kind].type;
}

size_t party_find(const struct party *party, size_t kind, struct text id)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (!record->gone && record->kind == kind && text_equal(text_of(record->id), id))
            return i;
    }
    return SIZE_MAX;
}

bool party_has_key(const struct party *party, enum object_type type, const char *key)
{
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (!record->gone && party_type_of(party, i) == type &&
            strcmp(record->cells[FIELD_KEY].text, key) == 0)
            return true;
    }
    return false;
}

size_t party_create(struct party *party, size_t kind, const char *key)
{
    if (party->record_count == RECORD_MAX)
        return SIZE_MAX;
    const size_t index = party->record_count++;
    struct record *record = &party->records[index];
    *record = (struct record){.kind = kind, .made_for = SIZE_MAX, .lost_by = SIZE_MAX};
    snprintf(record->id, sizeof record->id, "%c%u", party->setup->kinds[kind].name[0],
             party->next_id++);
    record->changed_at = party_shown(party);
    record->version = ++party->version;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        record->cells[i].null = true;
        record->field_at[i] = record->changed_at;
        record->unseen[i] = SIZE_MAX;
        record->pushed_at[i] = record->written_at[i] = INSTANT_NONE;
    }
    if (key) {
        struct cell cell = {.null = false};
        snprintf(cell.text, sizeof cell.text, "%s", key);
        party_set(party, index, FIELD_KEY, &cell);
    }
    return index;
}

void party_set(struct party *party, size_t index, size_t field, const struct cell *cell)
{
    struct record *record = &party->records[index];
    const instant shown = party_shown(party);
    const struct edit edit = {.at = party->world->now,
                              .shown = party_shown_here(party),
                              .fuzz_ms = party->setup->dated ? PARTY_CLOCK_FUZZ_MS : 0,
                              .place = party->number,
                              .type = party_type_of(party, index),
                              .object = index,
                              .field = field,
                              .value = *cell,
                              .before = record->cells[field],
                              .inexact = !party->setup->field_dates,
                              .withheld = manners_are_words(field, cell),
                              .alone = world_agrees(party->world, party->number, index, field,
                                                    party_type_of(party, index))};
    record->cells[field] = *cell;
    record->filled[field] |= !cell_is_empty(cell);
    /* what theirs is already did not change there (11) */
    record->moment[field] = record->moment[field] && cell_equal(cell, &edit.before);
    record->key_edits += field == FIELD_KEY;
    record->field_at[field] = shown;
    record->changed_at = shown;
    record->version = ++party->version;
    /* Nobody else has ever seen what the user had there before. */
    if (record->unseen[field] != SIZE_MAX)
        party->world->truth.edits[record->unseen[field]].excused = true;
    record->unseen[field] = truth_add(&party->world->truth, &edit);
}

void party_delete(struct party *party, size_t index)
{
    party->records[index].gone = true;
    party->records[index].gone_at = party_shown(party);
}

void party_restore(struct party *party, size_t index, bool dated)
{
    struct record *record = &party->records[index];
    record->gone = record->told_gone = false;
    memset(record->brought, 0, sizeof record->brought);
    memset(record->refused_when, 0, sizeof record->refused_when);
    memset(record->agreed, 0, sizeof record->agreed); /* spec 13.6 */
    memset(record->seen_times, 0, sizeof record->seen_times);
    record->lost_by = world_linked_to(party->world, party->number, index);
    record->copied = true; /* as a first link, it is sent nothing that leads there only */
    record->version = ++party->version;
    if (dated)
        record->changed_at = party_shown(party);
    /* What was edited here meanwhile meets what is as old as it is: neither is newer by its date.
     */
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        record->tainted[i] = true;
        if (dated) /* all of it is new to whoever asks for what changed */
            record->field_at[i] = record->changed_at;
    }
}

void party_convert(struct party *party, size_t index)
{
    struct record *record = &party->records[index];
    const size_t kind = record->kind + 1; /* a Contact comes after a Lead */
    if (party->conversion_count == CONVERSION_MAX || kind >= party->setup->kind_count ||
        party->setup->kinds[kind].type != party_type_of(party, index))
        return;
    struct conversion *conversion = &party->conversions[party->conversion_count++];
    *conversion = (struct conversion){
        .old_kind = record->kind, .record = index, .new_kind = kind, .at = party_shown(party)};
    memcpy(conversion->old_id, record->id, sizeof conversion->old_id);
    snprintf(record->id, sizeof record->id, "%c%u", party->setup->kinds[kind].name[0],
             party->next_id++);
    memcpy(conversion->new_id, record->id, sizeof conversion->new_id);
    record->kind = kind;
    record->changed_at = conversion->at;
    record->version = ++party->version;
}
