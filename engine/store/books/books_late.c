/*
 * References that wait for the record, or the object, that they lead to (spec section 13.8). What is
 * linked by whatever program makes them due: triggers of object_mapping see to it (schema.c).
 */
#include "store/books/run_layout.h"

#include "store/sql/list.h"

/* In most stores nothing waits: that is asked once for a transaction. */
static enum error_code any_waits(struct store_run *run, bool *any, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum error_code code = ERROR_NONE;

    *any = run->references == MATTERS_SOME;
    if (run->in_transaction && run->references != MATTERS_UNASKED)
        return ERROR_NONE;
    code = sql_cached(&run->store->sql,
                      "SELECT 1 FROM (SELECT mapping FROM late_reference UNION ALL"
                      " SELECT mapping FROM awaited_reference) LIMIT 1",
                      &statement, error);
    if (!code)
        code = sql_step(&run->store->sql, statement, any, error);
    sql_done(statement);
    run->references = *any ? MATTERS_SOME : MATTERS_NONE;
    return code;
}

/* ---- of their records ---- */

#define LATE_COLUMNS                                                                               \
    "l.mapping, l.field_at, l.record_at, l.ours, l.since, l.field, n.name, l.record_id FROM late_reference l"\
    " JOIN integration_object n ON n.id = l.record"

static enum error_code read_late(sqlite3_stmt *statement, struct arena *arena, void *item,
                                 struct error *error)
{
    struct late_reference *late = item;
    struct text *const places[] = {&late->field, &late->to_object, &late->to_id};

    late->mapping = sqlite3_column_int64(statement, 0);
    late->field_at = sql_instant(statement, 1);
    late->record_at = sql_instant(statement, 2);
    late->ours = (uint64_t)sqlite3_column_int64(statement, 3);
    late->since = sql_instant(statement, 4);
    return list_copy_texts(statement, 5, arena, places, sizeof places / sizeof *places, error);
}

/* Rows of a statement with one parameter. */
static enum error_code read_all(struct store_run *run, const char *text, int64_t parameter,
                                struct list *list, list_item *read, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool any = false;
    enum error_code code = any_waits(run, &any, error);

    if (code || !any)
        return code;
    code = sql_cached(&run->store->sql, text, &statement, error);
    if (!code)
        code = sql_bind(&run->store->sql, statement, error, "i", parameter);
    return code ? code : list_read(&run->store->sql, statement, list, read, error);
}

static enum error_code late_of_mapping(struct books *books, int64_t mapping, struct arena *arena,
                                       struct late_reference **references, size_t *count,
                                       struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **references};
    const enum error_code code = read_all(
        run_of_books(books), "SELECT " LATE_COLUMNS " WHERE l.mapping = ?", mapping, &list,
        read_late, error);

    *references = list.items;
    *count = list.count;
    return code;
}

static enum error_code late_due(struct books *books, struct arena *arena,
                                struct late_reference **references, size_t *count,
                                struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct list list = {.arena = arena, .size = sizeof **references};
    const enum error_code code =
        read_all(run,
                 "SELECT " LATE_COLUMNS " JOIN object_mapping m ON m.key = l.mapping"
                 " WHERE l.due = 1 AND m.integration = ? AND m.deleted = 0 ORDER BY l.mapping",
                 run->integration, &list, read_late, error);

    *references = list.items;
    *count = list.count;
    return code;
}

static enum error_code keep_late(struct books *books, const struct late_reference *reference,
                                 struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t record = 0;

    if (books_integration_object(run, reference->to_object, true, &record, error))
        return error->code;
    run->references = MATTERS_SOME;
    /* the record may have been linked in this very transaction */
    return sql_do(&run->store->sql,
                  "INSERT INTO late_reference(mapping, field, record, record_id, field_at,"
                  " record_at, ours, since, due) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, EXISTS (SELECT 1"
                  " FROM object_mapping WHERE integration_object = ?3 AND integration_id = ?4"
                  " AND deleted = 0)) ON CONFLICT DO UPDATE SET record = excluded.record,"
                  " record_id = excluded.record_id, field_at = excluded.field_at,"
                  " record_at = excluded.record_at, ours = excluded.ours,"
                  " since = excluded.since, due = excluded.due",
                  error, "ititaaii", reference->mapping, reference->field, record, reference->to_id,
                  reference->field_at, reference->record_at, (int64_t)reference->ours,
                  run->now);
}

static enum error_code end_late(struct books *books, int64_t mapping, struct text field,
                                bool postponed, struct error *error)
{
    struct store_run *run = run_of_books(books);
    bool any = false;
    const enum error_code code = any_waits(run, &any, error);

    if (code || !any)
        return code;
    return postponed
               ? sql_do(&run->store->sql,
                        "UPDATE late_reference SET due = 0 WHERE mapping = ? AND field = ?", error,
                        "it", mapping, field)
               : sql_do(&run->store->sql,
                        "DELETE FROM late_reference WHERE mapping = ? AND field = ?", error, "it",
                        mapping, field);
}

