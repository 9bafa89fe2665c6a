/* Writing objects as CSV and as lines of JSON. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/value_json.h"
#include "store/objects/csv.h"
#include "store/objects/objects_layout.h"
#include "store/objects/objects_vcard.h"

/* Everything that an import takes: what is computed (the id, its page) it refuses. */
static bool is_exported(const struct field_schema *field)
{
    return field->role != FIELD_INTERNAL_ID && field->role != FIELD_TIMELINE_URL;
}

static enum error_code cell_text(const struct value *value, struct arena *arena, struct text *text,
                                 struct error *error)
{
    struct buffer buffer = BUFFER(16 << 20);
    enum error_code code = ERROR_NONE;

    *text = TEXT("");
    if (value->kind == VALUE_NULL)
        return ERROR_NONE;
    if (value->kind == VALUE_REFERENCE)
        return text_format(arena, text, error, "%.*s:%.*s", TEXT_PRINT(value->as.reference.object),
                           TEXT_PRINT(value->as.reference.id));
    if (value->kind != VALUE_LIST)
        return value_format(arena, value, 0, text, error);
    for (size_t index = 0; !code && index < value->as.list.count; index++)
        code = buffer_append_format(&buffer, error, "%s%.*s", index ? "|" : "",
                                    TEXT_PRINT(value->as.list.items[index]));
    if (!code && buffer.length)
        code = text_copy(arena, buffer_text(&buffer), text, error);
    buffer_release(&buffer);
    return code;
}

static enum error_code write_csv(FILE *out, const struct store_object *object,
                                 const struct object_row *row, bool raw, struct arena *arena,
                                 struct error *error)
{
    enum error_code (*const write)(FILE *, struct text, bool, struct error *) =
        raw ? csv_write_raw : csv_write;
    enum error_code code = write(out, row ? row->id : TEXT("id"), true, error);

    for (size_t index = 0; !code && index < object->schema.field_count; index++) {
        struct text text = object->fields[index].name;
        if (!is_exported(&object->fields[index]))
            continue;
        if (row)
            code = cell_text(&row->values[index], arena, &text, error);
        if (!code)
            code = write(out, text, false, error);
    }
    putc('\n', out);
    return code;
}

/* A number stays one with a point, whatever it is. */
static json_t *json_value(const struct value *value)
{
    return value->kind == VALUE_NUMBER ? json_real(value->as.number) : value_json_of(value);
}

static enum error_code write_jsonl(FILE *out, const struct store_object *object,
                                   const struct object_row *row, struct error *error)
{
    json_t *json = json_object();
    char *line = NULL;
    bool whole = json && json_object_set_new(json, "id", value_json_text(row->id)) == 0;

    for (size_t index = 0; whole && index < object->schema.field_count; index++) {
        const struct text name = object->fields[index].name;
        if (is_exported(&object->fields[index]))
            whole = json_object_setn_new(json, name.bytes, name.length,
                                         json_value(&row->values[index])) == 0;
    }
    if (whole)
        line = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(json);
    if (!line)
        return error_set(error, ERROR_INVALID, "'%.*s:%.*s' cannot be written as JSON: %s",
                         TEXT_PRINT(object->schema.name), TEXT_PRINT(row->id),
                         "a text in it is not UTF-8");
    fputs(line, out);
    putc('\n', out);
    free(line);
    return ERROR_NONE;
}

static bool is_csv(enum objects_format format)
{
    return format == OBJECTS_CSV || format == OBJECTS_CSV_RAW;
}

static enum error_code write_row(FILE *out, const struct store_object *object,
                                 const struct object_row *row, enum objects_format format,
                                 struct arena *arena, struct error *error)
{
    if (is_csv(format))
        return write_csv(out, object, row, format == OBJECTS_CSV_RAW, arena, error);
    if (format == OBJECTS_JSONL)
        return write_jsonl(out, object, row, error);
    return objects_vcard_write(out, object, row, format == OBJECTS_VCARD_3 ? "3.0" : "4.0", arena,
                               error);
}

static enum error_code write_rows(struct store *store, const struct store_object *object,
                                  enum objects_format format, FILE *out, struct arena *arena,
                                  struct error *error)
{
    struct object_row row;
    struct rows rows;

    if (is_csv(format) && write_csv(out, object, NULL, format == OBJECTS_CSV_RAW, arena, error))
        return error->code;
    objects_open(store, object, "ORDER BY o.id", &rows, error);
    while (objects_next(store, object, &rows, arena, &row)) {
        rows.code = write_row(out, object, &row, format, arena, error);
        arena_clear(arena);
    }
    return rows_close(&rows);
}

enum error_code objects_export(struct store *store, struct text name, enum objects_format format,
                               FILE *out, struct error *error)
{
    struct store_object *object = NULL;

    if (store_object_get(store, name, &object, error))
        return error->code;
    if (!is_csv(format) && format != OBJECTS_JSONL && objects_vcard_check(object, error))
        return error->code;
    struct arena *const arena = arena_new(0);
    enum error_code code = arena ? write_rows(store, object, format, out, arena, error)
                                 : error_memory(error, "an export");
    if (!code && (fflush(out) != 0 || ferror(out)))
        code = error_set(error, ERROR_SYSTEM, "writing failed: %s", strerror(errno));
    arena_free(arena);
    return code;
}

/* The id, and each field that is a column of its own. Names of objects and fields are checked where
 * they are made; none has a quote. */
static enum error_code copy_table(struct store *store, const struct store_object *object,
                                  struct error *error)
{
    struct composed copy = COMPOSED(&store->sql, error);

    composed_add(&copy, "CREATE TABLE exported.\"%.*s\" AS SELECT id",
                 TEXT_PRINT(object->schema.name));
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (object->fields[index].role == FIELD_ORDINARY)
            composed_add(&copy, ", \"%.*s\"", TEXT_PRINT(object->fields[index].name));
    composed_add(&copy, " FROM main.\"%.*s\" ORDER BY id", TEXT_PRINT(object->schema.name));
    return composed_run(&copy);
}

enum error_code objects_export_sqlite(struct store *store, struct text name, const char *path,
                                      struct error *error)
{
    struct store_object *object = NULL;
    struct error late;

    if (store_object_get(store, name, &object, error))
        return error->code;
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_USAGE, "'%s' exists already: an export makes a new file",
                         path);
    if (sql_do(&store->sql, "ATTACH DATABASE ?1 AS exported", error, "t", text_of(path)))
        return error->code;
    enum error_code code = copy_table(store, object, error);
    if (sql_run(&store->sql, "DETACH DATABASE exported", &late) && !code) {
        *error = late;
        code = late.code;
    }
    return code;
}
