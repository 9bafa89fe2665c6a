/* Wishes to retry, a row each. */
#include "store/books/wishes.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum error_code wishes_add(struct store *store, struct text integration, struct text wish,
                           struct error *error)
{
    int64_t known = 0;
    if (rows_ask(&store->sql, &known, error, "SELECT 1 FROM integration WHERE name = ?", "t",
                 integration))
        return error->code;
    if (!known)
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' was never synced, so nothing is open",
                         TEXT_PRINT(integration));
    return sql_do(&store->sql,
                  "INSERT OR IGNORE INTO retry_wish(integration, wish, at)"
                  " SELECT id, ?, ? FROM integration WHERE name = ?",
                  error, "tat", wish, store_now(store), integration);
}

/* In the order in which they were made; in the arena. */
static enum error_code list(struct store *store, struct text integration, struct arena *arena,
                            struct text **wishes, size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, rows_read_text, wishes, count), error,
                    "SELECT w.wish FROM retry_wish w JOIN integration i ON i.id = w.integration"
                    " WHERE i.name = ? ORDER BY w.at, w.wish",
                    "t", integration);
}

enum error_code wishes_take(struct store *store, struct text integration, struct arena *arena,
                            struct run_options *options, struct text **wishes, size_t *count,
                            struct error *error)
{
    *wishes = NULL;
    *count = 0;
    if (options->internal_id_count || options->integration_id_count || options->slice)
        return ERROR_NONE;
    if (list(store, integration, arena, wishes, count, error))
        return error->code;
    struct retry_wish *const all =
        ARENA_ARRAY(arena, options->retry_count + *count, struct retry_wish);
    if (!all)
        return error_memory(error, "what is to be tried again");
    for (size_t i = 0; i < options->retry_count; i++)
        all[i] = options->retry[i];
    for (size_t i = 0; i < *count; i++) {
        if (run_retry_wish_parse((*wishes)[i], &all[options->retry_count + i], error))
            return error->code;
    }
    options->retry = all;
    options->retry_count += *count;
    return ERROR_NONE;
}

enum error_code wishes_end(struct store *store, struct text integration, const struct text *wishes,
                           size_t count, struct error *error)
{
    enum error_code code = sql_begin(&store->sql, error);
    if (code)
        return code;
    for (size_t i = 0; !code && i < count; i++)
        code = sql_do(&store->sql,
                      "DELETE FROM retry_wish WHERE wish = ?"
                      " AND integration = (SELECT id FROM integration WHERE name = ?)",
                      error, "tt", wishes[i], integration);
    return sql_end(&store->sql, code, error);
}
