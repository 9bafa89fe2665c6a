/* partners: one look into the index of mappings by record. */
#include "store/books/partners.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum error_code partners_after(struct store *store, struct text integration, struct text object,
                               struct text id, size_t limit, struct arena *arena, struct text **ids,
                               size_t *count, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &store->sql, arena, error,
              "SELECT DISTINCT m.integration_id FROM integration i"
              " JOIN integration_object n ON n.integration = i.id AND n.name = ?2"
              " JOIN object_mapping m ON m.integration_object = n.id"
              " WHERE i.name = ?1 AND m.integration_id > ?3 AND m.deleted = 0"
              " ORDER BY m.integration_id LIMIT ?4",
              "ttti", integration, object, id, (int64_t)limit);
    *ids = rows_list(&rows, rows_read_text, sizeof **ids, count);
    return rows_close(&rows);
}
