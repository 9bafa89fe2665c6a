/* Links that operators make, separate and forget, and what is kept apart. */
#include "store/books/links.h"

#include "store/books/ambiguous_records.h"
#include "store/books/link_rows.h"
#include "store/books/quarantine.h"
#include "store/schema/store_layout.h"
#include "store/schema/stored_kinds.h"
#include "store/sql/rows.h"

/* The names of a link as the store's keys. */
struct link_keys {
    int64_t record, object, id;
};

/* `object` absent: keys->object and keys->id stay 0. */
static enum error_code find_keys(struct store *store, const struct link_name *link,
                                 struct link_keys *keys, struct error *error)
{
    static const char of_record[] =
        "SELECT n.id FROM integration_object n JOIN integration i ON i.id = n.integration"
        " WHERE i.name = ? AND n.name = ?";
    struct store_object *stored = NULL;
    *keys = (struct link_keys){.record = 0};
    if (rows_ask(&store->sql, &keys->record, error, of_record, "tt", link->integration,
                 link->record))
        return error->code;
    if (!keys->record)
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' has no object '%.*s'",
                         TEXT_PRINT(link->integration), TEXT_PRINT(link->record));
    if (text_is_absent(link->object))
        return ERROR_NONE;
    if (store_object_get(store, link->object, &stored, error))
        return error->code;
    keys->object = stored->key;
    if (!sql_id_of(link->id, &keys->id))
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' is not the id of an object here",
                         TEXT_PRINT(link->id));
    return ERROR_NONE;
}

/* ---- what ends ---- */

/* The record no longer waits, and may be matched again. */
static enum error_code forget_record(struct store *store, int64_t record, struct text record_id,
                                     int64_t object, struct error *error)
{
    if (sql_do(&store->sql,
               "DELETE FROM ambiguous_record WHERE integration_object = ? AND integration_id = ?"
               " AND object = ?",
               error, "iti", record, record_id, object))
        return error->code;
    if (sql_do(&store->sql,
               "DELETE FROM open_matter WHERE mapping = 0 AND record = ? AND record_id = ?"
               " AND object IN (0, ?)",
               error, "iti", record, record_id, object))
        return error->code;
    return sql_do(&store->sql,
                  "DELETE FROM kept_apart WHERE integration_object = ? AND integration_id = ?"
                  " AND object IN (0, ?)",
                  error, "iti", record, record_id, object);
}

static const char forget_apart_of_key[] =
    "DELETE FROM kept_apart WHERE (integration_object, integration_id) IN"
    " (SELECT integration_object, integration_id FROM object_mapping WHERE key = ?)";
static const char keep_key_apart[] =
    "INSERT OR IGNORE INTO kept_apart(integration_object, integration_id, object, object_id)"
    " SELECT integration_object, integration_id, object, object_id FROM object_mapping"
    " WHERE key = ?";

/* An object that lost its record has nothing to send: its changes went with the link. Now all of it
 * is to be sent, to a record that is yet to be made. */
static const char owe_of_key[] =
    "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at, origin, owed)"
    " SELECT m.integration, m.object, m.object_id, t.field, m.ended_at, 0, 1 FROM object_mapping m"
    " JOIN tracked_field t ON t.object = m.object AND t.integration = m.integration"
    " WHERE m.key = ? AND m.deleted = 1 AND m.ended_by IN (" STORED_END_THERE
    ", " STORED_END_DISPLACED ") AND m.ended_at IS NOT NULL";

/* In one transaction: Call `before` for each link, then delete it. */
static enum error_code drop_all(struct store *store, const int64_t *keys, size_t count,
                                const char *const before[2], struct error *error)
{
    enum error_code code = sql_begin(&store->sql, error);
    if (code)
        return code;
    for (size_t i = 0; !code && i < count; i++) {
        for (size_t step = 0; !code && step < 2 && before[step]; step++)
            code = sql_do(&store->sql, before[step], error, "i", keys[i]);
        if (!code)
            code = link_rows_remove(store, keys[i], error);
    }
    return sql_end(&store->sql, code, error);
}

