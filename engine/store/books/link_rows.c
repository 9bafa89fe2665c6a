/* A link, and what is kept about it. */
#include "store/books/link_rows.h"

#include "store/schema/store_layout.h"

/* The failed tries of a pair. */
static const char tried_of_key[] =
    "DELETE FROM quarantine WHERE (integration, object, object_id, record, record_id) IN"
    " (SELECT m.integration, m.object, m.object_id, n.name, m.integration_id FROM object_mapping m"
    " JOIN integration_object n ON n.id = m.integration_object WHERE m.key = ?)";

/* Open matters about the record of a link. */
static const char open_of_key[] =
    "DELETE FROM open_matter WHERE mapping = 0 AND (record, record_id) IN"
    " (SELECT integration_object, integration_id FROM object_mapping WHERE key = ?)";

enum error_code link_rows_remove(struct store *store, int64_t key, struct error *error)
{
    if (sql_do(&store->sql, tried_of_key, error, "i", key) ||
        sql_do(&store->sql, open_of_key, error, "i", key) ||
        sql_do(&store->sql, "DELETE FROM open_matter WHERE mapping = ?", error, "i", key) ||
        sql_do(&store->sql, "DELETE FROM change_mark WHERE mapping = ?", error, "i", key))
        return error->code;
    return sql_do(&store->sql, "DELETE FROM object_mapping WHERE key = ?", error, "i", key);
}
