/* Objects that failed too often: listed, released, dropped. */
#include "store/books/quarantine.h"
#include "store/books/ambiguous_records.h"
#include "store/books/link_rows.h"
#include "store/schema/stored_kinds.h"

#include "store/books/run_layout.h"

/* ---- counting, within a run ---- */

/* An object of ours at one of its records, as the table has it. */
struct quarantine_key {
    int64_t object, id;
    struct text record, record_id;
};

static bool key_of(const struct store_run *run, const struct order_change *change,
                   struct quarantine_key *key)
{
    const struct store_object *stored = store_object_of(run->store, change->mapped_object);

    if (!stored || !sql_id_of(change->mapped_id, &key->id))
        return false;
    key->object = stored->key;
    key->record = change->object;
    key->record_id = text_is_absent(change->object_id) ? TEXT("") : change->object_id;
    return true;
}

static enum error_code read_held(struct store_run *run, const struct quarantine_key *key,
                                 bool *held, struct error *error)
{
    return rows_ask_flag(&run->store->sql, held, error,
                         "SELECT held FROM quarantine WHERE integration = ? AND object = ?"
                         " AND object_id = ? AND record = ? AND record_id = ?",
                         "iiitt", run->integration, key->object, key->id, key->record,
                         key->record_id);
}

static enum error_code count_retry(struct journal *journal, const struct order_change *change,
                                   const char *reason, bool *held, struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    struct quarantine_key key;

    *held = false;
    if (!key_of(run, change, &key))
        return ERROR_NONE;
    run->retried.known = ANY_SOME;
    /* a run that tries it twice counts once; an outage of a few hours quarantines nothing */
    if (sql_do(&run->store->sql,
               "INSERT INTO quarantine(integration, object, object_id, record, record_id,"
               " failures, first_at, last_at, last_run, held, reason)"
               " VALUES(?1, ?2, ?3, ?4, ?5, 1, ?6, ?6, ?7, 0, ?9)"
               " ON CONFLICT DO UPDATE SET failures = failures + (last_run <> ?7),"
               " held = failures + (last_run <> ?7) >= ?8 AND first_at <= ?6 - " QUARANTINE_PAUSE_MS
               ", last_at = ?6, last_run = ?7, reason = ?9",
               error, "iiittaiit", run->integration, key.object, key.id, key.record, key.record_id,
               store_now(run->store), run->id, (int64_t)run->retries, text_of(reason)))
        return error->code;
    return read_held(run, &key, held, error);
}

static enum error_code clear_retries(struct journal *journal, const struct order_change *change,
                                     struct error *error)
{
    struct store_run *run = run_of_journal(journal);
    struct quarantine_key key;
    bool any = false;

    if (books_has_any(run, &run->retried, &any, error,
                      "SELECT 1 FROM quarantine WHERE integration = ? LIMIT 1", "i",
                      run->integration))
        return error->code;
    if (!any || !key_of(run, change, &key))
        return ERROR_NONE;
    return sql_do(&run->store->sql,
                  "DELETE FROM quarantine WHERE integration = ? AND object = ? AND object_id = ?"
                  " AND record = ? AND record_id = ?",
                  error, "iiitt", run->integration, key.object, key.id, key.record, key.record_id);
}

enum error_code quarantine_forget_settled(struct store_run *run, struct error *error)
{
    return sql_do(&run->store->sql,
                  "DELETE FROM quarantine AS q WHERE integration = ?1 AND held = 0"
                  " AND last_run <> ?2 AND NOT EXISTS (SELECT 1 FROM field_change c"
                  " WHERE c.integration = q.integration AND c.object = q.object"
                  " AND c.object_id = q.object_id AND NOT EXISTS (SELECT 1 FROM change_mark k"
                  " JOIN object_mapping m ON m.key = k.mapping JOIN integration_object n"
                  " ON n.id = m.integration_object WHERE k.sequence = c.sequence AND k.kind = ?3"
                  " AND n.name = q.record AND m.integration_id = q.record_id))",
                  error, "iii", run->integration, run->id, (int64_t)MARK_SETTLED);
}

