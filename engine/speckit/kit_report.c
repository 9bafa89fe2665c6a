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
        const enum error_code code = kit_id(arena, json_array_get(told, i), "ids", &ids[i], error);
        if (code)
            return code;
    }
    asked->ids = ids;
    asked->id_count = count;
    return ERROR_NONE;
}

static enum error_code ask_for(const struct kit *kit, struct arena *arena, const json_t *asked,
                               const struct manual_object *object, struct request *request,
                               struct error *error)
{
    struct request_object *const one = &request->objects[request->object_count++];
    const json_t *const ids = json_object_get(asked, "ids");
    enum error_code code = ERROR_NONE;
    *one = (struct request_object){.object = object};
    code = kit_instant(asked, "from", &one->from, error);
    if (!code)
        code = kit_instant(asked, "to", &one->to, error);
    if (code)
        return code;
    if (one->to == INSTANT_NONE)
        one->to = kit->now;
    const struct text position = kit_text(json_object_get(asked, "position"), object->name.bytes);
    code = text_copy(arena, position, &one->position, error);
    if (!code)
        code = request_object_fields(arena, kit->manual, SIDE_INTEGRATION, one, error);
    if (code)
        return code;
    const json_t *const of_object = json_object_getn(ids, object->name.bytes, object->name.length);
    if (!of_object)
        return ERROR_NONE;
    request->selective = true;
    return ids_of(arena, of_object, one, error);
}

static enum error_code read_options(struct arena *arena, const json_t *told,
                                    struct request *request, struct error *error)
{
    const char *key = NULL;
    json_t *value = NULL;
    struct request_option *const options =
        ARENA_ARRAY(arena, json_object_size(told), struct request_option);
    enum error_code code = options ? ERROR_NONE : error_memory(error, "a request");
    json_object_foreach((json_t *)told, key, value)
    {
        if (!code)
            code = text_copy(arena, text_of(key), &options[request->option_count].key, error);
        if (!code)
            code = kit_id(arena, value, key, &options[request->option_count++].value, error);
    }
    request->options = options;
    return code;
}

static enum error_code make_request(const struct kit *kit, struct arena *arena, const json_t *asked,
                                    struct request **request, struct error *error)
{
    const json_t *const names = json_object_get(asked, "objects");
    const json_t *const iteration = json_object_get(asked, "iteration");
    struct request *const made = ARENA_NEW(arena, struct request);
    enum error_code code = ERROR_NONE;
    if (!made)
        return error_memory(error, "a request");
    *made = (struct request){
        .side = SIDE_INTEGRATION,
        .integration = kit->name,
        .iteration = iteration ? (unsigned)json_integer_value(iteration) : 1,
        .first_time = json_is_true(json_object_get(asked, "first_time")),
    };
    made->full = made->first_time;
    made->objects = ARENA_ARRAY(arena, kit->manual->integration_count, struct request_object);
    if (!made->objects)
        return error_memory(error, "a request");
    for (size_t i = 0; !code && i < kit->manual->integration_count; i++) {
        const struct manual_object *const object = kit->manual->integration[i];
        bool wanted = !names;
        for (size_t j = 0; j < json_array_size(names); j++)
            wanted = wanted ||
                     text_equal(object->name, text_of(json_string_value(json_array_get(names, j))));
        if (wanted)
            code = ask_for(kit, arena, asked, object, made, error);
    }
    if (!code)
        code = text_copy(arena, kit_text(asked, "cursor"), &made->cursor, error);
    if (!code)
        code = read_options(arena, json_object_get(asked, "options"), made, error);
    if (code)
        return code;
    *request = made;
    return ERROR_NONE;
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
        if (field->unreadable && json_array_append_new(unreadable, kit_string(name)) != 0)
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
        json_t *const json = json_object();
        if (!json || !kit_set_text(json, "object", object->name) ||
            !kit_set_text(json, "id", object->id) ||
            !kit_set_instant(json, "changed_at", object->changed_at) || !add_fields(json, object) ||
            json_array_append_new(objects, json) != 0) {
            json_decref(objects);
            return NULL;
        }
    }
    return objects;
}

/* Up to five texts of a row, by name. */
struct member {
    const char *key;
    struct text text;
};

static bool append_row(json_t *list, const struct member *members, size_t count)
{
    json_t *const row = json_object();
    bool right = row != NULL;
    for (size_t i = 0; right && i < count; i++)
        right = kit_set_text(row, members[i].key, members[i].text);
    return right && json_array_append_new(list, row) == 0;
}

static bool add_links(json_t *json, const struct report *report)
{
    json_t *const relations = json_array(), *const remaps = json_array(),
                  *const deleted = json_array(), *const merges = json_array();
    if (json_object_set_new(json, "relations", relations) != 0 ||
        json_object_set_new(json, "remaps", remaps) != 0 ||
        json_object_set_new(json, "deleted", deleted) != 0 ||
        json_object_set_new(json, "merges", merges) != 0)
        return false;
    bool right = true;
    for (size_t i = 0; right && i < report->relation_count; i++) {
        const struct report_relation *const it = &report->relations[i];
        right = append_row(relations,
                           (struct member[]){{"object", it->object},
                                             {"id", it->id},
                                             {"field", it->field},
                                             {"to_object", it->to_object},
                                             {"to_id", it->to_id}},
                           5);
    }
    for (size_t i = 0; right && i < report->remap_count; i++) {
        const struct report_remap *const it = &report->remaps[i];
        right = append_row(remaps,
                           (struct member[]){{"old_object", it->old_object},
                                             {"old_id", it->old_id},
                                             {"new_object", it->new_object},
                                             {"new_id", it->new_id}},
                           4);
    }
    for (size_t i = 0; right && i < report->deletion_count; i++)
        right = append_row(deleted,
                           (struct member[]){{"object", report->deletions[i].object},
                                             {"id", report->deletions[i].id}},
                           2);
    for (size_t i = 0; right && i < report->merge_count; i++)
        right = append_row(merges,
                           (struct member[]){{"object", report->merges[i].object},
                                             {"loser", report->merges[i].loser},
                                             {"winner", report->merges[i].winner}},
                           3);
    return right;
}

static json_t *report_json(const struct report *report)
{
    json_t *const json = json_object(), *const positions = json_object();
    if (!json || json_object_set_new(json, "objects", objects_json(report)) != 0 ||
        !add_links(json, report) || !kit_set_text(json, "cursor", report->cursor) ||
        json_object_set_new(json, "positions", positions) != 0) {
        json_decref(json);
        return NULL;
    }
    for (size_t i = 0; i < report->position_count; i++) {
        if (!kit_set_text(positions, report->positions[i].object->name.bytes,
                          report->positions[i].token)) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

enum error_code kit_report(struct kit *kit, const json_t *asked, json_t **json, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct exchange *const exchange = script_exchange_table(kit->exchange);
    struct request *request = NULL;
    struct report *report = NULL;
    enum error_code code = arena ? ERROR_NONE : error_memory(error, "a report");

    *json = NULL;
    if (!code)
        code = make_request(kit, arena, asked, &request, error);
    if (!code)
        code = report_new(arena, request, &report, error);
    if (!code)
        code = exchange->get_report(exchange, request, report, error);
    if (!code)
        code = report_finish(report, error);
    if (code)
        goto out;
    *json = report_json(report);
    if (!*json)
        code = error_memory(error, "a report");
out:
    arena_free(arena);
    return code;
}