static enum error_code move_late(struct books *books, struct text old_object, struct text old_id,
                                 struct text new_object, struct text new_id, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t old = 0, new = 0;
    bool any = false;
    enum error_code code = any_waits(run, &any, error);

    if (code || !any)
        return code;
    code = books_integration_object(run, old_object, false, &old, error);
    if (!code && old)
        code = books_integration_object(run, new_object, true, &new, error);
    if (code || !old)
        return code;
    return sql_do(&run->store->sql,
                  "UPDATE late_reference SET record = ?1, record_id = ?2, due = EXISTS (SELECT 1"
                  " FROM object_mapping WHERE integration_object = ?1 AND integration_id = ?2"
                  " AND deleted = 0) WHERE record = ?3 AND record_id = ?4",
                  error, "itit", new, new_id, old, old_id);
}

/* ---- of our objects ---- */

/* The key of a field of a stored link; 0: it is not mapped. */
static int64_t key_of(const struct store_run *run, const struct mapping *mapping, size_t field)
{
    const struct run_object *object =
        mapping->entry ? run_object_of(run, mapping->entry->internal) : NULL;

    return object && field < object->manual->field_count ? object->field_keys[field] : 0;
}

static enum error_code await_record(struct books *books, const struct mapping *mapping,
                                    size_t field, const struct order_link *target,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, target->object);
    const int64_t key = key_of(run, mapping, field);
    int64_t id = 0;

    if (!stored || !key || !sql_id_of(target->id, &id))
        return ERROR_NONE;
    run->references = MATTERS_SOME;
    /* it may have got its record in this very transaction */
    return sql_do(&run->store->sql,
                  "INSERT OR REPLACE INTO awaited_reference(mapping, field, object, object_id, due)"
                  " VALUES(?1, ?2, ?3, ?4, EXISTS (SELECT 1 FROM object_mapping WHERE object = ?3"
                  " AND object_id = ?4 AND integration = ?5 AND deleted = 0))",
                  error, "iiiii", mapping->key, key, stored->key, id, run->integration);
}

static enum error_code end_awaited(struct books *books, const struct mapping *mapping, size_t field,
                                   struct error *error)
{
    struct store_run *run = run_of_books(books);
    const int64_t key = key_of(run, mapping, field);
    bool any = false;
    const enum error_code code = any_waits(run, &any, error);

    return code || !any ? code
                        : sql_do(&run->store->sql,
                                 "DELETE FROM awaited_reference WHERE mapping = ? AND field = ?",
                                 error, "ii", mapping->key, key);
}

enum error_code books_is_awaited(struct store_run *run, int64_t mapping, int64_t field,
                                 bool *awaited, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum error_code code = any_waits(run, awaited, error);

    if (code || !*awaited)
        return code;
    code = sql_cached(&run->store->sql,
                      "SELECT 1 FROM awaited_reference WHERE mapping = ? AND field = ?", &statement,
                      error);
    if (!code)
        code = sql_bind(&run->store->sql, statement, error, "ii", mapping, field);
    if (!code)
        code = sql_step(&run->store->sql, statement, awaited, error);
    sql_done(statement);
    return code;
}

/* A row in the making: its field is still a key. */
struct awaited_row {
    int64_t mapping, object, field;
};

static enum error_code read_awaited(sqlite3_stmt *statement, struct arena *arena, void *item,
                                    struct error *error)
{
    struct awaited_row *row = item;

    (void)arena;
    (void)error;
    row->mapping = sqlite3_column_int64(statement, 0);
    row->object = sqlite3_column_int64(statement, 1);
    row->field = sqlite3_column_int64(statement, 2);
    return ERROR_NONE;
}

static size_t field_of(const struct store_run *run, const struct awaited_row *row)
{
    for (size_t i = 0; i < run->manual->internal_count; i++)
        if (run->objects[i].stored->key == row->object)
            return run_object_field(&run->objects[i], row->field);
    return SIZE_MAX;
}

static enum error_code awaited_due(struct books *books, struct arena *arena,
                                   struct awaited_reference **references, size_t *count,
                                   struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct list list = {.arena = arena, .size = sizeof(struct awaited_row)};
    const struct awaited_row *rows = NULL;
    const enum error_code code = read_all(run,
                                          "SELECT a.mapping, m.object, a.field"
                                          " FROM awaited_reference a JOIN object_mapping m"
                                          " ON m.key = a.mapping WHERE a.due = 1"
                                          " AND m.integration = ? AND m.deleted = 0",
                                          run->integration, &list, read_awaited, error);

    *count = 0;
    *references = NULL;
    if (code || list.count == 0)
        return code;
    rows = list.items;
    *references = ARENA_ARRAY(arena, list.count, struct awaited_reference);
    if (!*references)
        return error_memory(error, "references");
    for (; *count < list.count; ++*count)
        (*references)[*count] = (struct awaited_reference){.mapping = rows[*count].mapping,
                                                           .field = field_of(run, &rows[*count])};
    return ERROR_NONE;
}

void books_install_late(struct store_run *run)
{
    struct books *books = &run->books;

    books->keep_late = keep_late;
    books->late_of_mapping = late_of_mapping;
    books->late_due = late_due;
    books->end_late = end_late;
    books->move_late = move_late;
    books->await_record = await_record;
    books->end_awaited = end_awaited;
    books->awaited_due = awaited_due;
}
