/* An internal object of the manual as statements: read, find. */
#include "store/books/run_layout.h"

#include <stdio.h>
#include <string.h>

#include "store/schema/identifiers.h"

enum { STATEMENT_CEILING = 1 << 20, FIRST_VALUE = 3 };

/* ---- binding the manual to the tables ---- */

static enum error_code bind_fields(struct store_run *run, struct run_object *object,
                                   struct error *error)
{
    const struct manual_object *manual = object->manual;

    object->field_keys = ARENA_ARRAY(run->arena, manual->field_count, int64_t);
    object->trackers = (const struct run_tracker **)arena_array(run->arena, manual->field_count,
                                                                sizeof *object->trackers);
    if (!object->field_keys || !object->trackers)
        return error_memory(error, "the fields of a run");
    for (size_t index = 0; index < manual->field_count; index++) {
        const size_t field = store_field_of(object->stored, manual->fields[index].name);
        if (field == SIZE_MAX)
            return error_set(error, ERROR_CONFIGURATION,
                             "'%.*s' has no field '%.*s' in the store; correct the mapping",
                             TEXT_PRINT(manual->name), TEXT_PRINT(manual->fields[index].name));
        object->field_keys[index] = object->stored->field_keys[field];
    }
    return ERROR_NONE;
}

static void read_integration(struct rows *rows, void *item)
{
    *(int64_t *)item = rows_integer(rows);
}

static enum error_code load_tracker(struct store_run *run, struct run_object *object, size_t field,
                                    struct error *error)
{
    struct run_tracker *tracker = ARENA_NEW(run->arena, struct run_tracker);

    if (!tracker)
        return error_memory(error, "the tracked fields of a run");
    object->trackers[field] = tracker;
    return rows_all(
        &run->store->sql,
        ROWS_INTO(run->arena, read_integration, &tracker->integrations, &tracker->count), error,
        "SELECT integration FROM tracked_field WHERE object = ? AND field = ?", "ii",
        object->stored->key, object->field_keys[field]);
}

enum error_code run_object_track(struct store_run *run, struct run_object *object,
                                 struct error *error)
{
    for (size_t field = 0; field < object->manual->field_count; field++)
        if (load_tracker(run, object, field, error))
            return error->code;
    return rows_ask_flag(&run->store->sql, &object->waits_off, error,
                         "SELECT 1 FROM field_change WHERE integration IN"
                         " (SELECT id FROM integration WHERE enabled = 0) AND object = ? LIMIT 1",
                         "i", object->stored->key);
}

/* ---- statements ---- */

/* Begin a statement with the columns that run_object_read reads; owner of the column order. */
static enum error_code append_columns(const struct run_object *object, struct buffer *buffer,
                                      struct error *error)
{
    enum error_code code = buffer_append_format(
        buffer, error, "SELECT o.id, %s, coalesce(o.date_modified, o.date_added)",
        object->manual->is_contact ? "o.date_identified" : "1");

    for (size_t index = 0; !code && index < object->manual->field_count; index++) {
        const struct field_schema *field = object->manual->fields[index].schema;
        if (store_is_column(field))
            code = buffer_append_format(buffer, error, ", o.\"%.*s\"", TEXT_PRINT(field->name));
        else if (field->role == FIELD_DO_NOT_CONTACT)
            code = buffer_append_format(buffer, error,
                                        ", coalesce((SELECT d.reason FROM do_not_contact d"
                                        " WHERE d.contact = o.id AND d.channel = '%.*s'), 0)",
                                        TEXT_PRINT(store_channel_of(field)));
        else
            code = buffer_append_format(buffer, error, ", NULL");
    }
    return code;
}

int run_object_column_count(const struct run_object *object)
{
    return FIRST_VALUE + (int)object->manual->field_count;
}

/* What a statement selects beside the object's columns: further ones, what the object's table is
 * joined to, and what stands behind it. */
struct selection {
    const char *columns;
    const char *joined_to;
    const char *rest;
};

static enum error_code prepare_select(struct store_run *run, const struct run_object *object,
                                      const struct selection *selection,
                                      struct sql_statement **statement, struct error *error)
{
    struct buffer buffer = BUFFER(STATEMENT_CEILING);
    enum error_code code = append_columns(object, &buffer, error);

    if (!code)
        code = buffer_append_format(&buffer, error, "%s FROM %s\"%.*s\" o %s", selection->columns,
                                    selection->joined_to, TEXT_PRINT(object->stored->schema.name),
                                    selection->rest);
    if (!code)
        code = sql_prepare(&run->store->sql, buffer.data, statement, error);
    buffer_release(&buffer);
    return code;
}

/* Of which record a mapping is, and the object that it leads to. */
#define WHERE_LINKED                                                                               \
    "ON o.id = m.object_id WHERE m.integration_object = ?1 AND m.object = ?2"                      \
    " AND m.integration_id = "

enum error_code run_object_prepare_ahead(struct store_run *run, struct run_object *object,
                                         struct error *error)
{
    struct buffer joined_to = BUFFER(STATEMENT_CEILING);
    enum error_code code = buffer_append_format(&joined_to, error, "(VALUES");

