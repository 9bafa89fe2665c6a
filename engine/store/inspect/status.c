/* Queries for operators: runs, positions, links, what waits. */
#include "store/inspect/status.h"

#include "store/inspect/status_rows.h"
#include "store/schema/store_layout.h"
#include "store/schema/stored_kinds.h"
#include "store/sql/composed.h"

/* ---- runs ---- */

static void read_run(struct rows *rows, void *item)
{
    struct status_run *const run = item;

    run->id = rows_integer(rows);
    run->iteration = rows_integer(rows);
    run->started = rows_instant(rows);
    run->finished = rows_instant(rows);
    run->integration = rows_text(rows);
    run->status = rows_text(rows);
    run->phase = rows_text(rows);
    run->message = rows_text(rows);
    run->counts_json = rows_text(rows);
    run->options_json = rows_text(rows);
    run->scripts_json = rows_text(rows);
}

enum error_code status_runs(struct store *store, struct text integration, size_t limit,
                            struct arena *arena, struct status_run **runs, size_t *count,
                            struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_run, runs, count), error,
                    "SELECT r.id, r.iteration, r.started, r.finished, i.name, r.status, r.phase,"
                    " r.message, r.counts, r.options, r.scripts"
                    " FROM run r JOIN integration i ON i.id = r.integration"
                    " WHERE ?1 IS NULL OR i.name = ?1 ORDER BY r.id DESC LIMIT ?2",
                    "ti", integration, limit ? (int64_t)limit : -1);
}

enum error_code status_last_run(struct store *store, struct text integration, struct arena *arena,
                                struct status_run *run, struct error *error)
{
    struct status_run *runs = NULL;
    size_t count = 0;

    *run = (struct status_run){.started = INSTANT_NONE, .finished = INSTANT_NONE};
    if (status_runs(store, integration, 1, arena, &runs, &count, error))
        return error->code;
    if (count)
        *run = runs[0];
    return ERROR_NONE;
}

/* ---- integrations and positions ---- */

static void read_integration(struct rows *rows, void *item)
{
    struct status_integration *const integration = item;

    integration->name = rows_text(rows);
    integration->enabled = rows_flag(rows);
    integration->mappings = (uint64_t)rows_integer(rows);
    integration->mappings_deleted = (uint64_t)rows_integer(rows);
    integration->waiting_changes = (uint64_t)rows_integer(rows);
    integration->ties = (uint64_t)rows_integer(rows);
}

enum error_code status_integrations(struct store *store, struct arena *arena,
                                    struct status_integration **integrations, size_t *count,
                                    struct error *error)
{
    return rows_all(
        &store->sql, ROWS_INTO(arena, read_integration, integrations, count), error,
        "SELECT i.name, i.enabled,"
        " (SELECT count(*) FROM object_mapping m WHERE m.integration = i.id AND m.deleted = 0),"
        " (SELECT count(*) FROM object_mapping m WHERE m.integration = i.id AND m.deleted = 1),"
        " (SELECT count(*) FROM field_change c WHERE c.integration = i.id),"
        " (SELECT count(*) FROM change_mark k JOIN field_change c ON c.sequence = k.sequence"
        "  WHERE c.integration = i.id AND k.kind = " STORED_MARK_TIE ")"
        " FROM integration i ORDER BY i.name",
        "");
}

static void read_position(struct rows *rows, void *item)
{
    struct status_position *const position = item;

    position->at = rows_instant(rows);
    position->integration = rows_text(rows);
    position->object = rows_text(rows);
    position->token = rows_text(rows);
    position->unfilled = rows_text(rows);
}

enum error_code status_positions(struct store *store, struct text integration, struct arena *arena,
                                 struct status_position **positions, size_t *count,
                                 struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_position, positions, count), error,
                    "SELECT p.at, i.name, n.name, p.token, (SELECT group_concat(k.name, ', ')"
                    " FROM known_line k WHERE k.integration_object = n.id AND k.unfilled = 1)"
                    " FROM position p JOIN integration_object n ON n.id = p.integration_object"
                    " JOIN integration i ON i.id = n.integration"
                    " WHERE ?1 IS NULL OR i.name = ?1 ORDER BY i.name, n.name",
                    "t", integration);
}

/* ---- notes and notifications ---- */

enum error_code status_notes(struct store *store, const struct status_note_query *query,
                             struct arena *arena, struct status_note **notes, size_t *count,
                             struct error *error)
{
    return rows_all(
        &store->sql, ROWS_INTO(arena, status_rows_note, notes, count), error,
        STATUS_ROWS_NOTES
        "(?1 IS NULL OR i.name = ?1) AND (?2 = 0 OR n.run = ?2) ORDER BY n.id DESC LIMIT ?3",
        "tii", query->integration, query->run, query->limit ? (int64_t)query->limit : -1);
}

