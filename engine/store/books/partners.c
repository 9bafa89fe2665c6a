/* partners: one look into the index of mappings by record. */
#include "store/books/partners.h"

#include "store/schema/store_layout.h"
#include "store/sql/list.h"

static enum error_code convert_read_id(sqlite3_stmt *statement, struct arena *arena, void *item,
                               struct error *error)
{
    struct text *const places[] = {item};
    return list_copy_texts(statement, 0, arena, places, 1, error);
}

enum error_code partners_after(struct store *store, struct text integration, struct text object,
                               struct text id, size_t limit, struct arena *arena, struct text **ids,
                               size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **ids};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT DISTINCT m.integration_id FROM integration i"
                   " JOIN integration_object n ON n.integration = i.id AND n.name = ?2"
                   " JOIN object_mapping m ON m.integration_object = n.id"
                   " WHERE i.name = ?1 AND m.integration_id > ?3 AND m.deleted = 0"
                   " ORDER BY m.integration_id LIMIT ?4",
                   &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ttti", integration, object, id,
                        (int64_t)limit);
    if (!code)
        code = list_read(&store->sql, statement, &list, convert_read_id, error);
    *ids = list.items;
    *count = list.count;
    return code;
}
