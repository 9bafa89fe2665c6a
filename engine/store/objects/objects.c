/* Writing objects as users do: checked, tracked. */
#include "store/objects/objects_layout.h"
#include "store/sql/composed.h"

enum error_code objects_begin(struct store *store, struct error *error)
{
    return sql_begin(&store->sql, error);
}

enum error_code objects_commit(struct store *store, struct error *error)
{
    return sql_commit(&store->sql, error);
}

void objects_rollback(struct store *store)
{
    sql_rollback(&store->sql);
}

/* ---- checking what a user gives ---- */

static enum error_code refuse(const struct field_schema *field, const struct raw_value *raw,
                              const char *why, struct error *error)
{
    const struct text shown = raw->kind == RAW_TEXT ? raw->as.text : TEXT("...");
    const struct text cut = {shown.bytes, shown.length > 60 ? 60 : shown.length};

    return error_set(error, ERROR_INVALID, "the field '%.*s' (%s) cannot be '%.*s': %s",
                     TEXT_PRINT(field->name), value_type_name(field->type), TEXT_PRINT(cut), why);
}

static enum error_code check_owner(struct store *store, const struct field_schema *field,
                                   const struct raw_value *raw, const struct value *value,
                                   struct error *error)
{
    bool known = true;

    if (value->kind == VALUE_TEXT &&
        rows_ask_flag(&store->sql, &known, error, "SELECT 1 FROM user WHERE id = ?", "t",
                      value->as.text))
        return error->code;
    return known ? ERROR_NONE
                 : refuse(field, raw, "there is no such user; 'tandem user set' makes one", error);
}

static enum error_code draft_field(struct store *store, const struct field_schema *field,
                                   const struct raw_value *raw, bool unlimited, struct arena *arena,
                                   struct value *stored, struct error *error)
{
    struct field_schema as_stored = *field;
    struct value value = value_null(field->type);
    enum field_verdict verdict = FIELD_FITS;
    bool readable = false;
    int reason = 0;

    if (field->role == FIELD_INTERNAL_ID || field->role == FIELD_TIMELINE_URL)
        return refuse(field, raw, "it is read-only", error);
    if (value_normalize(arena, raw, field->type, &value, &readable, error))
        return error->code;
    if (!readable)
        return refuse(field, raw, "it cannot be read as that type", error);
    if (field->role == FIELD_OWNER_ID && value_is_empty(&value))
        value = value_null(field->type); /* nobody owns it */
    if (value.kind == VALUE_TEXT && !text_is_utf8(value.as.text))
        return error_set(error, ERROR_INVALID,
                         "the field '%.*s' is not UTF-8: convert it, a file with 'iconv -f "
                         "LATIN1 -t UTF-8'",
                         TEXT_PRINT(field->name));
    if (field->role == FIELD_DO_NOT_CONTACT) {
        if (!value_do_not_contact(&value, &reason))
            return refuse(field, raw, "give 0 (contactable), 1, 2 or 3", error);
        value.kind = VALUE_INTEGER;
        value.as.integer = reason;
    }
    if (unlimited)
        as_stored.limit = 0;
    if (value_fit(arena, &as_stored, &value, stored, &verdict, error))
        return error->code;
    if (verdict == FIELD_TOO_LONG)
        return refuse(field, raw, "it is too long", error);
    if (verdict != FIELD_FITS)
        return refuse(field, raw, "it is of another type", error);
    return field->role == FIELD_OWNER_ID ? check_owner(store, field, raw, stored, error)
                                         : ERROR_NONE;
}

enum error_code objects_draft(struct store *store, const struct store_object *object,
                              const struct object_assignment *assignments, size_t count,
                              struct arena *arena, struct object_draft *draft, struct error *error)
{
    draft->object = object;
    draft->values = ARENA_ARRAY(arena, object->schema.field_count, struct value);
    draft->set = ARENA_ARRAY(arena, object->schema.field_count, bool);
    if (!draft->values || !draft->set)
        return error_memory(error, "an object");
    for (size_t index = 0; index < count; index++) {
        const size_t field = store_field_of(object, assignments[index].field);
        if (field == SIZE_MAX)
            return error_set(error, ERROR_INVALID,
                             "'%.*s' has no field '%.*s'; see 'tandem field list'",
                             TEXT_PRINT(object->schema.name), TEXT_PRINT(assignments[index].field));
        if (draft_field(store, &object->fields[field], &assignments[index].value, draft->unlimited,
                        arena, &draft->values[field], error))
            return error->code;
        draft->set[field] = true;
    }
    return ERROR_NONE;
}

