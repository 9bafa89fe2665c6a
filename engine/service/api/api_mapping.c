/* Mappings: the active and the proposed ones. */
#include "service/api/handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/value_json.h"
#include "script/configuration/lua_text.h"

enum { FILE_MOST = 1 << 20 };

/* ---- files ---- */

static const char proposed_end[] = ".proposed";

/* Of the integration's file, or of the one that is proposed. */
static enum error_code path_of(struct api_call *call, const char *end, char path[PATH_MAX],
                               struct error *error)
{
    return home_path(&call->session->home, path, error, "config/integrations/%.*s.lua%s",
                     TEXT_PRINT(call->integration), end);
}

/* Absent: there is no such file. The text lives in the arena. */
static enum error_code read_file(struct api_call *call, const char *end, struct text *text,
                                 struct error *error)
{
    char path[PATH_MAX];
    *text = TEXT_ABSENT;
    if (path_of(call, end, path, error))
        return error->code;
    FILE *const file = fopen(path, "rbe");
    if (!file && errno == ENOENT)
        return ERROR_NONE;
    char *const bytes = file ? arena_alloc(call->arena, FILE_MOST) : NULL;
    const size_t length = bytes ? fread(bytes, 1, FILE_MOST, file) : 0;
    if (file)
        fclose(file);
    if (!bytes || length == FILE_MOST)
        return error_set(error, ERROR_SYSTEM, "cannot read '%s'", path);
    *text = (struct text){bytes, length};
    return ERROR_NONE;
}

/* Whole or not at all. */
static enum error_code write_file(const char *path, struct text text, struct error *error)
{
    char other[PATH_MAX + 8];
    snprintf(other, sizeof other, "%s.new", path);
    const int file = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    const bool written = file >= 0 &&
                         write(file, text.bytes, text.length) == (ssize_t)text.length &&
                         fsync(file) == 0;
    if (file >= 0)
        close(file);
    if (written && rename(other, path) == 0)
        return ERROR_NONE;
    error_system(error, "cannot write '%s'", path);
    unlink(other);
    return error->code;
}

/* ---- a mapping as JSON ---- */

static json_t *raw_json(const struct raw_value *raw)
{
    switch (raw->kind) {
    case RAW_BOOLEAN:
        return json_boolean(raw->as.boolean);
    case RAW_INTEGER:
        return json_integer(raw->as.integer);
    case RAW_NUMBER:
        return json_real(raw->as.number);
    case RAW_TEXT:
        return value_json_text(raw->as.text);
    default:
        return json_null();
    }
}

static json_t *field_json(const struct mapping_field *field)
{
    static const char *const conflicts[] = {"newest",    "internal",  "integration",
                                            "non_empty", "strictest", "function"};
    return json_pack("{s:o, s:o, s:s, s:b, s:s, s:s, s:o}", "integration_field",
                     value_json_text(field->integration_field), "internal_field",
                     value_json_text(field->internal_field), "direction",
                     manual_direction_name(field->direction), "required", (int)field->required,
                     "on_conflict", conflicts[field->on_conflict], "on_clear",
                     field->on_clear == CLEAR_IGNORE ? "ignore" : "propagate", "default",
                     field->has_default ? raw_json(&field->default_value) : json_null());
}

static json_t *object_json(const struct mapping_object *object)
{
    static const char *const deletions[] = {"ignore", "unlink", "delete"};
    json_t *const fields = json_array();
    char name[256];
    for (size_t i = 0; i < object->field_count; i++)
        json_array_append_new(fields, field_json(&object->fields[i]));
    snprintf(name, sizeof name, "%.*s%s%.*s", TEXT_PRINT(object->integration_object),
             text_is_absent(object->internal_object) ? "" : ":",
             TEXT_PRINT(object->internal_object));
    return json_pack("{s:s, s:o, s:s, s:s, s:o}", "object", name, "create",
                     object->create == CREATE_ALWAYS ? json_string("always")
                                                     : json_boolean(object->create == CREATE_ONCE),
                     "on_deleted_here", deletions[object->on_deleted_here], "on_deleted_there",
                     deletions[object->on_deleted_there], "fields", fields);
}

