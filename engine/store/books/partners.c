/* partners: look-ups in the index of mappings by record. */
#include "store/books/partners.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum error_code partners_after(struct store *store, const struct partners *partners, struct text id,
                               size_t limit, struct arena *arena, struct texts *ids,
                               struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, rows_read_text, &ids->items, &ids->count), error,
                    "SELECT DISTINCT m.integration_id FROM integration i"
                    " JOIN integration_object n ON n.integration = i.id AND n.name = ?2"
                    " JOIN object_mapping m ON m.integration_object = n.id"
                    " WHERE i.name = ?1 AND m.integration_id > ?3 AND m.deleted = 0"
                    " ORDER BY m.integration_id LIMIT ?4",
                    "ttti", partners->integration, partners->object, id, (int64_t)limit);
}

enum error_code partners_edited(struct store *store, const struct partners *partners,
                                const struct texts *ids, struct arena *arena, struct texts *edited,
                                struct error *error)
{
    enum error_code code = ERROR_NONE;
    *edited = (struct texts){.items = ARENA_ARRAY(arena, ids->count, struct text)};
    if (!edited->items && ids->count)
        return error_memory(error, "the records that were edited here");
    for (size_t i = 0; !code && i < ids->count; i++) {
        int64_t is_edited = 0;
        code = rows_ask(&store->sql, &is_edited, error,
                        "SELECT 1 FROM integration i"
                        " JOIN integration_object n ON n.integration = i.id AND n.name = ?2"
                        " JOIN object_mapping m ON m.integration_object = n.id"
                        " JOIN field_change c ON c.integration = i.id AND c.object = m.object"
                        " AND c.object_id = m.object_id AND c.origin <> m.key"
                        " WHERE i.name = ?1 AND m.integration_id = ?3 AND m.deleted = 0 LIMIT 1",
                        "ttt", partners->integration, partners->object, ids->items[i]);
        if (is_edited)
            edited->items[edited->count++] = ids->items[i];
    }
    return code;
}
