/* Deliveries as rows: `waiting` until a run has processed them. */
#include "store/service/delivery.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum { HOUR_MS = 3600 * 1000 };
static const int64_t key_kept_ms = INT64_C(72) * HOUR_MS;
static const int64_t kept_ms = INT64_C(30) * 24 * HOUR_MS;

static enum error_code came_before(struct store *store, struct text integration,
                                   struct text sender_key, struct text digest, bool *before,
                                   struct error *error)
{
    return rows_ask_flag(
        &store->sql, before, error,
        "SELECT EXISTS (SELECT 1 FROM service_delivery WHERE integration = ?1 AND sender_key = ?2"
        "  AND received > ?3)"
        " OR EXISTS (SELECT 1 FROM service_delivery WHERE integration = ?1 AND status = 'waiting'"
        "  AND attempts = 0 AND digest = ?4)",
        "ttab", integration, sender_key, store_now(store) - key_kept_ms, digest);
}

static enum error_code count_waiting(struct store *store, struct text integration, int64_t *count,
                                     struct error *error)
{
    return rows_ask(&store->sql, count, error,
                    "SELECT count(*) FROM service_delivery"
                    " WHERE integration = ? AND status = 'waiting'",
                    "t", integration);
}

static enum error_code owe(struct store *store, struct text integration, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO service_integration(name, owed) VALUES(?, 1)"
                  " ON CONFLICT(name) DO UPDATE SET owed = 1 WHERE owed = 0",
                  error, "t", integration);
}

enum error_code delivery_add(struct store *store, struct text integration, struct text sender_key,
                             struct text digest, struct text body, enum delivery_fate *fate,
                             struct error *error)
{
    bool before = false;
    int64_t waiting = 0;

    if (sql_begin(&store->sql, error))
        return error->code;
    enum error_code code = came_before(store, integration, sender_key, digest, &before, error);
    if (!code && !before)
        code = count_waiting(store, integration, &waiting, error);
    *fate = before                             ? DELIVERY_DUPLICATE
            : waiting >= DELIVERY_MOST_WAITING ? DELIVERY_FLOODED
                                               : DELIVERY_STORED;
    if (!code && *fate == DELIVERY_FLOODED)
        code = owe(store, integration, error);
    if (!code && *fate == DELIVERY_STORED)
        code = sql_do(&store->sql,
                      "INSERT INTO service_delivery(integration, received, sender_key, digest,"
                      " body) VALUES(?, ?, ?, ?, ?)",
                      error, "tatbb", integration, store_now(store), sender_key, digest,
                      text_is_absent(body) ? TEXT("") : body);
    return sql_end(&store->sql, code, error);
}

/* ---- acting on them ---- */

static void read_delivery(struct rows *rows, void *item)
{
    struct delivery *const delivery = item;

    delivery->id = rows_integer(rows);
    delivery->body = rows_blob(rows);
}

static enum error_code read_owed(struct store *store, struct text integration, bool *owed,
                                 struct error *error)
{
    return rows_ask_flag(&store->sql, owed, error,
                         "SELECT owed FROM service_integration WHERE name = ?", "t", integration);
}

enum error_code delivery_take(struct store *store, struct text integration, struct arena *arena,
                              struct delivery **deliveries, size_t *count, bool *owed,
                              struct error *error)
{
    *deliveries = NULL;
    *count = 0;
    if (sql_begin(&store->sql, error))
        return error->code;
    enum error_code code = read_owed(store, integration, owed, error);
    if (!code)
        code = rows_all(&store->sql, ROWS_INTO(arena, read_delivery, deliveries, count), error,
                        "SELECT id, body FROM service_delivery"
                        " WHERE integration = ? AND status = 'waiting' ORDER BY id LIMIT ?",
                        "ti", integration, (int64_t)DELIVERY_MOST_AT_ONCE);
    for (size_t i = 0; !code && i < *count; i++)
        code =
            sql_do(&store->sql, "UPDATE service_delivery SET attempts = attempts + 1 WHERE id = ?",
                   error, "i", (*deliveries)[i].id);
    return sql_end(&store->sql, code, error);
}

enum error_code delivery_read(struct store *store, int64_t id, size_t records, struct error *error)
{
    return sql_do(&store->sql,
                  "UPDATE service_delivery SET records = ?1, message = NULL,"
                  " status = CASE WHEN ?1 = 0 THEN 'ignored' ELSE status END WHERE id = ?2",
                  error, "ii", (int64_t)records, id);
}

