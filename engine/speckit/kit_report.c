/* One report of the integration, as JSON. */
#include "model/value_json.h"
#include "speckit/kit.h"

/* ---- the request ---- */

static enum error_code ids_of(struct arena *arena, const json_t *told, struct request_object *asked,
                              struct error *error)
{
    const size_t count = json_array_size(told);
    struct text *const ids = ARENA_ARRAY(arena, count, struct text);
    if (!ids)
        return error_memory(error, "a request");
    for (size_t i = 0; i < count; i++) {
        if (kit_id(arena, json_array_get(told, i), "ids", &ids[i], error))
            return error->code;
    }
    asked->ids = ids;
    asked->id_count = count;
    return ERROR_NONE;
}

static enum error_code ask_for(const struct kit *kit, const json_t *asked,
                               const struct manual_object *object, struct request *request,
                               struct error *error)
{
    struct request_object *const one = &request->objects[request->object_count++];
    const json_t *const ids = json_object_get(asked, "ids");
    const struct text position = kit_text(json_object_get(asked, "position"), object->name.bytes);
    *one = (struct request_object){.object = object};
    if (kit_instant(asked, "from", &one->from, error) ||
        kit_instant(asked, "to", &one->to, error) ||
        text_copy(kit->arena, position, &one->position, error) ||
        request_object_fields(kit->arena, kit->manual, SIDE_INTEGRATION, one, error))
        return error->code;
    if (one->to == INSTANT_NONE)
        one->to = kit->now;
    const json_t *const of_object = json_object_getn(ids, object->name.bytes, object->name.length);
    if (!of_object)
        return ERROR_NONE;
    request->selective = true;
    return ids_of(kit->arena, of_object, one, error);
}

static enum error_code make_request(struct kit *kit, const json_t *asked, struct request **request,
                                    struct error *error)
{
    const json_t *const names = json_object_get(asked, "objects");
    const json_t *const iteration = json_object_get(asked, "iteration");
    struct request *const made = ARENA_NEW(kit->arena, struct request);
    if (!made)
        return error_memory(error, "a request");
    *request = made;
    *made = (struct request){
        .side = SIDE_INTEGRATION,
        .integration = kit->name,
        .iteration = iteration ? (unsigned)json_integer_value(iteration) : 1,
        .first_time = json_is_true(json_object_get(asked, "first_time")),
    };
    made->full = made->first_time;
    made->objects = ARENA_ARRAY(kit->arena, kit->manual->integration_count, struct request_object);
    if (!made->objects)
        return error_memory(error, "a request");
    for (size_t i = 0; i < kit->manual->integration_count; i++) {
        const struct manual_object *const object = kit->manual->integration[i];
        if ((!names || kit_lists(names, object->name)) && ask_for(kit, asked, object, made, error))
            return error->code;
    }
    if (text_copy(kit->arena, kit_text(asked, "cursor"), &made->cursor, error))
        return error->code;
    return kit_options_of(kit, json_object_get(asked, "options"), &made->options,
                          &made->option_count, error);
}

/* ---- the report ---- */

static bool add_fields(json_t *json, const struct report_object *object)
{
    json_t *const fields = json_object(), *const unreadable = json_array();
    bool right = fields && unreadable;
    if (!right || json_object_set_new(json, "fields", fields) != 0 ||
        json_object_set_new(json, "unreadable", unreadable) != 0)
        return false;
    for (size_t i = 0; right && object->object && i < object->object->field_count; i++) {
        const struct report_field *const field = &object->fields[i];
        const struct text name = object->object->fields[i].name;
        if (field->unreadable && json_array_append_new(unreadable, value_json_text(name)) != 0)
            return false;
        if (field->state == FIELD_ABSENT)
            continue;
        json_t *const value = json_object();
        right = value && kit_set_text(value, "type", text_of(value_type_name(field->value.type))) &&
                json_object_set_new(value, "value", value_json_of(&field->value)) == 0 &&
                kit_set_instant(value, "changed_at", field->changed_at);
        if (!right || json_object_setn_new(fields, name.bytes, name.length, value) != 0)
            return false;
    }
    return right;
}

static json_t *objects_json(const struct report *report)
{
    json_t *const objects = json_array();
    for (size_t i = 0; objects && i < report->object_count; i++) {
        const struct report_object *const object = report->objects[i];
        json_t *const json = KIT_ROW({"object", object->name}, {"id", object->id});
        if (json_array_append_new(objects, json) != 0 ||
            !kit_set_instant(json, "changed_at", object->changed_at) || !add_fields(json, object)) {
            json_decref(objects);
            return NULL;
        }
    }
    return objects;
}

static bool add_links(json_t *json, const struct report *report)
{
    json_t *const relations = json_array(), *const remaps = json_array(),
                  *const deleted = json_array(), *const merges = json_array();
    bool right = json_object_set_new(json, "relations", relations) == 0 &&
                 json_object_set_new(json, "remaps", remaps) == 0 &&
                 json_object_set_new(json, "deleted", deleted) == 0 &&
                 json_object_set_new(json, "merges", merges) == 0;
    for (size_t i = 0; right && i < report->relation_count; i++) {
        const struct report_relation *const it = &report->relations[i];
        right = json_array_append_new(
                    relations, KIT_ROW({"object", it->object}, {"id", it->id}, {"field", it->field},
                                       {"to_object", it->to_object}, {"to_id", it->to_id})) == 0;
    }
    for (size_t i = 0; right && i < report->remap_count; i++) {
        const struct report_remap *const it = &report->remaps[i];
        right = json_array_append_new(
                    remaps, KIT_ROW({"old_object", it->old_object}, {"old_id", it->old_id},
                                    {"new_object", it->new_object}, {"new_id", it->new_id})) == 0;
    }
    for (size_t i = 0; right && i < report->deletion_count; i++)
        right = json_array_append_new(deleted, KIT_ROW({"object", report->deletions[i].object},
                                                       {"id", report->deletions[i].id})) == 0;
    for (size_t i = 0; right && i < report->merge_count; i++)
        right = json_array_append_new(merges, KIT_ROW({"object", report->merges[i].object},
                                                      {"loser", report->merges[i].loser},
                                                      {"winner", report->merges[i].winner})) == 0;
    return right;
}

static json_t *report_json(const struct report *report)
{
    json_t *const json = KIT_ROW({"cursor", report->cursor}), *const positions = json_object();
    bool right = json_object_set_new(json, "positions", positions) == 0 &&
                 json_object_set_new(json, "objects", objects_json(report)) == 0 &&
                 add_links(json, report);
    for (size_t i = 0; right && i < report->position_count; i++)
        right = kit_set_text(positions, report->positions[i].object->name.bytes,
                             report->positions[i].token);
    if (right)
        return json;
    json_decref(json);
    return NULL;
}

enum error_code kit_report(struct kit *kit, const json_t *asked, json_t **json, struct error *error)
{
    struct exchange *const exchange = script_exchange_table(kit->exchange);
    struct request *request = NULL;
    struct report *report = NULL;
    *json = NULL;
    if (make_request(kit, asked, &request, error) ||
        report_new(kit->arena, request, &report, error) ||
        exchange->get_report(exchange, request, report, error) || report_finish(report, error))
        return error->code;
    *json = report_json(report);
    return *json ? ERROR_NONE : error_memory(error, "a report");
}
