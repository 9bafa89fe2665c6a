/* Reading what is new by the keys that only grow. */
#include "store/service/edits.h"

#include "store/schema/store_layout.h"
#include "store/sql/list.h"

static enum error_code ask(struct store *store, const char *text, int64_t *answer,
                           struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_cached(&store->sql, text, &statement, error);

    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    *answer = !code && row ? sqlite3_column_int64(statement, 0) : 0;
    sql_done(statement);
    return code;
}

enum error_code edits_version(struct store *store, int64_t *version, struct error *error)
{
    return ask(store, "PRAGMA data_version", version, error);
}

enum error_code edits_schema(struct store *store, int64_t *version, struct error *error)
{
    return ask(store, "PRAGMA schema_version", version, error);
}

/* An edit with the key by which the mark moves. */
struct found {
    struct edit edit;
    int64_t key;
};

static enum error_code read_found(sqlite3_stmt *statement, struct arena *arena, void *item,
                                  struct error *error)
{
    struct found *const found = item;
    struct text *const places[] = {&found->edit.integration, &found->edit.object, &found->edit.id};

    found->key = sqlite3_column_int64(statement, 0);
    return list_copy_texts(statement, 1, arena, places, 3, error);
}

static enum error_code read_changes(struct store *store, struct edits_mark *mark, size_t limit,
                                    struct list *list, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(
        &store->sql,
        "SELECT max(c.sequence), i.name, o.name, c.object_id FROM (SELECT * FROM field_change"
        "  WHERE sequence > ?1 ORDER BY sequence LIMIT ?2) c"
        " JOIN integration i ON i.id = c.integration JOIN object o ON o.id = c.object"
        " WHERE i.enabled = 1 GROUP BY c.integration, c.object, c.object_id",
        &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ii", mark->sequence, (int64_t)limit);
    if (!code)
        code = list_read(&store->sql, statement, list, read_found, error);
    for (size_t i = 0; !code && i < list->count; i++) {
        const struct found *const found = (struct found *)list->items + i;
        mark->sequence = found->key > mark->sequence ? found->key : mark->sequence;
    }
    return code;
}

/* Deletions wait at their mappings, and have no sequence: there are more of them, or a later one.
 */
static enum error_code read_deletions(struct store *store, struct edits_mark *mark,
                                      struct list *list, struct error *error)
{
    int64_t count = 0, last = 0;
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        ask(store, "SELECT count(*) FROM object_mapping WHERE pending_deletion = 1", &count, error);

    if (!code)
        code = ask(store, "SELECT max(key) FROM object_mapping WHERE pending_deletion = 1", &last,
                   error);
    const bool more = count > mark->deletions || (count > 0 && last != mark->deletion);
    mark->deletions = count;
    mark->deletion = last;
    if (code || !more)
        return code;
    code = sql_cached(&store->sql,
                      "SELECT 0, i.name, NULL, NULL FROM integration i WHERE i.enabled = 1"
                      " AND EXISTS (SELECT 1 FROM object_mapping m WHERE m.integration = i.id"
                      " AND m.pending_deletion = 1)",
                      &statement, error);
    return code ? code : list_read(&store->sql, statement, list, read_found, error);
}

enum error_code edits_since(struct store *store, struct edits_mark *mark, size_t limit,
                            struct arena *arena, struct edit **edits, size_t *count,
                            struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof(struct found)};
    enum error_code code = read_changes(store, mark, limit, &list, error);

    if (!code)
        code = read_deletions(store, mark, &list, error);
    *count = 0;
    *edits = ARENA_ARRAY(arena, list.count, struct edit);
    if (!code && !*edits)
        code = error_memory(error, "edits");
    for (; !code && *count < list.count; ++*count)
        (*edits)[*count] = ((struct found *)list.items)[*count].edit;
    return code;
}

/* ---- integrations ---- */

enum error_code edits_set_paused(struct store *store, struct text integration, bool paused,
                                 struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO service_integration(name, paused) VALUES(?, ?)"
                  " ON CONFLICT(name) DO UPDATE SET paused = excluded.paused",
                  error, "ti", integration, (int64_t)paused);
}

static enum error_code read_name(sqlite3_stmt *statement, struct arena *arena, void *item,
                                 struct error *error)
{
    return sql_copy(statement, 0, arena, item, error);
}

enum error_code edits_paused(struct store *store, struct arena *arena, struct text **integrations,
                             size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **integrations};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(
        &store->sql, "SELECT name FROM service_integration WHERE paused = 1", &statement, error);

    if (!code)
        code = list_read(&store->sql, statement, &list, read_name, error);
    *integrations = list.items;
    *count = list.count;
    return code;
}

static enum error_code read_last_run(sqlite3_stmt *statement, struct arena *arena, void *item,
                                     struct error *error)
{
    struct edits_last_run *const run = item;

    run->started = sql_instant(statement, 0);
    run->succeeded = sql_instant(statement, 1);
    return sql_copy(statement, 2, arena, &run->integration, error);
}

enum error_code edits_last_runs(struct store *store, struct arena *arena,
                                struct edits_last_run **runs, size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **runs};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(
        &store->sql,
        "SELECT (SELECT r.started FROM run r WHERE r.integration = i.id ORDER BY r.id DESC LIMIT "
        "1),"
        " (SELECT r.finished FROM run r WHERE r.integration = i.id"
        "  AND r.status IN ('done', 'done_with_issues') ORDER BY r.id DESC LIMIT 1), i.name"
        " FROM integration i",
        &statement, error);

    if (!code)
        code = list_read(&store->sql, statement, &list, read_last_run, error);
    *runs = list.items;
    *count = list.count;
    return code;
}
