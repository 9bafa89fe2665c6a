/* What the run does, as its orders and the party's answers show it. */
#include "convergence/promise_parts.h"

#include "convergence/party_exchange.h"

/* ------------------------------------------------------------------ why */

static const char *judged_by(const struct promise *promise, const struct order_change *change,
                             const struct order_field *field, struct text record)
{
    for (size_t i = promise->judged_count; i-- > 0;) {
        const struct promise_judged *judged = &promise->judged[i];
        if (judged->entry == change->entry && judged->line == field->line &&
            text_equal(judged->id, record))
            return judged->decided_by;
    }
    return NULL;
}

/* What the plan has to give as the reason for a field of an update. */
static void find_why(const struct promise *promise, const struct order *order,
                     const struct order_change *change, const struct order_field *field,
                     struct promise_field *made)
{
    const bool here = order->receiver == SIDE_INTERNAL;
    const char *by =
        judged_by(promise, change, field, here ? change->mapped_id : change->object_id);
    const struct base_version *known = change->mapping ? change->mapping->base_versions : NULL;
    if (by && !text_equal(text_of(by), TEXT("base")))
        snprintf(made->why, sizeof made->why, "both have a value: %s won (%s)",
                 here ? "theirs" : "ours", by);
    else if (!known || known[field->line->internal_field].ours == 0)
        snprintf(made->why, sizeof made->why, "first contact");
    else
        snprintf(made->why, sizeof made->why, "changed %s", here ? "there" : "here");
}

static void decided(void *context, const struct decision *decision)
{
    struct promise *promise = context;
    if (promise->judged_count == JUDGED_MAX) {
        (void)error_set(&promise->trouble, ERROR_INTERNAL, "there are too many verdicts");
        return;
    }
    struct promise_judged *judged = &promise->judged[promise->judged_count];
    *judged = (struct promise_judged){
        .entry = decision->entry, .line = decision->line, .decided_by = decision->decided_by};
    if (!text_copy(promise->arena, decision->integration_id, &judged->id, &promise->trouble))
        promise->judged_count++;
}

/* ------------------------------------------------------------------ orders */

static enum error_code note_change(struct promise *promise, const struct order *order,
                                   const struct order_change *change, struct error *error)
{
    const bool create = text_is_empty(change->object_id);
    const struct promise_change made = {.receiver = order->receiver,
                                        .action = change->deletion ? "delete"
                                                  : create         ? "create"
                                                                   : "update",
                                        .object = change->object,
                                        .id = change->object_id,
                                        .from_object = change->mapped_object,
                                        .from_id = change->mapped_id};
    struct promise_change *added = promise_add(promise, &promise->made, &made, error);
    if (!added)
        return error->code;
    const struct manual_object *object =
        order->receiver == SIDE_INTERNAL ? change->entry->internal : change->entry->integration;
    const enum object_type type = promise_type(promise, order->receiver, change->object);
    for (size_t i = 0; !change->deletion && i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        const size_t number = promise_field_number(type, object->fields[field->field].name);
        if (number == SIZE_MAX || (order->receiver == SIDE_INTEGRATION && !create && !field->due))
            continue;
        added->fields[number] =
            (struct promise_field){.set = true, .after = cell_of_value(&field->value)};
        if (create)
            snprintf(added->fields[number].why, WHY_SIZE, "new");
        else
            find_why(promise, order, change, field, &added->fields[number]);
    }
    return ERROR_NONE;
}

/* A pull's order, before it is executed; those of a push are noted when they are sent. */
static void order_made(void *context, const struct order *order)
{
    struct promise *promise = context;
    for (size_t i = 0; order->receiver == SIDE_INTERNAL && i < order->change_count; i++) {
        if (!promise->trouble.code)
            (void)!note_change(promise, order, order->changes[i], &promise->trouble);
    }
}

size_t promise_record(const struct promise *promise, struct text object, struct text id)
{
    const struct party *party = promise->party;
    for (size_t i = 0; i < party->record_count; i++) {
        if (text_equal(text_of(party->setup->kinds[party->records[i].kind].name), object) &&
            text_equal(text_of(party->records[i].id), id))
            return i;
    }
    return SIZE_MAX;
}

