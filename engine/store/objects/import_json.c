/* One line of JSON as a record. */
#include "store/objects/import.h"

#include <jansson.h>
#include <string.h>

#include "model/value_json.h"

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
        code = value_json_raw(import->arena, member, &assignments[count++].value, error);
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
