/* Writes tables. */
#include "service/api/mapping_text.h"

#include <string.h>

#include "script/configuration/lua_text.h"

static enum error_code write_scalar(struct buffer *out, const json_t *value, struct error *error)
{
    if (json_is_string(value))
        return lua_text_quote(out, json_string_value(value), error);
    if (json_is_integer(value))
        return buffer_append_format(out, error, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return buffer_append_format(out, error, "%.17g", json_real_value(value));
    return buffer_append_format(out, error, "%s", json_is_true(value) ? "true" : "false");
}

/* A member that is one of these words: in a line of its own (`apart`), or as an option behind
 * others, of which the first word is left out. */
static enum error_code write_choice(struct buffer *out, const json_t *json, const char *name,
                                    const char *const *among, bool apart, struct error *error)
{
    const json_t *const value = json_object_get(json, name);
    const char *const text = json_string_value(value);
    if (!value || (text && !apart && strcmp(text, among[0]) == 0))
        return ERROR_NONE;
    for (size_t i = 0; text && among[i]; i++) {
        if (strcmp(text, among[i]) == 0)
            return buffer_append_format(out, error, "%s%s = \"%s\"%s", apart ? "      " : ", ",
                                        name, text, apart ? ",\n" : "");
    }
    return error_set(error, ERROR_INVALID, "'%s' cannot have that value", name);
}

static enum error_code write_field(struct buffer *out, const json_t *field, const char *indent,
                                   struct error *error)
{
    static const char *const directions[] = {"bidirectional", "to_internal", "to_integration",
                                             NULL};
    static const char *const conflicts[] = {"newest",    "internal",  "integration",
                                            "non_empty", "strictest", NULL};
    static const char *const clears[] = {"propagate", "ignore", NULL};
    const char *const theirs = json_string_value(json_object_get(field, "integration_field")),
                      *const ours = json_string_value(json_object_get(field, "internal_field"));
    const json_t *const value = json_object_get(field, "default"), *const required =
                                                                       json_object_get(field,
                                                                                       "required");
    if (!theirs || !ours || !*theirs || !*ours ||
        (value && !json_is_null(value) && (json_is_object(value) || json_is_array(value))) ||
        (required && !json_is_boolean(required)))
        return error_set(error, ERROR_INVALID,
                         "a field needs 'integration_field' and 'internal_field', 'required' is "
                         "true or false, 'default' no list");
    if (buffer_append_format(out, error, "%s", indent) || lua_text_key(out, theirs, error) ||
        buffer_append_format(out, error, " = { ") || lua_text_quote(out, ours, error) ||
        write_choice(out, field, "direction", directions, false, error) ||
        (json_is_true(required) && buffer_append_format(out, error, ", required = true")) ||
        write_choice(out, field, "on_conflict", conflicts, false, error) ||
        write_choice(out, field, "on_clear", clears, false, error))
        return error->code;
    if (value && !json_is_null(value) &&
        (buffer_append_format(out, error, ", default = ") || write_scalar(out, value, error)))
        return error->code;
    return buffer_append_format(out, error, " },\n");
}

static enum error_code write_object(struct buffer *out, const json_t *object, struct error *error)
{
    static const char *const creates[] = {"always", NULL};
    static const char *const deletions[] = {"delete", "unlink", "ignore", NULL};
    const char *const name = json_string_value(json_object_get(object, "object"));
    const json_t *const fields = json_object_get(object, "fields");
    const json_t *const create = json_object_get(object, "create");
    if (!name || !*name || !json_is_array(fields))
        return error_set(error, ERROR_INVALID, "an object needs 'object' and 'fields'");
    if (buffer_append_format(out, error, "    ") || lua_text_key(out, name, error) ||
        buffer_append_format(out, error, " = {\n") ||
        (json_is_false(create) && buffer_append_format(out, error, "      create = false,\n")) ||
        (!json_is_boolean(create) && write_choice(out, object, "create", creates, true, error)) ||
        write_choice(out, object, "on_deleted_here", deletions, true, error) ||
        write_choice(out, object, "on_deleted_there", deletions, true, error) ||
        buffer_append_format(out, error, "      fields = {\n"))
        return error->code;
    for (size_t i = 0; i < json_array_size(fields); i++) {
        if (write_field(out, json_array_get(fields, i), "        ", error))
            return error->code;
    }
    return buffer_append_format(out, error, "      },\n    },\n");
}

enum error_code mapping_text_write(const json_t *objects, struct buffer *out, struct error *error)
{
    if (!json_is_array(objects) || json_array_size(objects) > 64)
        return error_set(error, ERROR_INVALID, "'objects' must be a list of at most 64 objects");
    if (buffer_append_format(out, error, "{\n"))
        return error->code;
    for (size_t i = 0; i < json_array_size(objects); i++) {
        if (write_object(out, json_array_get(objects, i), error))
            return error->code;
    }
    return buffer_append_format(out, error, "  }");
}
