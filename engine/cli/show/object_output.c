/* Objects as a table, as single values, or as JSON. */
#include "cli/show/object_output.h"

#include <string.h>

#include "host/session.h"
#include "cli/show/output.h"

enum { MOST_CHOSEN = 6, CELL_LIMIT = 40 };

/* Which fields a table shows, as indexes in the schema. */
struct object_columns {
    size_t *fields;
    size_t count;
};

static bool any_has(const struct object_row *rows, size_t count, size_t field)
{
    for (size_t i = 0; i < count; i++) {
        if (!value_is_empty(&rows[i].values[field]))
            return true;
    }
    return false;
}

static enum error_code named_columns(const struct object_schema *schema, const char *list,
                                     struct object_columns *columns, struct error *error)
{
    while (*list && columns->count < schema->field_count) {
        const size_t length = strcspn(list, ",");
        const struct field_schema *field = NULL;
        if (session_field(schema, (struct text){list, length}, &field, error))
            return error->code;
        columns->fields[columns->count++] = (size_t)(field - schema->fields);
        list += length + (list[length] == ',');
    }
    return ERROR_NONE;
}

static enum error_code choose_columns(struct arena *arena, const struct object_schema *schema,
                                      const char *list, const struct object_row *rows, size_t count,
                                      struct object_columns *columns, struct error *error)
{
    columns->fields = ARENA_ARRAY(arena, schema->field_count, size_t);
    columns->count = 0;
    if (!columns->fields)
        return error_memory(error, "a table");
    if (list)
        return named_columns(schema, list, columns, error);
    /* Identifying fields first, then any field with a value. */
    for (int unique = 1; unique >= 0; unique--) {
        for (size_t i = 0; i < schema->field_count && columns->count < MOST_CHOSEN; i++) {
            if (schema->fields[i].role == FIELD_ORDINARY && schema->fields[i].unique == unique &&
                any_has(rows, count, i))
                columns->fields[columns->count++] = i;
        }
    }
    return ERROR_NONE;
}

enum error_code object_output_table(struct arena *arena, const struct object_schema *schema,
                                    const char *list, const struct object_row *rows, size_t count,
                                    struct error *error)
{
    struct object_columns columns;
    if (choose_columns(arena, schema, list, rows, count, &columns, error))
        return error->code;
    struct table table = {.columns = 0};
    table_heading(&table, TEXT("id"));
    for (size_t i = 0; i < columns.count; i++)
        table_heading(&table, schema->fields[columns.fields[i]].name);
    for (size_t i = 0; i < count; i++) {
        table_cell(&table, rows[i].id);
        for (size_t j = 0; j < columns.count; j++) {
            const struct value *const value = &rows[i].values[columns.fields[j]];
            struct text cell = TEXT("");
            if (!value_is_empty(value) && value_format(arena, value, CELL_LIMIT, &cell, error)) {
                table_release(&table);
                return error->code;
            }
            table_cell(&table, cell);
        }
    }
    return table_print(&table, stdout, error);
}

enum error_code object_output_value(struct arena *arena, const struct value *value,
                                    struct error *error)
{
    struct text text = TEXT("");
    if (value->kind != VALUE_NULL && value_format(arena, value, 0, &text, error))
        return error->code;
    terminal_text(stdout, text);
    fputc('\n', stdout);
    return ERROR_NONE;
}

/* Fields that say nothing about an object: that it may be contacted, or its own id. */
static bool is_ordinary_state(const struct field_schema *field, const struct value *value)
{
    int reason = 0;
    return field->role == FIELD_INTERNAL_ID || field->role == FIELD_TIMELINE_URL ||
           (field->role == FIELD_DO_NOT_CONTACT && value_do_not_contact(value, &reason) && !reason);
}

static void card_instant(struct table *table, const char *name, instant at)
{
    if (at == INSTANT_NONE)
        return;
    table_cell(table, text_of(name));
    table_instant(table, at);
}

enum error_code object_output_card(struct arena *arena, const struct object_schema *schema,
                                   const struct object_row *row, bool all, struct error *error)
{
    struct table table = {.columns = 0};
    table_heading(&table, TEXT("field"));
    table_heading(&table, TEXT("value"));
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct value *const value = &row->values[i];
        struct text text = TEXT("");
        if (!all && (value_is_empty(value) || is_ordinary_state(&schema->fields[i], value)))
            continue;
        if (value->kind != VALUE_NULL && value_format(arena, value, 0, &text, error)) {
            table_release(&table);
            return error->code;
        }
        table_cell(&table, schema->fields[i].name);
        table_cell(&table, text);
    }
    card_instant(&table, "(added)", row->added);
    card_instant(&table, "(modified)", row->modified);
    card_instant(&table, "(identified)", row->identified);
    return table_print(&table, stdout, error);
}

enum error_code object_output_json(const struct object_schema *schema,
                                   const struct object_row *rows, size_t count, struct error *error)
{
    json_t *const list = json_array();
    for (size_t i = 0; list && i < count; i++) {
        if (json_array_append_new(list, object_json_row(schema, &rows[i])) != 0) {
            json_decref(list);
            return error_memory(error, "the JSON output");
        }
    }
    return output_json(list, error);
}
