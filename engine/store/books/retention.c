/* Deletes what old runs wrote for people, run by run. */
#include "store/books/retention.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum { DEFAULT_DAYS = 30, DEFAULT_RUNS = 200 };
static const int64_t day_ms = 24 * 60 * 60 * (int64_t)1000;

/* What an interrupted slice of a backfill needs to resume is kept, even while other slices end. */
#define FORGOTTEN                                                                                  \
    "integration = ? AND id < ? AND id NOT IN"                                                     \
    " (SELECT run FROM backfill_slice WHERE status = 'running')"

/* Outcomes, judgments and progress go with their run (ON DELETE CASCADE). */
static enum error_code forget_before(struct store *store, int64_t integration, int64_t run,
                                     uint64_t *forgotten, struct error *error)
{
    if (sql_do(&store->sql,
               "DELETE FROM note WHERE run IN (SELECT id FROM run WHERE " FORGOTTEN ")", error,
               "ii", integration, run) ||
        sql_do(&store->sql,
               "DELETE FROM notification WHERE run IN (SELECT id FROM run WHERE " FORGOTTEN ")",
               error, "ii", integration, run) ||
        sql_do(&store->sql, "DELETE FROM run WHERE " FORGOTTEN, error, "ii", integration, run))
        return error->code;
    if (forgotten)
        *forgotten += (uint64_t)sql_changes(&store->sql);
    return ERROR_NONE;
}

/* The first run that stays. */
struct boundary {
    int64_t integration, run;
};

static void read_boundary(struct rows *rows, void *item)
{
    struct boundary *const boundary = item;

    boundary->integration = rows_integer(rows);
    boundary->run = rows_integer(rows);
}

static enum error_code forget(struct store *store, int64_t integration,
                              const struct retention *keep, struct arena *arena,
                              uint64_t *forgotten, struct error *error)
{
    const unsigned days = keep->days ? keep->days : DEFAULT_DAYS;
    const unsigned runs = keep->runs ? keep->runs : DEFAULT_RUNS;
    struct boundary *boundaries = NULL;
    size_t count = 0;

    if (rows_all(&store->sql, ROWS_INTO(arena, read_boundary, &boundaries, &count), error,
                 "SELECT i.id, min((SELECT max(id) FROM run WHERE integration = i.id), max("
                 " coalesce((SELECT id FROM run WHERE integration = i.id ORDER BY id DESC"
                 "  LIMIT 1 OFFSET ?2 - 1), 0),"
                 " coalesce((SELECT id FROM run WHERE integration = i.id AND started >= ?3"
                 "  ORDER BY id LIMIT 1), 9223372036854775807)))"
                 " FROM integration i WHERE (?1 = 0 OR i.id = ?1)"
                 " AND EXISTS (SELECT 1 FROM run WHERE integration = i.id)",
                 "iii", integration, (int64_t)runs, store_now(store) - (int64_t)days * day_ms))
        return error->code;
    for (size_t index = 0; index < count; index++)
        if (forget_before(store, boundaries[index].integration, boundaries[index].run, forgotten,
                          error))
            return error->code;
    return ERROR_NONE;
}

enum error_code retention_apply(struct store *store, int64_t integration,
                                const struct retention *keep, uint64_t *forgotten,
                                struct error *error)
{
    struct arena *arena = arena_new(0);
    enum error_code code = arena ? sql_begin(&store->sql, error) : error_memory(error, "a list");

    if (forgotten)
        *forgotten = 0;
    if (!code)
        code =
            sql_end(&store->sql, forget(store, integration, keep, arena, forgotten, error), error);
    arena_free(arena);
    return code;
}
