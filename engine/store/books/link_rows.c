/* A link, and what is kept about it. */
#include "store/books/link_rows.h"

#include "store/schema/store_layout.h"
#include "store/schema/stored_kinds.h"

/* The failed tries of a pair. */
static const char tried_of_key[] =
    "DELETE FROM quarantine WHERE (integration, object, object_id, record, record_id) IN"
    " (SELECT m.integration, m.object, m.object_id, n.name, m.integration_id FROM object_mapping m"
    " JOIN integration_object n ON n.id = m.integration_object WHERE m.key = ?)";

/* Open matters about the record of a link. */
static const char open_of_key[] =
    "DELETE FROM open_matter WHERE mapping = 0 AND (record, record_id) IN"
    " (SELECT integration_object, integration_id FROM object_mapping WHERE key = ?)";

/* What reports tell of it from now on may be a part of it. */
static const char leave_out_of_key[] =
    "INSERT OR IGNORE INTO open_matter(integration, reason, object, record, record_id, first_at,"
    " last_at) SELECT integration, " STORED_MATTER_LEFT_OUT ", object, integration_object,"
    " integration_id, ?2, ?2 FROM object_mapping WHERE key = ?1";

enum error_code link_rows_remove(struct store *store, int64_t key, struct error *error)
{
    if (sql_do(&store->sql, tried_of_key, error, "i", key) ||
        sql_do(&store->sql, open_of_key, error, "i", key) ||
        sql_do(&store->sql, leave_out_of_key, error, "ia", key, store_now(store)) ||
        sql_do(&store->sql, "DELETE FROM open_matter WHERE mapping = ?", error, "i", key) ||
        sql_do(&store->sql, "DELETE FROM change_mark WHERE mapping = ?", error, "i", key))
        return error->code;
    return sql_do(&store->sql, "DELETE FROM object_mapping WHERE key = ?", error, "i", key);
}
