#include "cli/assignment.h"

#include <string.h>

#include "cli/options.h"
#include "cli/value_json.h"

enum error_code assignment_field(const struct object_schema *schema, struct text name,
                                 const struct field_schema **field, struct error *error)
{
    enum { MOST = 512, NAME = 64 };
    char copies[MOST][NAME];
    const char *names[MOST];
    char wanted[NAME] = "";
    size_t count = 0;

    *field = object_schema_field(schema, name);
    if (*field)
        return ERROR_NONE;
    for (size_t i = 0; i < schema->field_count && count < MOST; i++) {
        if (schema->fields[i].name.length >= NAME)
            continue;
        memcpy(copies[count], schema->fields[i].name.bytes, schema->fields[i].name.length);
        copies[count][schema->fields[i].name.length] = '\0';
        names[count] = copies[count];
        count++;
    }
    if (name.length < NAME && name.length)
        memcpy(wanted, name.bytes, name.length);
    const char *const nearest = *wanted ? options_nearest(wanted, names, count) : NULL;
    if (nearest)
        return error_set(error, ERROR_USAGE, "%.*s has no field '%.*s'; did you mean '%s'?",
                         TEXT_PRINT(schema->name), TEXT_PRINT(name), nearest);
    return error_set(error, ERROR_USAGE, "%.*s has no field '%.*s'; see 'tandem field list %.*s'",
                     TEXT_PRINT(schema->name), TEXT_PRINT(name), TEXT_PRINT(schema->name));
}

static enum error_code parse_one(const struct session *session, const struct object_schema *schema,
                                 const char *word, struct object_assignment *assignment,
                                 struct error *error)
{
    const char *const equals = strchr(word, '=');
    const struct field_schema *field = NULL;
    if (!equals || equals == word)
        return error_set(error, ERROR_USAGE, "'%s' is not of the form FIELD=VALUE", word);
    const bool json = equals[-1] == ':';
    const struct text name = {word, (size_t)(equals - word) - (json ? 1 : 0)};
    enum error_code code = assignment_field(schema, name, &field, error);
    if (code)
        return code;
    assignment->field = field->name;
    assignment->value = (struct raw_value){.kind = RAW_TEXT, .as.text = text_of(equals + 1)};
    if (!json)
        return ERROR_NONE;
    json_error_t mistake;
    json_t *const parsed = json_loads(equals + 1, JSON_DECODE_ANY, &mistake);
    if (!parsed)
        return error_set(error, ERROR_USAGE, "'%s' has no JSON after ':=': %s", word, mistake.text);
    code = value_raw_of_json(session->arena, parsed, &assignment->value, error);
    json_decref(parsed);
    return code;
}

enum error_code assignment_parse(const struct session *session, const struct object_schema *schema,
                                 char **words, int count, struct object_assignment **assignments,
                                 struct error *error)
{
    *assignments = ARENA_ARRAY(session->arena, (size_t)count, struct object_assignment);
    if (!*assignments)
        return error_memory(error, "the values given");
    for (int i = 0; i < count; i++) {
        const enum error_code code =
            parse_one(session, schema, words[i], &(*assignments)[i], error);
        if (code)
            return code;
    }
    return ERROR_NONE;
}
