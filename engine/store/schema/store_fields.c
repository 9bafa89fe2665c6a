/* The definitions of objects and fields, changed. */
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

/* ---- changing ---- */

/* After definitions changed: tracked fields may be gone, so that the registry must be set again. */
static enum error_code settle(struct store *store, enum error_code code, struct error *error)
{
    if (!code)
        code = store_set_setting(store, TEXT("registry"), TEXT_ABSENT, error);
    if (!code)
        code = store_load(store, error);
    if (!code)
        code = triggers_renew(store, error);
    code = sql_end(&store->sql, code, error);
    if (code) {
        struct error ignored;
        if (store_load(store, &ignored) && store->log)
            log_write(store->log, LOG_WARN, "store", "%s", ignored.message);
    }
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
    struct buffer buffer = BUFFER(1024);
    struct rows rows;
    bool any = false;
    enum error_code code = buffer_append_format(&buffer, error, "SELECT 1 FROM \"%.*s\" LIMIT 1",
                                                TEXT_PRINT(object->schema.name));

    if (!code) {
        rows_open_once(&rows, &store->sql, NULL, error, buffer.data, "");
        any = rows_next(&rows);
        code = rows_close(&rows);
    }
    buffer_release(&buffer);
    if (!code && any)
        return error_set(error, ERROR_INVALID,
                         "the fields of '%.*s' cannot be replaced while there are objects; delete "
                         "them first or add fields",
                         TEXT_PRINT(object->schema.name));
    return code;
}

enum error_code store_fields_replace(struct store *store, struct text name,
                                     const struct field_schema *fields, size_t count,
                                     struct error *error)
{
    const struct store_object *object = store_object_of(store, name);
    const struct text table = object ? object->schema.name : name;
    const bool is_contact = object && object->schema.is_contact;
    enum error_code code = sql_begin(&store->sql, error);

    if (code)
        return code;
    if (object)
        code = check_empty(store, object, error);
    if (!code && object)
        code = tables_drop_object(store, object->key, table, error);
    if (!code)
        code = tables_make_object(store, object ? object->key : 0, table, is_contact, fields, count,
                                  error);
    if (!code && is_contact)
        code = store_fields_add_channels(store, error);
    return settle(store, code, error);
}

/* Triggers compare each field, and SQLite takes expressions of at most 1000 steps. */
enum { FIELDS_MOST = 900 };

enum error_code store_field_add(struct store *store, struct text name,
                                const struct field_schema *field, struct error *error)
{
    struct store_object *object = NULL;
    enum error_code code = store_object_get(store, name, &object, error);

    if (code)
        return code;
    if (store_field_of(object, field->name) != SIZE_MAX)
        return error_set(error, ERROR_INVALID, "'%.*s' has a field '%.*s' already",
                         TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name));
    if (object->schema.field_count >= FIELDS_MOST)
        return error_set(error, ERROR_INVALID,
                         "'%.*s' has %d fields, as many as an object can have; use an existing "
                         "field, or store the value in a custom object",
                         TEXT_PRINT(object->schema.name), FIELDS_MOST);
    code = sql_begin(&store->sql, error);
    if (code)
        return code;
    code = tables_add_field(store, object->key, object->schema.name, field, true, error);
    return settle(store, code, error);
}

enum error_code store_field_change(struct store *store, struct text name,
                                   const struct field_schema *field, struct error *error)
{
    struct store_object *object = NULL;
    const struct field_schema *old = NULL;
    size_t index = SIZE_MAX;
    enum error_code code = store_object_get(store, name, &object, error);

    if (code)
        return code;
    index = store_field_of(object, field->name);
    if (index == SIZE_MAX || object->fields[index].role != FIELD_ORDINARY)
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' has no field '%.*s' that can be changed",
                         TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name));
    old = &object->fields[index];
    if (field->type != old->type)
        return error_set(error, ERROR_INVALID,
                         "the type of '%.*s' stays '%s'; add another field instead",
                         TEXT_PRINT(field->name), value_type_name(old->type));
    if (!old->unique && tables_check_unique(field, error))
        return error->code;
    code = sql_begin(&store->sql, error);
    if (code)
        return code;
    code = sql_do(&store->sql,
                  "UPDATE field SET label = coalesce(?, label), required = ?, is_unique = ?,"
                  " character_limit = ? WHERE id = ?",
                  error, "tiiii", field->label, (int64_t)field->required, (int64_t)field->unique,
                  (int64_t)field->limit, object->field_keys[index]);
    if (!code && field->unique && !old->unique)
        code = tables_index_field(store, object->key, object->schema.name, field->name, error);
    if (!code && !field->unique && old->unique)
        code = tables_unindex_field(store, object->key, object->schema.name, field->name, error);
    return settle(store, code, error);
}

enum error_code store_channel_add(struct store *store, struct text name, struct error *error)
{
    enum error_code code = tables_check_name(name, "a channel", error);

    if (!code)
        code = sql_begin(&store->sql, error);
    if (code)
        return code;
    code = sql_do(&store->sql, "INSERT OR IGNORE INTO channel(name) VALUES(?)", error, "t", name);
    if (!code)
        code = store_fields_add_channels(store, error);
    return settle(store, code, error);
}
