/*
 * References that wait for the record, or the object, to which they refer (spec section 13.8). They
 * become due when it is linked, by whatever program: triggers of object_mapping see to that
 * (schema.sql).
 */
#include "store/books/run_layout.h"

static enum error_code any_waits(struct store_run *run, bool *any, struct error *error)
{
    return books_has_any(run, &run->references, any, error,
                         "SELECT 1 FROM (SELECT mapping FROM late_reference UNION ALL"
                         " SELECT mapping FROM awaited_reference) LIMIT 1",
                         "");
}

/* ---- of their records ---- */

#define LATE_COLUMNS                                                                               \
    "l.mapping, l.field_at, l.record_at, l.ours, l.since, l.field, n.name, l.record_id FROM "      \
    "late_reference l"                                                                             \
    " JOIN integration_object n ON n.id = l.record"

static void read_late(struct rows *rows, void *item)
{
    struct late_reference *const late = item;

    late->mapping = rows_integer(rows);
    late->field_at = rows_instant(rows);
    late->record_at = rows_instant(rows);
    late->ours = (uint64_t)rows_integer(rows);
    late->since = rows_instant(rows);
    late->field = rows_text(rows);
    late->to_object = rows_text(rows);
    late->to_id = rows_text(rows);
}

/* Open a statement with one parameter, unless nothing waits; rows_close must follow. */
static bool open_waiting(struct rows *rows, struct store_run *run, struct arena *arena,
                         struct error *error, const char *text, int64_t parameter)
{
    bool any = false;

    *rows = (struct rows){.error = error};
    rows->code = any_waits(run, &any, error);
    if (any && !rows->code)
        rows_open(rows, &run->store->sql, arena, error, text, "i", parameter);
    return any && !rows->code;
}

static enum error_code late_of_mapping(struct books *books, int64_t mapping, struct arena *arena,
                                       struct late_reference **references, size_t *count,
                                       struct error *error)
{
    struct rows rows;

    *references = NULL;
    *count = 0;
    if (open_waiting(&rows, run_of_books(books), arena, error,
                     "SELECT " LATE_COLUMNS " WHERE l.mapping = ?", mapping))
        *references = rows_list(&rows, read_late, sizeof **references, count);
    return rows_close(&rows);
}

static enum error_code late_due(struct books *books, struct arena *arena,
                                struct late_reference **references, size_t *count,
                                struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct rows rows;

    *references = NULL;
    *count = 0;
    if (open_waiting(&rows, run, arena, error,
                     "SELECT " LATE_COLUMNS " JOIN object_mapping m ON m.key = l.mapping"
                     " WHERE l.due = 1 AND m.integration = ? AND m.deleted = 0 ORDER BY l.mapping",
                     run->integration))
        *references = rows_list(&rows, read_late, sizeof **references, count);
    return rows_close(&rows);
}

static enum error_code keep_late(struct books *books, const struct late_reference *reference,
                                 struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t record = 0;

    if (books_integration_object(run, reference->to_object, true, &record, error))
        return error->code;
    run->references.known = ANY_SOME;
    /* the record may have been linked in this very transaction */
    return sql_do(
        &run->store->sql,
        "INSERT INTO late_reference(mapping, field, record, record_id, field_at,"
        " record_at, ours, since, due) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, EXISTS (SELECT 1"
        " FROM object_mapping WHERE integration_object = ?3 AND integration_id = ?4"
        " AND deleted = 0)) ON CONFLICT DO UPDATE SET record = excluded.record,"
        " record_id = excluded.record_id, field_at = excluded.field_at,"
        " record_at = excluded.record_at, ours = excluded.ours,"
        " since = excluded.since, due = excluded.due",
        error, "ititaaii", reference->mapping, reference->field, record, reference->to_id,
        reference->field_at, reference->record_at, (int64_t)reference->ours, run->now);
}