void quarantine_install(struct store_run *run)
{
    run->journal.count_retry = count_retry;
    run->journal.clear_retries = clear_retries;
}

/* ---- for operators ---- */

static void read_entry(struct rows *rows, void *item)
{
    struct quarantine_entry *const entry = item;

    entry->integration = rows_text(rows);
    entry->object = rows_text(rows);
    entry->id = rows_text(rows);
    entry->record = rows_text(rows);
    entry->record_id = rows_text(rows);
    entry->reason = rows_text(rows);
    entry->failures = (uint64_t)rows_integer(rows);
    entry->first_at = rows_instant(rows);
    entry->last_at = rows_instant(rows);
    entry->held = rows_flag(rows);
}

enum error_code quarantine_list(struct store *store, struct text integration, bool held_only,
                                struct arena *arena, struct quarantine_entry **entries,
                                size_t *count, struct error *error)
{
    static const char text[] =
        "WITH entry AS (SELECT i.name integration, o.name object, q.object_id, q.record,"
        " q.record_id, q.reason, q.failures, q.first_at, q.last_at, q.held FROM quarantine q"
        " JOIN integration i ON i.id = q.integration JOIN object o ON o.id = q.object"
        " WHERE (?1 IS NULL OR i.name = ?1) AND (?2 = 0 OR q.held = 1)"
        " UNION ALL SELECT i.name, j.mapped_object, j.mapped_id, j.object, '', 'in_doubt', 1,"
        " j.sent_at, j.sent_at, j.doubt = " STORED_UNKNOWN_LEFT " FROM journal_change j"
        " JOIN integration i ON i.id = j.integration"
        " WHERE (j.doubt = " STORED_UNKNOWN_LEFT " OR (?2 = 0 AND j.doubt = " STORED_UNKNOWN_WAITS
        ")) AND (?1 IS NULL OR i.name = ?1))"
        " SELECT integration, object, object_id, record, record_id, reason, failures, first_at,"
        " last_at, held FROM entry"
        " ORDER BY integration, object, cast(object_id AS INTEGER), record, record_id";
    return rows_all(&store->sql, ROWS_INTO(arena, read_entry, entries, count), error, text, "ti",
                    integration, (int64_t)held_only);
}

/* What an operator named, as keys; object 0: all. */
struct selection {
    struct text integration, object, id_text;
    int64_t object_key, id;
};

static enum error_code select_object(struct store *store, struct text integration,
                                     struct text object, struct text id,
                                     struct selection *selection, struct error *error)
{
    struct store_object *stored = NULL;

    *selection = (struct selection){.integration = integration};
    if (text_is_absent(object))
        return ERROR_NONE;
    if (store_object_get(store, object, &stored, error))
        return error->code;
    if (!sql_id_of(id, &selection->id))
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' is not the id of an object here",
                         TEXT_PRINT(id));
    selection->object = stored->schema.name;
    selection->object_key = stored->key;
    selection->id_text = id;
    return ERROR_NONE;
}

#define SELECTED                                                                                   \
    " integration = (SELECT id FROM integration WHERE name = ?1)"                                  \
    " AND (?2 = 0 OR (object = ?2 AND object_id = ?3))"

/* Creates with an unknown outcome, by the texts in the journal. */
#define DOUBTED                                                                                    \
    " doubt > " STORED_UNKNOWN_NONE                                                                \
    " AND integration = (SELECT id FROM integration WHERE name = ?1)"                              \
    " AND (?2 IS NULL OR (mapped_object = ?2 AND mapped_id = ?3))"

static enum error_code end_unknown_outcomes(struct store *store, const struct selection *selection,
                                            uint64_t *ended, struct error *error)
{
    if (sql_do(&store->sql, "DELETE FROM journal_change WHERE" DOUBTED, error, "ttt",
               selection->integration, selection->object, selection->id_text))
        return error->code;
    *ended += (uint64_t)sql_changes(&store->sql);
    return ERROR_NONE;
}

