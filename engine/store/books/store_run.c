/* Opens and closes what one run needs of the store. */
#include "store/books/renamed_lines.h"
#include "store/books/run_layout.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

enum { NOTES_MOST = 100000, DEFAULT_LIMIT = 10000, DEFAULT_RETRIES = 5 };

/* ---- the internal side, but for report and order ---- */

static enum error_code side_load(struct internal_side *side, const struct manual_object *manual,
                                 struct text id, struct arena *arena,
                                 struct local_object *local_object, struct error *error)
{
    struct store_run *run = run_of_side(side);
    struct run_object *object = run_object_of(run, manual);
    int64_t key = 0;

    *local_object = (struct local_object){.exists = false};
    if (!object || !sql_id_of(id, &key))
        return ERROR_NONE;
    return run_object_load(run, object, key, arena, local_object, error);
}

static enum error_code side_find(struct internal_side *side, const struct object_search *search,
                                 struct arena *arena, struct texts *ids, struct error *error)
{
    struct store_run *run = run_of_side(side);
    struct run_object *object = run_object_of(run, search->object);

    *ids = (struct texts){.count = 0};
    return object ? run_object_find(run, object, search, arena, ids, error) : ERROR_NONE;
}

static enum error_code side_remove(struct internal_side *side, const struct manual_object *manual,
                                   struct text id, const struct mapping *origin,
                                   struct error *error)
{
    struct store_run *run = run_of_side(side);
    const struct store_object *stored = store_object_of(run->store, manual->name);
    const struct arena_mark mark = arena_mark(run->scratch);
    struct text text = TEXT_ABSENT;
    struct rows rows;
    int64_t key = 0;

    if (!stored || !sql_id_of(id, &key))
        return ERROR_NONE;
    /* the trigger marks the mappings, whoever deletes the object */
    if (text_format(run->scratch, &text, error, "DELETE FROM \"%.*s\" WHERE id = ?",
                    TEXT_PRINT(stored->schema.name)))
        return error->code;
    rows_open_once(&rows, &run->store->sql, NULL, error, text.bytes, "i", key);
    (void)rows_next(&rows); /* it gives none */
    arena_rewind(run->scratch, mark);
    if (rows_close(&rows))
        return error->code;
    return origin ? sql_do(&run->store->sql,
                           "UPDATE object_mapping SET pending_deletion = 0 WHERE key = ?", error,
                           "i", origin->key)
                  : ERROR_NONE;
}

/* ---- opening ---- */

static enum error_code bind_manual(struct store_run *run, struct error *error)
{
    const struct manual *manual = run->manual;

    run->objects = ARENA_ARRAY(run->arena, manual->internal_count, struct run_object);
    run->integration_objects = ARENA_ARRAY(run->arena, manual->integration_count, int64_t);
    run->exists = (struct sql_statement **)arena_array(run->arena, run->store->object_count,
                                                       sizeof *run->exists);
    if (!run->objects || !run->integration_objects || !run->exists)
        return error_memory(error, "a run");
    for (size_t index = 0; index < manual->integration_count; index++)
        if (books_integration_object(run, manual->integration[index]->name, true,
                                     &run->integration_objects[index], error))
            return error->code;
    for (size_t index = 0; index < manual->internal_count; index++)
        if (run_object_open(run, &run->objects[index], manual->internal[index], error))
            return error->code;
    return ERROR_NONE;
}

/* The caller holds the integration's lock: whatever is still "running" has died. Slices share the
 * lock, so this holds only for the last run of the same slice. */
static enum error_code write_record(struct store_run *run, const struct store_run_options *options,
                                    struct error *error)
{
    struct sql *sql = &run->store->sql;

    if ((!run->slice && sql_do(sql,
                               "UPDATE run SET status = 'interrupted' WHERE integration = ?"
                               " AND status = 'running'",
                               error, "i", run->integration)) ||
        rows_ask(sql, &run->id, error,
                 "INSERT INTO run(integration, sync_at, started, options, scripts)"
                 " VALUES(?, ?, ?, ?, ?) RETURNING id",
                 "iaatt", run->integration, run->now, store_now(run->store), options->options_json,
                 options->scripts_json) ||
        (run->slice && backfill_slice_open(run, error)) || resume_write_manual(run, error))
        return error->code;
    return options->resumes ? resume_take_over(run, options->resumes, error) : ERROR_NONE;
}

/* How far their clock was behind, as an earlier run has measured it (13.9). */
static enum error_code read_clock(struct store_run *run, struct error *error)
{
    if (text_format(run->arena, &run->clock_setting, error, "clock %.*s",
                    TEXT_PRINT(run->integration_name)))
        return error->code;
    return store_setting(run->store, run->clock_setting, run->arena, &run->clock, error);
}

