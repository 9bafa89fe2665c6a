/* What a plan's changes replace, and the CSV of it. */
#include "cli/show/plan_values.h"

#include <string.h>

enum error_code plan_values_open(struct plan_values *values, const char *path, struct error *error)
{
    *values = (struct plan_values){.values = NULL};
    if (plan_csv_open(&values->csv, path, "side,object,id,record,field,before,after,why\n", error))
        return error->code;
    return replaced_values_new(&values->values, error);
}

/* An absent text for an empty value. */
static enum error_code format(struct arena *arena, const struct value *value, struct text *text,
                              struct error *error)
{
    *text = TEXT_ABSENT;
    return !value || value_is_empty(value) ? ERROR_NONE
                                           : value_format(arena, value, 0, text, error);
}

static enum error_code add(struct plan_values *values, const struct plan_change *change,
                           const struct plan_field *field, struct arena *arena, struct error *error)
{
    struct replaced_value value = {
        .side = change->receiver,
        .object = change->object,
        .id = change->id,
        .field = field->name,
        .other_object = change->from_object,
        .other_id = change->from_id,
        .why = field->why,
        .replaces = field->replaces,
    };
    if (format(arena, field->before, &value.before, error) ||
        format(arena, field->after, &value.after, error))
        return error->code;
    return replaced_values_add(values->values, &value, error);
}

enum error_code plan_values_tell(struct plan_values *values, const struct plan_change *change,
                                 struct error *error)
{
    if (strcmp(change->action, "delete") == 0)
        return replaced_values_delete(values->values, change->receiver, change->object, change->id,
                                      error);
    if (text_is_absent(change->id)) /* what is created replaces nothing */
        return text_is_absent(change->expected_id)
                   ? ERROR_NONE
                   : replaced_values_create(values->values, change->object, change->expected_id,
                                            error);
    struct arena *const arena = arena_new(0);
    enum error_code code = arena ? ERROR_NONE : error_memory(error, "a plan");
    for (size_t i = 0; !code && i < change->field_count; i++)
        code = add(values, change, &change->fields[i], arena, error);
    arena_free(arena);
    return code;
}

/* A line of the CSV: `object` and `id` are ours, `record` is theirs. */
static enum error_code write_value(struct plan_csv *csv, const struct replaced_value *value,
                                   struct error *error)
{
    const bool here = value->side == SIDE_INTERNAL;
    struct arena *const arena = arena_new(0);
    struct text cells[] = {here ? TEXT("internal") : TEXT("integration"),
                           here ? value->object : value->other_object,
                           here ? value->id : value->other_id,
                           TEXT_ABSENT,
                           value->field,
                           value->before,
                           value->after,
                           value->why};
    enum error_code code = arena
                               ? text_format(arena, &cells[3], error, "%.*s:%.*s",
                                             TEXT_PRINT(here ? value->other_object : value->object),
                                             TEXT_PRINT(here ? value->other_id : value->id))
                               : error_memory(error, "a plan");
    if (!code)
        code = plan_csv_line(csv, cells, sizeof cells / sizeof *cells, error);
    arena_free(arena);
    return code;
}

static enum error_code end_value(void *context, const struct replaced_value *value,
                                 struct error *error)
{
    struct plan_values *const values = context;
    values->counts[value->side]++;
    return values->csv.file ? write_value(&values->csv, value, error) : ERROR_NONE;
}

enum error_code plan_values_end(struct plan_values *values, struct error *error)
{
    return replaced_values_each(values->values, end_value, values, error);
}

enum error_code plan_values_close(struct plan_values *values, enum error_code code,
                                  struct error *error)
{
    replaced_values_free(values->values);
    values->values = NULL;
    return plan_csv_close(&values->csv, code, error);
}