static enum error_code check_required(const struct object_draft *draft, bool all,
                                      struct error *error)
{
    for (size_t index = 0; index < draft->object->schema.field_count; index++) {
        const struct field_schema *field = &draft->object->fields[index];
        if (!field->required || (!all && !draft->set[index]))
            continue;
        if (!draft->set[index] || value_is_empty(&draft->values[index]))
            return error_set(error, ERROR_INVALID, "the field '%.*s' of '%.*s' is required",
                             TEXT_PRINT(field->name), TEXT_PRINT(draft->object->schema.name));
    }
    return ERROR_NONE;
}

/* ---- writing ---- */

static enum error_code write_channels(struct store *store, const struct object_draft *draft,
                                      int64_t id, struct error *error)
{
    for (size_t index = 0; index < draft->object->schema.field_count; index++) {
        const struct field_schema *field = &draft->object->fields[index];
        const int64_t reason = draft->values[index].as.integer;
        if (field->role != FIELD_DO_NOT_CONTACT || !draft->set[index])
            continue;
        if (reason > 0
                ? sql_do(&store->sql,
                         "INSERT INTO do_not_contact(contact, channel, reason) VALUES(?, ?, ?)"
                         " ON CONFLICT DO UPDATE SET reason = excluded.reason",
                         error, "iti", id, store_channel_of(field), reason)
                : sql_do(&store->sql,
                         "DELETE FROM do_not_contact WHERE contact = ? AND channel = ?", error,
                         "it", id, store_channel_of(field)))
            return error->code;
    }
    return ERROR_NONE;
}

static bool is_written(const struct object_draft *draft, size_t field)
{
    return draft->set[field] && store_is_column(&draft->object->fields[field]);
}

/* Carry out a statement with the values that are written, from `parameter` on, and release it. */
static enum error_code write_columns(struct store *store, const struct object_draft *draft,
                                     struct sql_statement *statement, int parameter,
                                     struct arena *arena, struct error *error)
{
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < draft->object->schema.field_count; index++)
        if (is_written(draft, index))
            code = codec_bind(&store->sql, statement, parameter++, &draft->values[index], arena,
                              error);
    if (!code)
        code = sql_finish(&store->sql, statement, error);
    sql_finalize(statement);
    return code;
}

enum error_code objects_insert(struct store *store, const struct object_draft *draft, int64_t id,
                               const struct object_dates *dates, struct arena *arena,
                               int64_t *inserted, struct error *error)
{
    const bool contact = draft->object->schema.is_contact;
    struct composed insert = COMPOSED(&store->sql, error);
    struct sql_statement *statement = NULL;
    size_t columns = contact ? 4 : 3;

    composed_add(&insert, "INSERT INTO \"%.*s\"(id, date_added, date_modified%s",
                 TEXT_PRINT(draft->object->schema.name), contact ? ", date_identified" : "");
    for (size_t index = 0; index < draft->object->schema.field_count; index++) {
        if (!is_written(draft, index))
            continue;
        composed_add(&insert, ", \"%.*s\"", TEXT_PRINT(draft->object->fields[index].name));
        columns++;
    }
    for (size_t index = 0; index < columns; index++)
        composed_add(&insert, index ? ", ?" : ") VALUES(nullif(?, 0)");
    composed_add(&insert, ")");
    if (composed_prepare(&insert, &statement))
        return error->code;
    if (sql_bind(&store->sql, statement, error, contact ? "iaaa" : "iaa", id, dates->added,
                 dates->modified, dates->identified)) {
        sql_finalize(statement);
        return error->code;
    }
    if (write_columns(store, draft, statement, contact ? 5 : 4, arena, error))
        return error->code;
    *inserted = sql_last_key(&store->sql); /* triggers put it back when they end */
    return write_channels(store, draft, *inserted, error);
}

static enum error_code wanted(struct text wanted_id, int64_t *id, struct error *error)
{
    *id = 0;
    if (text_is_absent(wanted_id))
        return ERROR_NONE;
    if (!sql_id_of(wanted_id, id) || *id <= 0)
        return error_set(error, ERROR_INVALID, "'%.*s' is not an id; ids are whole numbers from 1",
                         TEXT_PRINT(wanted_id));
    return ERROR_NONE;
}

