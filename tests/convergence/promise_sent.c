/* What was sent, and what the party has made of it. */
#include "convergence/promise_parts.h"

#include <string.h>

#include "convergence/manners.h"

/* ------------------------------------------------------------------ sent */

static bool is_same_change(const struct promise_change *told, const struct promise_change *made)
{
    return told->receiver == SIDE_INTEGRATION && strcmp(told->action, made->action) == 0 &&
           text_equal(told->object, made->object) && text_equal(told->id, made->id) &&
           text_equal(told->from_object, made->from_object) &&
           text_equal(told->from_id, made->from_id);
}

/* The same fields with the same values, but for those that were refused. */
static bool has_same_fields(const struct promise_change *told, const struct promise_change *made,
                            unsigned refused)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const bool set = told->fields[i].set && (refused >> i & 1) == 0;
        if (set != made->fields[i].set ||
            (set && !cell_equal(&told->fields[i].after, &made->fields[i].after)))
            return false;
    }
    return true;
}

/* The fields that the party has refused of this change so far. */
static unsigned refused_before(const struct promise *promise, const struct promise_change *made)
{
    unsigned refused = 0;
    for (const struct promise_change *at = promise->made.items; at < made; at++)
        refused |= is_same_change(at, made) ? at->refused : 0;
    return refused;
}

/* What a report of the run has shown of the record is what is told as written over. */
static void check_before(const struct promise *promise, const struct promise_change *told,
                         size_t field)
{
    const struct promise_field *change = &told->fields[field];
    const enum object_type type = promise_type(promise, SIDE_INTEGRATION, told->object);
    const size_t record = promise_record(promise, told->object, told->id);
    if (record == SIZE_MAX)
        return;
    const struct promise_shown *shown = &promise->shown[record];
    if (change->known != shown->set[field] ||
        (change->known && !cell_equal(&change->before, &shown->cells[field])))
        world_fail(promise->world, "%s of %.*s:%.*s was shown as '%s', but '%s' is told",
                   setup_field_name(type, field), TEXT_PRINT(told->object), TEXT_PRINT(told->id),
                   shown->set[field] ? shown->cells[field].text : "?",
                   change->known ? change->before.text : "?");
    else if (change->known && change->replaces == (cell_is_empty(&change->before) ||
                                                   cell_equal(&change->before, &change->after)))
        world_fail(promise->world, "it is %stold that %s of %.*s:%.*s is written over",
                   change->replaces ? "" : "not ", setup_field_name(type, field),
                   TEXT_PRINT(told->object), TEXT_PRINT(told->id));
}

static void compare(const struct promise *promise, const struct promise_change *told,
                    const struct promise_change *made)
{
    const enum object_type type = promise_type(promise, SIDE_INTEGRATION, told->object);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!made->fields[i].set)
            continue;
        if (strcmp(told->fields[i].why, made->fields[i].why) != 0)
            world_fail(promise->world, "%s of %.*s:%.*s is sent as '%s', but planned as '%s'",
                       setup_field_name(type, i), TEXT_PRINT(told->object), TEXT_PRINT(told->id),
                       made->fields[i].why, told->fields[i].why);
        check_before(promise, told, i);
    }
}

/* The change that was told and is just this one, or that which was told and refused in part: no
 * plan knows that a field will be refused, and the others are sent once more without it (13.3). */
static void find_told(const struct promise *promise, const struct promise_change *made)
{
    const unsigned refused = refused_before(promise, made);
    for (size_t i = 0; i < promise->told.count; i++) {
        struct promise_change *told = &promise->told.items[i];
        if (told->done != (refused != 0) || !is_same_change(told, made) ||
            !has_same_fields(told, made, refused))
            continue;
        if (!told->done)
            compare(promise, told, made);
        told->done = true;
        return;
    }
    world_fail(promise->world, "%s %.*s:%.*s from %.*s:%.*s is ordered as no plan told",
               made->action, TEXT_PRINT(made->object), TEXT_PRINT(made->id),
               TEXT_PRINT(made->from_object), TEXT_PRINT(made->from_id));
}

/* The others go once more, if there are any. */
static void check_again(const struct promise *promise, const struct promise_change *made)
{
    bool rest = false;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        rest |= made->fields[i].set && (made->refused >> i & 1) == 0 &&
                !cell_is_empty(&made->fields[i].after);
    if (made->refused == 0 || !rest)
        return;
    const struct promise_change *end = promise->made.items + promise->made.count;
    for (const struct promise_change *at = made + 1; at < end; at++) {
        if (is_same_change(at, made))
            return;
    }
    world_fail(promise->world, "%.*s:%.*s is not sent once more without what was refused of it",
               TEXT_PRINT(made->from_object), TEXT_PRINT(made->from_id));
}

void promise_check_sent(struct promise *promise)
{
    for (size_t i = 0; i < promise->made.count; i++) {
        const struct promise_change *made = &promise->made.items[i];
        if (made->receiver != SIDE_INTEGRATION)
            continue;
        find_told(promise, made);
        check_again(promise, made);
    }
    for (size_t i = 0; i < promise->told.count; i++) {
        const struct promise_change *told = &promise->told.items[i];
        if (told->receiver == SIDE_INTEGRATION && !told->done)
            world_fail(promise->world, "%s %.*s:%.*s from %.*s:%.*s was planned, but not ordered",
                       told->action, TEXT_PRINT(told->object), TEXT_PRINT(told->id),
                       TEXT_PRINT(told->from_object), TEXT_PRINT(told->from_id));
    }
}

/* ------------------------------------------------------------------ theirs */

/* The record that a change went to, also if it has another name now. */
static bool is_for(const struct promise *promise, const struct promise_change *made, size_t record)
{
    const bool moved = !text_is_absent(made->made_id);
    return made->receiver == SIDE_INTEGRATION &&
           promise_record(promise, moved ? made->made_object : made->object,
                          moved ? made->made_id : made->id) == record;
}

/* Was it sent what it now has? */
static bool was_sent(const struct promise *promise, size_t record, size_t field)
{
    const struct party *party = promise->party;
    for (size_t i = 0; i < promise->made.count; i++) {
        const struct promise_change *made = &promise->made.items[i];
        if (!made->fields[field].set || (made->refused >> field & 1) != 0 ||
            !is_for(promise, made, record))
            continue;
        const struct cell stored =
            manners_stored(&party->setup->manners, field, &made->fields[field].after);
        if (cell_equal(&stored, &party->records[record].cells[field]))
            return true;
    }
    return false;
}

void promise_check_theirs(struct promise *promise)
{
    static const struct cell none = {.null = true};
    const struct party *party = promise->party;
    for (size_t i = 0; i < party->record_count; i++) {
        const bool is_new = i >= promise->before->record_count;
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            const struct cell *was = is_new ? &none : &promise->before->records[i].cells[field];
            const struct cell *is = &party->records[i].cells[field];
            if (!cell_equal(was, is) && !was_sent(promise, i, field))
                world_fail(promise->world, "%s of %s:%s was '%s' and is '%s', which nobody sent",
                           setup_field_name(party_type_of(party, i), field), party->setup->name,
                           party->records[i].id, was->text, is->text);
        }
    }
}
