/* How far a run came, written with each iteration, and read back by the run that resumes it.
 */
#include "store/books/run_layout.h"

/* ---- is it still the same manual? ---- */

static enum error_code describe_entry(struct buffer *out, const struct manual_entry *entry,
                                      struct error *error)
{
    enum error_code code =
        buffer_append_format(out, error, "\n%.*s %.*s %d", TEXT_PRINT(entry->internal->name),
                             TEXT_PRINT(entry->integration->name), (int)entry->create);

    for (size_t index = 0; !code && index < entry->line_count; index++) {
        const struct manual_line *line = &entry->lines[index];
        code = buffer_append_format(
            out, error, " %.*s=%.*s:%d:%d",
            TEXT_PRINT(entry->internal->fields[line->internal_field].name),
            TEXT_PRINT(entry->integration->fields[line->integration_field].name),
            (int)line->direction, (int)line->required);
    }
    return code;
}

/* What was requested; a cursor is worthless for another request. */
static enum error_code manual_hash(const struct manual *manual, int64_t *hash, struct error *error)
{
    struct buffer buffer = BUFFER(16 << 20);
    enum error_code code = buffer_append_format(&buffer, error, "1");

    for (size_t index = 0; !code && index < manual->entry_count; index++)
        code = describe_entry(&buffer, manual->entries[index], error);
    if (!code)
        *hash = (int64_t)text_hash(buffer_text(&buffer));
    buffer_release(&buffer);
    return code;
}

/* ---- writing ---- */

static enum error_code write_objects(struct store_run *run, const struct run_progress *progress,
                                     struct error *error)
{
    static const char write[] =
        "INSERT OR REPLACE INTO run_progress(run, side, object, frozen, hold, token, after)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)";
    const struct manual *manual = run->manual;

    for (size_t index = 0; progress->floors && index < manual->integration_count; index++) {
        const struct position_floor *floor = &progress->floors[index];
        if ((floor->stays || floor->at != INSTANT_NONE || !text_is_absent(floor->token)) &&
            sql_do(&run->store->sql, write, error, "iitiatt", run->id, (int64_t)SIDE_INTEGRATION,
                   manual->integration[index]->name, (int64_t)floor->stays, floor->at, floor->token,
                   TEXT_ABSENT))
            return error->code;
    }
    for (size_t index = 0; progress->page_after && index < manual->internal_count; index++)
        if (!text_is_absent(progress->page_after[index]) &&
            sql_do(&run->store->sql, write, error, "iitiatt", run->id, (int64_t)SIDE_INTERNAL,
                   manual->internal[index]->name, (int64_t)0, INSTANT_NONE, TEXT_ABSENT,
                   progress->page_after[index]))
            return error->code;
    return ERROR_NONE;
}

enum error_code resume_set_progress(struct books *books, const struct run_progress *progress,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);

    if (sql_do(&run->store->sql, "UPDATE run SET phase = ?, iteration = ?, cursor = ? WHERE id = ?",
               error, "titi", text_of(progress->phase), (int64_t)progress->iteration,
               progress->cursor, run->id))
        return error->code;
    return write_objects(run, progress, error);
}

enum error_code resume_write_manual(struct store_run *run, struct error *error)
{
    int64_t hash = 0;

    if (manual_hash(run->manual, &hash, error))
        return error->code;
    return sql_do(&run->store->sql, "UPDATE run SET manual = ? WHERE id = ?", error, "ii", hash,
                  run->id);
}

enum error_code resume_take_over(struct store_run *run, int64_t from, struct error *error)
{
    if (sql_do(&run->store->sql,
               "UPDATE run SET (phase, iteration, cursor, resumed) ="
               " (SELECT phase, iteration, cursor, id FROM run WHERE id = ?1) WHERE id = ?2",
               error, "ii", from, run->id))
        return error->code;
    return sql_do(&run->store->sql,
                  "INSERT INTO run_progress(run, side, object, frozen, hold, token, after)"
                  " SELECT ?2, side, object, frozen, hold, token, after FROM run_progress"
                  " WHERE run = ?1",
                  error, "ii", from, run->id);
}

/* ---- reading ---- */

