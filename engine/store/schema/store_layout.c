/* The definitions of objects and fields as an open store holds them: read, and looked up. */
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

/* ---- looking up ---- */

enum error_code store_setting(struct store *store, struct text name, struct arena *arena,
                              struct text *value, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &store->sql, arena, error, "SELECT value FROM setting WHERE name = ?", "t",
              name);
    *value = rows_next(&rows) ? rows_text(&rows) : TEXT_ABSENT;
    return rows_close(&rows);
}

enum error_code store_set_setting(struct store *store, struct text name, struct text value,
                                  struct error *error)
{
    return sql_do(&store->sql, "INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", error,
                  "tt", name, value);
}

/* ---- objects ---- */

struct text store_channel_of(const struct field_schema *field)
{
    return (struct text){field->name.bytes + 4, field->name.length - 4};
}

bool store_is_column(const struct field_schema *field)
{
    return field->role == FIELD_ORDINARY || field->role == FIELD_OWNER_ID ||
           field->role == FIELD_POINTS;
}

struct store_object *store_object_of(const struct store *store, struct text name)
{
    const struct text wanted = text_equal(name, TEXT("lead")) ? TEXT("contact") : name;

    for (size_t index = 0; index < store->object_count; index++)
        if (text_equal(store->objects[index].schema.name, wanted))
            return &store->objects[index];
    return NULL;
}

enum error_code store_object_get(const struct store *store, struct text name,
                                 struct store_object **object, struct error *error)
{
    *object = store_object_of(store, name);
    if (!*object)
        return error_set(error, ERROR_NOT_FOUND,
                         "there is no object '%.*s' in the store; see 'tandem field list'",
                         TEXT_PRINT(name));
    return ERROR_NONE;
}

struct store_object *store_object_by_key(const struct store *store, int64_t key)
{
    for (size_t index = 0; index < store->object_count; index++)
        if (store->objects[index].key == key)
            return &store->objects[index];
    return NULL;
}

size_t store_field_of(const struct store_object *object, struct text name)
{
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (text_equal(object->fields[index].name, name))
            return index;
    return SIZE_MAX;
}

/* ---- reading ---- */

const char *const store_role_names[] = {
    [FIELD_ORDINARY] = "ordinary",         [FIELD_INTERNAL_ID] = "internal_id",
    [FIELD_OWNER_ID] = "owner_id",         [FIELD_POINTS] = "points",
    [FIELD_TIMELINE_URL] = "timeline_url", [FIELD_DO_NOT_CONTACT] = "do_not_contact",
};

static enum field_role role_of(struct text name)
{
    for (size_t role = 0; role < sizeof store_role_names / sizeof *store_role_names; role++)
        if (text_equal(name, text_of(store_role_names[role])))
            return (enum field_role)role;
    return FIELD_ORDINARY;
}

/* A field and its key, as the table has them. */
struct loaded_field {
    struct field_schema schema;
    int64_t key;
};

static void read_field(struct rows *rows, void *item)
{
    struct loaded_field *const field = item;

    field->key = rows_integer(rows);
    field->schema.name = rows_text(rows);
    field->schema.label = rows_text(rows);
    field->schema.type = value_type_of_name(rows_text(rows));
    field->schema.role = role_of(rows_text(rows));
    field->schema.required = rows_flag(rows);
    field->schema.unique = rows_flag(rows);
    field->schema.limit = (int)rows_integer(rows);
}

static enum error_code load_fields(struct store *store, struct store_object *object,
                                   struct error *error)
{
    struct loaded_field *loaded = NULL;
    size_t count = 0;

    if (rows_all(&store->sql, ROWS_INTO(store->arena, read_field, &loaded, &count), error,
                 "SELECT id, name, label, type, role, required, is_unique, character_limit"
                 " FROM field WHERE object = ? AND role <> 'retired' ORDER BY id",
                 "i", object->key))
        return error->code;
    object->fields = ARENA_ARRAY(store->arena, count, struct field_schema);
    object->field_keys = ARENA_ARRAY(store->arena, count, int64_t);
    if (!object->fields || !object->field_keys)
        return error_memory(error, "the fields of the store");
    for (size_t index = 0; index < count; index++) {
        object->fields[index] = loaded[index].schema;
        object->field_keys[index] = loaded[index].key;
    }
    object->schema.fields = object->fields;
    object->schema.field_count = count;
    return ERROR_NONE;
}

static void read_object(struct rows *rows, void *item)
{
    struct store_object *const object = item;

    object->key = rows_integer(rows);
    object->schema.name = rows_text(rows);
    object->schema.is_contact = rows_flag(rows);
}

enum error_code store_load(struct store *store, struct error *error)
{
    struct arena *arena = arena_new(0);

    if (!arena)
        return error_memory(error, "the definitions of the store");
    arena_free(store->arena);
    store->arena = arena;
    store->object_count = 0;
    if (rows_all(&store->sql, ROWS_INTO(arena, read_object, &store->objects, &store->object_count),
                 error, "SELECT id, name, is_contact FROM object ORDER BY id", ""))
        return error->code;
    for (size_t index = 0; index < store->object_count; index++)
        if (load_fields(store, &store->objects[index], error))
            return error->code;
    if (store_setting(store, TEXT("timeline"), arena, &store->timeline, error))
        return error->code;
    if (text_is_absent(store->timeline))
        store->timeline = TEXT("http://localhost/contacts/view/");
    return ERROR_NONE;
}
