/* Sealed tokens by integration. */
#include "store/books/tokens.h"

#include "store/schema/store_layout.h"

enum error_code tokens_get(struct store *store, struct text integration, struct arena *arena,
                           struct text *sealed, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_cached(&store->sql, "SELECT sealed FROM token WHERE integration = ?",
                                      &statement, error);

    *sealed = TEXT_ABSENT;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", integration);
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row)
        code = text_copy(arena, sql_blob(statement, 0), sealed, error);
    sql_done(statement);
    return code;
}

enum error_code tokens_set(struct store *store, struct text integration, struct text sealed,
                           struct error *error)
{
    if (text_is_absent(sealed))
        return sql_do(&store->sql, "DELETE FROM token WHERE integration = ?", error, "t",
                      integration);
    return sql_do(&store->sql, "INSERT OR REPLACE INTO token(integration, sealed) VALUES(?, ?)",
                  error, "tb", integration, sealed);
}
