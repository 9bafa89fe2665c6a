/* Values that scripts keep between runs, with their time of expiry. */
#include "store/books/cache.h"

#include "store/schema/store_layout.h"

enum error_code cache_get(struct store *store, struct text integration, struct text key,
                          struct arena *arena, struct text *value, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT value FROM cache WHERE integration = ? AND key = ?"
                                      " AND (expires IS NULL OR expires > ?)",
                                      &statement, error);

    *value = TEXT_ABSENT;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "tta", integration, key, store_now(store));
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row) {
        const struct text stored = sql_blob(statement, 0);
        code = text_copy(arena, stored.bytes ? stored : TEXT(""), value, error);
    }
    sql_done(statement);
    return code;
}

enum error_code cache_set(struct store *store, struct text integration, struct text key,
                          struct text value, instant expires, struct error *error)
{
    if (text_is_absent(value))
        return sql_do(&store->sql, "DELETE FROM cache WHERE integration = ? AND key = ?", error,
                      "tt", integration, key);
    return sql_do(&store->sql,
                  "INSERT OR REPLACE INTO cache(integration, key, value, expires)"
                  " VALUES(?, ?, ?, ?)",
                  error, "ttba", integration, key, value, expires);
}

enum error_code cache_size(struct store *store, struct text integration, uint64_t *bytes,
                           struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_do(&store->sql,
                                  "DELETE FROM cache WHERE integration = ? AND expires <= ?", error,
                                  "ta", integration, store_now(store));

    *bytes = 0;
    if (!code)
        code = sql_cached(&store->sql,
                          "SELECT coalesce(sum(length(key) + length(value)), 0) FROM cache"
                          " WHERE integration = ?",
                          &statement, error);
    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", integration);
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row)
        *bytes = (uint64_t)sqlite3_column_int64(statement, 0);
    sql_done(statement);
    return code;
}

enum error_code cache_clear(struct store *store, struct text integration, struct error *error)
{
    return sql_do(&store->sql, "DELETE FROM cache WHERE integration = ?", error, "t", integration);
}
