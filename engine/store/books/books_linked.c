/* Records with their mapping and object of ours. A pull asks for those of a page one by one, so
 * they are read ahead, many by one statement; once anything was written, the rest of them is read
 * again.
 */
#include "store/books/run_layout.h"

enum { AHEAD_LEAST = 8, RECORD_COLUMN_COUNT = 9 }; /* fewer are not worth the statement */

static void expect_linked(struct books *books, const struct manual_entry *entry,
                          const struct text *integration_ids, size_t count)
{
    run_of_books(books)->expected =
        (struct expected_records){.entry = entry, .ids = integration_ids, .count = count};
}

/* The current row of a statement that run_object prepared for linked records. */
static enum error_code take(struct store_run *run, const struct manual_entry *entry,
                            struct text integration_id, struct rows *rows, struct arena *arena,
                            struct linked_record *linked)
{
    struct run_object *const object = run_object_of(run, entry->internal);

    if (!sql_is_null(rows->statement, 0) &&
        run_object_take(run, object, rows->statement, arena, &linked->local_object, rows->error))
        return rows->error->code;
    rows->column = run_object_column_count(object);
    return books_read_known(run, entry, integration_id, rows, arena, &linked->mapping);
}

/* The expected records from `first` on. */
static enum error_code read_ahead(struct store_run *run, struct run_object *object, size_t first,
                                  struct arena *arena, struct error *error)
{
    struct expected_records *const expected = &run->expected;
    const struct manual_entry *const entry = expected->entry;
    const size_t left = expected->count - first, count = left < LINKED_AHEAD ? left : LINKED_AHEAD;
    struct linked_record *const ahead = ARENA_ARRAY(arena, count, struct linked_record);
    struct rows rows;

    if (!ahead)
        return error_memory(error, "the records of a page");
    if (!object->linked_ahead && run_object_prepare_ahead(run, object, error))
        return error->code;
    rows_over(&rows, &run->store->sql, object->linked_ahead, NULL, error, "ii",
              run->integration_objects[entry->integration->index], object->stored->key);
    for (size_t i = 0; i < LINKED_AHEAD && !rows.code; i++) {
        const struct text id = i < count ? expected->ids[first + i] : TEXT_ABSENT;
        if (!sql_bind_text(rows.statement, LINKED_FIRST_ID + (int)i, id))
            rows.code = sql_failed(rows.sql, error, "take a value");
    }
    for (size_t i = 0; i < count; i++)
        ahead[i].local_object.changed_at = INSTANT_NONE;
    while (rows_next(&rows)) {
        const size_t place = (size_t)sql_integer(rows.statement, run_object_column_count(object) +
                                                                     RECORD_COLUMN_COUNT);
        rows.code = take(run, entry, expected->ids[first + place], &rows, arena, &ahead[place]);
    }
    expected->ahead = ahead;
    expected->first = first;
    expected->end = first + count;
    expected->changes = sql_total_changes(&run->store->sql);
    return rows_close(&rows);
}

/* The record, if it was read ahead and is as it was then; *found NULL: it is to be read. */
static enum error_code find_ahead(struct store_run *run, struct run_object *object,
                                  struct text integration_id, struct arena *arena,
                                  const struct linked_record **found, struct error *error)
{
    struct expected_records *const expected = &run->expected;

    *found = NULL;
    while (expected->next < expected->count &&
           !text_equal(expected->ids[expected->next], integration_id))
        expected->next++;
    if (expected->next == expected->count)
        return ERROR_NONE;
    const size_t place = expected->next++;
    if (place >= expected->end && expected->count - place >= AHEAD_LEAST &&
        read_ahead(run, object, place, arena, error))
        return error->code;
    if (place < expected->end && expected->changes == sql_total_changes(&run->store->sql))
        *found = &expected->ahead[place - expected->first];
    return ERROR_NONE;
}

static enum error_code read_one(struct store_run *run, struct run_object *object,
                                const struct manual_entry *entry, struct text integration_id,
                                struct arena *arena, struct linked_record *linked,
                                struct error *error)
{
    struct rows rows;

    rows_over(&rows, &run->store->sql, object->linked, NULL, error, "iit",
              run->integration_objects[entry->integration->index], object->stored->key,
              integration_id);
    if (rows_next(&rows))
        rows.code = take(run, entry, integration_id, &rows, arena, linked);
    return rows_close(&rows);
}

static enum error_code linked_record(struct books *books, const struct manual_entry *entry,
                                     struct text integration_id, struct arena *arena,
                                     struct mapping **mapping, struct local_object *local_object,
                                     struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct run_object *object = run_object_of(run, entry->internal);
    const struct linked_record *found = NULL;
    struct linked_record linked = {.local_object = {.exists = false, .changed_at = INSTANT_NONE}};

    if (object && run->in_transaction && run->expected.entry == entry &&
        find_ahead(run, object, integration_id, arena, &found, error))
        return error->code;
    if (object && !found && read_one(run, object, entry, integration_id, arena, &linked, error))
        return error->code;
    if (found)
        linked = *found;
    *mapping = linked.mapping;
    *local_object = linked.local_object;
    return ERROR_NONE;
}

void books_install_linked(struct store_run *run)
{
    run->books.linked_record = linked_record;
    run->books.expect_linked = expect_linked;
}
