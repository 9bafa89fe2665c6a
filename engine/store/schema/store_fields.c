/* The definitions of objects and fields, changed. */
#include "store/schema/store_layout.h"
#include "store/sql/composed.h"

/* ---- changing ---- */

/* After definitions changed: tracked fields may be gone, so that the registry must be set again. */
static enum error_code settle(struct store *store, enum error_code code, struct error *error)
{
    struct error ignored;

    if (!code && (store_set_setting(store, TEXT("registry"), TEXT_ABSENT, error) ||
                  store_load(store, error) || triggers_renew(store, error)))
        code = error->code;
    code = sql_end(&store->sql, code, error);
    if (code && store_load(store, &ignored) && store->log)
        log_write(store->log, LOG_WARN, "store", "%s", ignored.message);
    return code;
}

enum error_code store_fields_add_channels(struct store *store, struct error *error)
{
    return sql_run(&store->sql,
                   "INSERT INTO field(object, name, label, type, role)"
                   " SELECT o.id, 'dnc_' || c.name, 'Do not contact: ' || c.name, 'int',"
                   " 'do_not_contact' FROM object o, channel c WHERE o.is_contact = 1"
                   " AND NOT EXISTS (SELECT 1 FROM field f WHERE f.object = o.id"
                   " AND f.name = 'dnc_' || c.name) ORDER BY c.name",
                   error);
}

static enum error_code check_empty(struct store *store, const struct store_object *object,
                                   struct error *error)
{
    int64_t any = 0;

    if (composed_ask(&store->sql, &any, error, "SELECT 1 FROM \"%.*s\" LIMIT 1",
                     TEXT_PRINT(object->schema.name)))
        return error->code;
    if (any)
        return error_set(error, ERROR_INVALID,
                         "the fields of '%.*s' cannot be replaced while there are objects; delete "
                         "them first or add fields",
                         TEXT_PRINT(object->schema.name));
    return ERROR_NONE;
}

enum error_code store_fields_replace(struct store *store, struct text name,
                                     const struct field_schema *fields, size_t count,
                                     struct error *error)
{
    const struct store_object *object = store_object_of(store, name);
    const struct text table = object ? object->schema.name : name;
    const bool is_contact = object && object->schema.is_contact;
    enum error_code code = ERROR_NONE;

    if (sql_begin(&store->sql, error))
        return error->code;
    if ((object && (check_empty(store, object, error) ||
                    tables_drop_object(store, object->key, table, error))) ||
        tables_make_object(store, object ? object->key : 0, table, is_contact, fields, count,
                           error) ||
        (is_contact && store_fields_add_channels(store, error)))
        code = error->code;
    return settle(store, code, error);
}

/* Triggers compare each field, and SQLite takes expressions of at most 1000 steps. */
enum { FIELDS_MOST = 900 };

enum error_code store_field_add(struct store *store, struct text name,
                                const struct field_schema *field, struct error *error)
{
    struct store_object *object = NULL;

    if (store_object_get(store, name, &object, error))
        return error->code;
    if (store_field_of(object, field->name) != SIZE_MAX)
        return error_set(error, ERROR_INVALID, "'%.*s' has a field '%.*s' already",
                         TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name));
    if (object->schema.field_count >= FIELDS_MOST)
        return error_set(error, ERROR_INVALID,
                         "'%.*s' has %d fields, as many as an object can have; use an existing "
                         "field, or store the value in a custom object",
                         TEXT_PRINT(object->schema.name), FIELDS_MOST);
    if (sql_begin(&store->sql, error))
        return error->code;
    return settle(store,
                  tables_add_field(store, object->key, object->schema.name, field, true, error),
                  error);
}

enum error_code store_field_change(struct store *store, struct text name,
                                   const struct field_schema *field, struct error *error)
{
    struct store_object *object = NULL;
    enum error_code code = ERROR_NONE;

    if (store_object_get(store, name, &object, error))
        return error->code;
    const size_t index = store_field_of(object, field->name);
    if (index == SIZE_MAX || object->fields[index].role != FIELD_ORDINARY)
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' has no field '%.*s' that can be changed",
                         TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name));
    const struct field_schema *const old = &object->fields[index];
    if (field->type != old->type)
        return error_set(error, ERROR_INVALID,
                         "the type of '%.*s' stays '%s'; add another field instead",
                         TEXT_PRINT(field->name), value_type_name(old->type));
    if ((!old->unique && tables_check_unique(field, error)) || sql_begin(&store->sql, error))
        return error->code;
    code = sql_do(&store->sql,
                  "UPDATE field SET label = coalesce(?, label), required = ?, is_unique = ?,"
                  " character_limit = ? WHERE id = ?",
                  error, "tiiii", field->label, (int64_t)field->required, (int64_t)field->unique,
                  (int64_t)field->limit, object->field_keys[index]);
    if (!code && field->unique != old->unique)
        code = (field->unique ? tables_index_field : tables_unindex_field)(
            store, object->key, object->schema.name, field->name, error);
    return settle(store, code, error);
}
