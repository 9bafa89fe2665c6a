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
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && progress->floors && index < manual->integration_count;
         index++) {
        const struct position_floor *floor = &progress->floors[index];
        if (floor->stays || floor->at != INSTANT_NONE || !text_is_absent(floor->token))
            code = sql_do(&run->store->sql, write, error, "iitiatt", run->id,
                          (int64_t)SIDE_INTEGRATION, manual->integration[index]->name,
                          (int64_t)floor->stays, floor->at, floor->token, TEXT_ABSENT);
    }
    for (size_t index = 0; !code && progress->page_after && index < manual->internal_count;
         index++) {
        if (!text_is_absent(progress->page_after[index]))
            code = sql_do(&run->store->sql, write, error, "iitiatt", run->id,
                          (int64_t)SIDE_INTERNAL, manual->internal[index]->name, (int64_t)0,
                          INSTANT_NONE, TEXT_ABSENT, progress->page_after[index]);
    }
    return code;
}

enum error_code resume_set_progress(struct books *books, const struct run_progress *progress,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    enum error_code code = sql_do(
        &run->store->sql, "UPDATE run SET phase = ?, iteration = ?, cursor = ? WHERE id = ?", error,
        "titi", text_of(progress->phase), (int64_t)progress->iteration, progress->cursor, run->id);

    return code ? code : write_objects(run, progress, error);
}

enum error_code resume_write_manual(struct store_run *run, struct error *error)
{
    int64_t hash = 0;
    enum error_code code = manual_hash(run->manual, &hash, error);

    return code ? code
                : sql_do(&run->store->sql, "UPDATE run SET manual = ? WHERE id = ?", error, "ii",
                         hash, run->id);
}

enum error_code resume_take_over(struct store_run *run, int64_t from, struct error *error)
{
    enum error_code code = sql_do(&run->store->sql,
                                  "UPDATE run SET (phase, iteration, cursor, resumed) ="
                                  " (SELECT phase, iteration, cursor, id FROM run WHERE id = ?1)"
                                  " WHERE id = ?2",
                                  error, "ii", from, run->id);

    return code ? code
                : sql_do(&run->store->sql,
                         "INSERT INTO run_progress(run, side, object, frozen, hold, token, after)"
                         " SELECT ?2, side, object, frozen, hold, token, after FROM run_progress"
                         " WHERE run = ?1",
                         error, "ii", from, run->id);
}

/* ---- reading ---- */

static enum error_code read_run(struct sql *sql, struct text integration, int64_t slice,
                                struct arena *arena, struct store_unfinished *unfinished,
                                int64_t *manual, struct error *error)
{
    static const char last[] =
        "SELECT r.id, r.sync_at, r.status, r.phase, r.iteration, r.cursor, r.options,"
        " r.scripts, r.manual FROM run r JOIN integration i ON i.id = r.integration"
        " WHERE i.name = ?1 AND ?2 = 0 AND r.status <> 'refused' ORDER BY r.id DESC LIMIT 1";
    static const char of_slice[] =
        "SELECT r.id, r.sync_at, r.status, r.phase, r.iteration, r.cursor, r.options,"
        " r.scripts, r.manual FROM integration i"
        " JOIN backfill_slice s ON s.integration = i.id AND s.number = ?2 - 1"
        " JOIN run r ON r.id = s.run WHERE i.name = ?1";
    struct sql_statement *statement = NULL;
    struct text status = TEXT_ABSENT, phase = TEXT_ABSENT;
    bool row = false;
    enum error_code code = sql_cached(sql, slice ? of_slice : last, &statement, error);

    if (!code)
        code = sql_bind(sql, statement, error, "ti", integration, slice);
    if (!code)
        code = sql_step(sql, statement, &row, error);
    if (code || !row)
        goto out;
    status = sql_text(statement, 2);
    phase = sql_text(statement, 3);
    unfinished->died =
        text_equal(status, TEXT("running")) || text_equal(status, TEXT("interrupted"));
    if ((!unfinished->died && !text_equal(status, TEXT("failed"))) || text_is_absent(phase))
        goto out;
    unfinished->run = sql_integer(statement, 0);
    unfinished->now = sql_instant(statement, 1);
    unfinished->progress.phase = text_equal(phase, TEXT("push")) ? "push" : "pull";
    unfinished->progress.iteration = (unsigned)sql_integer(statement, 4);
    *manual = sql_integer(statement, 8);
    code = sql_copy(statement, 5, arena, &unfinished->progress.cursor, error);
    if (!code)
        code = sql_copy(statement, 6, arena, &unfinished->options_json, error);
    if (code)
        goto out;
    code = sql_copy(statement, 7, arena, &unfinished->scripts_json, error);
out:
    sql_done(statement);
    return code;
}

/* One row of run_progress. */
static enum error_code read_object(struct sql_statement *statement, const struct manual *manual,
                                   struct arena *arena, struct position_floor *floors,
                                   struct text *page_after, struct error *error)
{
    const bool theirs = (int)sql_integer(statement, 0) == (int)SIDE_INTEGRATION;
    const struct text name = sql_text(statement, 1);
    const struct manual_object *object =
        theirs ? manual_integration(manual, name) : manual_internal(manual, name);

    if (!object)
        return ERROR_NONE;
    if (!theirs)
        return sql_copy(statement, 5, arena, &page_after[object->index], error);
    floors[object->index].stays = (int)sql_integer(statement, 2) != 0;
    floors[object->index].at = sql_instant(statement, 3);
    return sql_copy(statement, 4, arena, &floors[object->index].token, error);
}

static enum error_code read_objects(struct sql *sql, const struct manual *manual,
                                    struct arena *arena, struct store_unfinished *unfinished,
                                    struct error *error)
{
    struct position_floor *floors =
        ARENA_ARRAY(arena, manual->integration_count, struct position_floor);
    struct text *page_after = ARENA_ARRAY(arena, manual->internal_count, struct text);
    struct sql_statement *statement = NULL;
    bool row = true;
    enum error_code code = ERROR_NONE;

    if (!floors || !page_after)
        return error_memory(error, "the progress of a run");
    for (size_t index = 0; index < manual->integration_count; index++)
        floors[index].at = INSTANT_NONE;
    code = sql_cached(sql,
                      "SELECT side, object, frozen, hold, token, after FROM run_progress"
                      " WHERE run = ?",
                      &statement, error);
    if (!code)
        code = sql_bind(sql, statement, error, "i", unfinished->run);
    while (!code && row) {
        code = sql_step(sql, statement, &row, error);
        if (!code && row)
            code = read_object(statement, manual, arena, floors, page_after, error);
    }
    sql_done(statement);
    unfinished->progress.floors = floors;
    unfinished->progress.page_after = page_after;
    return code;
}

enum error_code resume_unfinished(struct store *store, struct text integration, int64_t slice,
                                  const struct manual *manual, struct arena *arena,
                                  struct store_unfinished *unfinished, struct error *error)
{
    int64_t stored = 0, hash = 0;
    enum error_code code = ERROR_NONE;

    *unfinished = (struct store_unfinished){.now = INSTANT_NONE};
    code = read_run(&store->sql, integration, slice, arena, unfinished, &stored, error);
    if (code || unfinished->run == 0)
        return code;
    code = manual_hash(manual, &hash, error);
    unfinished->same_manual = hash == stored;
    return code ? code : read_objects(&store->sql, manual, arena, unfinished, error);
}
