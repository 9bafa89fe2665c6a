/* What people read (notes, outcomes, decisions) and the journal of a run. */
#include "store/run_layout.h"

/* ---- what people read ---- */

static enum error_code add_note(struct books *books, const struct note *note, struct error *error)
{
    struct store_run *run = run_of_books(books);

    /* the same note twice in a run is one */
    return sql_do(&run->store->sql,
                  "INSERT OR IGNORE INTO note(run, integration, at, object, object_id,"
                  " integration_object, integration_id, about, field, message)"
                  " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error, "iiattttttt", run->id, run->integration, run->now, note->internal_object,
                  note->internal_id, note->integration_object, note->integration_id,
                  text_of(note->about), note->field, note->message);
}

static enum error_code add_outcome(struct books *books, const struct outcome *outcome,
                                   struct error *error)
{
    struct store_run *run = run_of_books(books);

    if (outcome->kind == OUTCOME_UNCHANGED || run->outcomes_left == 0)
        return ERROR_NONE;
    /* what needs attention is always kept; of the many others a bounded number */
    if (outcome->kind == OUTCOME_CREATED || outcome->kind == OUTCOME_UPDATED)
        run->outcomes_left--;
    return sql_do(&run->store->sql,
                  "INSERT INTO run_outcome(run, side, object, object_id, kind, reason)"
                  " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind,"
                  " reason = excluded.reason WHERE excluded.kind < run_outcome.kind",
                  error, "iittit", run->id, (int64_t)outcome->side, outcome->object, outcome->id,
                  (int64_t)outcome->kind, text_of(outcome->reason));
}

static enum error_code add_decision(struct books *books, const struct decision *decision,
                                    struct error *error)
{
    enum { SHOWN_CHARACTERS = 200 };
    struct store_run *run = run_of_books(books);
    const struct arena_mark mark = arena_mark(run->scratch);
    const struct manual_object *internal = decision->entry->internal;
    struct text left = TEXT_ABSENT, right = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;

    if (run->decisions_left == 0)
        return ERROR_NONE;
    run->decisions_left--;
    if (decision->left.value)
        code = value_format(run->scratch, decision->left.value, SHOWN_CHARACTERS, &left, error);
    if (!code && decision->right.value)
        code = value_format(run->scratch, decision->right.value, SHOWN_CHARACTERS, &right, error);
    if (!code)
        code = sql_do(&run->store->sql,
                      "INSERT INTO decision(run, side, integration_object, integration_id, object,"
                      " object_id, field, left_value, right_value, left_certain, left_possible,"
                      " right_certain, right_possible, base, verdict, decided_by)"
                      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      error, "iitttttttaaaaitt", run->id, (int64_t)decision->side,
                      decision->entry->integration->name, decision->integration_id, internal->name,
                      decision->internal_id, internal->fields[decision->line->internal_field].name,
                      left, right, decision->left.certain, decision->left.possible,
                      decision->right.certain, decision->right.possible, (int64_t)decision->base,
                      text_of(verdict_name(decision->verdict)), text_of(decision->decided_by));
    arena_rewind(run->scratch, mark);
    return code;
}

/* ---- the journal ---- */

static enum error_code set_progress(struct books *books, const struct run_progress *progress,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    enum error_code code = sql_do(
        &run->store->sql, "UPDATE run SET phase = ?, iteration = ?, cursor = ? WHERE id = ?", error,
        "titi", text_of(progress->phase), (int64_t)progress->iteration, progress->cursor, run->id);

    /* the iteration's answers are in the books from here on */
    if (!code)
        code = sql_do(&run->store->sql, "DELETE FROM journal_change WHERE run = ?", error, "i",
                      run->id);
    return code ? code
                : sql_do(&run->store->sql, "DELETE FROM journal_answer WHERE run = ?", error, "i",
                         run->id);
}

/* Repeating an update or a deletion does no harm; a create that is repeated makes a double. So
 * creates are on the disk before anything is sent. */
static enum error_code journal_creates(struct store_run *run, const struct order *order,
                                       struct error *error)
{
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < order->change_count; index++) {
        const struct order_change *change = order->changes[index];
        if (!text_is_absent(change->object_id))
            continue;
        code = sql_do(&run->store->sql,
                      "INSERT INTO journal_change(run, iteration, integration, idempotency_key,"
                      " object, mapped_object, mapped_id) VALUES(?, ?, ?, ?, ?, ?, ?)",
                      error, "iiitttt", run->id, (int64_t)order->iteration, run->integration,
                      change->idempotency_key, change->object, change->mapped_object,
                      change->mapped_id);
    }
    return code;
}

static enum error_code journal_order(struct books *books, const struct order *order,
                                     struct error *error)
{
    struct store_run *run = run_of_books(books);
    bool creates = false;
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; index < order->change_count; index++)
        creates = creates || text_is_absent(order->changes[index]->object_id);
    if (!creates)
        return ERROR_NONE;
    code = books_set_durable(run, true, error);
    if (!code)
        code = sql_begin(&run->store->sql, error);
    if (code)
        return code;
    return sql_end(&run->store->sql, journal_creates(run, order, error), error);
}

static enum error_code journal_answer(struct books *books, const struct order_change *change,
                                      const struct order_answer *answer, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const bool create = text_is_absent(change->object_id);
    enum error_code code = ERROR_NONE;

    if (!create && answer->kind != ANSWER_CREATED && answer->kind != ANSWER_REMAPPED &&
        answer->kind != ANSWER_DELETED)
        return ERROR_NONE;
    code = books_set_durable(run, false, error);
    if (code)
        return code;
    return sql_do(&run->store->sql,
                  "INSERT INTO journal_answer(run, kind, object, object_id, mapped_object,"
                  " mapped_id, answer_object, answer_id, old_object, old_id, at)"
                  " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error, "iitttttttta", run->id, (int64_t)answer->kind, change->object,
                  change->object_id, change->mapped_object, change->mapped_id, answer->object,
                  answer->id, answer->old_object, answer->old_id, answer->at);
}

void books_install_journal(struct store_run *run)
{
    struct books *books = &run->books;

    books->add_note = add_note;
    books->add_outcome = add_outcome;
    books->add_decision = add_decision;
    books->set_progress = set_progress;
    books->journal_order = journal_order;
    books->journal_answer = journal_answer;
}
