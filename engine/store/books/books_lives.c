/* How object mappings end: objects that are gone, links that become one, objects that were merged.
 */
#include "store/books/run_layout.h"
#include "store/sql/rows.h"

static enum error_code mark_if_deleted(struct books *books, struct mapping *mapping,
                                       struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, mapping->internal_object);
    int64_t id = 0;
    bool exists = true;
    enum error_code code = ERROR_NONE;

    if (stored && sql_id_of(mapping->internal_id, &id))
        code = internal_exists(run, stored, id, &exists, error);
    if (code || exists)
        return code;
    mapping->deleted = true;
    mapping->ended_by = MAPPING_END_HERE;
    mapping->ended_at = store_now(run->store);
    return sql_do(&run->store->sql, SQL_MARK_DELETED " WHERE key = ?", error, "i", mapping->key);
}

static enum error_code remove_mapping(struct books *books, int64_t key, struct error *error)
{
    struct store_run *run = run_of_books(books);
    enum error_code code =
        sql_do(&run->store->sql, "DELETE FROM change_mark WHERE mapping = ?", error, "i", key);

    if (!code)
        code =
            sql_do(&run->store->sql, "DELETE FROM open_matter WHERE mapping = ?", error, "i", key);
    return code ? code
                : sql_do(&run->store->sql, "DELETE FROM object_mapping WHERE key = ?", error, "i",
                         key);
}

static enum error_code join_mappings(struct books *books, int64_t from, int64_t into,
                                     struct error *error)
{
    struct store_run *run = run_of_books(books);
    enum error_code code = sql_do(&run->store->sql,
                                  "UPDATE field_change SET origin = ? WHERE integration = ?"
                                  " AND origin = ?",
                                  error, "iii", into, run->integration, from);

    /* other integrations' changes may have come by this mapping, too */
    if (!code)
        code = sql_do(&run->store->sql, "UPDATE field_change SET origin = ? WHERE origin = ?",
                      error, "ii", into, from);
    if (!code)
        code = sql_do(&run->store->sql,
                      "UPDATE OR IGNORE change_mark SET mapping = ? WHERE mapping = ?", error, "ii",
                      into, from);
    if (!code)
        code = sql_do(&run->store->sql,
                      "UPDATE OR IGNORE open_matter SET mapping = ? WHERE mapping = ?", error, "ii",
                      into, from);
    return code ? code : remove_mapping(books, from, error);
}

static enum error_code heir_of(struct books *books, struct text internal_object,
                               struct text internal_id, struct arena *arena, struct text *heir,
                               struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, internal_object);
    struct sql_statement *statement = NULL;
    int64_t id = 0;
    bool exists = false, row = false;
    enum error_code code = ERROR_NONE;

    *heir = TEXT_ABSENT;
    if (!stored || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    code = internal_exists(run, stored, id, &exists, error);
    if (code || exists)
        return code;
    code = sql_cached(&run->store->sql,
                      "SELECT heir FROM merged_object WHERE object = ? AND object_id = ?",
                      &statement, error);
    if (!code)
        code = sql_bind(&run->store->sql, statement, error, "ii", stored->key, id);
    if (!code)
        code = sql_step(&run->store->sql, statement, &row, error);
    if (!code && row)
        code = text_of_integer(arena, sql_integer(statement, 0), heir, error);
    sql_done(statement);
    return code;
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
