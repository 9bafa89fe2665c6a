/* Positions, as operators see and set them; runs do so in books.c. */
#include "store/books/positions.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

static void read_position(struct rows *rows, void *item)
{
    struct position *const position = item;

    position->at = rows_instant(rows);
    position->object = rows_text(rows);
    position->token = rows_text(rows);
}

enum error_code positions_list(struct store *store, struct text integration, struct arena *arena,
                               struct position **positions, size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_position, positions, count), error,
                    "SELECT p.at, n.name, p.token FROM integration_object n"
                    " JOIN integration i ON i.id = n.integration"
                    " LEFT JOIN position p ON p.integration_object = n.id"
                    " WHERE i.name = ? ORDER BY n.name",
                    "t", integration);
}

enum error_code positions_set(struct store *store, struct text integration, struct text object,
                              instant at, struct error *error)
{
    if (at == INSTANT_NONE)
        return sql_do(&store->sql,
                      "DELETE FROM position WHERE integration_object IN"
                      " (SELECT n.id FROM integration_object n JOIN integration i"
                      " ON i.id = n.integration WHERE i.name = ?1 AND (?2 IS NULL OR n.name = ?2))",
                      error, "tt", integration, object);
    /* the operator's position takes precedence over filling a new line from the beginning */
    if (sql_do(&store->sql,
               "UPDATE known_line SET unfilled = 0 WHERE integration_object IN"
               " (SELECT n.id FROM integration_object n JOIN integration i"
               " ON i.id = n.integration WHERE i.name = ?1 AND (?2 IS NULL OR n.name = ?2))",
               error, "tt", integration, object))
        return error->code;
    return sql_do(&store->sql,
                  "INSERT OR REPLACE INTO position(integration_object, at, token)"
                  " SELECT n.id, ?3, NULL FROM integration_object n JOIN integration i"
                  " ON i.id = n.integration WHERE i.name = ?1 AND (?2 IS NULL OR n.name = ?2)",
                  error, "tta", integration, object, at);
}