enum error_code objects_add(struct store *store, struct text name,
                            const struct object_assignment *assignments, size_t count,
                            struct arena *arena, struct text *id, struct error *error)
{
    const struct object_dates none = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE};
    const struct text wanted_id = *id;
    struct store_object *object = NULL;
    struct object_draft draft = {.object = NULL};
    int64_t key = 0, inserted = 0;
    enum error_code code = ERROR_NONE;

    *id = TEXT_ABSENT;
    if (store_object_get(store, name, &object, error) || wanted(wanted_id, &key, error) ||
        objects_draft(store, object, assignments, count, arena, &draft, error) ||
        check_required(&draft, true, error) || sql_begin(&store->sql, error))
        return error->code;
    code = objects_insert(store, &draft, key, &none, arena, &inserted, error);
    if (!code)
        code = text_of_integer(arena, inserted, id, error);
    return sql_end(&store->sql, code, error);
}

static enum error_code not_there(const struct store_object *object, struct text id,
                                 struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no '%.*s:%.*s'",
                     TEXT_PRINT(object->schema.name), TEXT_PRINT(id));
}

enum error_code objects_update(struct store *store, const struct object_draft *draft, int64_t id,
                               struct arena *arena, bool *found, struct error *error)
{
    struct composed update = COMPOSED(&store->sql, error);
    struct sql_statement *statement = NULL;

    *found = false;
    composed_add(&update, "UPDATE \"%.*s\" SET id = id", TEXT_PRINT(draft->object->schema.name));
    for (size_t index = 0; index < draft->object->schema.field_count; index++)
        if (is_written(draft, index))
            composed_add(&update, ", \"%.*s\" = ?", TEXT_PRINT(draft->object->fields[index].name));
    /* the id stands in the text: it is a number, and the values come first */
    composed_add(&update, " WHERE id = %lld", (long long)id);
    if (composed_prepare(&update, &statement) ||
        write_columns(store, draft, statement, 1, arena, error))
        return error->code;
    *found = sql_changes(&store->sql) > 0;
    return *found ? write_channels(store, draft, id, error) : ERROR_NONE;
}

/* The row of an object that must be there; within a transaction. */
static enum error_code set_row(struct store *store, const struct object_draft *draft,
                               struct text id, int64_t key, struct arena *arena,
                               struct error *error)
{
    bool found = false;

    if (objects_update(store, draft, key, arena, &found, error))
        return error->code;
    return found ? ERROR_NONE : not_there(draft->object, id, error);
}

static enum error_code key_of(struct store *store, struct text name, struct text id,
                              struct store_object **object, int64_t *key, struct error *error)
{
    if (store_object_get(store, name, object, error))
        return error->code;
    return sql_id_of(id, key) ? ERROR_NONE : not_there(*object, id, error);
}

enum error_code objects_set(struct store *store, struct text name, struct text id,
                            const struct object_assignment *assignments, size_t count,
                            struct error *error)
{
    struct arena *arena = arena_new(0);
    struct store_object *object = NULL;
    struct object_draft draft = {.object = NULL};
    int64_t key = 0;
    enum error_code code =
        arena ? key_of(store, name, id, &object, &key, error) : error_memory(error, "an object");

    if (!code && (objects_draft(store, object, assignments, count, arena, &draft, error) ||
                  check_required(&draft, false, error) || sql_begin(&store->sql, error)))
        code = error->code;
    else if (!code)
        code = sql_end(&store->sql, set_row(store, &draft, id, key, arena, error), error);
    arena_free(arena);
    return code;
}

enum error_code objects_delete(struct store *store, struct text name, struct text id,
                               struct error *error)
{
    struct store_object *object = NULL;
    int64_t key = 0;

    if (key_of(store, name, id, &object, &key, error) || sql_begin(&store->sql, error))
        return error->code;
    enum error_code code = composed_do(&store->sql, error, "DELETE FROM \"%.*s\" WHERE id = %lld",
                                       TEXT_PRINT(object->schema.name), (long long)key);
    if (!code && sql_changes(&store->sql) == 0)
        code = not_there(object, id, error);
    return sql_end(&store->sql, code, error);
}
