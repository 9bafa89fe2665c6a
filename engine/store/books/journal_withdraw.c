/*
 * An order may be outdated before it is sent, because pages are read ahead and deletions wait. So
 * it is checked once more in the transaction that writes it to the journal (spec 13.12).
 */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"

/* Does the record still wait to be deleted? */
static enum error_code deletion_waits(struct store_run *run, const struct mapping *mapping,
                                      bool *waits, struct error *error)
{
    return rows_ask_flag(&run->store->sql, waits, error,
                         "SELECT 1 FROM object_mapping WHERE key = ? AND pending_deletion = 1", "i",
                         mapping->key);
}

enum error_code journal_revive(struct store_run *run, int64_t mapping, struct error *error)
{
    return sql_do(&run->store->sql,
                  "UPDATE object_mapping SET deleted = 0, pending_deletion = 0,"
                  " ended_by = " STORED_END_UNKNOWN ", ended_at = NULL WHERE key = ?",
                  error, "i", mapping);
}

static enum error_code look_at_deletion(struct store_run *run, struct order_change *change,
                                        struct error *error)
{
    bool exists = false, waits = false;

    if (internal_exists(run, change->mapped_object, change->mapped_id, &exists, error) ||
        (!exists && deletion_waits(run, change->mapping, &waits, error)))
        return error->code;
    change->withdrawn = exists || !waits;
    return exists ? journal_revive(run, change->mapping->key, error) : ERROR_NONE;
}

static enum error_code look_at_create(struct store_run *run, struct order_change *change,
                                      struct error *error)
{
    bool exists = false;
    const enum error_code code =
        internal_exists(run, change->mapped_object, change->mapped_id, &exists, error);

    change->withdrawn = !code && !exists;
    return code;
}

enum error_code journal_withdraw(struct store_run *run, struct order *order, struct error *error)
{
    for (size_t index = 0; index < order->change_count; index++) {
        struct order_change *change = order->changes[index];
        if (change->deletion
                ? look_at_deletion(run, change, error)
                : text_is_absent(change->object_id) && look_at_create(run, change, error))
            return error->code;
    }
    order_drop_withdrawn(order);
    return ERROR_NONE;
}
