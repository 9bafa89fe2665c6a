/* Positions, as operators see and set them; runs do so in books.c. */
#include "store/books/positions.h"

#include "store/schema/store_layout.h"
#include "store/sql/list.h"

static enum error_code read_position(sqlite3_stmt *statement, struct arena *arena, void *item,
                                     struct error *error)
{
    struct position *position = item;
    struct text *const places[] = {&position->object, &position->token};

    position->at = sql_instant(statement, 0);
    return list_copy_texts(statement, 1, arena, places, sizeof places / sizeof *places, error);
}

enum error_code positions_list(struct store *store, struct text integration, struct arena *arena,
                               struct position **positions, size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **positions};
    sqlite3_stmt *statement = NULL;
    if (sql_cached(&store->sql,
                   "SELECT p.at, n.name, p.token FROM integration_object n"
                   " JOIN integration i ON i.id = n.integration"
                   " LEFT JOIN position p ON p.integration_object = n.id"
                   " WHERE i.name = ? ORDER BY n.name",
                   &statement, error) ||
        sql_bind(&store->sql, statement, error, "t", integration) ||
        list_read(&store->sql, statement, &list, read_position, error))
        return error->code;
    *positions = list.items;
    *count = list.count;
    return ERROR_NONE;
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
    return sql_do(&store->sql,
                  "INSERT OR REPLACE INTO position(integration_object, at, token)"
                  " SELECT n.id, ?3, NULL FROM integration_object n JOIN integration i"
                  " ON i.id = n.integration WHERE i.name = ?1 AND (?2 IS NULL OR n.name = ?2)",
                  error, "tta", integration, object, at);
}
