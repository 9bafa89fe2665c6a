/* Sealed tokens by integration. */
#include "store/books/tokens.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum error_code tokens_get(struct store *store, struct text integration, struct arena *arena,
                           struct text *sealed, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &store->sql, arena, error, "SELECT sealed FROM token WHERE integration = ?",
              "t", integration);
    *sealed = rows_next(&rows) ? rows_blob(&rows) : TEXT_ABSENT;
    return rows_close(&rows);
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