static void read_notification(struct rows *rows, void *item)
{
    struct status_notification *const notification = item;

    notification->id = rows_integer(rows);
    notification->run = rows_integer(rows);
    notification->at = rows_instant(rows);
    notification->user = rows_text(rows);
    notification->message = rows_text(rows);
}

enum error_code status_notifications(struct store *store, struct text user, size_t limit,
                                     struct arena *arena,
                                     struct status_notification **notifications, size_t *count,
                                     struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_notification, notifications, count), error,
                    "SELECT id, run, at, user, message FROM notification"
                    " WHERE ?1 IS NULL OR user = ?1 ORDER BY id DESC LIMIT ?2",
                    "ti", user, limit ? (int64_t)limit : -1);
}

/* ---- the books ---- */

enum error_code status_mappings(struct store *store, struct text integration, struct arena *arena,
                                struct status_mapping **mappings, size_t *count,
                                struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, status_rows_mapping, mappings, count), error,
                    STATUS_ROWS_MAPPINGS "(?1 IS NULL OR i.name = ?1) ORDER BY m.key", "t",
                    integration);
}

static void read_change(struct rows *rows, void *item)
{
    struct status_change *const change = item;

    change->sequence = rows_integer(rows);
    change->at = rows_instant(rows);
    change->origin = rows_integer(rows);
    change->mark_count = (size_t)rows_integer(rows);
    change->integration = rows_text(rows);
    change->object = rows_text(rows);
    change->id = rows_text(rows);
    change->field = rows_text(rows);
    change->origin_integration = rows_text(rows);
    change->origin_object = rows_text(rows);
    change->origin_id = rows_text(rows);
}

enum error_code status_changes(struct store *store, struct text integration, struct arena *arena,
                               struct status_change **changes, size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_change, changes, count), error,
                    "SELECT c.sequence, c.at, c.origin,"
                    " (SELECT count(*) FROM change_mark k WHERE k.sequence = c.sequence),"
                    " i.name, o.name, c.object_id, f.name, mi.name, n.name, m.integration_id"
                    " FROM field_change c JOIN integration i ON i.id = c.integration"
                    " JOIN object o ON o.id = c.object LEFT JOIN field f ON f.id = c.field"
                    " LEFT JOIN object_mapping m ON m.key = c.origin AND c.origin <> 0"
                    " LEFT JOIN integration_object n ON n.id = m.integration_object"
                    " LEFT JOIN integration mi ON mi.id = m.integration"
                    " WHERE ?1 IS NULL OR i.name = ?1 ORDER BY c.sequence",
                    "t", integration);
}

enum error_code status_waiting_objects(struct store *store, struct text integration,
                                       struct text object, instant until, uint64_t *count,
                                       struct error *error)
{
    return rows_ask_count(&store->sql, count, error,
                          "SELECT count(DISTINCT c.object_id) FROM field_change c"
                          " WHERE c.integration = (SELECT id FROM integration WHERE name = ?)"
                          " AND c.object = (SELECT id FROM object WHERE name = ?) AND c.at <= ?",
                          "tti", integration, object, until == INSTANT_NONE ? INT64_MAX : until);
}

/* ---- cleaning up ---- */

static enum error_code clean_up(struct store *store, uint64_t *removed, struct error *error)
{
    for (size_t index = 0; index < store->object_count; index++) {
        const struct store_object *object = &store->objects[index];
        if (composed_do(&store->sql, error,
                        "DELETE FROM field_change WHERE object = %lld"
                        " AND object_id NOT IN (SELECT id FROM \"%.*s\")",
                        (long long)object->key, TEXT_PRINT(object->schema.name)))
            return error->code;
        *removed += (uint64_t)sql_changes(&store->sql);
    }
    return sql_run(&store->sql,
                   "DELETE FROM do_not_contact WHERE contact NOT IN (SELECT id FROM contact);"
                   /* left by writers that do not enforce foreign keys, like the sqlite3 shell by
                    * default */
                   "DELETE FROM change_mark WHERE sequence NOT IN"
                   " (SELECT sequence FROM field_change)",
                   error);
}

enum error_code status_cleanup(struct store *store, uint64_t *removed, struct error *error)
{
    *removed = 0;
    return sql_begin(&store->sql, error)
               ? error->code
               : sql_end(&store->sql, clean_up(store, removed, error), error);
}
