/* Objects and fields as rows, tables, columns and indexes. SQL is built from checked names only. */
#include "store/schema/identifiers.h"
#include "store/schema/store_layout.h"
#include "store/sql/composed.h"

#include <string.h>

enum { NAME_CEILING = 60 };

static const char *const reserved_columns[] = {
    "id",          "owner_id",     "points", "date_added", "date_modified", "date_identified",
    "internal_id", "timeline_url", "rowid",  "oid",        "_rowid_",
};

enum error_code tables_check_name(struct text name, const char *what, struct error *error)
{
    bool fine = !text_is_empty(name) && name.length <= NAME_CEILING;

    for (size_t index = 0; fine && index < name.length; index++) {
        const char byte = name.bytes[index];
        const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        fine = letter || byte == '_' || (index > 0 && byte >= '0' && byte <= '9');
    }
    if (!fine)
        return error_set(error, ERROR_INVALID,
                         "'%.*s' is not a name for %s; use letters, digits and _ (at most %d)",
                         TEXT_PRINT(name), what, NAME_CEILING);
    for (size_t index = 0; index < sizeof reserved_columns / sizeof *reserved_columns; index++)
        if (text_equal(name, text_of(reserved_columns[index])))
            return error_set(error, ERROR_INVALID, "'%.*s' is a name that the store reserves",
                             TEXT_PRINT(name));
    if (text_starts_with(name, TEXT("dnc_")) || text_starts_with(name, TEXT("sqlite_")))
        return error_set(error, ERROR_INVALID, "'%.*s' begins with a word that the store reserves",
                         TEXT_PRINT(name));
    return ERROR_NONE;
}

enum error_code tables_check_unique(const struct field_schema *field, struct error *error)
{
    switch (field->type) {
    case VALUE_TYPE_BOOLEAN:
    case VALUE_TYPE_DATETIME:
    case VALUE_TYPE_FLOAT:
    case VALUE_TYPE_DOUBLE:
    case VALUE_TYPE_MULTISELECT:
    case VALUE_TYPE_REFERENCE:
        break;
    default:
        return ERROR_NONE;
    }
    if (!field->unique)
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID,
                     "'%.*s' cannot be unique: values of type %s cannot identify an object; use a "
                     "text, a number or a date",
                     TEXT_PRINT(field->name), value_type_name(field->type));
}

static const char *affinity(enum value_type type)
{
    switch (type) {
    case VALUE_TYPE_BOOLEAN:
    case VALUE_TYPE_INT:
    case VALUE_TYPE_DATETIME:
        return "INTEGER";
    case VALUE_TYPE_FLOAT:
    case VALUE_TYPE_DOUBLE:
        return "NUMERIC";
    default:
        return "TEXT";
    }
}

static enum error_code make_table(struct store *store, struct text name, bool is_contact,
                                  const struct field_schema *fields, size_t count,
                                  struct error *error)
{
    struct composed table = COMPOSED(&store->sql, error);

    composed_add(&table,
                 "CREATE TABLE \"%.*s\"(id INTEGER PRIMARY KEY AUTOINCREMENT,"
                 " owner_id TEXT REFERENCES user(id) ON DELETE SET NULL,%s"
                 " date_added INTEGER, date_modified INTEGER",
                 TEXT_PRINT(name),
                 is_contact ? " points NUMERIC DEFAULT 0, date_identified INTEGER," : "");
    for (size_t index = 0; index < count; index++)
        composed_add(&table, ", \"%.*s\" %s", TEXT_PRINT(fields[index].name),
                     affinity(fields[index].type));
    composed_add(&table, ")");
    return composed_run(&table);
}

static enum error_code insert_field(struct store *store, int64_t object_key,
                                    const struct field_schema *field, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO field(object, name, label, type, role, required, is_unique,"
                  " character_limit) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
                  /* a retired field comes back */
                  " ON CONFLICT(object, name) DO UPDATE SET label = excluded.label,"
                  " type = excluded.type, role = excluded.role, required = excluded.required,"
                  " is_unique = excluded.is_unique, character_limit = excluded.character_limit",
                  error, "ittttiii", object_key, field->name,
                  text_is_empty(field->label) ? field->name : field->label,
                  text_of(value_type_name(field->type)), text_of(store_role_names[field->role]),
                  (int64_t)field->required, (int64_t)field->unique, (int64_t)field->limit);
}

