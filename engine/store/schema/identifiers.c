/* Looking up objects by folded keys: an index for ASCII, a table for all else. */
#include "store/schema/identifiers.h"

#include "store/schema/codec.h"
#include "store/sql/rows.h"

enum { STATEMENT_CEILING = 1 << 20 };

static enum error_code fold_row(struct store *store, struct sql_statement *statement,
                                const struct field_schema *schema, int64_t field_key,
                                struct arena *scratch, struct error *error)
{
    const struct arena_mark mark = arena_mark(scratch);
    struct value value = value_null(schema->type);
    struct text key = TEXT_ABSENT;
    enum error_code code = codec_read(statement, 1, schema, scratch, &value, error);

    if (!code)
        code = value_identifier_key(scratch, &value, schema->type, &key, error);
    if (!code)
        code = sql_do(
            &store->sql, "UPDATE folded_key SET key = ? WHERE field = ? AND object_id = ?", error,
            "tii", text_is_absent(key) ? TEXT("") : key, field_key, sql_integer(statement, 0));
    arena_rewind(scratch, mark);
    return code;
}

static enum error_code fold_field(struct store *store, const struct store_object *object,
                                  size_t field, struct arena *scratch, struct error *error)
{
    const struct field_schema *schema = &object->fields[field];
    struct buffer buffer = BUFFER(STATEMENT_CEILING);
    struct sql_statement *statement = NULL;
    bool row = true;
    enum error_code code = buffer_append_format(
        &buffer, error,
        "SELECT k.object_id, o.\"%.*s\" FROM folded_key k JOIN \"%.*s\" o ON o.id = k.object_id"
        " WHERE k.key IS NULL AND k.field = %lld",
        TEXT_PRINT(schema->name), TEXT_PRINT(object->schema.name),
        (long long)object->field_keys[field]);

    if (!code)
        code = sql_prepare(&store->sql, buffer.data, &statement, error);
    buffer_release(&buffer);
    while (!code && row) {
        code = sql_step(&store->sql, statement, &row, error);
        if (!code && row)
            code = fold_row(store, statement, schema, object->field_keys[field], scratch, error);
    }
    sql_finalize(statement);
    return code;
}

static enum error_code any_row(struct store *store, const char *text, bool *any,
                               struct error *error)
{
    int64_t answer = 0;
    const enum error_code code = rows_ask(&store->sql, &answer, error, text, "");

    *any = answer != 0;
    return code;
}

enum error_code identifiers_fold(struct store *store, const struct store_object *object,
                                 struct arena *scratch, bool *any, struct error *error)
{
    bool pending = false;
    enum error_code code =
        any_row(store, "SELECT 1 FROM folded_key WHERE key IS NULL LIMIT 1", &pending, error);

    for (size_t index = 0; !code && pending && index < object->schema.field_count; index++)
        if (object->fields[index].unique)
            code = fold_field(store, object, index, scratch, error);
    return code ? code : any_row(store, "SELECT 1 FROM folded_key LIMIT 1", any, error);
}

enum error_code identifiers_prepare(struct store *store, const struct store_object *object,
                                    const size_t *fields, size_t count, bool folded,
                                    struct sql_statement **statement, struct error *error)
{
    const struct text table = object->schema.name;
    struct buffer buffer = BUFFER(STATEMENT_CEILING);
    enum error_code code =
        buffer_append_format(&buffer, error, "SELECT o.id FROM \"%.*s\" o", TEXT_PRINT(table));

    *statement = NULL;
    for (size_t index = 0; !code && index < count; index++) {
        const struct text name = object->fields[fields[index]].name;
        const char *joint = index ? "AND" : "WHERE";
        const int parameter = (int)index + 2;
        if (!folded)
            code = buffer_append_format(&buffer, error, " %s lower(trim(o.\"%.*s\")) = ?%d", joint,
                                        TEXT_PRINT(name), parameter);
        else
            code = buffer_append_format(
                &buffer, error,
                " %s o.id IN (SELECT i.id FROM \"%.*s\" i WHERE lower(trim(i.\"%.*s\")) = ?%d"
                " UNION ALL SELECT k.object_id FROM folded_key k WHERE k.field = %lld"
                " AND k.key = ?%d)",
                joint, TEXT_PRINT(table), TEXT_PRINT(name), parameter,
                (long long)object->field_keys[fields[index]], parameter);
    }
    if (!code)
        code = buffer_append_format(&buffer, error, " ORDER BY o.id LIMIT ?1");
    if (!code)
        code = sql_prepare(&store->sql, buffer.data, statement, error);
    buffer_release(&buffer);
    return code;
}
