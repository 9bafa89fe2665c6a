/* FIELD=VALUE and FIELD:=JSON of a command line. */
#include "cli/line/assignment.h"

#include <string.h>

#include "model/value_json.h"

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
    if (session_field(schema, name, &field, error))
        return error->code;
    assignment->field = field->name;
    assignment->value = (struct raw_value){.kind = RAW_TEXT, .as.text = text_of(equals + 1)};
    if (!json)
        return ERROR_NONE;
    json_error_t mistake;
    json_t *const parsed = json_loads(equals + 1, JSON_DECODE_ANY, &mistake);
    if (!parsed)
        return error_set(error, ERROR_USAGE, "'%s' has invalid JSON after ':=': %s", word,
                         mistake.text);
    const enum error_code code = value_json_raw(session->arena, parsed, &assignment->value, error);
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
        if (parse_one(session, schema, words[i], &(*assignments)[i], error))
            return error->code;
    }
    return ERROR_NONE;
}
