#include "convergence/party_exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convergence/habits.h"
#include "convergence/manners.h"
#include "convergence/party.h"
#include "convergence/witness.h"
#include "convergence/witness_report.h"
#include "store/inspect/status.h"
#include "convergence/world.h"

/* ------------------------------------------------------------------ reports */

static const struct request_object *asked_for(const struct party *party,
                                              const struct request *request, size_t kind)
{
    const struct text name = text_of(party->setup->kinds[kind].name);
    for (size_t i = 0; i < request->object_count; i++) {
        if (text_equal(request->objects[i].object->name, name))
            return &request->objects[i];
    }
    return NULL;
}

static bool in_window(const struct party *party, const struct request_object *object, instant at)
{
    if (party->setup->tokens)
        return true; /* deletions and conversions are told again, which does no harm */
    if (object->from != INSTANT_NONE && at < object->from)
        return false;
    return !party->setup->upper_bound || at <= object->to;
}

static bool has_changed(const struct party *party, const struct request_object *object,
                        const struct record *record)
{
    if (!party->setup->tokens)
        return in_window(party, object, record->changed_at);
    return text_is_absent(object->position) ||
           record->version > strtoul(object->position.bytes, NULL, 10);
}

/* What is newer than this comes in the next run. */
static enum error_code tell_positions(const struct party *party, const struct request *request,
                                      struct report *report, struct error *error)
{
    char token[16];
    snprintf(token, sizeof token, "%u", party->version);
    for (size_t i = 0; party->setup->tokens && i < request->object_count; i++) {
        if (report_set_position(report, party->manual, request->objects[i].object->name,
                                text_of(token), error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Which records this run's pages will show, in the order of their instants. */
static void choose_page(struct party *party, const struct request *request)
{
    party->page_count = party->page_next = party->seen = 0;
    party->told_conversions = party->conversion_count;
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        const struct request_object *object = asked_for(party, request, record->kind);
        if (record->gone || !object || !has_changed(party, object, record))
            continue;
        size_t place = party->page_count++;
        for (; place > 0 && party->records[party->page[place - 1]].changed_at > record->changed_at;
             place--)
            party->page[place] = party->page[place - 1];
        party->page[place] = i;
    }
}

static enum error_code tell_remaps(struct party *party, const struct request *request,
                                   struct report *report, struct error *error)
{
    for (size_t i = 0; i < party->conversion_count; i++) {
        const struct conversion *conversion = &party->conversions[i];
        const struct request_object *object = asked_for(party, request, conversion->new_kind);
        if (!object || !in_window(party, object, conversion->at))
            continue;
        const struct report_remap remap = {
            .old_object = text_of(party->setup->kinds[conversion->old_kind].name),
            .old_id = text_of(conversion->old_id),
            .new_object = text_of(party->setup->kinds[conversion->new_kind].name),
            .new_id = text_of(conversion->new_id),
        };
        if (report_remap_object(report, &remap, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code tell_deletions(struct party *party, const struct request *request,
                                      struct report *report, struct error *error)
{
    for (size_t i = 0; i < party->record_count && party->setup->tells_deletions; i++) {
        const struct record *record = &party->records[i];
        const struct request_object *object = asked_for(party, request, record->kind);
        if (!record->gone || !object || !in_window(party, object, record->gone_at))
            continue;
        if (report_add_deleted(report, object->object->name, text_of(record->id), INSTANT_NONE,
                               error))
            return error->code;
    }
    return ERROR_NONE;
}

/* It still shows what it had before the engine wrote; what a user wrote since is there at once. A
 * write of other fields makes none late that has been there: that would be no copy which lags. */
static bool is_late(const struct party *party, const struct record *record, size_t field)
{
    const struct cell stored =
        manners_stored(&party->setup->manners, field, &record->pushed[field]);
    return record->written_at[field] != INSTANT_NONE && record->pushed_at[field] != INSTANT_NONE &&
           party->world->now < record->written_at[field] + party->setup->manners.lag_ms &&
           cell_equal(&record->cells[field], &stored);
}

/* Some bytes of it are lost on the way, now and then. */
static void garble(struct party *party, struct record *record, size_t field, struct cell *cell)
{
    record->garbled[field] = false;
    record->unread[field] = record->unread[field] && cell_is_empty(cell);
    record->told[field] = record->unseen[field];
    if (!party->setup->manners.garbles || !party->plan.meddling || field == FIELD_KEY ||
        field == FIELD_NUMBER || cell_is_empty(cell) || !random_chance(&party->plan.random, 20))
        return;
    snprintf(cell->text + 1, sizeof cell->text - 1, "\xEF\xBF\xBD");
    record->garbled[field] = record->damaged[field] = record->unread[field] = true;
    record->told[field] = SIZE_MAX; /* nobody has been told what it is */
    record->told_now[field] = false;
    if (record->unseen[field] != SIZE_MAX)
        party->world->truth.edits[record->unseen[field]].withheld = true;
}

static enum error_code tell_record(struct party *party, const struct request_object *asked,
                                   size_t index, struct report *report, struct error *error)
{
    struct record *record = &party->records[index];
    struct report_object *object = NULL;
    /* what was damaged when it was told is not known until it is told again */
    for (size_t i = 0; i < FIELD_COUNT; i++)
        record->told[i] = record->garbled[i] ? SIZE_MAX : record->unseen[i];
    memset(record->told_now, 0, sizeof record->told_now);
    record->told_when = party->world->now;
    witness_report_told(party, index);
    if (report_add_object(report, party->manual, asked->object->name, text_of(record->id),
                          record->changed_at, &object, error))
        return error->code;
    const enum object_type type = party_type_of(party, index);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const size_t field = manual_object_field(asked->object, text_of(setup_field_name(type, i)));
        if (field == SIZE_MAX || !asked->requested[field])
            continue;
        if (party->setup->changed_only && asked->from != INSTANT_NONE &&
            record->field_at[i] < asked->from)
            continue;
        const bool late = is_late(party, record, i);
        record->told_late[i] = late;
        record->told_now[i] = true;
        struct cell cell = late ? record->before[i] : record->cells[i];
        record->told_cells[i] = cell;
        record->told_dates[i] =
            party->setup->field_dates ? record->field_at[i] : record->changed_at;
        struct raw_value raw = {.kind = RAW_NULL};
        garble(party, record, i, &cell);
        if (!cell.null) {
            raw.kind = RAW_TEXT;
            raw.as.text = text_of(cell.text);
        }
        if (report_set_field(report, object, field,
                             &(struct report_value){&raw, setup_field_type(type, i), FIELD_CHANGED,
                                                    !party->setup->field_dates ? INSTANT_NONE
                                                    : late ? record->before_at[i]
                                                           : record->field_at[i]},
                             error))
            return error->code;
    }
    return ERROR_NONE;
}

/* It has got another name since this run's remaps were told. */
static bool has_moved(const struct party *party, size_t record)
{
    for (size_t i = party->told_conversions; i < party->conversion_count; i++) {
        if (party->conversions[i].record == record)
            return true;
    }
    return false;
}

/* What the first report of a field that was sent has shown: within the moment of the answer, or as
 * it was before, another value is not known to be an edit; but the field's own date tells (decision
 * 92). The record may have changed since it was told: what was told to a run that died is seen by
 * the run that goes on. */
static void note_moment(const struct party *party, struct record *record, size_t field)
{
    enum { MOMENT_MS = 1000 };
    const struct cell *told = &record->told_cells[field];
    if (record->pushed_at[field] == INSTANT_NONE || record->garbled[field] ||
        !record->told_now[field] || record->told_late[field])
        return;
    record->moment[field] =
        !manners_have(&party->setup->manners, field, &record->pushed[field], told) &&
        (record->told_dates[field] <= record->pushed_at[field] + MOMENT_MS ||
         (!party->setup->field_dates && cell_equal(told, &record->before[field])));
    if (record->moment[field] && record->told[field] != SIZE_MAX)
        party->world->truth.edits[record->told[field]].not_kept = true;
    record->pushed_at[field] = INSTANT_NONE;
}

static void see_record(struct party *party, size_t index)
{
    struct record *record = &party->records[index];
    struct edit *edits = party->world->truth.edits;
    if (has_moved(party, index))
        return;
    record->answer_lost = false;
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        if (record->told[field] != SIZE_MAX && edits[record->told[field]].told_at == 0)
            edits[record->told[field]].told_at = party->world->now;
        if (record->unseen[field] == record->told[field]) {
            if (record->unseen[field] != SIZE_MAX) {
                record->brought[field] = record->cells[field];
                edits[record->unseen[field]].withheld =
                    manners_are_words(field, &record->cells[field]);
            }
            record->unseen[field] = SIZE_MAX;
        }
        note_moment(party, record, field);
        if (!record->told_now[field])
            continue;
        record->told_at[field] = party->world->now;
        /* by its first report alone nothing is agreed on what is empty (spec 13.1) */
        record->agreed[field] |=
            !record->garbled[field] &&
            (record->seen_times[field]++ > 0 || !cell_is_empty(&record->told_cells[field]));
    }
}

void party_exchange_seen(struct party *party)
{
    if (party->page_next > party->seen) {
        witness_report_linked(party, &party->page[party->seen], party->page_next - party->seen);
        witness_report_owned(party, &party->page[party->seen], party->page_next - party->seen);
    }
    for (size_t i = party->seen; i < party->page_next; i++)
        see_record(party, party->page[i]);
    for (size_t i = 0; i < party->named_count; i++)
        see_record(party, party->named[i]);
    party->seen = party->page_next;
    party->named_count = 0;
}

/* Where the page begins: at the cursor that is handed back; after a page that had none there is
 * nothing more. */
static size_t page_start(const struct party *party, const struct request *request)
{
    if (!party->setup->cursors || request->iteration == 1)
        return party->page_starts[request->iteration];
    return text_is_absent(request->cursor) ? party->page_count
                                           : strtoul(request->cursor.bytes, NULL, 10);
}

static enum error_code tell_page(struct party *party, const struct request *request,
                                 struct report *report, struct error *error)
{
    size_t told = 0;
    party->page_next = page_start(party, request);
    while (party->page_next < party->page_count && told < party->setup->page_size) {
        const size_t index = party->page[party->page_next++];
        const struct record *record = &party->records[index];
        const struct request_object *asked = asked_for(party, request, record->kind);
        if (party->plan.report_fails_after == 0) {
            party->plan.report_fails_after = -1;
            return error_set(error, ERROR_TRANSPORT, "the party fails in the middle of a report");
        }
        if (party->plan.report_fails_after > 0)
            party->plan.report_fails_after--;
        if (record->gone || !asked || has_moved(party, index))
            continue;
        if (tell_record(party, asked, index, report, error))
            return error->code;
        party->records[index].told_page = request->iteration;
        world_tell(party->world, "  page %u has %s", request->iteration, record->id);
        told++;
    }
    party->page_starts[request->iteration + 1] = party->page_next;
    return ERROR_NONE;
}

/* The records that were asked for by their ids, whatever the window. */
static enum error_code tell_named(struct party *party, const struct request *request,
                                  struct report *report, struct error *error)
{
    /* who gives tokens gives them with every answer; those of records by ids say nothing of others
     */
    if (setup_has_manner(&party->world->setup, MANNER_NAMES) &&
        tell_positions(party, request, report, error))
        return error->code;
    for (size_t kind = 0; kind < party->setup->kind_count; kind++) {
        struct request_object asked;
        const struct request_object *object = asked_for(party, request, kind);
        for (size_t i = 0; object && i < object->id_count; i++) {
            const size_t index = party_find(party, kind, object->ids[i]);
            if (index == SIZE_MAX)
                continue;
            asked = *object;
            asked.from = INSTANT_NONE;
            if (has_moved(party, index) && party->records[index].anew_when == 0)
                party->records[index].anew_when = party->world->now;
            party->named[party->named_count++] = index;
            if (tell_record(party, &asked, index, report, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* Users do something meanwhile, who are no part of the process that may die. */
static void meddle(struct party *party)
{
    kill_pause();
    habits_connect(party->world);
    kill_resume();
    if (!party->plan.meddling)
        return;
    kill_pause();
    world_meddle(party->world, &party->plan.random);
    kill_resume();
}

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct party *party = (struct party *)exchange;
    meddle(party);
    kill_meet(KILL_PARTY);
    if (request->selective)
        return tell_named(party, request, report, error);
    if (request->iteration == 1) {
        choose_page(party, request);
        if (tell_positions(party, request, report, error) ||
            tell_remaps(party, request, report, error) ||
            tell_deletions(party, request, report, error))
            return error->code;
    }
    if (tell_page(party, request, report, error))
        return error->code;
    kill_meet(KILL_PARTY);
    if (!party->setup->cursors || party->page_next >= party->page_count)
        return ERROR_NONE;
    char cursor[32];
    snprintf(cursor, sizeof cursor, "%zu", party->page_next);
    return report_set_cursor(report, text_of(cursor), error);
}

/* ------------------------------------------------------------------ orders */

size_t party_exchange_field(const struct order_change *change, const struct order_field *field,
                            enum object_type type)
{
    const struct text name = change->entry->integration->fields[field->field].name;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (text_equal(text_of(setup_field_name(type, i)), name))
            return i;
    }
    return SIZE_MAX;
}

/* Write what changed (of what is required, too: that is in every change), or all of a new record.
 */
static void write_fields(struct party *party, size_t index, const struct order_change *change,
                         bool all)
{
    struct record *record = &party->records[index];
    const instant shown = party_shown(party);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        const size_t number = party_exchange_field(change, field, party_type_of(party, index));
        if (number == SIZE_MAX || (!all && !field->due))
            continue;
        const struct cell cell = cell_of_value(&field->value);
        if (record->unseen[number] != SIZE_MAX && !cell_equal(&cell, &record->cells[number]))
            party->world->truth.edits[record->unseen[number]].excused = true;
        record->unseen[number] = SIZE_MAX;
        record->before[number] = record->cells[number];
        record->before_at[number] = record->field_at[number];
        record->pushed[number] = cell;
        record->written_at[number] = all ? INSTANT_NONE : party->world->now;
        if (all || number == FIELD_KEY || number != party->setup->manners.ignored) {
            record->cells[number] = manners_stored(&party->setup->manners, number, &cell);
            record->filled[number] |= !cell_is_empty(&cell);
            record->field_at[number] = shown; /* what is ignored is as old as it was */
        }
        record->moment[number] = false;
        record->excused[number] = false;
        record->brought[number] = (struct cell){.null = true};
        record->refused_when[number] = 0;
        record->tainted[number] = true; /* until the engine has the answer */
    }
    record->changed_at = shown;
    record->version = ++party->version;
}

static size_t kind_of(const struct party *party, struct text object)
{
    for (size_t i = 0; i < party->setup->kind_count; i++) {
        if (text_equal(text_of(party->setup->kinds[i].name), object))
            return i;
    }
    return SIZE_MAX;
}

/* The record that the old pair has become; SIZE_MAX if there is none. */
static size_t converted(const struct party *party, size_t kind, struct text id)
{
    for (size_t i = 0; i < party->conversion_count; i++) {
        const struct conversion *conversion = &party->conversions[i];
        if (conversion->old_kind == kind && text_equal(text_of(conversion->old_id), id) &&
            !party->records[conversion->record].gone)
            return conversion->record;
    }
    return SIZE_MAX;
}

/* The record of an update, perhaps under the name that it has by now; SIZE_MAX: there is none, or
 * it is a create. */
static size_t find_addressed(const struct party *party, const struct order_change *change)
{
    if (text_is_absent(change->object_id))
        return SIZE_MAX;
    const size_t kind = kind_of(party, change->object);
    const size_t index = party_find(party, kind, change->object_id);
    return index == SIZE_MAX ? converted(party, kind, change->object_id) : index;
}

/* Whatever the answer will be: who gets none does not know whether it was written, also of what was
 * never begun. */
static void await_answers(struct party *party, const struct order *order)
{
    for (size_t i = 0; i < party->record_count; i++) {
        struct record *record = &party->records[i];
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            record->in_doubt[field] |= record->awaited[field];
            record->awaited[field] = false;
        }
    }
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *change = order->changes[i];
        const size_t index = find_addressed(party, change);
        for (size_t j = 0; index != SIZE_MAX && j < change->field_count; j++) {
            const size_t number =
                party_exchange_field(change, &change->fields[j], party_type_of(party, index));
            if (number != SIZE_MAX && change->fields[j].due)
                party->records[index].awaited[number] = true;
        }
    }
}

enum fate { FATE_DONE, FATE_LOST, FATE_SILENT, FATE_RETRY, FATE_ISSUE };

static enum fate fate_of(struct party *party)
{
    if (!party->plan.faults)
        return FATE_DONE;
    const uint32_t chance = random_below(&party->plan.random, 100);
    return chance < 6    ? FATE_RETRY
           : chance < 9  ? FATE_ISSUE
           : chance < 12 ? FATE_SILENT
           : chance < 16 ? FATE_LOST
                         : FATE_DONE;
}

/* Of the object as it is: an edit of it frees all that was refused (spec 13.3). */
static void note_refused(struct party *party, size_t index, const struct order_change *change,
                         size_t field)
{
    struct record *record = &party->records[index];
    record->refused_when[field] =
        1 + world_touches_sent(party->world, party_type_of(party, index), change->mapped_id);
    record->refused_of[field] = strtoul(change->mapped_id.bytes, NULL, 10);
    record->refused_at[field] = party->world->now;
    record->refused_booked[field] = false;
}

static void excuse(struct party *party, size_t index, const struct order_change *change)
{
    for (size_t i = 0; i < change->field_count; i++) {
        const size_t number =
            party_exchange_field(change, &change->fields[i], party_type_of(party, index));
        if (number == SIZE_MAX || !change->fields[i].due)
            continue;
        party->records[index].excused[number] = party->records[index].tainted[number] = true;
        note_refused(party, index, change, number);
    }
}

/* A write whose answer the engine may never get: who dies before it has the answer has written what
 * it does not know. */
struct unanswered {
    struct record *record;
    bool tainted[FIELD_COUNT], written[FIELD_COUNT];
};

static struct unanswered write_unanswered(struct party *party, size_t index,
                                          const struct order_change *change)
{
    struct unanswered write = {.record = &party->records[index]};
    memcpy(write.tainted, write.record->tainted, sizeof write.tainted);
    for (size_t i = 0; i < change->field_count; i++) {
        const size_t number =
            party_exchange_field(change, &change->fields[i], party_type_of(party, index));
        if (number != SIZE_MAX && (change->fields[i].due || text_is_absent(change->object_id)))
            write.written[number] = true;
    }
    write_fields(party, index, change, text_is_absent(change->object_id));
    write.record->answer_lost |= text_is_absent(change->object_id);
    kill_meet(KILL_PARTY);
    return write;
}

/* It has the answer, in its journal. */
static enum error_code answered(const struct unanswered *write, enum error_code code)
{
    if (code)
        return code;
    memcpy(write->record->tainted, write->tainted, sizeof write->tainted);
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        write->record->agreed[field] |= write->written[field];
        write->record->in_doubt[field] &= !write->written[field];
    }
    write->record->answer_lost = false;
    kill_meet(KILL_PARTY);
    return ERROR_NONE;
}

/* Now and then the answer does not say when: then it is when the engine hears of it. A party that
 * is late itself, and whose clock is wrong, always says: else its old dates are later than the
 * answer, and nobody can tell that they are no edits. */
static instant answered_at(struct party *party, size_t index, const struct order_change *change)
{
    enum { HEARD_LATER_MS = 60000 };
    struct record *record = &party->records[index];
    const bool silent = random_chance(&party->plan.random, 30) &&
                        (party->world->setup.manners == 0 || party->setup->skew_ms == 0);
    const instant said = silent ? INSTANT_NONE : party_shown(party);
    for (size_t i = 0; i < change->field_count; i++) {
        const size_t number =
            party_exchange_field(change, &change->fields[i], party_type_of(party, index));
        if (number != SIZE_MAX && (change->fields[i].due || text_is_absent(change->object_id)))
            record->pushed_at[number] =
                said == INSTANT_NONE ? party->world->now + HEARD_LATER_MS : said;
    }
    return said;
}

/* Fields of this party's that it never takes: the others of the change are sent once more without
 * them. *refused: so it answered. */
static enum error_code refuse(struct party *party, struct order *order, struct order_change *change,
                              enum object_type type, bool *refused, struct error *error)
{
    *refused = false;
    for (size_t i = 0; party->setup->manners.refused > 0 && i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (party_exchange_field(change, field, type) != party->setup->manners.refused ||
            !field->due || value_is_empty(&field->value))
            continue;
        const struct text name = change->entry->integration->fields[field->field].name;
        *refused = true;
        return order_refuse_fields(order, change, TEXT("the party does not take it"), &name, 1,
                                   error);
    }
    return ERROR_NONE;
}

/* From now on the engine knows that the record is gone. */
static enum error_code tell_gone(struct party *party, size_t kind, struct order *order,
                                 struct order_change *change, struct error *error)
{
    if (order_delete_object(order, change, error))
        return error->code;
    for (size_t i = 0; i < party->record_count; i++) {
        struct record *record = &party->records[i];
        if (record->gone && record->kind == kind &&
            text_equal(text_of(record->id), change->object_id))
            record->told_gone = true;
    }
    return ERROR_NONE;
}

static enum error_code update(struct party *party, struct order *order, struct order_change *change,
                              enum fate fate, struct error *error)
{
    const size_t kind = kind_of(party, change->object);
    const size_t index = find_addressed(party, change);
    const bool moved = party_find(party, kind, change->object_id) == SIZE_MAX;
    if (index != SIZE_MAX)
        witness_update(party, index, change);
    if (index != SIZE_MAX && fate != FATE_SILENT && fate != FATE_LOST)
        memset(party->records[index].awaited, 0, sizeof party->records[index].awaited);
    if (fate == FATE_RETRY)
        return order_retry_because(order, change, true, TEXT_ABSENT, error);
    if (fate == FATE_SILENT)
        return ERROR_NONE;
    if (index == SIZE_MAX)
        return fate == FATE_LOST ? ERROR_NONE : tell_gone(party, kind, order, change, error);
    if (fate == FATE_ISSUE) {
        excuse(party, index, change);
        return order_refuse_fields(order, change, TEXT("the party does not like it"), NULL, 0,
                                   error);
    }
    bool refused = false;
    if (refuse(party, order, change, party_type_of(party, index), &refused, error))
        return error->code;
    if (refused) {
        party->records[index].excused[party->setup->manners.refused] = true;
        note_refused(party, index, change, party->setup->manners.refused);
        return ERROR_NONE;
    }
    const struct unanswered write = write_unanswered(party, index, change);
    if (fate == FATE_LOST)
        return ERROR_NONE;
    if (!moved)
        return answered(&write, order_update_last_sync_date(
                                    order, change, answered_at(party, index, change), error));
    const struct record *record = &party->records[index];
    const struct report_remap remap = {.old_object = change->object,
                                       .old_id = change->object_id,
                                       .new_object =
                                           text_of(party->setup->kinds[record->kind].name),
                                       .new_id = text_of(record->id)};
    return answered(&write, order_remap_object(order, change, &remap, error));
}

/* The record that this very create has already made. */
static size_t born_before(const struct party *party, const struct order_change *change)
{
    for (size_t i = 0; i < party->record_count && party->setup->idempotent; i++) {
        if (!party->records[i].gone && !text_is_empty(change->idempotency_key) &&
            text_equal(text_of(party->records[i].born_of), change->idempotency_key))
            return i;
    }
    return SIZE_MAX;
}

static bool has_key_of(const struct order_change *change, const struct record *record,
                       enum object_type type)
{
    for (size_t i = 0; i < change->field_count; i++) {
        const struct cell key = cell_of_value(&change->fields[i].value);
        if (party_exchange_field(change, &change->fields[i], type) == FIELD_KEY)
            return cell_equal(&record->cells[FIELD_KEY], &key);
    }
    return false;
}

/* It had links, and none of them lives. */
static bool is_let_go(const struct status_mapping *mappings, size_t count,
                      const struct record *record)
{
    bool ended = false;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(mappings[i].integration_id, text_of(record->id)))
            continue;
        if (!mappings[i].deleted)
            return false;
        ended = true;
    }
    return ended;
}

/* A create finds the record that is there with this key, if nobody here has it any more. */
static size_t there_before(struct party *party, const struct order_change *change, size_t kind)
{
    const enum object_type type = party->setup->kinds[kind].type;
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    struct error error = {0};
    if (!setup_has_manner(&party->world->setup, MANNER_UPSERTS) ||
        status_mappings(party->world->store, text_of(party->setup->name), party->world->scratch,
                        &mappings, &count, &error))
        return SIZE_MAX;
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        if (!record->gone && record->kind == kind && has_key_of(change, record, type) &&
            is_let_go(mappings, count, record))
            return i;
    }
    return SIZE_MAX;
}

/* The create writes over what its users had typed, unasked; and what was agreed on with another
 * object does not count (decision 109). */
static void excuse_typed(struct party *party, size_t index)
{
    for (size_t i = 0; i < party->world->truth.count; i++) {
        struct edit *edit = &party->world->truth.edits[i];
        if (edit->place == party->number && edit->object == index)
            edit->excused = true;
    }
    struct record *record = &party->records[index];
    party->plan.found = true;
    record->copied = true;
    record->found_when = party->world->now;
    memset(record->tainted, 1, sizeof record->tainted);
    memset(record->agreed, 0, sizeof record->agreed);
    memset(record->seen_times, 0, sizeof record->seen_times);
}

static enum error_code create(struct party *party, struct order *order, struct order_change *change,
                              enum fate fate, struct error *error)
{
    const size_t ours = strtoul(change->mapped_id.bytes, NULL, 10);
    enum error_code code = ERROR_NONE;
    /* Its next report would not have a record whose instant is still to come: it would be made
     * again, and nobody could know. */
    const bool unseen =
        party->setup->upper_bound && party->setup->skew_ms > 0 && !party->setup->dated;
    if (fate == FATE_LOST && unseen)
        fate = FATE_SILENT;
    if (fate == FATE_RETRY)
        return order_retry_because(order, change, true, TEXT_ABSENT, error);
    if (fate == FATE_SILENT)
        return ERROR_NONE;
    const size_t kind = kind_of(party, change->object);
    if (fate == FATE_ISSUE) {
        if (ours < RECORD_MAX)
            party->refused[party->setup->kinds[kind].type][ours] = true;
        return order_refuse_fields(order, change, TEXT("the party does not want it"), NULL, 0,
                                   error);
    }
    bool refused = false;
    if (refuse(party, order, change, party->setup->kinds[kind].type, &refused, error))
        return error->code;
    if (refused) {
        if (ours < RECORD_MAX)
            party->refused_of_create[party->setup->kinds[kind].type][ours] =
                1 +
                world_touches_sent(party->world, party->setup->kinds[kind].type, change->mapped_id);
        return ERROR_NONE;
    }
    size_t index = born_before(party, change);
    const size_t found = index == SIZE_MAX ? there_before(party, change, kind) : SIZE_MAX;
    if (found != SIZE_MAX) {
        excuse_typed(party, found);
        index = found;
    }
    if (index == SIZE_MAX)
        index = party_create(party, kind, NULL);
    if (index == SIZE_MAX)
        return error_set(error, ERROR_INTERNAL, "the party has no room for more records");
    struct record *record = &party->records[index];
    record->made_for = ours;
    record->excused[party->setup->manners.refused] = party->setup->manners.refused > 0;
    const uint32_t refused_when =
        ours < RECORD_MAX ? party->refused_of_create[party->setup->kinds[kind].type][ours] : 0;
    snprintf(record->born_of, sizeof record->born_of, "%.*s", TEXT_PRINT(change->idempotency_key));
    if (unseen)
        kill_pause();
    const struct unanswered write = write_unanswered(party, index, change);
    if (fate != FATE_LOST)
        code =
            order_add_object_mapping(order, change, text_of(party->setup->kinds[record->kind].name),
                                     text_of(record->id), answered_at(party, index, change), error);
    if (unseen)
        kill_resume();
    if (fate == FATE_LOST)
        return ERROR_NONE;
    code = answered(&write, code);
    record->refused_when[party->setup->manners.refused] = refused_when;
    record->refused_of[party->setup->manners.refused] = ours;
    return code;
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct party *party = (struct party *)exchange;
    await_answers(party, order);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1 && party->plan.waits && order->meanwhile)
            order->meanwhile(order->meanwhile_context);
        for (size_t i = 0; i < order->change_count; i++) {
            struct order_change *change = order->changes[i];
            const bool create_it = text_is_absent(change->object_id);
            if (create_it != (pass == 1))
                continue;
            meddle(party);
            kill_meet(KILL_PARTY);
            if (party->plan.order_fails_after == 0) {
                party->plan.order_fails_after = -1;
                return error_set(error, ERROR_TRANSPORT,
                                 "the party fails in the middle of an order");
            }
            if (party->plan.order_fails_after > 0)
                party->plan.order_fails_after--;
            const enum fate fate = fate_of(party);
            if (create_it ? create(party, order, change, fate, error)
                          : update(party, order, change, fate, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* Its last answer bears a Date, to the second. */
static struct clock_bounds clock_behind(struct exchange *exchange)
{
    enum { SECOND_MS = 1000 };
    const struct party *party = (const struct party *)exchange;
    const instant now = party->world->now, there = now + party->setup->skew_ms;
    const instant date = there - there % SECOND_MS;
    if (!party->setup->dated)
        return (struct clock_bounds){.undated = party->setup->undated};
    return (struct clock_bounds){
        .known = true, .least = now - date - (SECOND_MS - 1), .most = now - date};
}

struct exchange party_exchange_table(void)
{
    return (struct exchange){.get_report = get_report,
                             .execute_order = execute_order,
                             .clock_behind = clock_behind,
                             .overlaps = true};
}
