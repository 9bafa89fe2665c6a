/* A table of this connection holds what waits now; service_told what was told. */
#include "store/service/message.h"

#include "store/schema/store_layout.h"
#include "store/service/matters_sql.h"
#include "store/sql/list.h"

/* Integrations whose last runs failed, twice at least: one failure heals itself in the next run. */
#define FAILING                                                                                    \
    "SELECT json_array('failing', name, since), name, 'failing', '', '', '', '', '',"              \
    " (SELECT message FROM run WHERE id = last), since FROM (SELECT i.name name,"                  \
    "  min(r.started) since, max(r.id) last FROM integration i JOIN run r ON r.integration = i.id" \
    "  WHERE i.enabled = 1 AND r.status IN ('failed', 'refused') AND r.id > coalesce("             \
    "   (SELECT max(g.id) FROM run g WHERE g.integration = i.id"                                   \
    "    AND g.status IN ('done', 'done_with_issues')), 0) GROUP BY i.id HAVING count(*) > 1)"

static enum error_code list_waits(struct store *store, struct error *error)
{
    enum error_code code =
        sql_run(&store->sql,
                "CREATE TEMP TABLE IF NOT EXISTS service_waits(key TEXT PRIMARY KEY, integration,"
                " reason, object, object_id, record, record_id, field, message, since)"
                " WITHOUT ROWID; DELETE FROM service_waits",
                error);

    if (!code)
        code = sql_do(&store->sql,
                      "WITH " MATTERS_SQL " INSERT OR IGNORE INTO service_waits"
                      " SELECT json_array(reason, integration, object, object_id,"
                      " integration_object, integration_id, field), integration, reason, object,"
                      " object_id, integration_object, integration_id, field, message, since"
                      " FROM matter WHERE reason <> 'retrying' UNION ALL " FAILING,
                      error, "");
    return code;
}

/* What is settled may be told of again. */
static enum error_code forget_settled(struct store *store, struct text channel, struct error *error)
{
    return sql_do(&store->sql,
                  "DELETE FROM service_told WHERE substr(matter, 1, length(?1) + 1) = ?1 || ' '"
                  " AND substr(matter, length(?1) + 2) NOT IN (SELECT key FROM service_waits)",
                  error, "t", channel);
}

static enum error_code read_matter(sqlite3_stmt *statement, struct arena *arena, void *item,
                                   struct error *error)
{
    struct message_matter *const matter = item;
    struct text *const places[] = {&matter->integration, &matter->reason, &matter->object,
                                   &matter->id,          &matter->record, &matter->record_id,
                                   &matter->field,       &matter->message};

    matter->since = sql_instant(statement, 0);
    matter->fresh = sqlite3_column_int64(statement, 1);
    matter->open = sqlite3_column_int64(statement, 2);
    return list_copy_texts(statement, 3, arena, places, sizeof places / sizeof *places, error);
}

static enum error_code list_fresh(struct store *store, struct text channel, struct list *list,
                                  struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(
        &store->sql,
        "SELECT since, fresh, open, integration, reason, object, object_id, record, record_id,"
        " field, message FROM (SELECT w.*, t.matter IS NULL AS is_fresh,"
        "  sum(t.matter IS NULL) OVER kind fresh, count(*) OVER kind open,"
        "  row_number() OVER (PARTITION BY w.integration, w.reason, t.matter IS NULL"
        "   ORDER BY w.since DESC, w.key) place"
        "  FROM service_waits w LEFT JOIN service_told t ON t.matter = ?1 || ' ' || w.key"
        "  WINDOW kind AS (PARTITION BY w.integration, w.reason))"
        " WHERE is_fresh AND place <= ?2 ORDER BY integration, reason, place",
        &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ti", channel, (int64_t)MESSAGE_EXAMPLES);
    return code ? code : list_read(&store->sql, statement, list, read_matter, error);
}

enum error_code message_begin(struct store *store, struct text channel, struct arena *arena,
                              struct message_matter **matters, size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **matters};
    struct message before = {.id = 0};
    enum error_code code = sql_begin(&store->sql, error);

    *matters = NULL;
    *count = 0;
    if (code)
        return code;
    code = message_waiting(store, channel, arena, &before, error);
    if (!code && before.id == 0) {
        code = list_waits(store, error);
        if (!code)
            code = forget_settled(store, channel, error);
        if (!code)
            code = list_fresh(store, channel, &list, error);
    }
    if (code || list.count == 0)
        return sql_end(&store->sql, code, error);
    *matters = list.items;
    *count = list.count;
    return ERROR_NONE;
}

enum error_code message_add(struct store *store, struct text channel, struct text key,
                            struct text body, enum error_code code, struct error *error)
{
    if (!code)
        code = sql_do(&store->sql,
                      "INSERT INTO service_message(key, at, body, next_at)"
                      " VALUES(?1 || ' ' || ?2, ?3, ?4, ?3)",
                      error, "ttat", channel, key, store_now(store), body);
    if (!code)
        code = sql_do(&store->sql,
                      "INSERT OR IGNORE INTO service_told(matter, at)"
                      " SELECT ?1 || ' ' || key, ?2 FROM service_waits",
                      error, "ta", channel, store_now(store));
    return sql_end(&store->sql, code, error);
}

enum error_code message_waiting(struct store *store, struct text channel, struct arena *arena,
                                struct message *message, struct error *error)
{
    struct text *const places[] = {&message->key, &message->body};
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_cached(
        &store->sql,
        "SELECT id, attempts, substr(key, length(?1) + 2), body FROM service_message"
        " WHERE substr(key, 1, length(?1) + 1) = ?1 || ' ' ORDER BY id LIMIT 1",
        &statement, error);

    *message = (struct message){.id = 0};
    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", channel);
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row) {
        message->id = sqlite3_column_int64(statement, 0);
        message->attempts = sqlite3_column_int64(statement, 1);
        code = list_copy_texts(statement, 2, arena, places, 2, error);
    }
    sql_done(statement);
    return code;
}

enum error_code message_sent(struct store *store, int64_t id, struct error *error)
{
    return sql_do(&store->sql, "DELETE FROM service_message WHERE id = ?", error, "i", id);
}

enum error_code message_failed(struct store *store, int64_t id, struct text trouble, instant next,
                               struct error *error)
{
    return sql_do(&store->sql,
                  "UPDATE service_message SET attempts = attempts + 1, trouble = ?, next_at = ?"
                  " WHERE id = ?",
                  error, "tai", trouble, next, id);
}

enum error_code message_state(struct store *store, struct arena *arena, struct message_state *state,
                              struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_cached(
        &store->sql, "SELECT count(*), min(next_at), max(trouble) FROM service_message", &statement,
        error);

    *state = (struct message_state){.next = INSTANT_NONE, .trouble = TEXT_ABSENT};
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row) {
        state->waiting = sqlite3_column_int64(statement, 0);
        state->next = sql_instant(statement, 1);
        code = sql_copy(statement, 2, arena, &state->trouble, error);
    }
    sql_done(statement);
    return code;
}
