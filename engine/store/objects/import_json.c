/* One line of JSON as a record. */
#include "store/objects/import.h"

#include <jansson.h>
#include <string.h>

static enum error_code raw_json(const json_t *json, struct arena *arena, struct raw_value *raw,
                                struct error *error)
{
    struct raw_value *items = NULL;
    const json_t *reference = NULL;
    enum error_code code = ERROR_NONE;

    switch (json_typeof(json)) {
    case JSON_TRUE:
    case JSON_FALSE:
        *raw = (struct raw_value){.kind = RAW_BOOLEAN, .as.boolean = json_is_true(json)};
        break;
    case JSON_INTEGER:
        *raw = (struct raw_value){.kind = RAW_INTEGER, .as.integer = json_integer_value(json)};
        break;
    case JSON_REAL:
        *raw = (struct raw_value){.kind = RAW_NUMBER, .as.number = json_real_value(json)};
        break;
    case JSON_STRING:
        *raw = (struct raw_value){.kind = RAW_TEXT,
                                  .as.text = {json_string_value(json), json_string_length(json)}};
        break;
    case JSON_ARRAY:
        items = ARENA_ARRAY(arena, json_array_size(json), struct raw_value);
        if (!items)
            return error_memory(error, "a list");
        for (size_t index = 0; !code && index < json_array_size(json); index++)
            code = raw_json(json_array_get(json, index), arena, &items[index], error);
        *raw = (struct raw_value){.kind = RAW_LIST, .as.list = {items, json_array_size(json)}};
        break;
    case JSON_OBJECT:
        reference = json_object_get(json, "reference");
        *raw = (struct raw_value){.kind = RAW_OBJECT};
        raw->as.reference.object = text_of(json_string_value(json_object_get(reference, "object")));
        raw->as.reference.id = text_of(json_string_value(json_object_get(reference, "id")));
        break;
    default:
        *raw = (struct raw_value){.kind = RAW_NULL};
        break;
    }
    return code;
}

static enum error_code take_json(struct import *import, json_t *json, struct error *error)
{
    struct object_assignment *assignments =
        ARENA_ARRAY(import->arena, json_object_size(json), struct object_assignment);
    struct text id = TEXT_ABSENT;
    const char *name = NULL;
    json_t *member = NULL;
    size_t count = 0;
    enum error_code code = assignments ? ERROR_NONE : error_memory(error, "a record");

    json_object_foreach(json, name, member)
    {
        if (code)
            break;
        if (strcmp(name, "id") == 0) {
            if (json_is_integer(member))
                code = text_of_integer(import->arena, json_integer_value(member), &id, error);
            else
                id = text_of(json_string_value(member));
            continue;
        }
        bool left_out = false;
        const struct text field = import_columns_field(import, text_of(name), &left_out);
        if (left_out)
            continue;
        assignments[count].field = text_is_absent(field) ? text_of(name) : field;
        code = raw_json(member, import->arena, &assignments[count++].value, error);
    }
    return code ? code : import_record_take(import, id, assignments, count, error);
}

enum error_code import_json_take(struct import *import, const char *line, size_t length,
                                 struct error *error)
{
    json_error_t where;
    json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &where);
    enum error_code code = ERROR_NONE;

    if (!json)
        return error_set(error, ERROR_INVALID, "it is not JSON: %s", where.text);
    if (!json_is_object(json))
        code = error_set(error, ERROR_INVALID, "it is not a JSON object");
    else
        code = take_json(import, json, error);
    json_decref(json);
    return code;
}
