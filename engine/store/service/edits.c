/* Reading what is new by the keys that only grow. */
#include "store/service/edits.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum error_code edits_version(struct store *store, int64_t *version, struct error *error)
{
    return rows_ask(&store->sql, version, error, "PRAGMA data_version", "");
}

enum error_code edits_schema(struct store *store, int64_t *version, struct error *error)
{
    return rows_ask(&store->sql, version, error, "PRAGMA schema_version", "");
}

/* An edit with the key by which the mark moves. */
struct found {
    struct edit edit;
    int64_t key;
};

static void read_found(struct rows *rows, void *item)
{
    struct found *const found = item;

    found->key = rows_integer(rows);
    found->edit.integration = rows_text(rows);
    found->edit.object = rows_text(rows);
    found->edit.id = rows_text(rows);
}

static enum error_code read_changes(struct store *store, struct edits_mark *mark, size_t limit,
                                    struct arena *arena, struct found **found, size_t *count,
                                    struct error *error)
{
    if (rows_all(
            &store->sql, ROWS_INTO(arena, read_found, found, count), error,
            "SELECT max(c.sequence), i.name, o.name, c.object_id FROM (SELECT * FROM field_change"
            "  WHERE sequence > ?1 ORDER BY sequence LIMIT ?2) c"
            " JOIN integration i ON i.id = c.integration JOIN object o ON o.id = c.object"
            " WHERE i.enabled = 1 GROUP BY c.integration, c.object, c.object_id",
            "ii", mark->sequence, (int64_t)limit))
        return error->code;
    for (size_t i = 0; i < *count; i++)
        mark->sequence = (*found)[i].key > mark->sequence ? (*found)[i].key : mark->sequence;
    return ERROR_NONE;
}

/* Deletions wait at their mappings, and have no sequence: there are more of them, or a later one.
 */
static enum error_code read_deletions(struct store *store, struct edits_mark *mark,
                                      struct arena *arena, struct found **found, size_t *count,
                                      struct error *error)
{
    int64_t pending = 0, last = 0;

    if (rows_ask(&store->sql, &pending, error,
                 "SELECT count(*) FROM object_mapping WHERE pending_deletion = 1", "") ||
        rows_ask(&store->sql, &last, error,
                 "SELECT max(key) FROM object_mapping WHERE pending_deletion = 1", ""))
        return error->code;
    const bool more = pending > mark->deletions || (pending > 0 && last != mark->deletion);
    mark->deletions = pending;
    mark->deletion = last;
    if (!more)
        return ERROR_NONE;
    return rows_all(&store->sql, ROWS_INTO(arena, read_found, found, count), error,
                    "SELECT 0, i.name, NULL, NULL FROM integration i WHERE i.enabled = 1"
                    " AND EXISTS (SELECT 1 FROM object_mapping m WHERE m.integration = i.id"
                    " AND m.pending_deletion = 1)",
                    "");
}

enum error_code edits_since(struct store *store, struct edits_mark *mark, size_t limit,
                            struct arena *arena, struct edit **edits, size_t *count,
                            struct error *error)
{
    struct found *changes = NULL, *deletions = NULL;
    size_t change_count = 0, deletion_count = 0;

    *count = 0;
    if (read_changes(store, mark, limit, arena, &changes, &change_count, error) ||
        read_deletions(store, mark, arena, &deletions, &deletion_count, error))
        return error->code;
    *edits = ARENA_ARRAY(arena, change_count + deletion_count, struct edit);
    if (!*edits)
        return error_memory(error, "edits");
    for (size_t i = 0; i < change_count; i++)
        (*edits)[(*count)++] = changes[i].edit;
    for (size_t i = 0; i < deletion_count; i++)
        (*edits)[(*count)++] = deletions[i].edit;
    return ERROR_NONE;
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

enum error_code edits_paused(struct store *store, struct arena *arena, struct text **integrations,
                             size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, rows_read_text, integrations, count), error,
                    "SELECT name FROM service_integration WHERE paused = 1", "");
}

static void read_last_run(struct rows *rows, void *item)
{
    struct edits_last_run *const run = item;

    run->started = rows_instant(rows);
    run->succeeded = rows_instant(rows);
    run->integration = rows_text(rows);
}

enum error_code edits_last_runs(struct store *store, struct arena *arena,
                                struct edits_last_run **runs, size_t *count, struct error *error)
{
    return rows_all(
        &store->sql, ROWS_INTO(arena, read_last_run, runs, count), error,
        "SELECT (SELECT r.started FROM run r WHERE r.integration = i.id ORDER BY r.id DESC LIMIT "
        "1),"
        " (SELECT r.finished FROM run r WHERE r.integration = i.id"
        "  AND r.status IN ('done', 'done_with_issues') ORDER BY r.id DESC LIMIT 1), i.name"
        " FROM integration i",
        "");
}
