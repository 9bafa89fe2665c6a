/* One record of a file: which object it is, changed or added. */
#include "store/objects/import.h"
#include "store/schema/identifiers.h"

/* The object that the unique fields name; absent if there is none. */
static enum error_code find_match(struct import *import, const struct object_draft *draft,
                                  struct text *id, struct error *error)
{
    const struct store_object *object = import->object;
    struct sql *sql = &import->store->sql;
    size_t *fields = ARENA_ARRAY(import->arena, object->schema.field_count, size_t);
    struct sql_statement *statement = NULL;
    struct rows rows;
    size_t count = 0, found = 0;
    bool folded = false;

    *id = TEXT_ABSENT;
    if (!fields)
        return error_memory(error, "a record");
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (object->fields[index].unique && draft->set[index] &&
            !value_is_empty(&draft->values[index]))
            fields[count++] = index;
    if (count == 0)
        return ERROR_NONE;
    if (identifiers_fold(import->store, object, import->arena, &folded, error) ||
        identifiers_prepare(import->store, object, fields, count, folded, &statement, error))
        return error->code;
    rows_over(&rows, sql, statement, NULL, error, "i", (int64_t)2);
    for (size_t index = 0; !rows.code && index < count; index++) {
        struct text key = TEXT_ABSENT;
        rows.code = value_identifier_key(import->arena, &draft->values[fields[index]],
                                         object->fields[fields[index]].type, &key, error);
        if (!rows.code && !sql_bind_text(statement, (int)index + 2, key))
            rows.code = sql_failed(sql, error, "take a value");
    }
    while (rows_next(&rows))
        if (found++ == 0)
            rows.code = text_of_integer(import->arena, rows_integer(&rows), id, error);
    const enum error_code code = rows_close(&rows);
    sql_finalize(statement);
    if (!code && found > 1)
        return error_set(error, ERROR_INVALID, "several objects have these unique fields");
    return code;
}

enum error_code import_record_take(struct import *import, struct text id,
                                   const struct object_assignment *assignments, size_t count,
                                   struct error *error)
{
    const struct text name = import->object->schema.name;
    struct object_draft draft = {.object = NULL};
    struct object_row *row = NULL;
    struct text target = TEXT_ABSENT, added = text_is_empty(id) ? TEXT_ABSENT : id;

    if (objects_draft(import->store, import->object, assignments, count, import->arena, &draft,
                      error) ||
        (text_is_empty(id) ? find_match(import, &draft, &target, error)
                           : objects_get(import->store, name, id, import->arena, &row, error)))
        return error->code;
    if (row)
        target = id;
    const bool is_new = text_is_absent(target);
    if (is_new ? objects_add(import->store, name, assignments, count, import->arena, &added, error)
               : objects_set(import->store, name, target, assignments, count, error))
        return error->code;
    import->result->added += is_new;
    import->result->updated += !is_new;
    return ERROR_NONE;
}
