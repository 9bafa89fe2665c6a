/* json_value: see the header. */
#include "conformance/json_value.h"

#include <inttypes.h>

#include "model/value_json.h"
#include "model/value_text.h"

struct text json_value_text(const json_t *json)
{
    if (!json_is_string(json)) {
        return TEXT_ABSENT;
    }
    return (struct text){json_string_value(json), json_string_length(json)};
}

/* An id is a text; a number is taken as its decimal. */
static enum error_code convert_read_id(struct arena *arena, const json_t *json, struct text *id,
                                       struct error *error)
{
    char number[VALUE_TEXT_NUMBER_SIZE];

    if (json_is_integer(json)) {
        return text_format(arena, id, error, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
    }
    if (json_is_real(json)) {
        return text_copy(arena, text_of(value_text_number(json_real_value(json), number)), id,
                         error);
    }
    *id = json_value_text(json);
    return ERROR_NONE;
}

enum error_code json_value_to_raw(struct arena *arena, const json_t *json, struct raw_value *raw,
                                  struct error *error)
{
    *raw = (struct raw_value){.kind = json ? RAW_OBJECT : RAW_NULL};
    if (!json) {
        return ERROR_NONE;
    }
    if (!json_is_object(json)) {
        return value_json_raw(arena, json, raw, error);
    }
    const json_t *const reference = json_object_get(json, "reference");
    raw->as.reference.object = json_value_text(json_object_get(reference, "object"));
    return convert_read_id(arena, json_object_get(reference, "id"), &raw->as.reference.id, error);
}

enum error_code json_value_normalize(struct arena *arena, const json_t *json, enum value_type type,
                                     struct value *value, bool *readable, struct error *error)
{
    struct raw_value raw;
    enum error_code code = json_value_to_raw(arena, json, &raw, error);

    return code ? code : value_normalize(arena, &raw, type, value, readable, error);
}

instant json_value_instant(const json_t *json)
{
    instant at = INSTANT_NONE;

    if (!json_is_string(json) || !instant_parse(json_value_text(json), &at, NULL)) {
        return INSTANT_NONE;
    }
    return at;
}

static bool numbers_equal(const json_t *left, const json_t *right)
{
    if (json_is_integer(left) && json_is_integer(right)) {
        return json_integer_value(left) == json_integer_value(right);
    }
    return json_number_value(left) == json_number_value(right);
}

static bool objects_equal(const json_t *left, const json_t *right)
{
    const char *key = NULL;
    json_t *item = NULL;

    if (json_object_size(left) != json_object_size(right)) {
        return false;
    }
    json_object_foreach((json_t *)left, key, item)
    {
        const json_t *other = json_object_get(right, key);
        if (!other || !json_value_equal(item, other)) {
            return false;
        }
    }
    return true;
}

bool json_value_equal(const json_t *left, const json_t *right)
{
    if (!left || !right || json_is_null(left) || json_is_null(right)) {
        return (!left || json_is_null(left)) && (!right || json_is_null(right));
    }
    if (json_is_number(left) && json_is_number(right)) {
        return numbers_equal(left, right);
    }
    if (json_typeof(left) != json_typeof(right)) {
        return false;
    }
    if (json_is_object(left)) {
        return objects_equal(left, right);
    }
    if (json_is_array(left)) {
        if (json_array_size(left) != json_array_size(right)) {
            return false;
        }
        for (size_t i = 0; i < json_array_size(left); i++) {
            if (!json_value_equal(json_array_get(left, i), json_array_get(right, i))) {
                return false;
            }
        }
        return true;
    }
    return json_equal(left, right);
}

bool json_value_matches(const struct value *value, const json_t *expected)
{
    json_t *shown = NULL;
    bool same = false;

    if (value->kind == VALUE_INSTANT && json_is_string(expected)) {
        return value->as.at == json_value_instant(expected);
    }
    shown = value_json_of(value);
    same = shown && json_value_equal(shown, expected);
    json_decref(shown);
    return same;
}
