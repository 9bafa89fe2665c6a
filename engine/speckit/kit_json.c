/* What the engine reports and orders, as JSON for specs. */
#include "model/value_json.h"
#include "speckit/kit.h"

struct text kit_text(const json_t *object, const char *key)
{
    const json_t *const member = json_object_get(object, key);
    return (struct text){json_string_value(member), json_string_length(member)};
}

bool kit_lists(const json_t *names, struct text name)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        if (text_equal(text_of(json_string_value(json_array_get(names, i))), name))
            return true;
    }
    return false;
}

enum error_code kit_instant(const json_t *object, const char *key, instant *at, struct error *error)
{
    const json_t *const member = json_object_get(object, key);
    *at = INSTANT_NONE;
    if (!member || json_is_null(member))
        return ERROR_NONE;
    const struct text text = kit_text(object, key);
    if (!text_is_absent(text) && instant_read(text, at))
        return ERROR_NONE;
    if (json_is_number(member) && instant_from_epoch(json_number_value(member), at))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "'%s' is no instant: give a text like \"2026-03-10T12:00:00Z\"", key);
}

bool kit_set_text(json_t *object, const char *key, struct text text)
{
    return text_is_absent(text) || json_object_set_new(object, key, value_json_text(text)) == 0;
}

json_t *kit_row(const struct kit_member *members)
{
    json_t *const row = json_object();
    bool right = row != NULL;
    for (; right && members->key; members++)
        right = kit_set_text(row, members->key, members->text);
    if (right)
        return row;
    json_decref(row);
    return NULL;
}

bool kit_set_instant(json_t *object, const char *key, instant at)
{
    char text[INSTANT_TEXT_SIZE];
    return at == INSTANT_NONE ||
           json_object_set_new(object, key, json_string(instant_format(at, text))) == 0;
}

enum error_code kit_id(struct arena *arena, const json_t *json, const char *what, struct text *id,
                       struct error *error)
{
    if (json_is_string(json))
        return text_copy(arena, (struct text){json_string_value(json), json_string_length(json)},
                         id, error);
    if (json_is_integer(json))
        return text_format(arena, id, error, "%lld", (long long)json_integer_value(json));
    return error_set(error, ERROR_USAGE, "'%s' must be a text", what);
}

enum error_code kit_options_of(struct kit *kit, const json_t *told,
                               const struct request_option **options, size_t *count,
                               struct error *error)
{
    const char *key = NULL;
    json_t *value = NULL;
    struct request_option *const made =
        ARENA_ARRAY(kit->arena, json_object_size(told), struct request_option);
    *options = made;
    *count = 0;
    if (!made)
        return error_memory(error, "options");
    json_object_foreach((json_t *)told, key, value)
    {
        struct request_option *const option = &made[(*count)++];
        if (text_copy(kit->arena, text_of(key), &option->key, error) ||
            kit_id(kit->arena, value, key, &option->value, error))
            return error->code;
    }
    return ERROR_NONE;
}
