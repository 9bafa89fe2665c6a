#include "conformance/engine_json.h"

#include "conformance/json_value.h"

static json_t *fields_of(const struct order_change *change, enum side receiver)
{
    const struct manual_object *object =
        receiver == SIDE_INTERNAL ? change->entry->internal : change->entry->integration;
    json_t *fields = json_object();
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        const struct text name = object->fields[field->field].name;
        json_t *shown =
            json_pack("{s:s, s:s, s:o}", "state", report_field_state_name(field->state), "type",
                      value_type_name(field->value.type), "value", value_json_of(&field->value));
        (void)json_object_setn_new_nocheck(fields, name.bytes, name.length, shown);
    }
    return fields;
}

json_t *engine_json_change(const struct order_change *change, enum side receiver)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "object", value_json_text(change->object),
                     "object_id", value_json_text(change->object_id), "mapped_object",
                     value_json_text(change->mapped_object), "mapped_id",
                     value_json_text(change->mapped_id), "at",
                     value_json_instant(change->changed_at), "fields", fields_of(change, receiver));
}

json_t *engine_json_order(const struct order *order)
{
    if (order->change_count == 0)
        return NULL;
    json_t *changes = json_array();
    for (size_t i = 0; i < order->change_count; i++)
        json_array_append_new(changes, engine_json_change(order->changes[i], order->receiver));
    return json_pack("{s:i, s:i, s:o}", "iteration", (int)order->iteration, "depth",
                     (int)order->depth, "changes", changes);
}

static json_t *names_of(const struct manual_object *object, const size_t *fields, size_t count)
{
    json_t *names = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(names, value_json_text(object->fields[fields[i]].name));
    return names;
}

static json_t *objects_of(const struct request *request)
{
    json_t *objects = json_array();
    for (size_t i = 0; i < request->object_count; i++) {
        const struct request_object *object = &request->objects[i];
        json_array_append_new(
            objects,
            json_pack(
                "{s:o, s:o, s:o, s:o, s:o}", "name", value_json_text(object->object->name), "from",
                value_json_instant(object->from), "to", value_json_instant(object->to), "fields",
                names_of(object->object, object->fields, object->field_count), "required_fields",
                names_of(object->object, object->required_fields, object->required_count)));
    }
    return objects;
}

static json_t *ids_of(const struct request *request)
{
    if (!request->selective)
        return json_null();
    json_t *ids = json_object();
    for (size_t i = 0; i < request->object_count; i++) {
        const struct request_object *object = &request->objects[i];
        json_t *list = json_array();
        for (size_t j = 0; j < object->id_count; j++)
            json_array_append_new(list, value_json_text(object->ids[j]));
        const struct text name = object->object->name;
        (void)json_object_setn_new_nocheck(ids, name.bytes, name.length, list);
    }
    return ids;
}

json_t *engine_json_request(const struct request *request)
{
    return json_pack("{s:s, s:o, s:i, s:i, s:o, s:o, s:o}", "side",
                     request->side == SIDE_INTERNAL ? "internal" : "integration", "integration",
                     value_json_text(request->integration), "iteration", (int)request->iteration,
                     "depth", (int)request->depth, "objects", objects_of(request), "ids",
                     ids_of(request), "cursor", value_json_text(request->cursor));
}

static json_t *entries_of(const struct batch_entry *entries, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct batch_entry *entry = &entries[i];
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:o, s:o}", "integration_object",
                                        value_json_text(entry->integration_object),
                                        "integration_id", value_json_text(entry->integration_id),
                                        "object", value_json_text(entry->internal_object), "id",
                                        value_json_text(entry->internal_id)));
    }
    return list;
}

static json_t *remaps_of(const struct batch_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->remapped_count; i++) {
        const struct batch_entry *entry = &result->remapped[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "old_object",
                                              value_json_text(entry->old_object), "old_id",
                                              value_json_text(entry->old_id), "new_object",
                                              value_json_text(entry->integration_object), "new_id",
                                              value_json_text(entry->integration_id), "object",
                                              value_json_text(entry->internal_object), "id",
                                              value_json_text(entry->internal_id)));
    }
    return list;
}

json_t *engine_json_batch(const struct batch_result *result)
{
    if (result->created_count + result->updated_count + result->remapped_count +
            result->deleted_count ==
        0)
        return NULL;
    return json_pack(
        "{s:s, s:i, s:i, s:o, s:o, s:o, s:o}", "side",
        result->side == SIDE_INTERNAL ? "pull" : "push", "iteration", (int)result->iteration,
        "depth", (int)result->depth, "new", entries_of(result->created, result->created_count),
        "updated", entries_of(result->updated, result->updated_count), "remapped",
        remaps_of(result), "deleted", entries_of(result->deleted, result->deleted_count));
}

json_t *engine_json_outcome(const struct outcome *outcome)
{
    json_t *shown = json_pack("{s:s, s:o, s:o, s:s}", "side",
                              outcome->side == SIDE_INTEGRATION ? "pull" : "push", "object",
                              value_json_text(outcome->object), "id", value_json_text(outcome->id),
                              "outcome", outcome_name(outcome->kind));
    if (shown && outcome->reason)
        json_object_set_new(shown, "reason", json_string(outcome->reason));
    return shown;
}

json_t *engine_json_about(const char *about, struct text field)
{
    if (text_is_absent(field))
        return json_string(about);
    return json_sprintf("%s %.*s", about, TEXT_PRINT(field));
}

json_t *engine_json_note(const struct note *note)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "object", value_json_text(note->internal_object),
                     "id", value_json_text(note->internal_id), "integration_object",
                     value_json_text(note->integration_object), "integration_id",
                     value_json_text(note->integration_id), "about",
                     engine_json_about(note->about, note->field));
}