static enum error_code insert_pseudo_fields(struct store *store, int64_t object_key,
                                            bool is_contact, struct error *error)
{
#define PSEUDO(name, label, type, role)                                                            \
    {                                                                                              \
        {name, sizeof(name) - 1}, {label, sizeof(label) - 1}, type, role, false, false, 0          \
    }
    static const struct field_schema pseudo[] = {
        PSEUDO("internal_id", "Id", VALUE_TYPE_STRING, FIELD_INTERNAL_ID),
        PSEUDO("owner_id", "Owner", VALUE_TYPE_STRING, FIELD_OWNER_ID),
        PSEUDO("points", "Points", VALUE_TYPE_FLOAT, FIELD_POINTS),
        PSEUDO("timeline_url", "Timeline", VALUE_TYPE_URL, FIELD_TIMELINE_URL),
    };
#undef PSEUDO
    const size_t count = is_contact ? sizeof pseudo / sizeof *pseudo : 2;

    for (size_t index = 0; index < count; index++)
        if (insert_field(store, object_key, &pseudo[index], error))
            return error->code;
    return ERROR_NONE;
}

enum error_code tables_index_field(struct store *store, int64_t object_key, struct text object,
                                   struct text field, struct error *error)
{
    return composed_do(&store->sql, error,
                       "CREATE INDEX \"identifier_%.*s_%.*s\" ON \"%.*s\"(lower(trim(\"%.*s\")))",
                       TEXT_PRINT(object), TEXT_PRINT(field), TEXT_PRINT(object),
                       TEXT_PRINT(field)) ||
                   identifiers_note(store, object_key, object, field, error)
               ? error->code
               : ERROR_NONE;
}

enum error_code tables_unindex_field(struct store *store, int64_t object_key, struct text object,
                                     struct text field, struct error *error)
{
    return composed_do(&store->sql, error,
                       "DROP INDEX IF EXISTS \"identifier_%.*s_%.*s\";"
                       "DELETE FROM folded_key WHERE field IN"
                       " (SELECT id FROM field WHERE object = %lld AND name = '%.*s')",
                       TEXT_PRINT(object), TEXT_PRINT(field), (long long)object_key,
                       TEXT_PRINT(field));
}

enum error_code tables_add_column(struct store *store, struct text object,
                                  const struct field_schema *field, struct error *error)
{
    return composed_do(&store->sql, error, "ALTER TABLE \"%.*s\" ADD COLUMN \"%.*s\" %s",
                       TEXT_PRINT(object), TEXT_PRINT(field->name), affinity(field->type));
}

enum error_code tables_add_field(struct store *store, int64_t object_key, struct text object,
                                 const struct field_schema *field, bool add_column,
                                 struct error *error)
{
    if (tables_check_name(field->name, "a field", error))
        return error->code;
    if (field->role != FIELD_ORDINARY || field->type == VALUE_TYPE_UNKNOWN)
        return error_set(error, ERROR_INVALID, "the field '%.*s' has no type that can be stored",
                         TEXT_PRINT(field->name));
    if (tables_check_unique(field, error) || insert_field(store, object_key, field, error) ||
        (add_column && tables_add_column(store, object, field, error)) ||
        (field->unique && tables_index_field(store, object_key, object, field->name, error)))
        return error->code;
    return ERROR_NONE;
}

/* A custom object must not take the name of a table of the books. */
static enum error_code check_free(struct store *store, struct text name, struct error *error)
{
    bool taken = false;

    if (rows_ask_flag(&store->sql, &taken, error,
                      "SELECT 1 FROM sqlite_master WHERE lower(name) = lower(?)", "t", name))
        return error->code;
    return taken ? error_set(error, ERROR_INVALID, "'%.*s' is a name that the store reserves",
                             TEXT_PRINT(name))
                 : ERROR_NONE;
}

enum error_code tables_make_object(struct store *store, int64_t key, struct text name,
                                   bool is_contact, const struct field_schema *fields, size_t count,
                                   struct error *error)
{
    if (tables_check_name(name, "an object", error) || check_free(store, name, error))
        return error->code;
    for (size_t index = 0; index < count; index++)
        if (tables_check_name(fields[index].name, "a field", error))
            return error->code;
    if (make_table(store, name, is_contact, fields, count, error))
        return error->code;
    if (key == 0) {
        if (sql_do(&store->sql, "INSERT INTO object(name, is_contact) VALUES(?, ?)", error, "ti",
                   name, (int64_t)is_contact))
            return error->code;
        key = sql_last_key(&store->sql);
    }
    if (insert_pseudo_fields(store, key, is_contact, error))
        return error->code;
    for (size_t index = 0; index < count; index++)
        if (tables_add_field(store, key, name, &fields[index], false, error))
            return error->code;
    return ERROR_NONE;
}

enum error_code tables_drop_object(struct store *store, int64_t key, struct text name,
                                   struct error *error)
{
    return composed_do(
        &store->sql, error,
        "DELETE FROM folded_key WHERE field IN (SELECT id FROM field WHERE object = %lld);"
        "DELETE FROM tracked_field WHERE object = %lld;"
        "DELETE FROM field WHERE object = %lld;"
        "DROP TABLE \"%.*s\"",
        (long long)key, (long long)key, (long long)key, TEXT_PRINT(name));
}
