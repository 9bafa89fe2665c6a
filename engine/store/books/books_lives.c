/* How object mappings end: objects that are gone, links that become one, objects that were merged.
 */
#include "store/books/run_layout.h"

static enum error_code mark_if_deleted(struct books *books, struct mapping *mapping,
                                       struct error *error)
{
    struct store_run *run = run_of_books(books);
    bool exists = false;
    const enum error_code code =
        internal_exists(run, mapping->internal_object, mapping->internal_id, &exists, error);

    if (code || exists)
        return code;
    mapping->deleted = true;
    mapping->ended_by = MAPPING_END_HERE;
    mapping->ended_at = store_now(run->store);
    return sql_do(&run->store->sql, SQL_MARK_DELETED " WHERE key = ?", error, "i", mapping->key);
}

static enum error_code remove_mapping(struct books *books, int64_t key, struct error *error)
{
    struct sql *sql = &run_of_books(books)->store->sql;

    if (sql_do(sql, "DELETE FROM change_mark WHERE mapping = ?", error, "i", key) ||
        sql_do(sql, "DELETE FROM open_matter WHERE mapping = ?", error, "i", key))
        return error->code;
    return sql_do(sql, "DELETE FROM object_mapping WHERE key = ?", error, "i", key);
}

static enum error_code join_mappings(struct books *books, int64_t from, int64_t into,
                                     struct error *error)
{
    struct sql *sql = &run_of_books(books)->store->sql;

    /* other integrations' changes may have come by this mapping, too */
    if (sql_do(sql, "UPDATE field_change SET origin = ? WHERE origin = ?", error, "ii", into,
               from) ||
        sql_do(sql, "UPDATE OR IGNORE change_mark SET mapping = ? WHERE mapping = ?", error, "ii",
               into, from) ||
        sql_do(sql, "UPDATE OR IGNORE open_matter SET mapping = ? WHERE mapping = ?", error, "ii",
               into, from))
        return error->code;
    return remove_mapping(books, from, error);
}

static enum error_code heir_of(struct books *books, struct text internal_object,
                               struct text internal_id, struct arena *arena, struct text *heir,
                               struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, internal_object);
    struct rows rows;
    int64_t id = 0;
    bool exists = false;

    *heir = TEXT_ABSENT;
    if (internal_exists(run, internal_object, internal_id, &exists, error))
        return error->code;
    if (exists || !stored || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT CAST(heir AS TEXT) FROM merged_object WHERE object = ? AND object_id = ?",
              "ii", stored->key, id);
    if (rows_next(&rows))
        *heir = rows_text(&rows);
    return rows_close(&rows);
}

static enum error_code is_heir(struct books *books, struct text internal_object,
                               struct text internal_id, bool *is_heir, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, internal_object);
    int64_t id = 0;

    *is_heir = false;
    if (!stored || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    return rows_ask_flag(&run->store->sql, is_heir, error,
                         "SELECT 1 FROM merged_object WHERE object = ? AND heir = ? LIMIT 1", "ii",
                         stored->key, id);
}

void books_install_lives(struct store_run *run)
{
    struct books *books = &run->books;

    books->mark_if_deleted = mark_if_deleted;
    books->remove_mapping = remove_mapping;
    books->join_mappings = join_mappings;
    books->heir_of = heir_of;
    books->is_heir = is_heir;
}