typedef enum error_code settlement(struct store *store, const struct selection *selection,
                                   uint64_t *count, struct error *error);

static enum error_code release(struct store *store, const struct selection *selection,
                               uint64_t *released, struct error *error)
{
    if (sql_do(&store->sql, "DELETE FROM quarantine WHERE" SELECTED, error, "tii",
               selection->integration, selection->object_key, selection->id))
        return error->code;
    *released = (uint64_t)sql_changes(&store->sql);
    return end_unknown_outcomes(store, selection, released, error);
}

static enum error_code give_up(struct store *store, const struct selection *selection,
                               uint64_t *dropped, struct error *error)
{
    if (sql_do(&store->sql,
               "DELETE FROM field_change WHERE (integration, object, object_id) IN"
               " (SELECT integration, object, object_id FROM quarantine WHERE held = 1 AND" SELECTED
               " UNION ALL SELECT j.integration, o.id, CAST(j.mapped_id AS INTEGER) FROM "
               "journal_change j"
               " JOIN object o ON o.name = j.mapped_object WHERE j.doubt > " STORED_UNKNOWN_NONE
               " AND j.integration = (SELECT id FROM integration WHERE name = ?1)"
               " AND (?2 = 0 OR (o.id = ?2 AND CAST(j.mapped_id AS INTEGER) = ?3)))",
               error, "tii", selection->integration, selection->object_key, selection->id) ||
        sql_do(&store->sql, "DELETE FROM quarantine WHERE held = 1 AND" SELECTED, error, "tii",
               selection->integration, selection->object_key, selection->id))
        return error->code;
    *dropped = (uint64_t)sql_changes(&store->sql);
    return end_unknown_outcomes(store, selection, dropped, error);
}

/* In one transaction. */
static enum error_code settle(struct store *store, struct text integration, struct text object,
                              struct text id, settlement *how, uint64_t *count, struct error *error)
{
    struct selection selection;

    *count = 0;
    if (select_object(store, integration, object, id, &selection, error) ||
        sql_begin(&store->sql, error))
        return error->code;
    return sql_end(&store->sql, how(store, &selection, count, error), error);
}

enum error_code quarantine_retry(struct store *store, struct text integration, struct text object,
                                 struct text id, uint64_t *released, struct error *error)
{
    return settle(store, integration, object, id, release, released, error);
}

enum error_code quarantine_drop(struct store *store, struct text integration, struct text object,
                                struct text id, uint64_t *dropped, struct error *error)
{
    return settle(store, integration, object, id, give_up, dropped, error);
}

/* ---- linking ---- */

/* Refuse a record that is already somebody else's. *linked: it is this very object's, by a merge
 * here. *ended: the key of a link that has ended, which owns nothing (13.12); 0: there is none. */
static enum error_code check_free(struct store *store, const struct link_name *link, bool *linked,
                                  int64_t *ended, struct error *error)
{
    struct rows rows;
    int64_t own = 0;

    *linked = false;
    *ended = 0;
    if (!sql_id_of(link->id, &own))
        own = 0;
    rows_open(&rows, &store->sql, NULL, error,
              "SELECT m.object_id, m.deleted, m.key FROM object_mapping m JOIN integration_object n"
              " ON n.id = m.integration_object JOIN integration i ON i.id = n.integration"
              " JOIN object o ON o.id = m.object WHERE i.name = ? AND n.name = ?"
              " AND m.integration_id = ? AND o.name = ?",
              "tttt", link->integration, link->record, link->record_id, link->object);
    if (rows_next(&rows)) {
        const long long id = (long long)rows_integer(&rows);
        const bool lives = !rows_flag(&rows);
        const int64_t key = rows_integer(&rows);
        *linked = lives && id == own;
        *ended = lives ? 0 : key;
        if (lives && !*linked)
            rows.code = error_set(error, ERROR_USAGE,
                                  "'%.*s:%.*s' is linked to %.*s:%lld; merge the two here: 'tandem "
                                  "object merge %.*s %.*s %lld'",
                                  TEXT_PRINT(link->record), TEXT_PRINT(link->record_id),
                                  TEXT_PRINT(link->object), id, TEXT_PRINT(link->object),
                                  TEXT_PRINT(link->id), id);
    }
    return rows_close(&rows);
}

