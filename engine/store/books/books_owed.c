/* Changes that nobody made here: values that a record of theirs lacks; and how old a value of ours
 * is. */
#include "store/books/run_layout.h"

/* The row of one field; 0: none. */
static enum error_code find_row(struct store_run *run, const struct run_object *object, int64_t id,
                                size_t field, int64_t *sequence, struct error *error)
{
    return rows_ask(&run->store->sql, sequence, error,
                    "SELECT sequence FROM field_change WHERE integration = ?"
                    " AND object = ? AND object_id = ? AND field = ?",
                    "iiii", run->integration, object->stored->key, id, object->field_keys[field]);
}

/* The other records of the object have it already. */
static enum error_code settle_others(struct store_run *run, const struct run_object *object,
                                     int64_t id, int64_t sequence, int64_t mapping,
                                     struct error *error)
{
    return sql_do(&run->store->sql,
                  "INSERT OR IGNORE INTO change_mark(sequence, mapping, kind) SELECT ?, key, ?"
                  " FROM object_mapping WHERE object = ? AND object_id = ? AND integration = ?"
                  " AND deleted = 0 AND key <> ?",
                  error, "iiiiii", sequence, (int64_t)MARK_SETTLED, object->stored->key, id,
                  run->integration, mapping);
}

static enum error_code owe_change(struct books *books, const struct mapping *mapping, size_t field,
                                  instant at, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const int64_t key = run_object_mapped_field(run, mapping, field);
    int64_t id = 0;
    bool awaited = false;

    if (!key || !sql_id_of(mapping->internal_id, &id))
        return error_set(error, ERROR_INTERNAL, "a change of '%.*s:%.*s' cannot be tracked",
                         TEXT_PRINT(mapping->internal_object), TEXT_PRINT(mapping->internal_id));
    if (books_is_awaited(run, mapping->key, key, &awaited, error))
        return error->code;
    if (awaited) /* it would only be refused once more */
        return ERROR_NONE;
    return books_owe(run, run_object_of_mapping(run, mapping), id, field, at, mapping->key, error);
}

/* An edit that is also owed (2) is sent in this run, although it was made after the end of its
 * window (decision 85). */
static enum error_code need_row(struct store_run *run, int64_t sequence, int64_t mapping,
                                struct error *error)
{
    struct sql *sql = &run->store->sql;

    if (sql_do(sql, "UPDATE field_change SET owed = 2 WHERE sequence = ? AND owed = 0", error, "i",
               sequence))
        return error->code;
    return sql_do(sql, "DELETE FROM change_mark WHERE sequence = ? AND mapping = ? AND kind = ?",
                  error, "iii", sequence, mapping, (int64_t)MARK_SETTLED);
}

enum error_code books_owe(struct store_run *run, struct run_object *object, int64_t id,
                          size_t field, instant at, int64_t mapping, struct error *error)
{
    int64_t sequence = 0;

    object->tracked.known = ANY_SOME;
    if (rows_ask(&run->store->sql, &sequence, error,
                 "INSERT INTO field_change(integration, object, object_id, field, at, origin, owed)"
                 " VALUES(?, ?, ?, ?, ?, 0, 1) ON CONFLICT DO NOTHING RETURNING sequence",
                 "iiiii", run->integration, object->stored->key, id, object->field_keys[field],
                 at == INSTANT_NONE ? run->now : at))
        return error->code;
    if (sequence)
        return settle_others(run, object, id, sequence, mapping, error);
    /* an edit, or a value owed to another record: now this one needs it, too */
    if (find_row(run, object, id, field, &sequence, error))
        return error->code;
    return need_row(run, sequence, mapping, error);
}

static instant clock_of(struct books *books)
{
    return store_now(run_of_books(books)->store);
}

static int64_t create_key(struct books *books, const struct manual_entry *entry)
{
    return -run_of_books(books)->integration_objects[entry->integration->index];
}

static enum error_code move_marks(struct books *books, const struct manual_object *manual,
                                  struct text internal_id, int64_t from, int64_t to,
                                  struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct run_object *object = run_object_of(run, manual);
    int64_t id = 0;

    if (!object || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    return sql_do(&run->store->sql,
                  "UPDATE OR REPLACE change_mark SET mapping = ? WHERE mapping = ? AND sequence IN"
                  " (SELECT sequence FROM field_change WHERE integration = ? AND object = ?"
                  " AND object_id = ?)",
                  error, "iiiii", to, from, run->integration, object->stored->key, id);
}

/* ---- the age of a value ---- */

static instant later_known(instant left, instant right)
{
    return left > right ? left : right; /* NONE < UNDATED < every instant */
}

/* An edit, for whatever integration it is tracked. */
static enum error_code latest_edit(struct store_run *run, const struct run_object *object,
                                   int64_t id, size_t field, instant *at, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT max(c.at) FROM integration i JOIN field_change c"
              " ON c.integration = i.id WHERE c.object = ?"
              " AND c.object_id = ? AND c.field = ? AND c.owed <> 1",
              "iii", object->stored->key, id, object->field_keys[field]);
    if (rows_next(&rows))
        *at = later_known(*at, rows_instant(&rows));
    return rows_close(&rows);
}

/* When links, of any integration, agreed on exactly this value. */
static enum error_code latest_taken(struct store_run *run, const struct run_object *object,
                                    int64_t id, size_t field, uint64_t fingerprint, instant *at,
                                    struct error *error)
{
    const struct arena_mark mark = arena_mark(run->scratch);
    struct rows rows;

    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT last_sync, base_versions FROM object_mapping"
              " WHERE object = ? AND object_id = ?",
              "ii", object->stored->key, id);
    while (rows_next(&rows)) {
        struct stored_base_versions stored = {.last_sync = rows_instant(&rows)};
        struct base_version base = {.at = INSTANT_NONE};
        stored.blob = rows_blob(&rows);
        rows.code = codec_read_base_versions(&stored, &object->field_keys[field], 1, run->scratch,
                                             &base, error);
        if (!rows.code && base.ours == fingerprint)
            *at = later_known(*at, base.at);
    }
    arena_rewind(run->scratch, mark);
    return rows_close(&rows);
}

static enum error_code value_instant(struct books *books, const struct manual_object *manual,
                                     struct text internal_id, size_t field,
                                     const struct value *value, instant *at, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct run_object *object = run_object_of(run, manual);
    int64_t id = 0;

    *at = INSTANT_NONE;
    if (!object || field >= manual->field_count || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    if (latest_edit(run, object, id, field, at, error))
        return error->code;
    return latest_taken(run, object, id, field, value_fingerprint(value), at, error);
}

static enum error_code edit_instant(struct books *books, const struct manual_object *manual,
                                    struct text internal_id, size_t field, instant *at,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct run_object *object = run_object_of(run, manual);
    int64_t id = 0;

    *at = INSTANT_NONE;
    if (!object || field >= manual->field_count || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    return latest_edit(run, object, id, field, at, error);
}

void books_install_owed(struct store_run *run)
{
    struct books *books = &run->books;

    books->owe_change = owe_change;
    books->create_key = create_key;
    books->clock = clock_of;
    books->move_marks = move_marks;
    books->value_instant = value_instant;
    books->edit_instant = edit_instant;
}