static enum error_code begin_run(struct store_run *run, const struct store_run_options *options,
                                 struct error *error)
{
    if (text_copy(run->arena, options->integration, &run->integration_name, error) ||
        books_integration_key(run->store, run->integration_name, &run->integration, error) ||
        read_clock(run, error) || write_record(run, options, error) || bind_manual(run, error) ||
        renamed_lines_forget(run, error) || returned_track(run, error) ||
        books_retry_after_change(run, options->setup, error))
        return error->code;
    return journal_install(run, error);
}

enum error_code store_run_open(struct store *store, const struct store_run_options *options,
                               struct store_run **result, struct error *error)
{
    struct store_run *run = calloc(1, sizeof *run);

    *result = NULL;
    if (!run)
        return error_memory(error, "a run");
    run->store = store;
    run->log = options->log;
    run->manual = options->manual;
    run->now = options->now;
    run->begun = store_run_clock(run);
    run->slice = options->slice;
    run->keep = options->keep;
    run->durable = true;
    run->retries = options->retries ? options->retries : DEFAULT_RETRIES;
    run->outcomes_left = options->outcome_limit ? options->outcome_limit : DEFAULT_LIMIT;
    run->decisions_left = options->decision_limit ? options->decision_limit : DEFAULT_LIMIT;
    run->notes_left = NOTES_MOST;
    run->apart.lasts = run->matters.lasts = run->unknown.lasts = true;
    run->arena = arena_new(0);
    run->scratch = arena_new(0);
    books_install(run);
    run->internal.exchange.get_report = internal_report;
    run->internal.exchange.execute_order = internal_order;
    run->internal.load = side_load;
    run->internal.find = side_find;
    run->internal.remove = side_remove;
    enum error_code code =
        run->arena && run->scratch ? sql_begin(&store->sql, error) : error_memory(error, "a run");
    if (!code)
        code = sql_end(&store->sql, begin_run(run, options, error), error);
    if (code)
        store_run_close(run);
    else
        *result = run;
    return code;
}

void store_run_close(struct store_run *run)
{
    struct error ignored;

    if (!run)
        return;
    for (size_t index = 0; run->objects && index < run->manual->internal_count; index++)
        run_object_close(&run->objects[index]);
    for (size_t index = 0; run->exists && index < run->store->object_count; index++)
        sql_finalize(run->exists[index]);
    sql_finalize(run->company_name);
    sql_rollback(&run->store->sql);
    if (books_set_durable(run, true, &ignored))
        log_write(run->log, LOG_WARN, "store", "%s", ignored.message);
    arena_free(run->scratch);
    arena_free(run->arena);
    free(run);
}

int64_t store_run_id(const struct store_run *run)
{
    return run->id;
}

struct books *store_run_books(struct store_run *run)
{
    return &run->books;
}

struct internal_side *store_run_internal(struct store_run *run)
{
    return &run->internal;
}

struct journal *store_run_journal(struct store_run *run)
{
    return &run->journal;
}

/* ---- the end ---- */

static const char *status_name(const struct run_summary *summary)
{
    static const char *const names[] = {"done", "done_with_issues", "failed", "refused"};

    /* ended at the operator's request is not a failure: the next run continues from here */
    if (summary->code == ERROR_INTERRUPTED)
        return "interrupted";
    return names[summary->status];
}

#define COUNT(name, number) name, (json_int_t)(number)

static json_t *counts_of(const struct run_summary *summary)
{
    const struct pull_counts *pull = &summary->pull;
    const struct push_counts *push = &summary->push;

    return json_pack(
        "{s:{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:{s:I,s:I,s:I},s:I,s:I,"
        "s:{s:I,s:I},s:I},"
        "s:{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}}",
        "pull", COUNT("iterations", pull->iterations), COUNT("reported", pull->reported),
        COUNT("created", pull->created), COUNT("updated", pull->updated),
        COUNT("unchanged", pull->unchanged), COUNT("skipped", pull->skipped),
        COUNT("failed", pull->failed), COUNT("deferred", pull->deferred), "conflicts",
        COUNT("internal", pull->conflicts.internal),
        COUNT("integration", pull->conflicts.integration),
        COUNT("unresolved", pull->conflicts.unresolved), COUNT("deleted", pull->deleted),
        COUNT("unlinked", pull->unlinked), "overwritten",
        COUNT("internal", pull->overwritten.internal),
        COUNT("integration", pull->overwritten.integration),
        COUNT("contradicting", pull->contradicting), "push", COUNT("iterations", push->iterations),
        COUNT("reported", push->reported), COUNT("created", push->created),
        COUNT("updated", push->updated), COUNT("deleted", push->deleted),
        COUNT("retried", push->retried), COUNT("issues", push->issues),
        COUNT("failed", push->failed), COUNT("unchanged", push->unchanged),
        COUNT("skipped", push->skipped), COUNT("deferred", push->deferred));
}