enum error_code quarantine_create_of(struct store *store, const struct link_name *link,
                                     int64_t *create, struct error *error)
{
    return rows_ask(&store->sql, create, error,
                    "SELECT j.id FROM journal_change j"
                    " JOIN integration_object n ON n.integration = j.integration AND n.name = ?4"
                    " JOIN object o ON o.name = j.mapped_object"
                    " WHERE j.doubt > " STORED_UNKNOWN_NONE
                    " AND j.integration = (SELECT id FROM integration WHERE name = ?1)"
                    " AND j.mapped_object = ?2 AND j.mapped_id = ?3"
                    " AND (j.object = n.name OR EXISTS (SELECT 1 FROM known_line k"
                    "  WHERE k.integration_object = n.id AND k.object = o.id))"
                    " ORDER BY j.object = n.name DESC, j.id DESC LIMIT 1",
                    "tttt", link->integration, link->object, link->id, link->record);
}

/* What the create sent is what both sides agreed on, as if its answer had come. What was reported
 * of the record meanwhile was not taken, so it is asked for. */
static enum error_code add_link(struct store *store, const struct link_name *link, int64_t create,
                                struct error *error)
{
    int64_t record = 0, object = 0;
    struct rows rows;

    rows_open(&rows, &store->sql, NULL, error,
              "INSERT INTO object_mapping(integration, integration_object, integration_id, object,"
              " object_id, last_sync, base_versions) SELECT j.integration, n.id, ?3, o.id,"
              " CAST(j.mapped_id AS INTEGER), j.sent_at, j.fingerprints FROM journal_change j"
              " JOIN integration_object n ON n.integration = j.integration AND n.name = ?2"
              " JOIN object o ON o.name = j.mapped_object"
              " WHERE j.id = ?1 RETURNING integration_object, object",
              "itt", create, link->record, link->record_id);
    if (rows_next(&rows)) {
        record = rows_integer(&rows);
        object = rows_integer(&rows);
    }
    if (rows_close(&rows))
        return error->code;
    return record ? ambiguous_records_ask(store, record, link->record_id, object, error)
                  : ERROR_NONE;
}

static enum error_code end_create(struct store *store, const struct link_name *link, int64_t create,
                                  struct error *error)
{
    return sql_do(&store->sql,
                  "DELETE FROM journal_change WHERE" DOUBTED
                  " AND object = (SELECT object FROM journal_change WHERE id = ?4)",
                  error, "ttti", link->integration, link->object, link->id, create);
}

static enum error_code check_create(struct store *store, const struct link_name *link,
                                    int64_t *create, struct error *error)
{
    if (quarantine_create_of(store, link, create, error))
        return error->code;
    if (*create)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND,
                     "there is no create of %.*s:%.*s as '%.*s' with an unknown outcome; see "
                     "'tandem quarantine list %.*s'",
                     TEXT_PRINT(link->object), TEXT_PRINT(link->id), TEXT_PRINT(link->record),
                     TEXT_PRINT(link->integration));
}

static enum error_code link_record(struct store *store, const struct link_name *link,
                                   struct error *error)
{
    bool linked = false;
    int64_t ended = 0, create = 0;

    if (check_free(store, link, &linked, &ended, error) ||
        check_create(store, link, &create, error) ||
        (ended && link_rows_remove(store, ended, error)) ||
        (!linked && add_link(store, link, create, error)))
        return error->code;
    return end_create(store, link, create, error);
}

enum error_code quarantine_link(struct store *store, const struct link_name *link,
                                struct error *error)
{
    return sql_begin(&store->sql, error)
               ? error->code
               : sql_end(&store->sql, link_record(store, link, error), error);
}