enum error_code api_handle_mapping(struct api_call *call, struct error *error)
{
    struct integration_configuration *configuration = NULL;
    struct error trouble = {.code = ERROR_NONE};
    const struct text name = call->integration;
    struct text file = TEXT_ABSENT, table = TEXT_ABSENT;
    bool has_code = false;
    if (read_file(call, "", &file, error))
        return error->code;
    json_t *const objects = json_array(), *const problems = json_array();
    if (configuration_integration_load(call->session->home.path, api_string(call, name),
                                       CONFIGURATION_MAPPING, call->session->configuration,
                                       call->session->log, &configuration, &trouble))
        json_array_append_new(problems, value_json_text(text_of(trouble.message)));
    for (size_t i = 0; configuration && i < configuration->object_count; i++)
        json_array_append_new(objects, object_json(&configuration->objects[i]));
    configuration_integration_free(configuration);
    const bool literal = lua_text_find(file, TEXT("mapping"), &table, &has_code);
    return api_answer(call,
                      json_pack("{s:o, s:o, s:b, s:o}", "integration", value_json_text(name),
                                "objects", objects, "has_code", (int)(!literal || has_code),
                                "problems", problems),
                      error);
}

/* ---- a mapping as Lua text ---- */

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

static enum error_code write_mapping(const json_t *objects, struct buffer *out, struct error *error)
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

/* ---- proposals ---- */

/* With the mistakes that the file would have if it were active. */
static enum error_code answer_proposal(struct api_call *call, struct text current,
                                       struct text proposed, struct error *error)
{
    const struct text name = call->integration;
    struct integration_configuration *configuration = NULL;
    struct error trouble = {.code = ERROR_NONE};
    char file[PATH_MAX];
    json_t *const problems = json_array();
    snprintf(file, sizeof file, "config/integrations/%.*s.lua%s", TEXT_PRINT(name), proposed_end);
    if (configuration_integration_read(
            &(struct configuration_source){proposed, call->session->home.path, file,
                                           api_string(call, name)},
            call->session->configuration, call->session->log, &configuration, &trouble))
        json_array_append_new(problems, value_json_text(text_of(trouble.message)));
    configuration_integration_free(configuration);
    return api_answer(call,
                      json_pack("{s:o, s:s, s:o, s:o, s:o}", "integration", value_json_text(name),
                                "file", file, "current", value_json_text(current), "proposed",
                                value_json_text(proposed), "problems", problems),
                      error);
}

static enum error_code no_proposal(const struct api_call *call, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "no mapping is proposed for '%.*s'",
                     TEXT_PRINT(call->integration));
}

enum error_code api_handle_proposal(struct api_call *call, struct error *error)
{
    struct text current = TEXT_ABSENT, proposed = TEXT_ABSENT;
    if (read_file(call, "", &current, error) || read_file(call, proposed_end, &proposed, error))
        return error->code;
    return text_is_absent(current) || text_is_absent(proposed)
               ? no_proposal(call, error)
               : answer_proposal(call, current, proposed, error);
}

/* The file with its mapping replaced by the other table. */
static enum error_code put_in(struct api_call *call, struct text file, struct text table,
                              const json_t *objects, struct text *proposed, struct error *error)
{
    struct buffer out = BUFFER(FILE_MOST);
    const size_t before = (size_t)(table.bytes - file.bytes);
    const struct text head = {file.bytes, before},
                      tail = {table.bytes + table.length, file.length - before - table.length};
    const bool failed = buffer_append_text(&out, head, error) ||
                        write_mapping(objects, &out, error) ||
                        buffer_append_text(&out, tail, error) ||
                        text_copy(call->arena, buffer_text(&out), proposed, error);
    buffer_release(&out);
    return failed ? error->code : ERROR_NONE;
}

enum error_code api_handle_propose(struct api_call *call, struct error *error)
{
    struct text current = TEXT_ABSENT, proposed = TEXT_ABSENT, table = TEXT_ABSENT;
    char path[PATH_MAX];
    bool has_code = false;
    if (read_file(call, "", &current, error) || path_of(call, proposed_end, path, error))
        return error->code;
    if (text_is_absent(current) || !lua_text_find(current, TEXT("mapping"), &table, &has_code) ||
        has_code)
        return error_set(error, ERROR_REFUSED,
                         "the mapping of '%.*s' is no plain table (it has functions or variables); "
                         "edit it by hand",
                         TEXT_PRINT(call->integration));
    if (put_in(call, current, table, json_object_get(call->body, "objects"), &proposed, error) ||
        write_file(path, proposed, error))
        return error->code;
    return answer_proposal(call, current, proposed, error);
}

enum error_code api_handle_drop_proposal(struct api_call *call, struct error *error)
{
    char path[PATH_MAX];
    if (path_of(call, proposed_end, path, error))
        return error->code;
    if (unlink(path) != 0 && errno == ENOENT)
        return no_proposal(call, error);
    web_answer_empty(call->request, 204);
    return ERROR_NONE;
}
