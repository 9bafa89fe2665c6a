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
    size_t count = 0, found = 0;
    bool folded = false, row = true;
    enum error_code code = ERROR_NONE;

    *id = TEXT_ABSENT;
    if (!fields)
        return error_memory(error, "a record");
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (object->fields[index].unique && draft->set[index] &&
            !value_is_empty(&draft->values[index]))
            fields[count++] = index;
    if (count == 0)
        return ERROR_NONE;
    code = identifiers_fold(import->store, object, import->arena, &folded, error);
    if (!code)
        code = identifiers_prepare(import->store, object, fields, count, folded, &statement, error);
    if (!code)
        code = sql_bind(sql, statement, error, "i", (int64_t)2);
    for (size_t index = 0; !code && index < count; index++) {
        struct text key = TEXT_ABSENT;
        code = value_identifier_key(import->arena, &draft->values[fields[index]],
                                    object->fields[fields[index]].type, &key, error);
        if (!code && !sql_bind_text(statement, (int)index + 2, key))
            code = sql_failed(sql, error, "take a value");
    }
    while (!code && row) {
        code = sql_step(sql, statement, &row, error);
        if (!code && row && found++ == 0)
            code = text_of_integer(import->arena, sql_integer(statement, 0), id, error);
    }
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
    struct text target = TEXT_ABSENT, added = TEXT_ABSENT;
    enum error_code code = objects_draft(import->store, import->object, assignments, count,
                                         import->arena, &draft, error);

    if (!code && !text_is_empty(id)) {
        code = objects_get(import->store, name, id, import->arena, &row, error);
        if (!code && row)
            target = id;
    } else if (!code) {
        code = find_match(import, &draft, &target, error);
    }
    if (code)
        return code;
    if (!text_is_absent(target)) {
        code = objects_set(import->store, name, target, assignments, count, error);
        import->result->updated += !code;
        return code;
    }
    added = text_is_empty(id) ? TEXT_ABSENT : id;
    code = objects_add(import->store, name, assignments, count, import->arena, &added, error);
    import->result->added += !code;
    return code;
}