enum error_code links_separate(struct store *store, const int64_t *keys, size_t count,
                               struct error *error)
{
    return drop_all(store, keys, count, (const char *const[2]){keep_key_apart}, error);
}

enum error_code links_forget(struct store *store, const int64_t *keys, size_t count,
                             struct error *error)
{
    return drop_all(store, keys, count, (const char *const[2]){forget_apart_of_key, owe_of_key},
                    error);
}

/* ---- what begins ---- */

static enum error_code check_exists(struct store *store, const struct link_name *link,
                                    const struct link_keys *keys, struct error *error)
{
    struct buffer select = BUFFER(4096);
    struct rows rows;
    const struct store_object *const stored = store_object_by_key(store, keys->object);
    enum error_code code = buffer_append_format(
        &select, error, "SELECT 1 FROM \"%.*s\" WHERE id = ?", TEXT_PRINT(stored->schema.name));
    if (!code) {
        rows_open_once(&rows, &store->sql, NULL, error, select.data, "i", keys->id);
        if (!rows_next(&rows) && !rows.code)
            rows.code = error_set(error, ERROR_NOT_FOUND, "there is no %.*s '%.*s' here",
                                  TEXT_PRINT(link->object), TEXT_PRINT(link->id));
        code = rows_close(&rows);
    }
    buffer_release(&select);
    return code;
}

/* The link that a record has for this kind; *key 0: none. */
struct present {
    int64_t key, object_id;
    bool ended;
};

static enum error_code find_present(struct store *store, const struct link_name *link,
                                    const struct link_keys *keys, struct present *present,
                                    struct error *error)
{
    struct rows rows;
    *present = (struct present){.key = 0};
    rows_open(&rows, &store->sql, NULL, error,
              "SELECT key, object_id, deleted FROM object_mapping WHERE integration_object = ?"
              " AND integration_id = ? AND object = ?",
              "iti", keys->record, link->record_id, keys->object);
    if (rows_next(&rows)) {
        present->key = rows_integer(&rows);
        present->object_id = rows_integer(&rows);
        present->ended = rows_flag(&rows);
    }
    return rows_close(&rows);
}

static enum error_code refuse(const struct link_name *link, const struct present *present,
                              struct error *error)
{
    return error_set(error, ERROR_USAGE,
                     "'%.*s:%.*s' is linked to %.*s:%lld; separate them first ('tandem unlink %.*s "
                     "%.*s:%.*s'), or merge the two here ('tandem object merge')",
                     TEXT_PRINT(link->record), TEXT_PRINT(link->record_id),
                     TEXT_PRINT(link->object), (long long)present->object_id,
                     TEXT_PRINT(link->integration), TEXT_PRINT(link->record),
                     TEXT_PRINT(link->record_id));
}

static enum error_code add(struct store *store, const struct link_name *link,
                           const struct link_keys *keys, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO object_mapping(integration, integration_object, integration_id,"
                  " object, object_id) SELECT id, ?, ?, ?, ? FROM integration WHERE name = ?",
                  error, "itiit", keys->record, link->record_id, keys->object, keys->id,
                  link->integration);
}

static enum error_code make(struct store *store, const struct link_name *link,
                            const struct link_keys *keys, enum link_made *made, struct error *error)
{
    struct present present;
    int64_t create = 0; /* its outcome is unknown */
    if (check_exists(store, link, keys, error) ||
        find_present(store, link, keys, &present, error) ||
        quarantine_create_of(store, link, &create, error))
        return error->code;
    *made = create ? LINK_SETTLED : LINK_MADE;
    if (present.key && !present.ended) {
        *made = LINK_THERE;
        return present.object_id == keys->id ? ERROR_NONE : refuse(link, &present, error);
    }
    /* a link that has ended owns nothing (13.12) */
    if ((present.key && link_rows_remove(store, present.key, error)) ||
        forget_record(store, keys->record, link->record_id, keys->object, error) ||
        (create ? quarantine_link(store, link, error) : add(store, link, keys, error)))
        return error->code;
    return ambiguous_records_ask(store, keys->record, link->record_id, keys->object, error);
}