    for (int place = 0; !code && place < LINKED_AHEAD; place++)
        code = buffer_append_format(&joined_to, error, "%s(%d, ?%d)", place ? ", " : "", place,
                                    LINKED_FIRST_ID + place);
    if (!code)
        code =
            buffer_append_format(&joined_to, error, ") r CROSS JOIN object_mapping m LEFT JOIN ");
    if (!code)
        code = prepare_select(run, object,
                              &(struct selection){", " RECORD_COLUMNS ", r.column1", joined_to.data,
                                                  WHERE_LINKED "r.column2"},
                              &object->linked_ahead, error);
    buffer_release(&joined_to);
    return code;
}

static enum error_code prepare_insert(struct store_run *run, struct run_object *object,
                                      struct error *error)
{
    struct buffer buffer = BUFFER(STATEMENT_CEILING);
    size_t columns = object->manual->is_contact ? 2 : 1;
    enum error_code code =
        buffer_append_format(&buffer, error, "INSERT INTO \"%.*s\"(date_added%s",
                             TEXT_PRINT(object->stored->schema.name),
                             object->manual->is_contact ? ", date_identified" : "");

    for (size_t index = 0; !code && index < object->manual->field_count; index++) {
        const struct field_schema *field = object->manual->fields[index].schema;
        if (!store_is_column(field))
            continue;
        code = buffer_append_format(&buffer, error, ", \"%.*s\"", TEXT_PRINT(field->name));
        columns++;
    }
    for (size_t index = 0; !code && index < columns; index++)
        code = buffer_append_format(&buffer, error, index ? ", ?" : ") VALUES(?");
    if (!code)
        code = buffer_append_format(&buffer, error, ")");
    if (!code)
        code = sql_prepare(&run->store->sql, buffer.data, &object->insert, error);
    buffer_release(&buffer);
    return code;
}

enum error_code run_object_open(struct store_run *run, struct run_object *object,
                                const struct manual_object *manual, struct error *error)
{
    /* objects that this run's pull wrote, or that owe something, are included (13.10) */
    static const char page[] =
        "WHERE o.id > ?1 AND ((%scoalesce(o.date_modified, o.date_added, 0)"
        " >= ?2 AND coalesce(o.date_modified, o.date_added, 0) < ?3)"
        " OR (coalesce(o.date_modified, o.date_added, 0) = ?6"
        " AND EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
        " AND m.object_id = o.id AND m.integration = ?5 AND m.deleted = 0"
        " AND m.seen_run = ?7)) OR EXISTS (SELECT 1 FROM field_change c"
        " WHERE c.integration = ?5 AND c.object = %lld"
        " AND c.object_id = o.id AND c.owed <> 0))"
        " AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE"
        " q.integration = ?5 AND q.object = %lld AND q.object_id = o.id"
        " AND q.held = 1 AND q.last_at > ?6 - " QUARANTINE_PAUSE_MS ") ORDER BY o.id LIMIT ?4";
    static const struct selection linked = {", " RECORD_COLUMNS, "object_mapping m LEFT JOIN ",
                                            WHERE_LINKED "?3"};
    char rest[sizeof page + 160];

    object->manual = manual;
    object->folded_pending = object->folded_any = true;
    object->stored = store_object_of(run->store, manual->name);
    if (!object->stored)
        return error_set(error, ERROR_CONFIGURATION, "the store has no object '%.*s'",
                         TEXT_PRINT(manual->name));
    snprintf(rest, sizeof rest, page,
             manual->is_contact ? "o.date_identified IS NOT NULL AND " : "",
             (long long)object->stored->key, (long long)object->stored->key,
             (long long)object->stored->key);
    if (bind_fields(run, object, error) || run_object_track(run, object, error) ||
        prepare_select(run, object, &(struct selection){"", "", "WHERE o.id = ?1"}, &object->load,
                       error) ||
        prepare_select(run, object, &linked, &object->linked, error) ||
        prepare_select(run, object, &(struct selection){"", "", rest}, &object->page, error))
        return error->code;
    return prepare_insert(run, object, error);
}

void run_object_close(struct run_object *object)
{
    sql_finalize(object->load);
    sql_finalize(object->linked);
    sql_finalize(object->linked_ahead);
    sql_finalize(object->insert);
    sql_finalize(object->page);
    sql_finalize(object->find);
    for (size_t index = 0; index < object->update_count; index++)
        sql_finalize(object->updates[index].statement);
}

struct run_object *run_object_of(const struct store_run *run, const struct manual_object *manual)
{
    if (!manual || manual->index >= run->manual->internal_count ||
        run->objects[manual->index].manual != manual)
        return NULL;
    return &run->objects[manual->index];
}

struct run_object *run_object_by_key(const struct store_run *run, int64_t key)
{
    for (size_t index = 0; index < run->manual->internal_count; index++)
        if (run->objects[index].stored->key == key)
            return &run->objects[index];
    return NULL;
}

