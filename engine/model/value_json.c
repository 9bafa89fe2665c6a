/* Values as JSON, and JSON as raw values: the one way there and back. */
#include "model/value_json.h"

#include <stdlib.h>

json_t *value_json_text(struct text text)
{
    if (text_is_absent(text))
        return json_null();
    json_t *json = json_stringn(text.bytes, text.length);
    if (json)
        return json;
    char *const copy = malloc(text.length + 1); /* not UTF-8: keep what is ASCII */
    if (!copy)
        return NULL;
    for (size_t i = 0; i < text.length; i++)
        copy[i] = (unsigned char)text.bytes[i] < 0x80 ? text.bytes[i] : '?';
    json = json_stringn(copy, text.length);
    free(copy);
    return json;
}

json_t *value_json_instant(instant at)
{
    char text[INSTANT_TEXT_SIZE];
    return at == INSTANT_NONE ? json_null() : json_string(instant_format(at, text));
}

/* 7 rather than 7.0, where nothing is lost by it. */
static json_t *number_json(double number)
{
    enum { EXACT = 53 };
    const double limit = (double)((int64_t)1 << EXACT);
    if (number > -limit && number < limit && number == (double)(int64_t)number)
        return json_integer((json_int_t)number);
    return json_real(number);
}

json_t *value_json_of(const struct value *value)
{
    json_t *json = NULL;
    switch (value->kind) {
    case VALUE_NULL:
        return json_null();
    case VALUE_BOOLEAN:
        return json_boolean(value->as.boolean);
    case VALUE_INTEGER:
        return json_integer(value->as.integer);
    case VALUE_NUMBER:
        return number_json(value->as.number);
    case VALUE_TEXT:
        return value_json_text(value->as.text);
    case VALUE_INSTANT:
        return value_json_instant(value->as.at);
    case VALUE_LIST:
        json = json_array();
        for (size_t i = 0; json && i < value->as.list.count; i++) {
            if (json_array_append_new(json, value_json_text(value->as.list.items[i])) != 0) {
                json_decref(json);
                return NULL;
            }
        }
        return json;
    case VALUE_REFERENCE:
        return json_pack("{s:{s:o, s:o}}", "reference", "object",
                         value_json_text(value->as.reference.object), "id",
                         value_json_text(value->as.reference.id));
    }
    return json_null();
}

static enum error_code copy_string(struct arena *arena, const json_t *json, struct text *out,
                                   struct error *error)
{
    const struct text text = {json_string_value(json), json_string_length(json)};
    return text_copy(arena, text, out, error);
}

static enum error_code list_of_json(struct arena *arena, const json_t *json, struct raw_value *raw,
                                    struct error *error)
{
    const size_t count = json_array_size(json);
    struct raw_value *const items = ARENA_ARRAY(arena, count, struct raw_value);
    if (!items)
        return error_memory(error, "a list");
    for (size_t i = 0; i < count; i++) {
        if (value_json_raw(arena, json_array_get(json, i), &items[i], error))
            return error->code;
    }
    raw->as.list.items = items;
    raw->as.list.count = count;
    return ERROR_NONE;
}

enum error_code value_json_raw(struct arena *arena, const json_t *json, struct raw_value *raw,
                               struct error *error)
{
    const json_t *reference = NULL;

    *raw = (struct raw_value){.kind = RAW_NULL};
    switch (json_typeof(json)) {
    case JSON_NULL:
        return ERROR_NONE;
    case JSON_TRUE:
    case JSON_FALSE:
        raw->kind = RAW_BOOLEAN;
        raw->as.boolean = json_is_true(json);
        return ERROR_NONE;
    case JSON_INTEGER:
        raw->kind = RAW_INTEGER;
        raw->as.integer = json_integer_value(json);
        return ERROR_NONE;
    case JSON_REAL:
        raw->kind = RAW_NUMBER;
        raw->as.number = json_real_value(json);
        return ERROR_NONE;
    case JSON_STRING:
        raw->kind = RAW_TEXT;
        return copy_string(arena, json, &raw->as.text, error);
    case JSON_ARRAY:
        raw->kind = RAW_LIST;
        return list_of_json(arena, json, raw, error);
    case JSON_OBJECT:
        raw->kind = RAW_OBJECT;
        raw->as.reference.object = raw->as.reference.id = TEXT_ABSENT;
        reference = json_object_get(json, "reference");
        if (!json_is_string(json_object_get(reference, "object")) ||
            !json_is_string(json_object_get(reference, "id")))
            return ERROR_NONE;
        if (copy_string(arena, json_object_get(reference, "object"), &raw->as.reference.object,
                        error))
            return error->code;
        return copy_string(arena, json_object_get(reference, "id"), &raw->as.reference.id, error);
    }
    return ERROR_NONE;
}