enum error_code links_make(struct store *store, const struct link_name *link, enum link_made *made,
                           struct error *error)
{
    struct link_name own = *link; /* by the store's own name: "contact" for "lead" */
    struct link_keys keys;
    if (find_keys(store, link, &keys, error) || sql_begin(&store->sql, error))
        return error->code;
    own.object = store_object_by_key(store, keys.object)->schema.name;
    return sql_end(&store->sql, make(store, &own, &keys, made, error), error);
}

/* ---- what is kept apart ---- */

/* A record that waited because of its matches is requested, for every kind that it would be
 * here. */
static enum error_code decide(struct store *store, int64_t record, struct text record_id,
                              struct error *error)
{
    if (sql_do(&store->sql,
               "UPDATE ambiguous_record SET asked = 1, run = 0, failures = 0, message = NULL,"
               " held = 0 WHERE integration_object = ? AND integration_id = ?",
               error, "it", record, record_id) ||
        sql_do(&store->sql,
               "INSERT OR IGNORE INTO ambiguous_record(integration_object, integration_id, object,"
               " since, run, asked) SELECT record, record_id, object, first_at, 0, 1"
               " FROM open_matter WHERE mapping = 0 AND record = ? AND record_id = ?"
               " AND object <> 0",
               error, "it", record, record_id))
        return error->code;
    return sql_do(&store->sql,
                  "DELETE FROM open_matter WHERE mapping = 0 AND record = ? AND record_id = ?",
                  error, "it", record, record_id);
}

static enum error_code keep_apart(struct store *store, const struct link_name *link,
                                  const struct link_keys *keys, struct error *error)
{
    struct present present = {.key = 0};
    if (keys->object && find_present(store, link, keys, &present, error))
        return error->code;
    if (present.key && !present.ended)
        return refuse(link, &present, error);
    if (sql_do(&store->sql,
               "INSERT OR IGNORE INTO kept_apart(integration_object, integration_id, object,"
               " object_id) VALUES(?, ?, ?, ?)",
               error, "itii", keys->record, link->record_id, keys->object, keys->id))
        return error->code;
    if (keys->object)
        return ambiguous_records_ask(store, keys->record, link->record_id, keys->object, error);
    return decide(store, keys->record, link->record_id, error);
}

enum error_code links_keep_apart(struct store *store, const struct link_name *link,
                                 struct error *error)
{
    struct link_keys keys;
    if (find_keys(store, link, &keys, error) || sql_begin(&store->sql, error))
        return error->code;
    return sql_end(&store->sql, keep_apart(store, link, &keys, error), error);
}

/* ---- counting ---- */

enum error_code links_count(struct store *store, struct text integration, struct text object,
                            uint64_t *objects, uint64_t *linked, struct error *error)
{
    struct buffer select = BUFFER(4096);
    struct store_object *stored = NULL;
    struct rows rows;
    if (store_object_get(store, object, &stored, error))
        return error->code;
    enum error_code code = buffer_append_format(
        &select, error,
        "SELECT count(*), count((SELECT 1 FROM object_mapping m JOIN integration i"
        " ON i.id = m.integration WHERE i.name = ?1 AND m.object = ?2 AND m.object_id = o.id"
        " AND m.deleted = 0)) FROM \"%.*s\" o",
        TEXT_PRINT(stored->schema.name));
    if (!code) {
        rows_open_once(&rows, &store->sql, NULL, error, select.data, "ti", integration,
                       stored->key);
        if (rows_next(&rows)) {
            *objects = (uint64_t)rows_integer(&rows);
            *linked = (uint64_t)rows_integer(&rows);
        }
        code = rows_close(&rows);
    }
    buffer_release(&select);
    return code;
}
