/* What people read: notes, outcomes, decisions. */
#include "store/books/run_layout.h"

static enum error_code add_note(struct books *books, const struct note *note, struct error *error)
{
    struct store_run *run = run_of_books(books);

    if (run->notes_left == 0)
        return ERROR_NONE;
    run->notes_left--;
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
        code =
            sql_do(&run->store->sql,
                   "INSERT INTO decision(run, side, integration_object, integration_id, object,"
                   " object_id, field, left_value, right_value, left_certain, left_possible,"
                   " right_certain, right_possible, base, verdict, decided_by)"
                   " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   error, "iitttttttaaaaitt", run->id, (int64_t)decision->side,
                   decision->entry->integration->name, decision->integration_id, internal->name,
                   decision->internal_id, internal->fields[decision->line->internal_field].name,
                   left, right, decision->left.certain, decision->left.possible,
                   decision->right.certain, decision->right.possible, (int64_t)decision->base,
                   text_of(judge_verdict_name(decision->verdict)), text_of(decision->decided_by));
    arena_rewind(run->scratch, mark);
    return code;
}

void books_install_notes(struct store_run *run)
{
    struct books *books = &run->books;

    books->add_note = add_note;
    books->add_outcome = add_outcome;
    books->add_decision = add_decision;
    books->set_progress = resume_set_progress;
}
