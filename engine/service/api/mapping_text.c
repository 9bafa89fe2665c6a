/* A reader of Lua that knows texts, comments and braces, and a writer of tables. */
#include "service/api/mapping_text.h"

#include <ctype.h>
#include <string.h>

/* ---- finding ---- */

/* Behind a long bracket ([[ ... ]], [=[ ... ]=]) that begins at `at`; `at` itself if none does. */
static size_t skip_long(struct text file, size_t at)
{
    size_t level = 0, place = at + 1;
    while (place < file.length && file.bytes[place] == '=') {
        level++;
        place++;
    }
    if (file.bytes[at] != '[' || place >= file.length || file.bytes[place] != '[')
        return at;
    for (; place < file.length; place++) {
        size_t count = 0;
        if (file.bytes[place] != ']')
            continue;
        while (place + 1 + count < file.length && file.bytes[place + 1 + count] == '=')
            count++;
        if (count == level && place + 1 + count < file.length &&
            file.bytes[place + 1 + count] == ']')
            return place + count + 2;
    }
    return file.length;
}

/* Behind a text or a comment that begins at `at`; `at` itself if neither does. */
static size_t skip_quiet(struct text file, size_t at)
{
    const char byte = file.bytes[at];
    size_t place = at + 1;
    if (byte == '"' || byte == '\'') {
        while (place < file.length && file.bytes[place] != byte)
            place += file.bytes[place] == '\\' ? 2 : 1;
        return place < file.length ? place + 1 : file.length;
    }
    if (byte == '[')
        return skip_long(file, at);
    if (byte != '-' || place >= file.length || file.bytes[place] != '-')
        return at;
    place++;
    if (place < file.length && file.bytes[place] == '[' && skip_long(file, place) > place)
        return skip_long(file, place);
    while (place < file.length && file.bytes[place] != '\n')
        place++;
    return place;
}

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* Does the word stand at `at`, whole? */
static bool word_at(struct text file, size_t at, const char *word)
{
    const size_t length = strlen(word);
    return at + length <= file.length && memcmp(file.bytes + at, word, length) == 0 &&
           (at == 0 || !is_word(file.bytes[at - 1])) &&
           (at + length == file.length || !is_word(file.bytes[at + length]));
}

static size_t skip_blanks(struct text file, size_t at)
{
    for (;;) {
        const size_t before = at;
        while (at < file.length && isspace((unsigned char)file.bytes[at]))
            at++;
        if (at < file.length && file.bytes[at] == '-')
            at = skip_quiet(file, at);
        if (at == before)
            return at;
    }
}

/* Behind the brace that closes the one at `at`; *has_code as for mapping_text_find. */
static size_t skip_table(struct text file, size_t at, bool *has_code)
{
    size_t depth = 0;
    while (at < file.length) {
        const size_t after = skip_quiet(file, at);
        if (after > at) {
            at = after;
            continue;
        }
        *has_code |= word_at(file, at, "function") || word_at(file, at, "env");
        depth += file.bytes[at] == '{';
        depth -= file.bytes[at] == '}';
        at++;
        if (depth == 0)
            return at;
    }
    return 0;
}

bool mapping_text_find(struct text file, struct text *table, bool *has_code)
{
    size_t depth = 0;
    *has_code = false;
    for (size_t at = 0; at < file.length;) {
        const size_t after = skip_quiet(file, at);
        if (after > at) {
            at = after;
            continue;
        }
        depth += file.bytes[at] == '{';
        depth -= file.bytes[at] == '}' && depth > 0;
        if (depth == 1 && word_at(file, at, "mapping")) {
            size_t begin = skip_blanks(file, at + strlen("mapping"));
            begin = begin < file.length && file.bytes[begin] == '=' ? skip_blanks(file, begin + 1)
                                                                    : file.length;
            const size_t end = begin < file.length && file.bytes[begin] == '{'
                                   ? skip_table(file, begin, has_code)
                                   : 0;
            *table = (struct text){file.bytes + begin, end > begin ? end - begin : 0};
            return end > begin;
        }
        at++;
    }
    return false;
}

/* ---- writing ---- */

