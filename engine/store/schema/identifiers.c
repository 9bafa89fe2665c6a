/* Looking up objects by folded keys: an index for ASCII, a table for all else. */
#include "store/schema/identifiers.h"

#include "store/schema/codec.h"
#include "store/sql/composed.h"

/* ---- What is to be folded ---- */

void identifiers_add_condition(struct composed *statement, const char *row, struct text column)
{
    static const struct {
        const char *before, *after;
    } parts[] = {{"(", " GLOB '*[^ -~]*'"},
                 {" OR ", " GLOB '*&*;*'"},
                 {" OR rtrim(", ") GLOB '*@*[.>]'"},
                 {" OR ltrim(", ") LIKE 'mailto:%')"}};

    for (size_t index = 0; index < sizeof parts / sizeof *parts; index++)
        composed_add(statement, "%s%s.\"%.*s\"%s", parts[index].before, row, TEXT_PRINT(column),
                     parts[index].after);
}

enum error_code identifiers_note(struct store *store, int64_t object_key, struct text object,
                                 struct text field, struct error *error)
{
    struct composed statement = COMPOSED(&store->sql, error);

    composed_add(&statement,
                 "INSERT OR REPLACE INTO folded_key(field, object_id, key)"
                 " SELECT f.id, o.id, NULL FROM \"%.*s\" o JOIN field f"
                 " WHERE f.object = %lld AND f.name = '%.*s' AND ",
                 TEXT_PRINT(object), (long long)object_key, TEXT_PRINT(field));
    identifiers_add_condition(&statement, "o", field);
    return composed_run(&statement);
}

enum error_code identifiers_renew(struct store *store, struct error *error)
{
    for (size_t index = 0; index < store->object_count; index++) {
        const struct store_object *object = &store->objects[index];
        for (size_t field = 0; field < object->schema.field_count; field++)
            if (object->fields[field].unique &&
                identifiers_note(store, object->key, object->schema.name,
                                 object->fields[field].name, error))
                return error->code;
    }
    return ERROR_NONE;
}

/* ---- Folding ---- */

static enum error_code fold_row(struct store *store, struct rows *rows,
                                const struct field_schema *schema, int64_t field_key,
                                struct arena *scratch, struct error *error)
{
    const struct arena_mark mark = arena_mark(scratch);
    const int64_t id = rows_integer(rows);
    struct value value = value_null(schema->type);
    struct text key = TEXT_ABSENT;
    enum error_code code = codec_read(rows->statement, 1, schema, scratch, &value, error);

    if (!code)
        code = value_identifier_key(scratch, &value, schema->type, &key, error);
    if (!code)
        code =
            sql_do(&store->sql, "UPDATE folded_key SET key = ? WHERE field = ? AND object_id = ?",
                   error, "tii", text_is_absent(key) ? TEXT("") : key, field_key, id);
    arena_rewind(scratch, mark);
    return code;
}

static enum error_code fold_field(struct store *store, const struct store_object *object,
                                  size_t field, struct arena *scratch, struct error *error)
{
    const struct field_schema *schema = &object->fields[field];
    const int64_t key = object->field_keys[field];
    struct composed query = COMPOSED(&store->sql, error);
    struct rows rows;

    composed_add(&query,
                 "SELECT k.object_id, o.\"%.*s\" FROM folded_key k JOIN \"%.*s\" o"
                 " ON o.id = k.object_id WHERE k.key IS NULL AND k.field = %lld",
                 TEXT_PRINT(schema->name), TEXT_PRINT(object->schema.name), (long long)key);
    composed_open(&query, &rows, NULL);
    while (rows_next(&rows))
        rows.code = fold_row(store, &rows, schema, key, scratch, error);
    return rows_close(&rows);
}

enum error_code identifiers_fold(struct store *store, const struct store_object *object,
                                 struct arena *scratch, bool *any, struct error *error)
{
    bool pending = false;

    if (rows_ask_flag(&store->sql, &pending, error,
                      "SELECT 1 FROM folded_key WHERE key IS NULL LIMIT 1", ""))
        return error->code;
    for (size_t index = 0; pending && index < object->schema.field_count; index++)
        if (object->fields[index].unique && fold_field(store, object, index, scratch, error))
            return error->code;
    return rows_ask_flag(&store->sql, any, error, "SELECT 1 FROM folded_key LIMIT 1", "");
}

/* ---- Looking up ---- */

enum error_code identifiers_prepare(struct store *store, const struct store_object *object,
                                    const size_t *fields, size_t count, bool folded,
                                    struct sql_statement **statement, struct error *error)
{
    const struct text table = object->schema.name;
    struct composed query = COMPOSED(&store->sql, error);

    composed_add(&query, "SELECT o.id FROM \"%.*s\" o", TEXT_PRINT(table));
    for (size_t index = 0; index < count; index++) {
        const struct text name = object->fields[fields[index]].name;
        const char *joint = index ? "AND" : "WHERE";
        const int parameter = (int)index + 2;
        if (!folded)
            composed_add(&query, " %s lower(trim(o.\"%.*s\")) = ?%d", joint, TEXT_PRINT(name),
                         parameter);
        else
            composed_add(
                &query,
                " %s o.id IN (SELECT i.id FROM \"%.*s\" i WHERE lower(trim(i.\"%.*s\")) = ?%d"
                " UNION ALL SELECT k.object_id FROM folded_key k WHERE k.field = %lld"
                " AND k.key = ?%d)",
                joint, TEXT_PRINT(table), TEXT_PRINT(name), parameter,
                (long long)object->field_keys[fields[index]], parameter);
    }
    composed_add(&query, " ORDER BY o.id LIMIT ?1");
    return composed_prepare(&query, statement);
}

enum error_code identifiers_find(struct store *store, struct sql_statement *statement,
                                 const struct identity *identity, size_t limit, struct arena *arena,
                                 struct texts *ids, struct error *error)
{
    struct rows rows;

    *ids = (struct texts){.items = ARENA_ARRAY(arena, limit, struct text)};
    if (!ids->items)
        return error_memory(error, "the objects found");
    rows_over(&rows, &store->sql, statement, arena, error, "i", (int64_t)limit);
    for (size_t index = 0; !rows.code && index < identity->count; index++)
        if (!sql_bind_text(statement, (int)index + 2, identity->keys[index]))
            rows.code = sql_failed(&store->sql, error, "take a value");
    while (ids->count < limit && rows_next(&rows))
        rows.code = text_of_integer(arena, rows_integer(&rows), &ids->items[ids->count++], error);
    return rows_close(&rows);
}
