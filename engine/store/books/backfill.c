/* Slices of a long window in the store: opened, counted, finished. */
#include "store/books/backfill.h"

#include "store/books/run_layout.h"

/* ---- for the caller that runs the slices ---- */

enum error_code backfill_find(struct store *store, struct text integration, struct arena *arena,
                              struct backfill *backfill, bool *found, struct error *error)
{
    struct rows rows;

    *backfill = (struct backfill){.asked = TEXT_ABSENT};
    rows_open(&rows, &store->sql, arena, error,
              "SELECT b.asked, b.from_at, b.to_at, b.slice_ms, b.begun, count(s.number),"
              " total(s.status = 'done_with_issues'), total(s.status = 'failed'),"
              " total(s.status = 'running')"
              " FROM integration i JOIN backfill b ON b.integration = i.id"
              " LEFT JOIN backfill_slice s ON s.integration = i.id"
              " WHERE i.name = ? GROUP BY i.id",
              "t", integration);
    *found = rows_next(&rows);
    if (*found) {
        backfill->asked = rows_text(&rows);
        backfill->from = rows_instant(&rows);
        backfill->to = rows_instant(&rows);
        backfill->slice_ms = rows_integer(&rows);
        backfill->begun = rows_instant(&rows);
        const uint64_t all = (uint64_t)rows_integer(&rows);
        backfill->attention = (uint64_t)rows_integer(&rows);
        backfill->failed = (uint64_t)rows_integer(&rows);
        backfill->open = (uint64_t)rows_integer(&rows);
        backfill->done = all - backfill->failed - backfill->open;
    }
    return rows_close(&rows);
}

static enum error_code replace(struct store *store, struct text integration,
                               const struct backfill *backfill, struct error *error)
{
    int64_t key = 0;

    if (books_integration_key(store, integration, &key, error) ||
        sql_do(&store->sql,
               "DELETE FROM backfill_reach WHERE integration_object IN"
               " (SELECT id FROM integration_object WHERE integration = ?)",
               error, "i", key) ||
        /* its slices go with it */
        sql_do(&store->sql, "DELETE FROM backfill WHERE integration = ?", error, "i", key))
        return error->code;
    return sql_do(&store->sql,
                  "INSERT INTO backfill(integration, asked, from_at, to_at, slice_ms, begun)"
                  " VALUES(?, ?, ?, ?, ?, ?)",
                  error, "itaaia", key, backfill->asked, backfill->from, backfill->to,
                  backfill->slice_ms, store_now(store));
}

enum error_code backfill_begin(struct store *store, struct text integration,
                               const struct backfill *backfill, struct error *error)
{
    if (sql_begin(&store->sql, error))
        return error->code;
    return sql_end(&store->sql, replace(store, integration, backfill, error), error);
}

enum error_code backfill_done(struct store *store, struct text integration, bool *done,
                              size_t count, struct error *error)
{
    struct rows rows;

    for (size_t number = 0; number < count; number++)
        done[number] = false;
    rows_open(&rows, &store->sql, NULL, error,
              "SELECT s.number FROM backfill_slice s JOIN integration i"
              " ON i.id = s.integration WHERE i.name = ?"
              " AND s.status IN ('done', 'done_with_issues')",
              "t", integration);
    while (rows_next(&rows)) {
        const int64_t number = rows_integer(&rows);
        if (number >= 0 && (uint64_t)number < count)
            done[number] = true;
    }
    return rows_close(&rows);
}

enum error_code backfill_needs_recovery(struct store *store, struct text integration, bool *needed,
                                        struct error *error)
{
    return rows_ask_flag(&store->sql, needed, error,
                         "SELECT EXISTS (SELECT 1 FROM journal_change j JOIN integration i"
                         " ON i.id = j.integration WHERE i.name = ?)",
                         "t", integration);
}

/* ---- for the run of a slice ---- */

enum error_code backfill_slice_open(struct store_run *run, struct error *error)
{
    struct sql *sql = &run->store->sql;