static enum error_code write_text(struct buffer *out, const char *text, struct error *error)
{
    enum error_code code = buffer_append(out, "\"", 1, error);
    for (; !code && *text; text++) {
        const unsigned char byte = (unsigned char)*text;
        code = byte == '"' || byte == '\\' ? buffer_append_format(out, error, "\\%c", byte)
               : byte < 0x20               ? buffer_append_format(out, error, "\\%03u", byte)
                                           : buffer_append(out, text, 1, error);
    }
    return code ? code : buffer_append(out, "\"", 1, error);
}

static enum error_code write_key(struct buffer *out, const char *key, struct error *error)
{
    static const char *const reserved[] = {"and",   "break", "do",       "else", "elseif", "end",
                                           "false", "for",   "function", "goto", "if",     "in",
                                           "local", "nil",   "not",      "or",   "repeat", "return",
                                           "then",  "true",  "until",    "while"};
    bool plain = key[0] && !isdigit((unsigned char)key[0]);
    for (const char *byte = key; *byte; byte++)
        plain = plain && is_word(*byte);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        plain = plain && strcmp(key, reserved[i]) != 0;
    if (plain)
        return buffer_append_format(out, error, "%s", key);
    if (buffer_append(out, "[", 1, error) || write_text(out, key, error))
        return error->code;
    return buffer_append(out, "]", 1, error);
}

static enum error_code write_scalar(struct buffer *out, const json_t *value, struct error *error)
{
    if (json_is_string(value))
        return write_text(out, json_string_value(value), error);
    if (json_is_integer(value))
        return buffer_append_format(out, error, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return buffer_append_format(out, error, "%.17g", json_real_value(value));
    return buffer_append_format(out, error, "%s", json_is_true(value) ? "true" : "false");
}

/* ", name = value" unless it is what counts anyway. */
static enum error_code write_option(struct buffer *out, const json_t *field, const char *name,
                                    const char *const *among, struct error *error)
{
    const json_t *const value = json_object_get(field, name);
    const char *const text = json_string_value(value);
    if (!value || (text && strcmp(text, among[0]) == 0))
        return ERROR_NONE;
    for (size_t i = 1; text && among[i]; i++) {
        if (strcmp(text, among[i]) == 0)
            return buffer_append_format(out, error, ", %s = \"%s\"", name, text);
    }
    return error_set(error, ERROR_INVALID, "'%s' cannot be that", name);
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
    if (buffer_append_format(out, error, "%s", indent) || write_key(out, theirs, error) ||
        buffer_append_format(out, error, " = { ") || write_text(out, ours, error) ||
        write_option(out, field, "direction", directions, error) ||
        (json_is_true(required) && buffer_append_format(out, error, ", required = true")) ||
        write_option(out, field, "on_conflict", conflicts, error) ||
        write_option(out, field, "on_clear", clears, error))
        return error->code;
    if (value && !json_is_null(value) &&
        (buffer_append_format(out, error, ", default = ") || write_scalar(out, value, error)))
        return error->code;
    return buffer_append_format(out, error, " },\n");
}

/* A line of its own for what is no field. */
static enum error_code write_policy(struct buffer *out, const json_t *object, const char *name,
                                    const char *const *among, struct error *error)
{
    const json_t *const value = json_object_get(object, name);
    const char *const text = json_string_value(value);
    if (!value)
        return ERROR_NONE;
    if (json_is_boolean(value) && strcmp(name, "create") == 0)
        return json_is_true(value) ? ERROR_NONE
                                   : buffer_append_format(out, error, "      create = false,\n");
    for (size_t i = 0; text && among[i]; i++) {
        if (strcmp(text, among[i]) == 0)
            return buffer_append_format(out, error, "      %s = \"%s\",\n", name, text);
    }
    return error_set(error, ERROR_INVALID, "'%s' cannot be that", name);
}

static enum error_code write_object(struct buffer *out, const json_t *object, struct error *error)
{
    static const char *const creates[] = {"always", NULL};
    static const char *const deletions[] = {"delete", "unlink", "ignore", NULL};
    const char *const name = json_string_value(json_object_get(object, "object"));
    const json_t *const fields = json_object_get(object, "fields");
    if (!name || !*name || !json_is_array(fields))
        return error_set(error, ERROR_INVALID, "an object needs 'object' and 'fields'");
    if (buffer_append_format(out, error, "    ") || write_key(out, name, error) ||
        buffer_append_format(out, error, " = {\n") ||
        write_policy(out, object, "create", creates, error) ||
        write_policy(out, object, "on_deleted_here", deletions, error) ||
        write_policy(out, object, "on_deleted_there", deletions, error) ||
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
