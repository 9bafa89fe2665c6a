/* Deleted on one side and edited on the other: people have decided. */
#include "store/books/edited_deletions.h"

#include "model/matter.h"
#include "model/order.h"
#include "store/books/links.h"
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

static void read_deletion(struct rows *rows, void *item)
{
    struct edited_deletion *const deletion = item;

    deletion->mapping = rows_integer(rows);
    deletion->integration = rows_text(rows);
    deletion->object = rows_text(rows);
    deletion->id = rows_text(rows);
    deletion->record = rows_text(rows);
    deletion->record_id = rows_text(rows);
    deletion->here = rows_integer(rows) == MAPPING_END_HERE;
}

enum error_code edited_deletions_find(struct store *store, struct text object, struct text id,
                                      struct arena *arena, struct edited_deletion **deletions,
                                      size_t *count, struct error *error)
{
    if (rows_all(&store->sql, ROWS_INTO(arena, read_deletion, deletions, count), error,
                 "SELECT DISTINCT m.key, i.name, o.name, CAST(m.object_id AS TEXT), n.name,"
                 " m.integration_id, m.ended_by FROM open_matter x"
                 " JOIN object_mapping m ON m.integration_object = x.record"
                 " AND m.integration_id = x.record_id AND m.deleted = 1"
                 " JOIN integration_object n ON n.id = m.integration_object"
                 " JOIN integration i ON i.id = m.integration JOIN object o ON o.id = m.object"
                 " WHERE x.reason = ?1 AND ((o.name = ?2 AND m.object_id = CAST(?3 AS INTEGER)"
                 " AND CAST(m.object_id AS TEXT) = ?3) OR (n.name = ?2 AND m.integration_id = ?3))",
                 "itt", (int64_t)MATTER_DELETED_AND_EDITED, object, id))
        return error->code;
    if (*count == 0)
        return error_set(error, ERROR_NOT_FOUND,
                         "'%.*s:%.*s' is not among what was deleted on one side and edited on the "
                         "other; 'tandem status NAME' lists what is open",
                         TEXT_PRINT(object), TEXT_PRINT(id));
    return ERROR_NONE;
}

enum error_code edited_deletion_restore(struct store *store, const struct edited_deletion *deletion,
                                        struct error *error)
{
    /* its window is over: it is requested by its id */
    if (deletion->here &&
        sql_do(&store->sql,
               "INSERT INTO ambiguous_record(integration_object, integration_id, object, since,"
               " run, asked) SELECT integration_object, integration_id, object, ?, 0, 1"
               " FROM object_mapping WHERE key = ?"
               " ON CONFLICT DO UPDATE SET asked = 1, run = 0, failures = 0, message = NULL,"
               " held = 0",
               error, "ai", store_now(store), deletion->mapping))
        return error->code;
    return links_forget(store, &deletion->mapping, 1, error);
}

enum error_code edited_deletion_confirm(struct store *store, const struct edited_deletion *deletion,
                                        struct error *error)
{
    /* ended on both sides: an edit there no longer holds it */
    if (deletion->here &&
        sql_do(&store->sql,
               "UPDATE object_mapping SET pending_deletion = 1, ended_by = ?, version = NULL"
               " WHERE key = ?",
               error, "ii", (int64_t)MAPPING_END_BOTH, deletion->mapping))
        return error->code;
    return sql_do(&store->sql,
                  "DELETE FROM open_matter WHERE reason = ? AND (record, record_id) IN"
                  " (SELECT integration_object, integration_id FROM object_mapping WHERE key = ?)",
                  error, "ii", (int64_t)MATTER_DELETED_AND_EDITED, deletion->mapping);
}
