/* Queries for operators: runs, positions, links, what waits. */
#include "store/inspect/status.h"

#include "store/schema/store_layout.h"
#include "store/sql/list.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- runs ---- */

static enum error_code read_run(sqlite3_stmt *statement, struct arena *arena, void *item,
                                struct error *error)
{
    struct status_run *run = item;
    struct text *const places[] = {&run->integration, &run->status,      &run->phase,
                                   &run->message,     &run->counts_json, &run->options_json,
                                   &run->scripts_json};

    run->id = sqlite3_column_int64(statement, 0);
    run->iteration = (unsigned)sqlite3_column_int64(statement, 1);
    run->started = sql_instant(statement, 2);
    run->finished = sql_instant(statement, 3);
    return list_copy_texts(statement, 4, arena, places, COUNT_OF(places), error);
}

enum error_code status_runs(struct store *store, struct text integration, size_t limit,
                            struct arena *arena, struct status_run **runs, size_t *count,
                            struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **runs};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT r.id, r.iteration, r.started, r.finished, i.name, r.status, r.phase,"
                   " r.message, r.counts, r.options, r.scripts"
                   " FROM run r JOIN integration i ON i.id = r.integration"
                   " WHERE ?1 IS NULL OR i.name = ?1 ORDER BY r.id DESC LIMIT ?2",
                   &statement, error);

    if (!code)
        code =
            sql_bind(&store->sql, statement, error, "ti", integration, limit ? (int64_t)limit : -1);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_run, error);
    *runs = list.items;
    *count = list.count;
    return code;
}

/* ---- integrations and positions ---- */

static enum error_code read_integration(sqlite3_stmt *statement, struct arena *arena, void *item,
                                        struct error *error)
{
    struct status_integration *integration = item;

    integration->enabled = sqlite3_column_int(statement, 1) != 0;
    integration->mappings = (uint64_t)sqlite3_column_int64(statement, 2);
    integration->mappings_deleted = (uint64_t)sqlite3_column_int64(statement, 3);
    integration->waiting_changes = (uint64_t)sqlite3_column_int64(statement, 4);
    integration->ties = (uint64_t)sqlite3_column_int64(statement, 5);
    return sql_copy(statement, 0, arena, &integration->name, error);
}

enum error_code status_integrations(struct store *store, struct arena *arena,
                                    struct status_integration **integrations, size_t *count,
                                    struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **integrations};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(
        &store->sql,
        "SELECT i.name, i.enabled,"
        " (SELECT count(*) FROM object_mapping m WHERE m.integration = i.id AND m.deleted = 0),"
        " (SELECT count(*) FROM object_mapping m WHERE m.integration = i.id AND m.deleted = 1),"
        " (SELECT count(*) FROM field_change c WHERE c.integration = i.id),"
        " (SELECT count(*) FROM change_mark k JOIN field_change c ON c.sequence = k.sequence"
        "  WHERE c.integration = i.id AND k.kind = 1)"
        " FROM integration i ORDER BY i.name",
        &statement, error);

    if (!code)
        code = list_read(&store->sql, statement, &list, read_integration, error);
    *integrations = list.items;
    *count = list.count;
    return code;
}

static enum error_code read_position(sqlite3_stmt *statement, struct arena *arena, void *item,
                                     struct error *error)
{
    struct status_position *position = item;
    struct text *const places[] = {&position->integration, &position->object, &position->token};

    position->at = sql_instant(statement, 0);
    return list_copy_texts(statement, 1, arena, places, COUNT_OF(places), error);
}

enum error_code status_positions(struct store *store, struct text integration, struct arena *arena,
                                 struct status_position **positions, size_t *count,
                                 struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **positions};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT p.at, i.name, n.name, p.token FROM position p"
                                      " JOIN integration_object n ON n.id = p.integration_object"
                                      " JOIN integration i ON i.id = n.integration"
                                      " WHERE ?1 IS NULL OR i.name = ?1 ORDER BY i.name, n.name",
                                      &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", integration);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_position, error);
    *positions = list.items;
    *count = list.count;
    return code;
}

/* ---- notes and notifications ---- */

static enum error_code read_note(sqlite3_stmt *statement, struct arena *arena, void *item,
                                 struct error *error)
{
    struct status_note *note = item;
    struct text *const places[] = {
        &note->integration,    &note->object, &note->object_id, &note->integration_object,
        &note->integration_id, &note->about,  &note->field,     &note->message};

