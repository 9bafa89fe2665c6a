/*
 * Links, for the brakes, and deletions that wait to be passed on; the contract is in
 * model/journal.h.
 */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"

static enum error_code live_mappings(struct journal *journal, const struct manual_object *object,
                                     uint64_t *count, struct error *error)
{
    struct store_run *run = run_of_journal(journal);

    return rows_ask_count(
        &run->store->sql, count, error,
        object ? "SELECT count(*) FROM object_mapping WHERE integration_object = ? AND deleted = 0"
               : "SELECT count(*) FROM object_mapping WHERE integration = ? AND deleted = 0",
        "i", object ? run->integration_objects[object->index] : run->integration);
}

/* FROM and WHERE of the deletions that wait; the policy may have changed since they were noted. */
#define WAITING_DELETIONS                                                                          \
    " FROM object_mapping m WHERE m.integration = ? AND m.pending_deletion = 1"                    \
    " AND EXISTS (SELECT 1"                                                                        \
    " FROM passed_deletion p WHERE p.object = m.object"                                            \
    " AND p.integration_object = m.integration_object)"

static enum error_code deletions(struct journal *journal, int64_t after, size_t limit,
                                 struct arena *arena, struct mappings *mappings,
                                 struct error *error)
{
    struct store_run *run = run_of_journal(journal);

    return books_read_mappings(run, arena, mappings, error,
                               "SELECT " MAPPING_COLUMNS WAITING_DELETIONS
                               " AND m.key > ? ORDER BY m.key LIMIT ?",
                               "iii", run->integration, after, (int64_t)limit);
}

static enum error_code deletions_count(struct journal *journal, uint64_t *count,
                                       struct error *error)
{
    struct store_run *run = run_of_journal(journal);

    return rows_ask_count(&run->store->sql, count, error, "SELECT count(*)" WAITING_DELETIONS, "i",
                          run->integration);
}

static enum error_code deletion_done(struct journal *journal, const struct mapping *mapping,
                                     bool gone, struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    bool exists = false;

    if (internal_exists(run, mapping->internal_object, mapping->internal_id, &exists, error))
        return error->code;
    if (exists && gone)
        return run->books.remove_mapping(&run->books, mapping->key, error);
    if (exists)
        return journal_revive(run, mapping->key, error);
    return sql_do(&run->store->sql,
                  "UPDATE object_mapping SET pending_deletion = 0, ended_by = ? WHERE key = ?"
                  " AND pending_deletion <> 0",
                  error, "ii", (int64_t)(gone ? MAPPING_END_BOTH : MAPPING_END_HERE), mapping->key);
}

static enum error_code deletion_refused(struct journal *journal, const struct mapping *mapping,
                                        struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    bool exists = false;

    if (internal_exists(run, mapping->internal_object, mapping->internal_id, &exists, error))
        return error->code;
    return exists ? journal_revive(run, mapping->key, error)
                  : sql_do(&run->store->sql,
                           "UPDATE object_mapping SET pending_deletion = " STORED_DELETION_REFUSED
                           " WHERE key = ?",
                           error, "i", mapping->key);
}

void journal_install_deletions(struct store_run *run)
{
    run->journal.live_mappings = live_mappings;
    run->journal.deletions = deletions;
    run->journal.deletions_count = deletions_count;
    run->journal.deletion_done = deletion_done;
    run->journal.deletion_refused = deletion_refused;
}
