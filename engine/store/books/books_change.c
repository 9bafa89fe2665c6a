/* Tracked changes of the run's integration, with their marks. */
#include "store/books/run_layout.h"

#include <string.h>

/* Room for one more in an array that lives in an arena. */
static void *grown(struct arena *arena, const void *array, size_t count, size_t size)
{
    void *copy = NULL;

    if (count & (count - 1))
        return (void *)(uintptr_t)array;
    copy = arena_array(arena, count ? count * 2 : 1, size);
    if (copy && count)
        memcpy(copy, array, count * size);
    return copy;
}

static enum change_mark_kind mark_kind(int64_t stored)
{
    return stored >= MARK_TIE && stored <= MARK_RETRIED ? (enum change_mark_kind)stored
                                                        : MARK_SETTLED;
}

static enum error_code add_mark(struct rows *rows, struct arena *arena,
                                struct tracked_change *change)
{
    struct change_mark *const marks =
        grown(arena, change->marks, change->mark_count, sizeof *marks);
    struct change_mark *const mark = marks + change->mark_count;

    if (!marks)
        return error_memory(rows->error, "marks of tracked changes");
    mark->mapping = rows_integer(rows);
    mark->kind = mark_kind(rows_integer(rows));
    mark->theirs = (uint64_t)rows_integer(rows);
    change->marks = marks;
    change->mark_count++;
    return ERROR_NONE;
}

enum error_code books_read_change(const struct store_run *run, const struct run_object *object,
                                  struct rows *rows, struct arena *arena,
                                  struct tracked_changes *changes)
{
    const bool marked = rows_flag(rows);
    struct tracked_change change = {.sequence = rows_integer(rows)};

    change.field = run_object_field(object, rows_integer(rows));
    change.at = store_run_until_now(run, rows_instant(rows));
    change.origin = rows_integer(rows);
    change.owed = rows_integer(rows) == 1;
    if (changes->count == 0 || changes->items[changes->count - 1].sequence != change.sequence) {
        changes->items = grown(arena, changes->items, changes->count, sizeof *changes->items);
        if (!changes->items)
            return error_memory(rows->error, "tracked changes");
        changes->items[changes->count++] = change;
    }
    return marked ? add_mark(rows, arena, &changes->items[changes->count - 1]) : ERROR_NONE;
}

enum error_code books_tracked(struct store_run *run, const struct run_object *object, int64_t id,
                              instant until, struct arena *arena, struct tracked_changes *changes,
                              struct error *error)
{
    struct rows rows;

    *changes = (struct tracked_changes){.count = 0};
    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT " CHANGE_COLUMNS " WHERE c.integration = ?"
              " AND c.object = ? AND c.object_id = ? AND (" CHANGE_IS_DUE " OR c.owed <> 0)"
              " ORDER BY c.field",
              "iii" CHANGE_DUE_LETTERS, run->integration, object->stored->key, id,
              CHANGE_DUE(run, until));
    while (rows_next(&rows))
        rows.code = books_read_change(run, object, &rows, arena, changes);
    return rows_close(&rows);
}

static enum error_code tracked_changes(struct books *books, const struct manual_object *manual,
                                       struct text internal_id, struct arena *arena,
                                       struct tracked_changes *changes, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct run_object *object = run_object_of(run, manual);
    bool any = false;
    int64_t id = 0;

    *changes = (struct tracked_changes){.count = 0};
    if (!object || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    const enum error_code code =
        books_has_any(run, &object->tracked, &any, error,
                      "SELECT 1 FROM field_change WHERE integration = ? AND object = ? LIMIT 1",
                      "ii", run->integration, object->stored->key);
    if (code || !any)
        return code;
    return books_tracked(run, object, id, INSTANT_NONE, arena, changes, error);
}

static enum error_code remove_tracked_change(struct books *books, int64_t sequence,
                                             struct error *error)
{
    return sql_do(&run_of_books(books)->store->sql, "DELETE FROM field_change WHERE sequence = ?",
                  error, "i", sequence);
}

static enum error_code mark_tracked_change(struct books *books, int64_t sequence,
                                           const struct change_mark *mark, struct error *error)
{
    /* a change that was replaced meanwhile cannot be marked */
    return sql_do(&run_of_books(books)->store->sql,
                  "INSERT INTO change_mark(sequence, mapping, kind, theirs, first_at, last_at)"
                  " SELECT sequence, ?1, ?2, nullif(?3, 0), ?4, ?4 FROM field_change"
                  " WHERE sequence = ?5 ON CONFLICT DO UPDATE SET kind = excluded.kind,"
                  " theirs = excluded.theirs, last_at = excluded.last_at,"
                  /* a refusal continues, and so does a tie; one after the other is a new matter */
                  " first_at = CASE WHEN min(kind, 3) = min(excluded.kind, 3) THEN first_at"
                  " ELSE excluded.first_at END",
                  error, "iiiii", mark->mapping, (int64_t)mark->kind, (int64_t)mark->theirs,
                  run_of_books(books)->now, sequence);
}

static enum error_code unmark_tracked_change(struct books *books, int64_t sequence, int64_t mapping,
                                             struct error *error)
{
    return sql_do(&run_of_books(books)->store->sql,
                  "DELETE FROM change_mark WHERE sequence = ? AND mapping = ?", error, "ii",
                  sequence, mapping);
}

static enum error_code track_change(struct books *books, const struct manual_object *manual,
                                    struct text internal_id, struct tracked_change *change,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct run_object *object = run_object_of(run, manual);
    int64_t id = 0;
    enum error_code code = ERROR_NONE;

    if (!object || change->field >= manual->field_count || !sql_id_of(internal_id, &id))
        return error_set(error, ERROR_INTERNAL, "a change of '%.*s:%.*s' cannot be tracked",
                         TEXT_PRINT(manual->name), TEXT_PRINT(internal_id));
    code = sql_do(&run->store->sql,
                  "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at,"
                  " origin) VALUES(?, ?, ?, ?, ?, ?)",
                  error, "iiiiii", run->integration, object->stored->key, id,
                  object->field_keys[change->field], change->at, change->origin);
    object->tracked.known = ANY_SOME;
    change->sequence = code ? 0 : sql_last_key(&run->store->sql);
    return code;
}

void books_install_changes(struct store_run *run)
{
    struct books *books = &run->books;

    books->tracked_changes = tracked_changes;
    books->remove_tracked_change = remove_tracked_change;
    books->mark_tracked_change = mark_tracked_change;
    books->unmark_tracked_change = unmark_tracked_change;
    books->track_change = track_change;
}