    note->id = sqlite3_column_int64(statement, 0);
    note->run = sqlite3_column_int64(statement, 1);
    note->at = sql_instant(statement, 2);
    return list_copy_texts(statement, 3, arena, places, COUNT_OF(places), error);
}

enum error_code status_notes(struct store *store, struct text integration, int64_t run,
                             struct text object, struct text object_id, size_t limit,
                             struct arena *arena, struct status_note **notes, size_t *count,
                             struct error *error)
{
    const struct store_object *stored =
        text_is_absent(object) ? NULL : store_object_of(store, object);
    struct list list = {.arena = arena, .size = sizeof **notes};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT n.id, n.run, n.at, i.name, n.object, n.object_id, n.integration_object,"
                   " n.integration_id, n.about, n.field, n.message"
                   " FROM note n JOIN integration i ON i.id = n.integration"
                   " WHERE (?1 IS NULL OR i.name = ?1) AND (?2 = 0 OR n.run = ?2)"
                   " AND (?3 IS NULL OR n.object = ?3) AND (?4 IS NULL OR n.object_id = ?4)"
                   " ORDER BY n.id DESC LIMIT ?5",
                   &statement, error);

    if (!code)
        code =
            sql_bind(&store->sql, statement, error, "titti", integration, run,
                     stored ? stored->schema.name : object, object_id, limit ? (int64_t)limit : -1);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_note, error);
    *notes = list.items;
    *count = list.count;
    return code;
}

static enum error_code read_notification(sqlite3_stmt *statement, struct arena *arena, void *item,
                                         struct error *error)
{
    struct status_notification *notification = item;
    struct text *const places[] = {&notification->user, &notification->message};

    notification->id = sqlite3_column_int64(statement, 0);
    notification->run = sqlite3_column_int64(statement, 1);
    notification->at = sql_instant(statement, 2);
    return list_copy_texts(statement, 3, arena, places, COUNT_OF(places), error);
}

enum error_code status_notifications(struct store *store, struct text user, size_t limit,
                                     struct arena *arena,
                                     struct status_notification **notifications, size_t *count,
                                     struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **notifications};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT id, run, at, user, message FROM notification"
                                      " WHERE ?1 IS NULL OR user = ?1 ORDER BY id DESC LIMIT ?2",
                                      &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ti", user, limit ? (int64_t)limit : -1);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_notification, error);
    *notifications = list.items;
    *count = list.count;
    return code;
}

/* ---- the books ---- */

static enum error_code read_mapping(sqlite3_stmt *statement, struct arena *arena, void *item,
                                    struct error *error)
{
    struct status_mapping *mapping = item;
    struct text *const places[] = {&mapping->integration, &mapping->internal_object,
                                   &mapping->internal_id, &mapping->integration_object,
                                   &mapping->integration_id};

    mapping->key = sqlite3_column_int64(statement, 0);
    mapping->last_sync = sql_instant(statement, 1);
    mapping->deleted = sqlite3_column_int(statement, 2) != 0;
    return list_copy_texts(statement, 3, arena, places, COUNT_OF(places), error);
}

enum error_code status_mappings(struct store *store, struct text integration, int64_t after,
                                size_t limit, struct arena *arena, struct status_mapping **mappings,
                                size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **mappings};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT m.key, m.last_sync, m.deleted, i.name, o.name, m.object_id, n.name,"
                   " m.integration_id FROM object_mapping m"
                   " JOIN integration_object n ON n.id = m.integration_object"
                   " JOIN integration i ON i.id = m.integration JOIN object o ON o.id = m.object"
                   " WHERE (?1 IS NULL OR i.name = ?1) AND m.key > ?2 ORDER BY m.key LIMIT ?3",
                   &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "tii", integration, after,
                        limit ? (int64_t)limit : -1);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_mapping, error);
    *mappings = list.items;
    *count = list.count;
    return code;
}

static enum error_code read_change(sqlite3_stmt *statement, struct arena *arena, void *item,
                                   struct error *error)
{
    struct status_change *change = item;
    struct text *const places[] = {
        &change->integration,        &change->object,        &change->id,       &change->field,
        &change->origin_integration, &change->origin_object, &change->origin_id};