static void report_received(void *context, const struct request *request,
                            const struct report *report)
{
    struct promise *promise = context;
    for (size_t i = 0; request->side == SIDE_INTEGRATION && i < report->object_count; i++) {
        const struct report_object *object = report->objects[i];
        const size_t record = promise_record(promise, object->name, object->id);
        const enum object_type type = promise_type(promise, SIDE_INTEGRATION, object->name);
        for (size_t j = 0; record != SIZE_MAX && j < object->object->field_count; j++) {
            const size_t field = promise_field_number(type, object->object->fields[j].name);
            if (field == SIZE_MAX || object->fields[j].state == FIELD_ABSENT)
                continue;
            promise->shown[record].set[field] = true;
            promise->shown[record].cells[field] = cell_of_value(&object->fields[j].value);
        }
    }
}

static void outcome_met(void *context, const struct outcome *outcome)
{
    struct promise *promise = context;
    if (!promise->trouble.code)
        (void)!promise_meet(promise, &promise->met, outcome, &promise->trouble);
}

struct observer promise_observer(struct promise *promise)
{
    return (struct observer){.context = promise,
                             .report_received = report_received,
                             .order_made = order_made,
                             .outcome = outcome_met,
                             .decision = decided};
}

/* ------------------------------------------------------------------ answers */

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct exchange *inner = &((struct promise *)(void *)exchange)->party->exchange;
    return inner->get_report(inner, request, report, error);
}

static struct clock_bounds clock_behind(struct exchange *exchange)
{
    struct exchange *inner = &((struct promise *)(void *)exchange)->party->exchange;
    return inner->clock_behind(inner);
}

/* A create that finds a record makes none. */
static bool was_there(const struct promise *promise, struct text id)
{
    for (size_t i = 0; i < promise->before->record_count; i++) {
        if (text_equal(text_of(promise->before->records[i].id), id))
            return true;
    }
    return false;
}

/* As the plan answers itself. */
static bool is_expected(const struct promise *promise, const struct order_change *change,
                        const struct order_answer *answer)
{
    if (!answer || answer->next)
        return false;
    if (change->deletion)
        return answer->kind == ANSWER_DELETED;
    if (!text_is_empty(change->object_id))
        return answer->kind == ANSWER_UPDATED;
    return answer->kind == ANSWER_CREATED && !was_there(promise, answer->id);
}

static enum error_code note_answers(struct promise *promise, const struct order_change *change,
                                    struct promise_change *made, struct error *error)
{
    const struct manual_object *object = change->entry->integration;
    const enum object_type type = promise_type(promise, SIDE_INTEGRATION, change->object);
    made->otherwise = !is_expected(promise, change, change->answers);
    for (const struct order_answer *answer = change->answers; answer; answer = answer->next) {
        for (size_t i = 0; i < answer->refused_count; i++) {
            const size_t number =
                promise_field_number(type, object->fields[answer->refused[i]].name);
            made->refused |= number == SIZE_MAX ? 0 : 1u << number;
        }
        if (answer->kind != ANSWER_CREATED && answer->kind != ANSWER_REMAPPED)
            continue;
        made->made_object = answer->object;
        made->made_id = answer->id;
        if (text_keep(promise->arena, error, &made->made_object, &made->made_id, NULL))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct promise *promise = (struct promise *)(void *)exchange;
    struct exchange *inner = &promise->party->exchange;
    const size_t first = promise->made.count;
    for (size_t i = 0; i < order->change_count; i++) {
        if (note_change(promise, order, order->changes[i], error))
            return error->code;
    }
    if (inner->execute_order(inner, order, error))
        return error->code;
    for (size_t i = 0; i < order->change_count; i++) {
        if (note_answers(promise, order->changes[i], &promise->made.items[first + i], error))
            return error->code;
    }
    return ERROR_NONE;
}

struct exchange promise_theirs(const struct promise *promise)
{
    struct exchange theirs = promise->party->exchange;
    theirs.get_report = get_report;
    theirs.execute_order = execute_order;
    theirs.clock_behind = clock_behind;
    return theirs;
}

struct exchange *promise_exchange(struct promise *promise)
{
    return &promise->theirs;
}

bool promise_surprised(const struct promise *promise, struct text object, struct text id)
{
    for (size_t i = 0; i < promise->made.count; i++) {
        const struct promise_change *made = &promise->made.items[i];
        if (made->otherwise && text_equal(made->from_object, object) &&
            text_equal(made->from_id, id))
            return true;
    }
    return false;
}
