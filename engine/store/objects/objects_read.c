/* Reading objects: one, a list, how many there are. */
#include "store/objects/objects_layout.h"

#include <stdio.h>

#include "base/array.h"

enum { FIRST_VALUE = 4 };

void objects_open(struct store *store, const struct store_object *object, const char *rest,
                  struct rows *rows, struct error *error)
{
    struct composed query = COMPOSED(&store->sql, error);

    composed_add(&query, "SELECT o.id, o.date_added, o.date_modified, %s",
                 object->schema.is_contact ? "o.date_identified" : "NULL");
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (store_is_column(field))
            composed_add(&query, ", o.\"%.*s\"", TEXT_PRINT(field->name));
        else if (field->role == FIELD_DO_NOT_CONTACT)
            composed_add(&query,
                         ", coalesce((SELECT d.reason FROM do_not_contact d WHERE"
                         " d.contact = o.id AND d.channel = '%.*s'), 0)",
                         TEXT_PRINT(store_channel_of(field)));
        else
            composed_add(&query, ", NULL");
    }
    composed_add(&query, " FROM \"%.*s\" o %s", TEXT_PRINT(object->schema.name), rest);
    composed_open(&query, rows, NULL);
}

static enum error_code read_value(const struct store *store, const struct field_schema *field,
                                  struct rows *rows, int column, struct arena *arena,
                                  struct text id, struct value *value)
{
    struct text url = TEXT_ABSENT;

    if (field->role != FIELD_INTERNAL_ID && field->role != FIELD_TIMELINE_URL)
        return codec_read(rows->statement, column, field, arena, value, rows->error);
    if (field->role == FIELD_TIMELINE_URL &&
        text_format(arena, &url, rows->error, "%.*s%.*s", TEXT_PRINT(store->timeline),
                    TEXT_PRINT(id)))
        return rows->error->code;
    *value = value_text(field->type, field->role == FIELD_INTERNAL_ID ? id : url);
    return ERROR_NONE;
}

bool objects_next(const struct store *store, const struct store_object *object, struct rows *rows,
                  struct arena *arena, struct object_row *row)
{
    if (!rows_next(rows))
        return false;
    rows->code = text_of_integer(arena, rows_integer(rows), &row->id, rows->error);
    row->added = rows_instant(rows);
    row->modified = rows_instant(rows);
    row->identified = rows_instant(rows);
    row->values = ARENA_ARRAY(arena, object->schema.field_count, struct value);
    if (!rows->code && !row->values)
        rows->code = error_memory(rows->error, "an object");
    for (size_t index = 0; !rows->code && index < object->schema.field_count; index++)
        rows->code = read_value(store, &object->fields[index], rows, FIRST_VALUE + (int)index,
                                arena, row->id, &row->values[index]);
    return !rows->code;
}

enum error_code objects_get(struct store *store, struct text name, struct text id,
                            struct arena *arena, struct object_row **row, struct error *error)
{
    struct store_object *object = NULL;
    struct object_row read;
    struct rows rows;
    int64_t key = 0;
    char condition[64];

    *row = NULL;
    if (store_object_get(store, name, &object, error))
        return error->code;
    if (!sql_id_of(id, &key))
        return ERROR_NONE;
    snprintf(condition, sizeof condition, "WHERE o.id = %lld", (long long)key);
    objects_open(store, object, condition, &rows, error);
    if (objects_next(store, object, &rows, arena, &read)) {
        *row = ARENA_NEW(arena, struct object_row);
        if (*row)
            **row = read;
        else
            rows.code = error_memory(error, "an object");
    }
    return rows_close(&rows);
}

/* What a list is filtered by. */
struct filter {
    size_t field; /* SIZE_MAX: by nothing */
    struct text key;
};

static enum error_code read_filter(const struct object_query *query,
                                   const struct store_object *object, struct arena *arena,
                                   struct filter *filter, struct error *error)
{
    const struct value value = value_text(VALUE_TYPE_STRING, query->value);

    *filter = (struct filter){SIZE_MAX, TEXT_ABSENT};
    if (text_is_absent(query->filter))
        return ERROR_NONE;
    filter->field = store_field_of(object, query->filter);
    if (filter->field == SIZE_MAX)
        return error_set(error, ERROR_INVALID, "'%.*s' has no field '%.*s'",
                         TEXT_PRINT(query->object), TEXT_PRINT(query->filter));
    return value_identifier_key(arena, &value, object->fields[filter->field].type, &filter->key,
                                error);
}

/* Does the object have this value in the field that is filtered by? */
static bool matches(const struct object_row *row, const struct store_object *object,
                    const struct filter *filter, struct arena *arena, struct rows *rows)
{
    struct text key = TEXT_ABSENT;

    if (filter->field == SIZE_MAX)
        return true;
    rows->code = value_identifier_key(arena, &row->values[filter->field],
                                      object->fields[filter->field].type, &key, rows->error);
    return !rows->code &&
           (text_equal(key, filter->key) || (text_is_empty(key) && text_is_empty(filter->key)));
}

enum error_code objects_list(struct store *store, const struct object_query *query,
                             struct arena *arena, struct object_row **list, size_t *count,
                             struct error *error)
{
    struct store_object *object = NULL;
    struct filter filter;
    struct rows rows;
    size_t capacity = 0;
    int64_t after = INT64_MIN;
    char condition[64];

    *list = NULL;
    *count = 0;
    if (store_object_get(store, query->object, &object, error))
        return error->code;
    if (!text_is_absent(query->after) && !sql_id_of(query->after, &after))
        return error_set(error, ERROR_INVALID, "'%.*s' is not an id", TEXT_PRINT(query->after));
    if (read_filter(query, object, arena, &filter, error))
        return error->code;
    snprintf(condition, sizeof condition, "WHERE o.id > %lld ORDER BY o.id", (long long)after);
    objects_open(store, object, condition, &rows, error);
    while (query->limit == 0 || *count < query->limit) {
        const struct arena_mark mark = arena_mark(arena);
        struct object_row row;
        if (!objects_next(store, object, &rows, arena, &row))
            break;
        if (!matches(&row, object, &filter, arena, &rows)) {
            arena_rewind(arena, mark);
            continue;
        }
        struct object_row *const grown = array_grow(arena, *list, *count, &capacity, sizeof *grown);
        if (!grown) {
            rows.code = error_memory(error, "a list of objects");
            break;
        }
        *list = grown;
        (*list)[(*count)++] = row;
    }
    return rows_close(&rows);
}

enum error_code objects_count(struct store *store, struct text name, uint64_t *count,
                              struct error *error)
{
    struct store_object *object = NULL;
    int64_t answer = 0;

    *count = 0;
    if (store_object_get(store, name, &object, error) ||
        composed_ask(&store->sql, &answer, error, "SELECT count(*) FROM \"%.*s\"",
                     TEXT_PRINT(object->schema.name)))
        return error->code;
    *count = (uint64_t)answer;
    return ERROR_NONE;
}