    change->sequence = sqlite3_column_int64(statement, 0);
    change->at = sql_instant(statement, 1);
    change->origin = sqlite3_column_int64(statement, 2);
    change->mark_count = (size_t)sqlite3_column_int64(statement, 3);
    return list_copy_texts(statement, 4, arena, places, COUNT_OF(places), error);
}

enum error_code status_changes(struct store *store, struct text integration, int64_t after,
                               size_t limit, struct arena *arena, struct status_change **changes,
                               size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **changes};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT c.sequence, c.at, c.origin,"
                   " (SELECT count(*) FROM change_mark k WHERE k.sequence = c.sequence),"
                   " i.name, o.name, c.object_id, f.name, mi.name, n.name, m.integration_id"
                   " FROM field_change c JOIN integration i ON i.id = c.integration"
                   " JOIN object o ON o.id = c.object LEFT JOIN field f ON f.id = c.field"
                   " LEFT JOIN object_mapping m ON m.key = c.origin AND c.origin <> 0"
                   " LEFT JOIN integration_object n ON n.id = m.integration_object"
                   " LEFT JOIN integration mi ON mi.id = m.integration"
                   " WHERE (?1 IS NULL OR i.name = ?1) AND c.sequence > ?2"
                   " ORDER BY c.sequence LIMIT ?3",
                   &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "tii", integration, after,
                        limit ? (int64_t)limit : -1);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_change, error);
    *changes = list.items;
    *count = list.count;
    return code;
}

enum error_code status_waiting_objects(struct store *store, struct text integration,
                                       struct text object, instant until, uint64_t *count,
                                       struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT count(DISTINCT c.object_id) FROM field_change c"
                   " WHERE c.integration = (SELECT id FROM integration WHERE name = ?)"
                   " AND c.object = (SELECT id FROM object WHERE name = ?) AND c.at <= ?",
                   &statement, error);

    *count = 0;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "tti", integration, object,
                        until == INSTANT_NONE ? INT64_MAX : until);
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row)
        *count = (uint64_t)sqlite3_column_int64(statement, 0);
    sql_done(statement);
    return code;
}

static enum error_code read_do_not_contact(sqlite3_stmt *statement, struct arena *arena, void *item,
                                           struct error *error)
{
    struct status_do_not_contact *row = item;
    struct text *const places[] = {&row->contact, &row->channel};

    row->reason = sqlite3_column_int(statement, 0);
    return list_copy_texts(statement, 1, arena, places, COUNT_OF(places), error);
}

enum error_code status_do_not_contact(struct store *store, struct arena *arena,
                                      struct status_do_not_contact **rows, size_t *count,
                                      struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **rows};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT reason, contact, channel FROM do_not_contact"
                                      " ORDER BY contact, channel",
                                      &statement, error);

    if (!code)
        code = list_read(&store->sql, statement, &list, read_do_not_contact, error);
    *rows = list.items;
    *count = list.count;
    return code;
}

/* ---- cleaning up ---- */

static enum error_code cleanup_object(struct store *store, const struct store_object *object,
                                      uint64_t *removed, struct error *error)
{
    struct buffer buffer = BUFFER(4096);
    enum error_code code =
        buffer_append_format(&buffer, error,
                             "DELETE FROM field_change WHERE object = %lld"
                             " AND object_id NOT IN (SELECT id FROM \"%.*s\")",
                             (long long)object->key, TEXT_PRINT(object->schema.name));

    if (!code)
        code = sql_run(&store->sql, buffer.data, error);
    if (!code)
        *removed += (uint64_t)sqlite3_changes64(store->sql.connection);
    buffer_release(&buffer);
    return code;
}

enum error_code status_cleanup(struct store *store, uint64_t *removed, struct error *error)
{
    enum error_code code = sql_begin(&store->sql, error);

    *removed = 0;
    if (code)
        return code;
    for (size_t index = 0; !code && index < store->object_count; index++)
        code = cleanup_object(store, &store->objects[index], removed, error);
    if (!code)
        code = sql_run(&store->sql,
                       "DELETE FROM do_not_contact WHERE contact NOT IN (SELECT id FROM contact)",
                       error);
    /* left by writers that do not enforce foreign keys, as the sqlite3 shell by default */
    if (!code)
        code = sql_run(&store->sql,
                       "DELETE FROM change_mark WHERE sequence NOT IN"
                       " (SELECT sequence FROM field_change)",
                       error);
    return sql_end(&store->sql, code, error);
}
