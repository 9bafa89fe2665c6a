/* A table of this connection holds what waits now; service_told what was told. */
#include "store/service/message.h"

#include "store/schema/store_layout.h"
#include "store/service/matters_sql.h"
#include "store/sql/rows.h"

/* Integrations whose last runs failed, at least two: a single failure often resolves itself in the
 * next run. */
#define FAILING                                                                                    \
    "SELECT json_array('failing', name, since), name, 'failing', '', '', '', '', '',"              \
    " (SELECT message FROM run WHERE id = last), since FROM (SELECT i.name name,"                  \
    "  min(r.started) since, max(r.id) last FROM integration i JOIN run r ON r.integration = i.id" \
    "  WHERE i.enabled = 1 AND r.status IN ('failed', 'refused') AND r.id > coalesce("             \
    "   (SELECT max(g.id) FROM run g WHERE g.integration = i.id"                                   \
    "    AND g.status IN ('done', 'done_with_issues')), 0) GROUP BY i.id HAVING count(*) > 1)"

static enum error_code list_waits(struct store *store, struct error *error)
{
    if (sql_run(&store->sql,
                "CREATE TEMP TABLE IF NOT EXISTS service_waits(key TEXT PRIMARY KEY, integration,"
                " reason, object, object_id, record, record_id, field, message, since)"
                " WITHOUT ROWID; DELETE FROM service_waits",
                error))
        return error->code;
    return sql_do(&store->sql,
                  "WITH " MATTERS_SQL " INSERT OR IGNORE INTO service_waits"
                  " SELECT json_array(reason, integration, object, object_id,"
                  " integration_object, integration_id, field), integration, reason, object,"
                  " object_id, integration_object, integration_id, field, message, since"
                  " FROM matter WHERE reason <> 'retrying' UNION ALL " FAILING,
                  error, "");
}

/* What is resolved may be reported again. */
static enum error_code forget_settled(struct store *store, struct text channel, struct error *error)
{
    return sql_do(&store->sql,
                  "DELETE FROM service_told WHERE substr(matter, 1, length(?1) + 1) = ?1 || ' '"
                  " AND substr(matter, length(?1) + 2) NOT IN (SELECT key FROM service_waits)",
                  error, "t", channel);
}

static void read_matter(struct rows *rows, void *item)
{
    struct message_matter *const matter = item;

    matter->since = rows_instant(rows);
    matter->fresh = rows_integer(rows);
    matter->open = rows_integer(rows);
    matter->integration = rows_text(rows);
    matter->reason = rows_text(rows);
    matter->object = rows_text(rows);
    matter->id = rows_text(rows);
    matter->record = rows_text(rows);
    matter->record_id = rows_text(rows);
    matter->field = rows_text(rows);
    matter->message = rows_text(rows);
}

static enum error_code list_fresh(struct store *store, struct text channel, struct arena *arena,
                                  struct message_matter **matters, size_t *count,
                                  struct error *error)
{
    return rows_all(
        &store->sql, ROWS_INTO(arena, read_matter, matters, count), error,
        "SELECT since, fresh, open, integration, reason, object, object_id, record, record_id,"
        " field, message FROM (SELECT w.*, t.matter IS NULL AS is_fresh,"
        "  sum(t.matter IS NULL) OVER kind fresh, count(*) OVER kind open,"
        "  row_number() OVER (PARTITION BY w.integration, w.reason, t.matter IS NULL"
        "   ORDER BY w.since DESC, w.key) place"
        "  FROM service_waits w LEFT JOIN service_told t ON t.matter = ?1 || ' ' || w.key"
        "  WINDOW kind AS (PARTITION BY w.integration, w.reason))"
        " WHERE is_fresh AND place <= ?2 ORDER BY integration, reason, place",
        "ti", channel, (int64_t)MESSAGE_EXAMPLES);
}

enum error_code message_begin(struct store *store, struct text channel, struct arena *arena,
                              struct message_matter **matters, size_t *count, struct error *error)
{
    struct message before = {.id = 0};

    *matters = NULL;
    *count = 0;
    if (sql_begin(&store->sql, error))
        return error->code;
    enum error_code code = message_waiting(store, channel, arena, &before, error);
    if (!code && before.id == 0 &&
        (list_waits(store, error) || forget_settled(store, channel, error) ||
         list_fresh(store, channel, arena, matters, count, error)))
        code = error->code;
    return code || *count == 0 ? sql_end(&store->sql, code, error) : ERROR_NONE;
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
    struct rows rows;

    *message = (struct message){.id = 0};
    rows_open(&rows, &store->sql, arena, error,
              "SELECT id, attempts, substr(key, length(?1) + 2), body FROM service_message"
              " WHERE substr(key, 1, length(?1) + 1) = ?1 || ' ' ORDER BY id LIMIT 1",
              "t", channel);
    if (rows_next(&rows)) {
        message->id = rows_integer(&rows);
        message->attempts = rows_integer(&rows);
        message->key = rows_text(&rows);
        message->body = rows_text(&rows);
    }
    return rows_close(&rows);
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
    struct rows rows;

    *state = (struct message_state){.next = INSTANT_NONE, .trouble = TEXT_ABSENT};
    rows_open(&rows, &store->sql, arena, error,
              "SELECT count(*), min(next_at), max(trouble) FROM service_message", "");
    if (rows_next(&rows)) {
        state->waiting = rows_integer(&rows);
        state->next = rows_instant(&rows);
        state->trouble = rows_text(&rows);
    }
    return rows_close(&rows);
}
