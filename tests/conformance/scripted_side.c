#include "conformance/scripted_side.h"

#include <stdio.h>
#include <string.h>

#include "conformance/json_value.h"

static struct text member(const json_t *object, const char *key)
{
    return json_value_text(json_object_get(object, key));
}

static enum field_state state_of(const json_t *field)
{
    const struct text name = member(field, "state");
    if (text_equal(name, TEXT("required")))
        return FIELD_REQUIRED;
    return text_equal(name, TEXT("unchanged")) ? FIELD_UNCHANGED : FIELD_CHANGED;
}

static enum error_code add_object(struct scripted_side *self, struct report *report,
                                  const json_t *record, struct error *error)
{
    struct report_object *object = NULL;
    if (report_add_object(report, self->manual, member(record, "object"), member(record, "id"),
                          json_value_instant(json_object_get(record, "at")), &object, error))
        return error->code;
    const json_t *fields = json_object_get(record, "fields");
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        const size_t index =
            object->object ? manual_object_field(object->object, member(field, "name")) : SIZE_MAX;
        struct raw_value raw;
        if (index == SIZE_MAX)
            continue;
        if (json_value_to_raw(report->arena, json_object_get(field, "value"), &raw, error) ||
            report_set_field(report, object, index,
                             &(struct report_value){
                                 &raw, value_type_of_name(member(field, "type")), state_of(field),
                                 json_value_instant(json_object_get(field, "at"))},
                             error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code add_relations(struct report *report, const json_t *relations,
                                     const json_t *answered, struct error *error)
{
    for (size_t i = 0; i < json_array_size(relations); i++) {
        const json_t *told = json_array_get(relations, i);
        const struct report_relation relation = {.object = member(told, "object"),
                                                 .id = member(told, "id"),
                                                 .field = member(told, "field"),
                                                 .to_object = member(told, "to_object"),
                                                 .to_id = member(told, "to_id")};
        bool wanted = !answered;
        for (size_t j = 0; j < json_array_size(answered); j++) {
            const json_t *record = json_array_get(answered, j);
            wanted |= text_equal(member(record, "object"), relation.object) &&
                      text_equal(member(record, "id"), relation.id);
        }
        if (wanted && report_add_relation(report, &relation, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code report_named(struct scripted_side *self, const struct request *request,
                                    struct report *report, struct error *error)
{
    const json_t *records = json_object_get(self->side, "by_id");
    const json_t *extra = json_object_get(self->side, "by_id_extra");
    json_t *answered = json_array();
    for (size_t i = 0; i < request->object_count; i++) {
        const struct request_object *object = &request->objects[i];
        for (size_t j = 0; j < object->id_count; j++) {
            for (size_t k = 0; k < json_array_size(records); k++) {
                json_t *record = json_array_get(records, k);
                if (text_equal(member(record, "object"), object->object->name) &&
                    text_equal(member(record, "id"), object->ids[j]))
                    json_array_append(answered, record);
            }
        }
    }
    for (size_t i = 0; i < json_array_size(extra); i++)
        json_array_append(answered, json_array_get(extra, i));
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; i < json_array_size(answered) && !code; i++)
        code = add_object(self, report, json_array_get(answered, i), error);
    if (!code)
        code =
            add_relations(report, json_object_get(self->side, "by_id_relations"), answered, error);
    json_decref(answered);
    return code;
}

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct scripted_side *self = (struct scripted_side *)exchange;
    if (request->selective && json_is_true(json_object_get(self->side, "by_id_throw")))
        return error_set(error, ERROR_SCRIPT, "the case says that this report fails");
    if (request->selective && json_object_get(self->side, "by_id"))
        return report_named(self, request, report, error);
    const json_t *answer =
        json_array_get(json_object_get(self->side, "reports"), request->iteration - 1);
    if (json_is_true(json_object_get(answer, "throw")))
        return error_set(error, ERROR_SCRIPT, "the case says that this report fails");
    const json_t *remaps = json_object_get(answer, "remapped");
    for (size_t i = 0; i < json_array_size(remaps); i++) {
        const json_t *told = json_array_get(remaps, i);
        const struct report_remap remap = {.old_object = member(told, "old_object"),
                                           .old_id = member(told, "old_id"),
                                           .new_object = member(told, "new_object"),
                                           .new_id = member(told, "new_id")};
        if (report_remap_object(report, &remap, error))
            return error->code;
    }
    const json_t *objects = json_object_get(answer, "objects");
    for (size_t i = 0; i < json_array_size(objects); i++) {
        if (add_object(self, report, json_array_get(objects, i), error))
            return error->code;
    }
    if (add_relations(report, json_object_get(answer, "relations"), NULL, error))
        return error->code;
    const struct text cursor = member(answer, "cursor");
    return text_is_absent(cursor) ? ERROR_NONE : report_set_cursor(report, cursor, error);
}

static bool fits_text(const json_t *rule, const char *key, struct text value)
{
    const json_t *wanted = json_object_get(rule, key);
    return !wanted || text_equal(json_value_text(wanted), value);
}

static bool fits(const struct scripted_side *self, const json_t *rule,
                 const struct order_change *change)
{
    const json_t *iteration = json_object_get(rule, "iteration");
    const json_t *identified = json_object_get(rule, "identified");
    return (!iteration || json_integer_value(iteration) == self->executed) &&
           (!identified || json_is_true(identified) == !text_is_absent(change->object_id)) &&
           fits_text(rule, "object", change->object) &&
           fits_text(rule, "internal_object", change->mapped_object) &&
           fits_text(rule, "internal_id", change->mapped_id) &&
           fits_text(rule, "integration_id", change->object_id);
}

static struct text either(struct text first, struct text second)
{
    return text_is_absent(first) ? second : first;
}

/* The record as the case says that they stored it. */
static enum error_code answer_stored(struct order *order, struct order_change *change,
                                     const struct order_answer *given, const json_t *action,
                                     struct error *error)
{
    const json_t *told = json_object_get(action, "fields");
    struct order_answer answer = *given;
    struct stored_field *stored =
        ARENA_ARRAY(order->arena, json_array_size(told), struct stored_field);
    if (!stored)
        return error_memory(error, "an answer");
    answer.at = json_value_instant(json_object_get(action, "at"));
    answer.stored = stored;
    for (size_t i = 0; i < json_array_size(told); i++) {
        const json_t *one = json_array_get(told, i);
        struct stored_field *field = &stored[answer.stored_count];
        bool readable = false;
        field->field = manual_object_field(change->entry->integration, member(one, "name"));
        if (json_value_normalize(order->arena, json_object_get(one, "value"),
                                 value_type_of_name(member(one, "type")), &field->value, &readable,
                                 error))
            return error->code;
        if (readable && field->field != SIZE_MAX)
            answer.stored_count++;
    }
    return order_add_stored(order, change, &answer, error);
}

static enum error_code refuse(struct order *order, struct order_change *change,
                              const json_t *action, struct error *error)
{
    const json_t *told = json_object_get(action, "fields");
    struct text *names = ARENA_ARRAY(order->arena, json_array_size(told), struct text);
    if (!names)
        return error_memory(error, "an answer");
    for (size_t i = 0; i < json_array_size(told); i++)
        names[i] = json_value_text(json_array_get(told, i));
    return order_refuse_fields(order, change, member(action, "message"), names,
                               json_array_size(told), error);
}

static enum error_code created(struct order *order, struct order_change *change,
                               const json_t *action, struct error *error)
{
    const struct text pattern = member(action, "id");
    struct buffer id = BUFFER(4096);
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; i < pattern.length && !code;) {
        if (pattern.length - i >= 4 && memcmp(pattern.bytes + i, "{id}", 4) == 0) {
            code = buffer_append_text(&id, change->mapped_id, error);
            i += 4;
        } else {
            code = buffer_append(&id, pattern.bytes + i++, 1, error);
        }
    }
    const struct order_answer given = {.kind = ANSWER_CREATED,
                                       .object = either(member(action, "object"), change->object),
                                       .id = buffer_text(&id)};
    if (!code)
        code = answer_stored(order, change, &given, action, error);
    buffer_release(&id);
    return code;
}

static enum error_code act(struct order *order, struct order_change *change, const json_t *action,
                           struct error *error)
{
    const struct text name = member(action, "action");
    if (text_equal(name, TEXT("created")))
        return created(order, change, action, error);
    if (text_equal(name, TEXT("updated")))
        return answer_stored(order, change, &(struct order_answer){.kind = ANSWER_UPDATED}, action,
                             error);
    if (text_equal(name, TEXT("deleted")))
        return order_delete_object(order, change, error);
    if (text_equal(name, TEXT("retry")))
        return order_retry_because(order, change, true, TEXT_ABSENT, error);
    if (text_equal(name, TEXT("issue")) && json_object_get(action, "fields"))
        return refuse(order, change, action, error);
    if (text_equal(name, TEXT("issue")))
        return order_refuse_fields(order, change, member(action, "message"), NULL, 0, error);
    if (text_equal(name, TEXT("remap"))) {
        const struct report_remap remap = {
            .old_object = either(member(action, "old_object"), change->object),
            .old_id = either(member(action, "old_id"), change->object_id),
            .new_object = member(action, "new_object"),
            .new_id = member(action, "new_id"),
        };
        return order_remap_object(order, change, &remap, error);
    }
    if (text_equal(name, TEXT("throw")))
        return error_set(error, ERROR_SCRIPT, "the case says that the executioner fails here");
    return ERROR_NONE;
}

static enum error_code answer(struct scripted_side *self, struct order *order,
                              struct order_change *change, struct error *error)
{
    const json_t *rules = json_object_get(self->side, "responses");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i);
        if (!fits(self, rule, change))
            continue;
        const json_t *actions = json_object_get(rule, "actions");
        for (size_t j = 0; j < json_array_size(actions); j++) {
            if (act(order, change, json_array_get(actions, j), error))
                return error->code;
        }
        return ERROR_NONE;
    }
    return ERROR_NONE;
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct scripted_side *self = (struct scripted_side *)exchange;
    self->executed++;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < order->change_count; i++) {
            struct order_change *change = order->changes[i];
            if (text_is_absent(change->object_id) == (pass == 1) &&
                answer(self, order, change, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

void scripted_side_init(struct scripted_side *self, const json_t *side, const struct manual *manual)
{
    *self = (struct scripted_side){
        .exchange = {.get_report = get_report, .execute_order = execute_order},
        .side = side,
        .manual = manual};
}
