/*
 * Creates whose outcome is unknown: sent by a run that died, or whose answer was lost. The contract
 * is in model/journal.h; what becomes of them is decided in sync/push/unknown_outcome.c, or by
 * people (quarantine.c).
 */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"

static enum error_code set_unknown(struct journal *journal, const struct journal_change *change,
                                   enum unknown_outcome unknown, struct error *error)
{
    struct store_run *const run = run_of_journal(journal);

    run->unknown.known = ANY_SOME;
    return sql_do(&run->store->sql, "UPDATE journal_change SET doubt = ? WHERE id = ?", error, "ii",
                  (int64_t)unknown, change->key);
}

static enum error_code keep_unknown(struct journal *journal, const struct journal_change *change,
                                    struct error *error)
{
    return set_unknown(journal, change, change->left ? UNKNOWN_LEFT : UNKNOWN_WAITS, error);
}

static enum error_code leave_unknown(struct journal *journal, const struct journal_change *change,
                                     struct error *error)
{
    return set_unknown(journal, change, UNKNOWN_LEFT, error);
}

static enum error_code any_unknown(struct store_run *run, bool *any, struct error *error)
{
    return books_has_any(run, &run->unknown, any, error,
                         "SELECT 1 FROM journal_change WHERE integration = ?"
                         " AND doubt > " STORED_UNKNOWN_NONE " LIMIT 1",
                         "i", run->integration);
}

static enum error_code unknown_of(struct journal *journal, const struct manual_entry *entry,
                                  struct text internal_id, struct arena *arena,
                                  struct unknown_create *create, struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    struct rows rows;
    bool any = false;

    *create = (struct unknown_create){.key = TEXT_ABSENT, .sent_at = INSTANT_NONE};
    const enum error_code code = any_unknown(run, &any, error);
    if (code || !any)
        return code;
    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT idempotency_key, sent_at FROM journal_change"
              " WHERE integration = ? AND mapped_object = ?"
              " AND mapped_id = ? AND object = ? AND doubt > " STORED_UNKNOWN_NONE,
              "ittt", run->integration, entry->internal->name, internal_id,
              entry->integration->name);
    create->exists = rows_next(&rows);
    if (create->exists) {
        create->key = rows_text(&rows);
        create->sent_at = rows_instant(&rows);
    }
    return rows_close(&rows);
}

static enum error_code unknown_outcomes(struct journal *journal, struct arena *arena,
                                        struct journal_change **changes, size_t *count,
                                        struct error *error)
{
    return journal_read(run_of_journal(journal), true, arena, changes, count, error);
}

static enum error_code has_unknown(struct journal *journal, const struct manual_entry *entry,
                                   bool *has, struct error *error)
{
    struct store_run *run = run_of_journal(journal);

    if (any_unknown(run, has, error))
        return error->code;
    return *has ? rows_ask_flag(&run->store->sql, has, error,
                                "SELECT 1 FROM journal_change WHERE integration = ?"
                                " AND mapped_object = ? AND object = ?"
                                " AND doubt > " STORED_UNKNOWN_NONE " LIMIT 1",
                                "itt", run->integration, entry->internal->name,
                                entry->integration->name)
                : ERROR_NONE;
}

static enum error_code unknown_left(struct journal *journal, uint64_t *count, struct error *error)
{
    struct store_run *run = run_of_journal(journal);

    return rows_ask_count(&run->store->sql, count, error,
                          "SELECT count(*) FROM journal_change WHERE integration = ?"
                          " AND doubt = " STORED_UNKNOWN_LEFT,
                          "i", run->integration);
}

enum error_code journal_unknown_forget(struct store_run *run, const struct order_change *change,
                                       struct error *error)
{
    return sql_do(&run->store->sql,
                  "DELETE FROM journal_change WHERE integration = ? AND mapped_object = ?"
                  " AND mapped_id = ? AND object = ? AND doubt > " STORED_UNKNOWN_NONE,
                  error, "ittt", run->integration, change->mapped_object, change->mapped_id,
                  change->object);
}

void journal_unknown_install(struct store_run *run)
{
    run->journal.keep_unknown = keep_unknown;
    run->journal.leave_unknown = leave_unknown;
    run->journal.unknown_of = unknown_of;
    run->journal.unknown_outcomes = unknown_outcomes;
    run->journal.has_unknown = has_unknown;
    run->journal.unknown_left = unknown_left;
}