struct run_object *run_object_of_mapping(const struct store_run *run, const struct mapping *mapping)
{
    return run_object_of(run, mapping->entry ? mapping->entry->internal : NULL);
}

int64_t run_object_mapped_field(const struct store_run *run, const struct mapping *mapping,
                                size_t field)
{
    const struct run_object *object = run_object_of_mapping(run, mapping);

    return object && field < object->manual->field_count ? object->field_keys[field] : 0;
}

size_t run_object_field(const struct run_object *object, int64_t field_key)
{
    for (size_t index = 0; index < object->manual->field_count; index++)
        if (object->field_keys[index] == field_key)
            return index;
    return SIZE_MAX;
}

/* ---- reading ---- */

enum error_code run_object_read(struct store_run *run, const struct run_object *object,
                                struct sql_statement *statement, struct arena *arena,
                                struct value **values, struct error *error)
{
    const struct manual_object *manual = object->manual;
    const int64_t id = sql_integer(statement, 0);
    struct value *read = ARENA_ARRAY(arena, manual->field_count, struct value);
    enum error_code code = ERROR_NONE;

    if (!read)
        return error_memory(error, "the values of an object");
    for (size_t index = 0; !code && index < manual->field_count; index++) {
        const struct field_schema *field = manual->fields[index].schema;
        struct text text = TEXT_ABSENT;
        if (field->role == FIELD_INTERNAL_ID) {
            code = text_of_integer(arena, id, &text, error);
            read[index] = value_text(field->type, text);
        } else if (field->role == FIELD_TIMELINE_URL) {
            code = text_format(arena, &text, error, "%.*s%lld", TEXT_PRINT(run->store->timeline),
                               (long long)id);
            read[index] = value_text(field->type, text);
        } else {
            code =
                codec_read(statement, FIRST_VALUE + (int)index, field, arena, &read[index], error);
        }
    }
    *values = read;
    return code;
}

enum error_code run_object_take(struct store_run *run, struct run_object *object,
                                struct sql_statement *statement, struct arena *arena,
                                struct local_object *local_object, struct error *error)
{
    *local_object = (struct local_object){.exists = true,
                                          .anonymous = sql_is_null(statement, 1),
                                          .changed_at = sql_instant(statement, 2)};
    return run_object_read(run, object, statement, arena, &local_object->values, error);
}

enum error_code run_object_load(struct store_run *run, struct run_object *object, int64_t id,
                                struct arena *arena, struct local_object *local_object,
                                struct error *error)
{
    struct rows rows;

    *local_object = (struct local_object){.exists = false, .changed_at = INSTANT_NONE};
    rows_over(&rows, &run->store->sql, object->load, arena, error, "i", id);
    if (rows_next(&rows))
        rows.code = run_object_take(run, object, object->load, arena, local_object, error);
    return rows_close(&rows);
}

/* ---- finding by identifiers ---- */

static enum error_code fold_pending(struct store_run *run, struct run_object *object,
                                    struct error *error)
{
    /* outside of a transaction anybody may have written since */
    if (!object->folded_pending && run->in_transaction)
        return ERROR_NONE;
    if (identifiers_fold(run->store, object->stored, run->scratch, &object->folded_any, error))
        return error->code;
    object->folded_pending = false;
    return ERROR_NONE;
}

static enum error_code prepare_find(struct store_run *run, struct run_object *object,
                                    const size_t *fields, size_t count, struct error *error)
{
    size_t stored[FIND_FIELDS];

    if (count > FIND_FIELDS)
        return error_set(error, ERROR_CONFIGURATION,
                         "'%.*s' is identified by more than %d fields; map fewer unique fields",
                         TEXT_PRINT(object->manual->name), FIND_FIELDS);
    sql_finalize(object->find);
    object->find = NULL;
    object->find_count = 0;
    for (size_t index = 0; index < count; index++)
        stored[index] = store_field_of(object->stored, object->manual->fields[fields[index]].name);
    if (identifiers_prepare(run->store, object->stored, stored, count, object->folded_any,
                            &object->find, error))
        return error->code;
    memcpy(object->find_fields, fields, count * sizeof *fields);
    object->find_count = count;
    object->find_folded = object->folded_any;
    return ERROR_NONE;
}

enum error_code run_object_find(struct store_run *run, struct run_object *object,
                                const struct object_search *search, struct arena *arena,
                                struct texts *ids, struct error *error)
{
    const struct identity *identity = &search->identity;

    *ids = (struct texts){.count = 0};
    if (fold_pending(run, object, error))
        return error->code;
    if (identity->count == 0)
        return ERROR_NONE;
    if ((object->find_count != identity->count || object->find_folded != object->folded_any ||
         memcmp(object->find_fields, identity->fields,
                identity->count * sizeof *identity->fields) != 0) &&
        prepare_find(run, object, identity->fields, identity->count, error))
        return error->code;
    return identifiers_find(run->store, object->find, identity, search->limit, arena, ids, error);
}