enum error_code delivery_fail(struct store *store, int64_t id, struct text trouble, bool final,
                              struct error *error)
{
    return sql_do(&store->sql,
                  "UPDATE service_delivery SET message = ?1, status = CASE WHEN ?2 = 1"
                  " OR attempts >= ?3 THEN 'failed' ELSE status END WHERE id = ?4",
                  error, "tiii", trouble, (int64_t) final, (int64_t)DELIVERY_MOST_ATTEMPTS, id);
}

enum error_code delivery_done(struct store *store, int64_t id, int64_t run, struct error *error)
{
    return sql_do(&store->sql,
                  "UPDATE service_delivery SET status = 'done', run = nullif(?, 0) WHERE id = ?",
                  error, "ii", run, id);
}

enum error_code delivery_paid(struct store *store, struct text integration, struct error *error)
{
    return sql_do(&store->sql, "UPDATE service_integration SET owed = 0 WHERE name = ?", error, "t",
                  integration);
}

/* ---- for people, and for the schedule ---- */

#define AGAIN     " SET status = 'waiting', attempts = 0, message = NULL WHERE status <> 'waiting' AND "
#define BY_ID     "id = ?1"
#define BY_STATUS "integration = ?1 AND (?2 IS NULL OR status = ?2)"

static enum error_code again_id(struct store *store, int64_t id, bool count_only, uint64_t *count,
                                struct error *error)
{
    uint64_t found = 0;

    if (rows_ask_count(&store->sql, &found, error,
                       "SELECT count(*) FROM service_delivery WHERE " BY_ID, "i", id))
        return error->code;
    *count += found;
    return count_only ? ERROR_NONE
                      : sql_do(&store->sql, "UPDATE service_delivery" AGAIN BY_ID, error, "i", id);
}

static enum error_code again_all(struct store *store, const struct delivery_choice *choice,
                                 bool count_only, uint64_t *count, struct error *error)
{
    if (rows_ask_count(&store->sql, count, error,
                       "SELECT count(*) FROM service_delivery WHERE " BY_STATUS, "tt",
                       choice->integration, choice->status))
        return error->code;
    return count_only ? ERROR_NONE
                      : sql_do(&store->sql, "UPDATE service_delivery" AGAIN BY_STATUS, error, "tt",
                               choice->integration, choice->status);
}

enum error_code delivery_again(struct store *store, const struct delivery_choice *choice,
                               bool count_only, uint64_t *count, struct error *error)
{
    *count = 0;
    if (sql_begin(&store->sql, error))
        return error->code;
    enum error_code code =
        choice->id_count ? ERROR_NONE : again_all(store, choice, count_only, count, error);
    for (size_t i = 0; !code && i < choice->id_count; i++)
        code = again_id(store, choice->ids[i], count_only, count, error);
    return sql_end(&store->sql, code, error);
}

enum error_code delivery_body(struct store *store, int64_t id, struct arena *arena,
                              struct text *body, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &store->sql, arena, error, "SELECT body FROM service_delivery WHERE id = ?",
              "i", id);
    *body = rows_next(&rows) ? rows_blob(&rows) : TEXT_ABSENT;
    return rows_close(&rows);
}

enum error_code delivery_waits(struct store *store, struct text integration, bool *waits,
                               struct error *error)
{
    return rows_ask_flag(&store->sql, waits, error,
                         "SELECT EXISTS (SELECT 1 FROM service_delivery WHERE integration = ?1"
                         "  AND status = 'waiting')"
                         " OR EXISTS (SELECT 1 FROM service_integration WHERE name = ?1"
                         "  AND owed <> 0)",
                         "t", integration);
}

enum error_code delivery_waiting(struct store *store, struct arena *arena,
                                 struct text **integrations, size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, rows_read_text, integrations, count), error,
                    "SELECT DISTINCT integration FROM service_delivery"
                    " WHERE status = 'waiting'"
                    " UNION SELECT name FROM service_integration WHERE owed = 1",
                    "");
}

enum error_code delivery_queue(struct store *store, uint64_t *count, struct error *error)
{
    return rows_ask_count(&store->sql, count, error,
                          "SELECT count(*) FROM service_delivery WHERE status = 'waiting'", "");
}

enum error_code delivery_forget(struct store *store, struct error *error)
{
    return sql_do(&store->sql,
                  "DELETE FROM service_delivery WHERE status <> 'waiting' AND received < ?", error,
                  "a", store_now(store) - kept_ms);
}