static enum error_code end_late(struct books *books, int64_t mapping, struct text field,
                                bool postponed, struct error *error)
{
    struct store_run *run = run_of_books(books);
    bool any = false;
    const enum error_code code = any_waits(run, &any, error);

    if (code || !any)
        return code;
    return postponed ? sql_do(&run->store->sql,
                              "UPDATE late_reference SET due = 0 WHERE mapping = ? AND field = ?",
                              error, "it", mapping, field)
                     : sql_do(&run->store->sql,
                              "DELETE FROM late_reference WHERE mapping = ? AND field = ?", error,
                              "it", mapping, field);
}

static enum error_code move_late(struct books *books, struct text old_object, struct text old_id,
                                 struct text new_object, struct text new_id, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t old = 0, new = 0;
    bool any = false;

    if (any_waits(run, &any, error) ||
        (any && books_integration_object(run, old_object, false, &old, error)) ||
        (old && books_integration_object(run, new_object, true, &new, error)))
        return error->code;
    if (!old)
        return ERROR_NONE;
    return sql_do(&run->store->sql,
                  "UPDATE late_reference SET record = ?1, record_id = ?2, due = EXISTS (SELECT 1"
                  " FROM object_mapping WHERE integration_object = ?1 AND integration_id = ?2"
                  " AND deleted = 0) WHERE record = ?3 AND record_id = ?4",
                  error, "itit", new, new_id, old, old_id);
}

/* ---- of our objects ---- */

static enum error_code await_record(struct books *books, const struct mapping *mapping,
                                    size_t field, const struct order_link *target,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, target->object);
    const int64_t key = run_object_mapped_field(run, mapping, field);
    int64_t id = 0;

    if (!stored || !key || !sql_id_of(target->id, &id))
        return ERROR_NONE;
    run->references.known = ANY_SOME;
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
    const int64_t key = run_object_mapped_field(run, mapping, field);
    bool any = false;

    if (any_waits(run, &any, error))
        return error->code;
    return any ? sql_do(&run->store->sql,
                        "DELETE FROM awaited_reference WHERE mapping = ? AND field = ?", error,
                        "ii", mapping->key, key)
               : ERROR_NONE;
}

enum error_code books_is_awaited(struct store_run *run, int64_t mapping, int64_t field,
                                 bool *awaited, struct error *error)
{
    const enum error_code code = any_waits(run, awaited, error);

    if (code || !*awaited)
        return code;
    return rows_ask_flag(&run->store->sql, awaited, error,
                         "SELECT 1 FROM awaited_reference WHERE mapping = ? AND field = ?", "ii",
                         mapping, field);
}

/* A row being read: its field is still a key. */
struct awaited_row {
    int64_t mapping, object, field;
};

static void read_awaited(struct rows *rows, void *item)
{
    struct awaited_row *const row = item;

    row->mapping = rows_integer(rows);
    row->object = rows_integer(rows);
    row->field = rows_integer(rows);
}

static enum error_code awaited_due(struct books *books, struct arena *arena,
                                   struct awaited_reference **references, size_t *count,
                                   struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct awaited_row *found = NULL;
    struct rows rows;
    size_t row_count = 0;

    *count = 0;
    *references = NULL;
    if (open_waiting(&rows, run, arena, error,
                     "SELECT a.mapping, m.object, a.field FROM awaited_reference a"
                     " JOIN object_mapping m ON m.key = a.mapping WHERE a.due = 1"
                     " AND m.integration = ? AND m.deleted = 0",
                     run->integration))
        found = rows_list(&rows, read_awaited, sizeof *found, &row_count);
    if (rows_close(&rows))
        return error->code;
    *references = ARENA_ARRAY(arena, row_count, struct awaited_reference);
    if (!*references && row_count)
        return error_memory(error, "references");
    for (; *count < row_count; ++*count) {
        const struct run_object *object = run_object_by_key(run, found[*count].object);
        (*references)[*count] = (struct awaited_reference){
            .mapping = found[*count].mapping,
            .field = object ? run_object_field(object, found[*count].field) : SIZE_MAX};
    }
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
