/* Reading objects: one, a list, how many there are. */
#include "store/objects/objects_layout.h"
#include "store/sql/rows.h"

#include <string.h>

#include "base/array.h"

enum { STATEMENT_CEILING = 1 << 20, FIRST_VALUE = 4 };

enum error_code objects_select(struct store *store, const struct store_object *object,
                               const char *rest, struct sql_statement **statement,
                               struct error *error)
{
    struct buffer buffer = BUFFER(STATEMENT_CEILING);
    enum error_code code =
        buffer_append_format(&buffer, error, "SELECT o.id, o.date_added, o.date_modified, %s",
                             object->schema.is_contact ? "o.date_identified" : "NULL");

    *statement = NULL;
    for (size_t index = 0; !code && index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (store_is_column(field))
            code = buffer_append_format(&buffer, error, ", o.\"%.*s\"", TEXT_PRINT(field->name));
        else if (field->role == FIELD_DO_NOT_CONTACT)
            code = buffer_append_format(&buffer, error,
                                        ", coalesce((SELECT d.reason FROM do_not_contact d WHERE"
                                        " d.contact = o.id AND d.channel = '%.*s'), 0)",
                                        TEXT_PRINT(store_channel_of(field)));
        else
            code = buffer_append_format(&buffer, error, ", NULL");
    }
    if (!code)
        code = buffer_append_format(&buffer, error, " FROM \"%.*s\" o %s",
                                    TEXT_PRINT(object->schema.name), rest);
    if (!code)
        code = sql_prepare(&store->sql, buffer.data, statement, error);
    buffer_release(&buffer);
    return code;
}

enum error_code objects_read(struct store *store, const struct store_object *object,
                             struct sql_statement *statement, struct arena *arena,
                             struct object_row *row, struct error *error)
{
    const int64_t id = sql_integer(statement, 0);
    enum error_code code = text_of_integer(arena, id, &row->id, error);

    row->added = sql_instant(statement, 1);
    row->modified = sql_instant(statement, 2);
    row->identified = sql_instant(statement, 3);
    row->values = ARENA_ARRAY(arena, object->schema.field_count, struct value);
    if (!code && !row->values)
        code = error_memory(error, "an object");
    for (size_t index = 0; !code && index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        struct text url = TEXT_ABSENT;
        if (field->role == FIELD_INTERNAL_ID) {
            row->values[index] = value_text(field->type, row->id);
        } else if (field->role == FIELD_TIMELINE_URL) {
            code = text_format(arena, &url, error, "%.*s%.*s", TEXT_PRINT(store->timeline),
                               TEXT_PRINT(row->id));
            row->values[index] = value_text(field->type, url);
        } else {
            code = codec_read(statement, FIRST_VALUE + (int)index, field, arena,
                              &row->values[index], error);
        }
    }
    return code;
}

enum error_code objects_get(struct store *store, struct text name, struct text id,
                            struct arena *arena, struct object_row **row, struct error *error)
{
    struct store_object *object = NULL;
    struct sql_statement *statement = NULL;
    int64_t key = 0;
    bool there = false;
    enum error_code code = store_object_get(store, name, &object, error);

    *row = NULL;
    if (code || !sql_id_of(id, &key))
        return code;
    code = objects_select(store, object, "WHERE o.id = ?", &statement, error);
    if (!code)
        code = sql_bind(&store->sql, statement, error, "i", key);
    if (!code)
        code = sql_step(&store->sql, statement, &there, error);
    if (!code && there) {
        *row = ARENA_NEW(arena, struct object_row);
        code = *row ? objects_read(store, object, statement, arena, *row, error)
                    : error_memory(error, "an object");
    }
    sql_finalize(statement);
    return code;
}

/* What a filter looks for. */
static enum error_code read_key(struct arena *arena, const struct field_schema *field,
                                struct text wanted, struct text *key, struct error *error)
{
    const struct value value = value_text(VALUE_TYPE_STRING, wanted);

    return value_identifier_key(arena, &value, field->type, key, error);
}

/* Does the object have this value in the field that is filtered by? */
static enum error_code matches(const struct object_row *row, const struct store_object *object,
                               size_t field, struct text wanted_key, struct arena *arena,
                               bool *match, struct error *error)
{
    struct text key = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;

    *match = true;
    if (field == SIZE_MAX)
        return ERROR_NONE;
    code =
        value_identifier_key(arena, &row->values[field], object->fields[field].type, &key, error);
    *match =
        !code && (text_equal(key, wanted_key) || (text_is_empty(key) && text_is_empty(wanted_key)));
    return code;
}

enum error_code objects_list(struct store *store, const struct object_query *query,
                             struct arena *arena, struct object_row **rows, size_t *count,
                             struct error *error)
{
    struct store_object *object = NULL;
    struct sql_statement *statement = NULL;
    struct text key = TEXT_ABSENT;
    size_t field = SIZE_MAX, capacity = 0;
    int64_t after = INT64_MIN;
    bool there = true;
    enum error_code code = store_object_get(store, query->object, &object, error);

    *rows = NULL;
    *count = 0;
    if (!code && !text_is_absent(query->after) && !sql_id_of(query->after, &after))
        code = error_set(error, ERROR_INVALID, "'%.*s' is not an id", TEXT_PRINT(query->after));
    if (!code && !text_is_absent(query->filter)) {
        field = store_field_of(object, query->filter);
        code = field == SIZE_MAX
                   ? error_set(error, ERROR_INVALID, "'%.*s' has no field '%.*s'",
                               TEXT_PRINT(query->object), TEXT_PRINT(query->filter))
                   : read_key(arena, &object->fields[field], query->value, &key, error);
    }
    if (!code)
        code = objects_select(store, object, "WHERE o.id > ? ORDER BY o.id", &statement, error);
    if (!code)
        code = sql_bind(&store->sql, statement, error, "i", after);
    while (!code && there && (query->limit == 0 || *count < query->limit)) {
        const struct arena_mark mark = arena_mark(arena);
        struct object_row row = {.id = TEXT_ABSENT};
        bool match = false;
        code = sql_step(&store->sql, statement, &there, error);
        if (code || !there)
            break;
        code = objects_read(store, object, statement, arena, &row, error);
        if (!code)
            code = matches(&row, object, field, key, arena, &match, error);
        if (code || !match) {
            arena_rewind(arena, mark);
            continue;
        }
        struct object_row *const grown = array_grow(arena, *rows, *count, &capacity, sizeof *grown);
        if (!grown) {
            code = error_memory(error, "a list of objects");
            break;
        }
        *rows = grown;
        (*rows)[(*count)++] = row;
    }
    sql_finalize(statement);
    return code;
}

enum error_code objects_count(struct store *store, struct text name, uint64_t *count,
                              struct error *error)
{
    struct buffer buffer = BUFFER(1024);
    struct store_object *object = NULL;
    struct rows rows;
    enum error_code code = store_object_get(store, name, &object, error);

    *count = 0;
    if (!code)
        code = buffer_append_format(&buffer, error, "SELECT count(*) FROM \"%.*s\"",
                                    TEXT_PRINT(object->schema.name));
    if (!code) {
        rows_open_once(&rows, &store->sql, NULL, error, buffer.data, "");
        *count = rows_next(&rows) ? (uint64_t)rows_integer(&rows) : 0;
        code = rows_close(&rows);
    }
    buffer_release(&buffer);
    return code;
}
