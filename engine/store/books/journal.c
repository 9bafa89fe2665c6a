/*
 * The journal of a run over SQLite: what was sent and answered; see model/journal.h for the
 * contract. Creates whose outcome is unknown are in journal_unknown.c, deletions in
 * journal_deletion.c, quarantine in quarantine.c.
 *
 * An order is on the disk before it goes out; an answer is in the write-ahead log at return, so
 * that it survives the death of the process at once and that of the machine from the next full
 * commit on.
 */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"

/* ---- orders and answers ---- */

/* The sequences of the tracked changes that the report had read, as a blob. */
static enum error_code make_sequences(struct store_run *run, const struct order_change *change,
                                      struct text *blob, struct error *error)
{
    const struct report_object *reported = change->reported;
    const size_t count = reported ? reported->tracked.count : 0;

    *blob = TEXT_ABSENT;
    if (count == 0)
        return ERROR_NONE;
    int64_t *const sequences = ARENA_ARRAY(run->scratch, count, int64_t);
    if (!sequences)
        return error_memory(error, "the journal of a change");
    for (size_t index = 0; index < count; index++)
        sequences[index] = reported->tracked.items[index].sequence;
    *blob = (struct text){(const char *)sequences, count * sizeof *sequences};
    return ERROR_NONE;
}

static enum error_code write_change(struct store_run *run, const struct order_change *change,
                                    int64_t id, struct error *error)
{
    const struct arena_mark mark = arena_mark(run->scratch);
    const struct run_object *object = run_object_of(run, change->entry->internal);
    struct text fingerprints = TEXT_ABSENT, sequences = TEXT_ABSENT;
    enum error_code code = make_sequences(run, change, &sequences, error);

    if (!code && change->resent)
        code = journal_unknown_forget(run, change, error);
    if (!code && object && change->base_versions)
        code = codec_make_base_versions(change->base_versions, INSTANT_NONE, object->field_keys,
                                        object->manual->field_count, run->scratch, &fingerprints,
                                        error);
    if (!code)
        code = sql_do(&run->store->sql,
                      "INSERT INTO journal_change(id, integration, run, sent_at, idempotency_key,"
                      " object, object_id, mapped_object, mapped_id, deletion, fingerprints,"
                      " sequences) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      error, "iiiatttttibb", id, run->integration, run->id, store_now(run->store),
                      change->idempotency_key, change->object, change->object_id,
                      change->mapped_object, change->mapped_id, (int64_t)change->deletion,
                      fingerprints, sequences);
    arena_rewind(run->scratch, mark);
    return code;
}

/* Ids only increase, so an answer can never belong to the change of another order. */
static enum error_code write_changes(struct store_run *run, const struct order *order,
                                     int64_t *first, struct error *error)
{
    if (rows_ask(&run->store->sql, first, error,
                 "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal_change'),"
                 " 0) + 1",
                 ""))
        return error->code;
    for (size_t index = 0; index < order->change_count; index++)
        if (write_change(run, order->changes[index], *first + (int64_t)index, error))
            return error->code;
    return ERROR_NONE;
}

/* Only a forgotten create would be doubled: an edit can be repeated without harm. So
 * an order without creates need not wait for the disk; it survives the death of the process, and
 * after a power cut its changes are still tracked. */
static bool has_creates(const struct order *order)
{
    for (size_t i = 0; i < order->change_count; i++)
        if (text_is_absent(order->changes[i]->object_id))
            return true;
    return false;
}

static enum error_code write_order(struct journal *journal, struct order *order,
                                   struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    int64_t first = 0;

    run->sent = NULL;
    if (books_set_durable(run, has_creates(order), error) || sql_begin(&run->store->sql, error))
        return error->code;
    enum error_code code = journal_withdraw(run, order, error);
    if (!code)
        code = write_changes(run, order, &first, error);
    if (sql_end(&run->store->sql, code, error))
        return error->code;
    run->sent = order;
    run->sent_next = 0;
    order->journalled = first;
    return ERROR_NONE;
}

/* The journal's id of a change of the order that was sent; 0: it is not of that order. Answers come
 * mostly in the order of the changes, so the search begins where the last one was found. */