    if (sql_do(sql,
               "UPDATE run SET status = 'interrupted' WHERE status = 'running' AND id ="
               " (SELECT run FROM backfill_slice WHERE integration = ? AND number = ?)",
               error, "ii", run->integration, run->slice - 1))
        return error->code;
    return sql_do(sql,
                  "INSERT OR REPLACE INTO backfill_slice(integration, number, run, status)"
                  " VALUES(?, ?, ?, 'running')",
                  error, "iii", run->integration, run->slice - 1, run->id);
}

enum error_code backfill_slice_close(struct store_run *run, const char *status, struct error *error)
{
    /* one that was interrupted is resumed, as if it had been killed */
    if (text_equal(text_of(status), TEXT("interrupted")))
        return ERROR_NONE;
    return sql_do(&run->store->sql,
                  "UPDATE backfill_slice SET status = CASE WHEN ?1 LIKE 'done%' THEN ?1 ELSE"
                  " 'failed' END WHERE integration = ?2 AND number = ?3 AND run = ?4",
                  error, "tiii", text_of(status), run->integration, run->slice - 1, run->id);
}

/* Where a position is, and the backfill that it may move over. */
struct frontier {
    int64_t object; /* key of the integration object */
    instant from, to, at;
    int64_t slice_ms, number; /* number: the slice that continues from `at` */
    bool moved, stopped;
};

static enum error_code find_frontier(struct store_run *run, struct frontier *frontier,
                                     struct error *error)
{
    struct rows rows;

    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT b.from_at, b.to_at, b.slice_ms, p.at, p.token IS NOT NULL FROM backfill b"
              " LEFT JOIN position p ON p.integration_object = ?2 WHERE b.integration = ?1",
              "ii", run->integration, frontier->object);
    const bool row = rows_next(&rows);
    if (row) {
        frontier->from = rows_instant(&rows);
        frontier->to = rows_instant(&rows);
        frontier->slice_ms = rows_integer(&rows);
        frontier->at = rows_instant(&rows);
        frontier->stopped = rows_flag(&rows);
    }
    if (rows_close(&rows))
        return error->code;
    if (!row || (frontier->at != INSTANT_NONE &&
                 (frontier->at < frontier->from || frontier->at >= frontier->to)))
        frontier->stopped = true;
    else if (frontier->at != INSTANT_NONE)
        frontier->number = (frontier->at - frontier->from) / frontier->slice_ms;
    return ERROR_NONE;
}

/* Over one slice, if its pull is complete. */
static enum error_code pass_slice(struct store_run *run, struct frontier *frontier,
                                  struct error *error)
{
    const instant end = frontier->from + (frontier->number + 1) * frontier->slice_ms;
    struct rows rows;

    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT at FROM backfill_reach WHERE integration_object = ? AND number = ?", "ii",
              frontier->object, frontier->number);
    const instant reach = rows_next(&rows) ? rows_instant(&rows) : INSTANT_NONE;
    if (reach != INSTANT_NONE && (frontier->at == INSTANT_NONE || reach > frontier->at)) {
        frontier->at = reach;
        frontier->moved = true;
    }
    frontier->number++;
    frontier->stopped = reach == INSTANT_NONE || reach < end || end >= frontier->to;
    return rows_close(&rows);
}

enum error_code backfill_slice_reach(struct books *books, const struct manual_object *object,
                                     const struct window_end *end, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct frontier frontier = {.at = INSTANT_NONE};

    if (books_integration_object(run, object->name, true, &frontier.object, error) ||
        sql_do(&run->store->sql,
               "INSERT OR REPLACE INTO backfill_reach(integration_object, number, at)"
               " VALUES(?, ?, ?)",
               error, "iia", frontier.object, run->slice - 1, end->at) ||
        find_frontier(run, &frontier, error))
        return error->code;
    while (!frontier.stopped)
        if (pass_slice(run, &frontier, error))
            return error->code;
    if (!frontier.moved)
        return ERROR_NONE;
    const struct window_end reached = {
        .at = frontier.at, .behind_ms = end->behind_ms, .unfilled = true};
    return books->set_position(books, object, &reached, error);
}
