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

/* ---- reading ---- */

static enum field_role role_of(struct text name)
{
    if (text_equal(name, TEXT("internal_id")))
        return FIELD_INTERNAL_ID;
    if (text_equal(name, TEXT("owner_id")))
        return FIELD_OWNER_ID;
    if (text_equal(name, TEXT("points")))
        return FIELD_POINTS;
    if (text_equal(name, TEXT("timeline_url")))
        return FIELD_TIMELINE_URL;
    return FIELD_ORDINARY;
}

static enum error_code load_field(struct store *store, struct sql_statement *statement,
                                  struct store_object *object, size_t index, struct error *error)
{
    struct field_schema *field = &object->fields[index];
    enum error_code code = sql_copy(statement, 1, store->arena, &field->name, error);

    if (!code)
        code = sql_copy(statement, 2, store->arena, &field->label, error);
    object->field_keys[index] = sql_integer(statement, 0);
    field->type = value_type_of_name(sql_text(statement, 3));
    field->role = text_equal(sql_text(statement, 4), TEXT("do_not_contact"))
                      ? FIELD_DO_NOT_CONTACT
                      : role_of(sql_text(statement, 4));
    field->required = (int)sql_integer(statement, 5) != 0;
    field->unique = (int)sql_integer(statement, 6) != 0;
    field->limit = (int)sql_integer(statement, 7);
    return code;
}

static enum error_code load_fields(struct store *store, struct store_object *object,
                                   size_t capacity, struct error *error)
{
    struct sql_statement *statement = NULL;
    bool row = true;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT id, name, label, type, role, required, is_unique,"
                                      " character_limit FROM field WHERE object = ?"
                                      " AND role <> 'retired' ORDER BY id",
                                      &statement, error);

    object->fields = ARENA_ARRAY(store->arena, capacity, struct field_schema);
    object->field_keys = ARENA_ARRAY(store->arena, capacity, int64_t);
    if (!code && (!object->fields || !object->field_keys))
        code = error_memory(error, "the fields of the store");
    if (!code)
        code = sql_bind(&store->sql, statement, error, "i", object->key);
    while (!code && row && object->schema.field_count < capacity) {
        code = sql_step(&store->sql, statement, &row, error);
        if (!code && row)
            code = load_field(store, statement, object, object->schema.field_count++, error);
    }
    sql_done(statement);
    object->schema.fields = object->fields;
    return code;
}

static enum error_code load_objects(struct store *store, struct error *error)
{
    struct sql_statement *statement = NULL;
    bool row = true;
    size_t capacity = 0;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT o.id, o.name, o.is_contact, (SELECT count(*) FROM object),"
                   " (SELECT count(*) FROM field f WHERE f.object = o.id)"
                   " FROM object o ORDER BY o.id",
                   &statement, error);

    store->object_count = 0;
    store->objects = NULL;
    while (!code && row) {
        struct store_object *object = NULL;
        code = sql_step(&store->sql, statement, &row, error);
        if (code || !row)
            break;
        if (!store->objects) {
            capacity = (size_t)sql_integer(statement, 3);
            store->objects = ARENA_ARRAY(store->arena, capacity, struct store_object);
            if (!store->objects)
                code = error_memory(error, "the objects of the store");
        }
        if (code || store->object_count == capacity)
            break;
        object = &store->objects[store->object_count++];
        object->key = sql_integer(statement, 0);
        object->schema.is_contact = (int)sql_integer(statement, 2) != 0;
        code = sql_copy(statement, 1, store->arena, &object->schema.name, error);
        if (!code)
            code = load_fields(store, object, (size_t)sql_integer(statement, 4), error);
    }
    sql_done(statement);
    return code;
}

enum error_code store_load(struct store *store, struct error *error)
{
    struct arena *arena = arena_new(0);
    enum error_code code = ERROR_NONE;

    if (!arena)
        return error_memory(error, "the definitions of the store");
    arena_free(store->arena);
    store->arena = arena;
    code = load_objects(store, error);
    if (!code)
        code = store_setting(store, TEXT("timeline"), arena, &store->timeline, error);
    if (!code && text_is_absent(store->timeline))
        store->timeline = TEXT("http://localhost/contacts/view/");
    return code;
}