static int64_t id_of(struct store_run *run, const struct order_change *change)
{
    const size_t count = run->sent ? run->sent->change_count : 0;

    for (size_t tried = 0; tried < count; tried++) {
        const size_t index = (run->sent_next + tried) % count;
        if (run->sent->changes[index] == change) {
            run->sent_next = index;
            return run->sent->journalled + (int64_t)index;
        }
    }
    return 0;
}

/* The refused fields are not written down, and without them the answer would refuse all. So after a
 * crash the change is sent once more, and answered once more. */
static enum answer_kind journalled_kind(const struct order_answer *answer)
{
    return answer->refused_count > 0 ? ANSWER_RETRY : answer->kind;
}

/* The place of the answer among those to its change, from 1: it is the last one. */
static int64_t number_of(const struct order_change *change)
{
    int64_t number = 0;

    for (const struct order_answer *given = change->answers; given; given = given->next)
        number++;
    return number;
}

static enum error_code write_answer(struct journal *journal, const struct order_change *change,
                                    const struct order_answer *answer, struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    const int64_t id = id_of(run, change);

    if (!id)
        return error_set(error, ERROR_INTERNAL,
                         "an answer for '%.*s:%.*s' belongs to no order that was written down",
                         TEXT_PRINT(change->mapped_object), TEXT_PRINT(change->mapped_id));
    if (books_set_durable(run, false, error))
        return error->code;
    return sql_do(&run->store->sql,
                  "INSERT INTO journal_answer(change, number, kind, object, object_id, old_object,"
                  " old_id, at, message, given_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error, "iiittttata", id, number_of(change), (int64_t)journalled_kind(answer),
                  answer->object, answer->id, answer->old_object, answer->old_id, answer->at,
                  answer->message, answer->given_at);
}

/* Forget the order's changes; if it failed, only those with a known outcome. */
static bool has_unanswered_create(const struct order *order)
{
    for (size_t i = 0; i < order->change_count; i++)
        if (!order->changes[i]->answers && text_is_absent(order->changes[i]->object_id))
            return true;
    return false;
}

static enum error_code close_order(struct journal *journal, const struct order *order,
                                   struct error *error)
{
    static const char unanswered[] =
        "UPDATE journal_change SET doubt = " STORED_UNKNOWN_WAITS
        " WHERE id >= ? AND id < ? AND object_id IS NULL"
        " AND deletion = 0 AND NOT EXISTS (SELECT 1 FROM journal_answer a"
        " WHERE a.change = journal_change.id)";
    struct store_run *run = run_of_journal(journal);

    if (!order->journalled)
        return ERROR_NONE;
    const int64_t end = order->journalled + (int64_t)order->change_count;
    /* a rollback ends the run: what it would have closed stays unfinished */
    if (run->sent == order)
        run->sent = NULL;
    if (has_unanswered_create(order)) {
        run->unknown.known = ANY_SOME;
        if (sql_do(&run->store->sql, unanswered, error, "ii", order->journalled, end))
            return error->code;
    }
    return sql_do(
        &run->store->sql,
        "DELETE FROM journal_change WHERE id >= ? AND id < ? AND doubt = " STORED_UNKNOWN_NONE,
        error, "ii", order->journalled, end);
}

static enum error_code unfinished(struct journal *journal, struct arena *arena,
                                  struct journal_change **changes, size_t *count,
                                  struct error *error)
{
    return journal_read(run_of_journal(journal), false, arena, changes, count, error);
}

static enum error_code forget(struct journal *journal, const struct journal_change *change,
                              struct error *error)
{
    return sql_do(&run_of_journal(journal)->store->sql, "DELETE FROM journal_change WHERE id = ?",
                  error, "i", change->key);
}

enum error_code journal_install(struct store_run *run, struct error *error)
{
    run->journal = (struct journal){.write_order = write_order,
                                    .write_answer = write_answer,
                                    .close_order = close_order,
                                    .unfinished = unfinished,
                                    .forget = forget};
    journal_unknown_install(run);
    journal_install_deletions(run);
    quarantine_install(run);
    return store_setting(run->store, TEXT("identity"), run->arena, &run->journal.store, error);
}