static enum error_code forget_old(struct store_run *run, struct error *error)
{
    if (retention_apply(run->store, run->integration, &run->keep, NULL, error))
        return error->code;
    return sql_do(&run->store->sql, "DELETE FROM cache WHERE expires <= ?", error, "a",
                  store_now(run->store));
}

/* Once, so that showing them does not mean counting a million rows. */
static enum error_code count_outcomes(struct store_run *run, struct error *error)
{
    return sql_do(&run->store->sql,
                  "UPDATE run SET outcomes = (SELECT json_group_array(json_array(side, object,"
                  " kind, reason, n)) FROM (SELECT side, object, kind, reason, count(*) n"
                  "  FROM run_outcome WHERE run = ?1 GROUP BY 1, 2, 3, 4)) WHERE id = ?1",
                  error, "i", run->id);
}

/* For the next run, which may have no answer that bears a date (13.9). */
static enum error_code keep_clock(struct store_run *run, const struct run_summary *summary,
                                  struct error *error)
{
    struct text measured = TEXT_ABSENT;

    if (!summary->clock_measured)
        return ERROR_NONE;
    if (text_of_integer(run->arena, summary->clock_behind_ms, &measured, error))
        return error->code;
    return text_equal(run->clock, measured)
               ? ERROR_NONE
               : store_set_setting(run->store, run->clock_setting, measured, error);
}

static enum error_code forget_settled(struct store_run *run, struct error *error)
{
    if (ambiguous_records_forget_linked(run, error) || books_matter_forget_settled(run, error) ||
        books_loop_forget(run, error))
        return error->code;
    return quarantine_forget_settled(run, error);
}

enum error_code store_run_forget_settled(struct store_run *run, struct error *error)
{
    struct sql *sql = &run->store->sql;

    if (sql_begin(sql, error))
        return error->code;
    return sql_end(sql, forget_settled(run, error), error);
}

static enum error_code end_run(struct store_run *run, const struct run_summary *summary,
                               const char *counts, const char *message, struct error *error)
{
    const char *const status = status_name(summary);

    if (sql_do(&run->store->sql,
               "UPDATE run SET finished = ?, status = ?, counts = ?, message = ? WHERE id = ?",
               error, "attti", store_now(run->store), text_of(status), text_of(counts),
               text_of(message), run->id) ||
        count_outcomes(run, error) || keep_clock(run, summary, error) ||
        (run->slice && backfill_slice_close(run, status, error)) || notify_owners(run, error) ||
        forget_settled(run, error))
        return error->code;
    return forget_old(run, error);
}

enum error_code store_run_finish(struct store_run *run, const struct run_summary *summary,
                                 const char *message, struct error *error)
{
    struct sql *sql = &run->store->sql;
    json_t *counts = counts_of(summary);

    if (summary->clock_behind_ms)
        json_object_set_new(counts, "clock_behind_ms", json_integer(summary->clock_behind_ms));
    if (summary->clock_unknown)
        json_object_set_new(counts, "clock_unknown", json_true());
    char *text = counts ? json_dumps(counts, JSON_COMPACT) : NULL;
    json_decref(counts);
    if (!text)
        return error_memory(error, "the counts of a run");
    enum error_code code = books_set_durable(run, true, error);
    if (!code)
        code = sql_begin(sql, error);
    if (!code)
        code = sql_end(sql, end_run(run, summary, text, message, error), error);
    free(text);
    return code;
}

static void read_outcome(struct rows *rows, void *item)
{
    struct store_outcome *const outcome = item;

    outcome->side = rows_flag(rows) ? SIDE_INTEGRATION : SIDE_INTERNAL;
    outcome->object = rows_text(rows);
    outcome->id = rows_text(rows);
    outcome->outcome = text_of(outcome_name((enum outcome_kind)rows_integer(rows)));
    outcome->reason = rows_text(rows);
}

enum error_code store_run_outcomes(struct store *store, int64_t run, struct arena *arena,
                                   struct store_outcome **outcomes, size_t *count,
                                   struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_outcome, outcomes, count), error,
                    "SELECT side, object, object_id, kind, reason"
                    " FROM run_outcome WHERE run = ? ORDER BY side DESC, object, object_id",
                    "i", run);
}
