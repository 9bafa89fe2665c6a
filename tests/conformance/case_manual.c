#include "conformance/case_manual.h"

#include "conformance/json_value.h"

enum error_code case_manual_fields(struct arena *arena, const json_t *list,
                                   struct field_schema **fields, size_t *count, struct error *error)
{
    *count = json_array_size(list);
    *fields = ARENA_ARRAY(arena, *count, struct field_schema);
    if (!*fields)
        return error_memory(error, "the fields of a case");
    for (size_t i = 0; i < *count; i++) {
        const json_t *field = json_array_get(list, i);
        const struct text name = json_value_text(json_object_get(field, "name"));
        (*fields)[i] = (struct field_schema){
            .name = name,
            .label = name,
            .type = value_type_of_name(json_value_text(json_object_get(field, "type"))),
            .required = json_is_true(json_object_get(field, "required")),
            .unique = json_is_true(json_object_get(field, "unique")),
            .limit = (int)json_integer_value(json_object_get(field, "limit")),
        };
    }
    return ERROR_NONE;
}

static bool is_direction(struct text name, enum direction *direction)
{
    static const enum direction all[] = {DIRECTION_TO_INTERNAL, DIRECTION_TO_INTEGRATION,
                                         DIRECTION_BIDIRECTIONAL};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *direction = all[i];
        if (text_equal(name, text_of(manual_direction_name(all[i]))))
            return true;
    }
    return false;
}

static enum error_code add_line(struct manual *manual, struct manual_entry *entry,
                                const struct field_schema *field, const json_t *told,
                                struct error *error)
{
    struct manual_line line = {.required = json_is_true(json_object_get(told, "required"))};
    struct raw_value raw = {0};
    const json_t *standard = json_object_get(told, "default");
    if (!is_direction(json_value_text(json_object_get(told, "direction")), &line.direction))
        return error_set(error, ERROR_INVALID, "the line for '%.*s' has no direction",
                         TEXT_PRINT(field->name));
    if (standard && json_value_to_raw(manual->arena, standard, &raw, error))
        return error->code;
    return manual_add_line(manual, entry, field,
                           json_value_text(json_object_get(told, "integration")),
                           standard ? &raw : NULL, &line, error);
}

enum error_code case_manual_lines(struct manual *manual, struct manual_entry *entry,
                                  const struct object_schema *schema, const json_t *lines,
                                  struct error *error)
{
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        const struct field_schema *field =
            manual_schema_field(schema, json_value_text(json_object_get(line, "internal")));
        if (field && add_line(manual, entry, field, line, error))
            return error->code;
    }
    return ERROR_NONE;
}