/* Did it die, or fail, after a complete iteration? */
#define LAST_RUN                                                                                   \
    "SELECT r.id, r.sync_at, r.iteration, r.manual, r.phase = 'push',"                             \
    " r.status IN ('running', 'interrupted'), r.cursor, r.options, r.scripts,"                     \
    " r.phase IS NOT NULL AND r.status IN ('running', 'interrupted', 'failed')"

static enum error_code read_run(struct sql *sql, struct text integration, int64_t slice,
                                struct arena *arena, struct store_unfinished *unfinished,
                                int64_t *manual, struct error *error)
{
    static const char last[] = LAST_RUN
        " FROM run r JOIN integration i ON i.id = r.integration"
        " WHERE i.name = ?1 AND ?2 = 0 AND r.status <> 'refused' ORDER BY r.id DESC LIMIT 1";
    static const char of_slice[] =
        LAST_RUN " FROM integration i"
                 " JOIN backfill_slice s ON s.integration = i.id AND s.number = ?2 - 1"
                 " JOIN run r ON r.id = s.run WHERE i.name = ?1";
    struct rows rows;

    rows_open(&rows, sql, arena, error, slice ? of_slice : last, "ti", integration, slice);
    if (rows_next(&rows)) {
        unfinished->run = rows_integer(&rows);
        unfinished->now = rows_instant(&rows);
        unfinished->progress.iteration = (unsigned)rows_integer(&rows);
        *manual = rows_integer(&rows);
        unfinished->progress.phase = rows_flag(&rows) ? "push" : "pull";
        unfinished->died = rows_flag(&rows);
        unfinished->progress.cursor = rows_text(&rows);
        unfinished->options_json = rows_text(&rows);
        unfinished->scripts_json = rows_text(&rows);
        if (!rows_flag(&rows)) /* it cannot be resumed */
            unfinished->run = 0;
    }
    return rows_close(&rows);
}

/* One row of run_progress. */
static void read_object(struct rows *rows, const struct manual *manual,
                        struct position_floor *floors, struct text *page_after)
{
    const bool theirs = rows_integer(rows) == SIDE_INTEGRATION;
    const struct text name = rows_text(rows);
    const struct manual_object *object =
        theirs ? manual_integration(manual, name) : manual_internal(manual, name);
    const bool stays = rows_flag(rows);
    const instant at = rows_instant(rows);
    const struct text token = rows_text(rows), after = rows_text(rows);

    if (object && theirs)
        floors[object->index] = (struct position_floor){stays, at, token};
    else if (object)
        page_after[object->index] = after;
}

static enum error_code read_objects(struct sql *sql, const struct manual *manual,
                                    struct arena *arena, struct store_unfinished *unfinished,
                                    struct error *error)
{
    struct position_floor *floors =
        ARENA_ARRAY(arena, manual->integration_count, struct position_floor);
    struct text *page_after = ARENA_ARRAY(arena, manual->internal_count, struct text);
    struct rows rows;

    if (!floors || !page_after)
        return error_memory(error, "the progress of a run");
    for (size_t index = 0; index < manual->integration_count; index++)
        floors[index].at = INSTANT_NONE;
    rows_open(&rows, sql, arena, error,
              "SELECT side, object, frozen, hold, token, after FROM run_progress WHERE run = ?",
              "i", unfinished->run);
    while (rows_next(&rows))
        read_object(&rows, manual, floors, page_after);
    unfinished->progress.floors = floors;
    unfinished->progress.page_after = page_after;
    return rows_close(&rows);
}

enum error_code resume_unfinished(struct store *store, struct text integration, int64_t slice,
                                  const struct manual *manual, struct arena *arena,
                                  struct store_unfinished *unfinished, struct error *error)
{
    int64_t stored = 0, hash = 0;

    *unfinished = (struct store_unfinished){.now = INSTANT_NONE};
    if (read_run(&store->sql, integration, slice, arena, unfinished, &stored, error))
        return error->code;
    if (unfinished->run == 0)
        return ERROR_NONE;
    if (manual_hash(manual, &hash, error))
        return error->code;
    unfinished->same_manual = hash == stored;
    return read_objects(&store->sql, manual, arena, unfinished, error);
}
