/* The books of a run: transactions, names, positions. */
#include "store/books/cache.h"
#include "store/books/run_layout.h"

/* ---- transactions ---- */

enum error_code books_set_durable(struct store_run *run, bool durable, struct error *error)
{
    if (run->durable == durable)
        return ERROR_NONE;
    if (sql_run(&run->store->sql,
                durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error))
        return error->code;
    run->durable = durable;
    return ERROR_NONE;
}

/* Integrations and lines may come and go while a run is under way: the triggers are then created
 * again, which changes the file's schema version (spec 13.15). */
static enum error_code renew_trackers(struct store_run *run, struct error *error)
{
    int64_t version = 0;
    enum error_code code = rows_ask(&run->store->sql, &version, error, "PRAGMA schema_version", "");

    if (code || version == run->schema_version)
        return code;
    for (size_t index = 0; !code && index < run->manual->internal_count; index++)
        code = run_object_track(run, &run->objects[index], error);
    run->schema_version = version;
    return code;
}

static enum error_code begin(struct books *books, struct error *error)
{
    struct store_run *run = run_of_books(books);

    if (books_set_durable(run, true, error) || sql_begin(&run->store->sql, error))
        return error->code;
    if (renew_trackers(run, error) || cache_write_waiting(run->store, error) ||
        sql_do(&run->store->sql, "UPDATE engine_state SET writing = 1", error, "")) {
        sql_rollback(&run->store->sql);
        return error->code;
    }
    run->in_transaction = true;
    run->expected.entry = NULL;
    run->matters.known = run->references.known = run->echoes.known = run->retried.known =
        run->left_out.known = run->unknown.known = ANY_UNASKED;
    for (size_t index = 0; index < run->manual->internal_count; index++) {
        run->objects[index].folded_pending = true;
        run->objects[index].tracked.known = ANY_UNASKED;
    }
    return ERROR_NONE;
}

static enum error_code commit(struct books *books, struct error *error)
{
    struct store_run *run = run_of_books(books);
    enum error_code code =
        sql_do(&run->store->sql, "UPDATE engine_state SET writing = 0", error, "");

    run->in_transaction = false;
    return sql_end(&run->store->sql, code, error);
}

static enum error_code commit_later(struct books *books, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const enum error_code code =
        sql_do(&run->store->sql, "UPDATE engine_state SET writing = 0", error, "");

    run->in_transaction = false;
    return code ? sql_end(&run->store->sql, code, error)
                : sql_commit_later(&run->store->sql, error);
}

static enum error_code await_commit(struct books *books, struct error *error)
{
    return sql_await_commit(&run_of_books(books)->store->sql, error);
}

static void rollback(struct books *books)
{
    struct store_run *run = run_of_books(books);

    run->in_transaction = false;
    sql_rollback(&run->store->sql);
}

static enum error_code begin_reading(struct books *books, struct error *error)
{
    return sql_begin_reading(&run_of_books(books)->store->sql, error);
}

static void end_reading(struct books *books)
{
    sql_rollback(&run_of_books(books)->store->sql);
}

/* ---- positions ---- */

static enum error_code position(struct books *books, const struct manual_object *object,
                                struct window_end *end, struct arena *arena, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct rows rows;
    int64_t key = 0;

    *end = (struct window_end){.at = INSTANT_NONE, .token = TEXT_ABSENT};
    if (books_integration_object(run, object->name, false, &key, error))
        return error->code;
    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT p.at, p.token, p.behind, EXISTS (SELECT 1 FROM known_line k"
              " WHERE k.integration_object = n.id AND k.unfilled = 1) FROM integration_object n"
              " LEFT JOIN position p ON p.integration_object = n.id WHERE n.id = ?",
              "i", key);
    if (rows_next(&rows)) {
        end->at = rows_instant(&rows);
        end->token = rows_text(&rows);
        end->behind_ms = rows_integer(&rows);
        end->unfilled = rows_flag(&rows);
        end->clock_known = text_to_integer(run->clock, &end->clock_ms);
    }
    return rows_close(&rows);
}

static enum error_code set_position(struct books *books, const struct manual_object *object,
                                    const struct window_end *end, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t key = 0;

    if (books_integration_object(run, object->name, true, &key, error) ||
        sql_do(&run->store->sql,
               "INSERT OR REPLACE INTO position(integration_object, at, token, behind)"
               " VALUES(?, ?, ?, ?)",
               error, "iati", key, end->at, end->token, end->behind_ms))
        return error->code;
    if (end->unfilled)
        return ERROR_NONE;
    return sql_do(&run->store->sql,
                  "UPDATE known_line SET unfilled = 0 WHERE integration_object = ?"
                  " AND unfilled = 1",
                  error, "i", key);
}

/* Runs of selected objects and of slices have seen only a part. */
static enum error_code last_complete(struct books *books, instant until, instant *at,
                                     struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct rows rows;

    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT max(sync_at) FROM run WHERE integration = ? AND sync_at <= ?"
              " AND status IN ('done', 'done_with_issues') AND phase = 'push'"
              " AND id NOT IN (SELECT run FROM backfill_slice)",
              "ia", run->integration, until);
    *at = rows_next(&rows) ? rows_instant(&rows) : INSTANT_NONE;
    return rows_close(&rows);
}

void books_install(struct store_run *run)
{
    struct books *books = &run->books;

    books->begin = begin;
    books->begin_reading = begin_reading;
    books->end_reading = end_reading;
    books->commit = commit;
    books->commit_later = commit_later;
    books->await_commit = await_commit;
    books->rollback = rollback;
    books->position = position;
    books->set_position = set_position;
    books->last_complete = last_complete;
    books->set_reach = backfill_slice_reach;
    books->refers_to = internal_refers_to;
    books_install_mappings(run);
    books_install_linked(run);
    books_install_apart(run);
    books_install_changes(run);
    books_install_executed(run);
    books_install_matters(run);
    books_install_owed(run);
    books_install_late(run);
    books_install_loops(run);
    books_install_retry(run);
    ambiguous_records_install(run);
    books_install_notes(run);
}
