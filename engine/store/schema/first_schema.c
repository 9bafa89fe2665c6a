/* The tables of the first version: never changed, since all later migrations build on them. */
#include "store/schema/first_schema.h"

static const char definitions[] =
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
    /* now: a fixed clock for tests, else NULL; writing: the engine's own write is under way, so
     * that the tracking triggers keep still */
    "CREATE TABLE engine_state(id INTEGER PRIMARY KEY CHECK(id = 1), now INTEGER,"
    " writing INTEGER NOT NULL DEFAULT 0);"
    "INSERT INTO engine_state(id, now, writing) VALUES(1, NULL, 0);"
    "CREATE TABLE user(id TEXT PRIMARY KEY NOT NULL, name TEXT, email TEXT,"
    " admin INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"

    /* ---- definitions ---- */
    "CREATE TABLE object(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " is_contact INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE field(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " object INTEGER NOT NULL REFERENCES object(id), name TEXT NOT NULL, label TEXT NOT NULL,"
    " type TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'ordinary',"
    " required INTEGER NOT NULL DEFAULT 0, is_unique INTEGER NOT NULL DEFAULT 0,"
    " character_limit INTEGER NOT NULL DEFAULT 0, UNIQUE(object, name));"
    "CREATE TABLE integration(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " enabled INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE integration_object(id INTEGER PRIMARY KEY,"
    " integration INTEGER NOT NULL REFERENCES integration(id), name TEXT NOT NULL,"
    " UNIQUE(integration, name));"
    /* which enabled integration wants to know of changes of which field (decision 66) */
    "CREATE TABLE tracked_field(object INTEGER NOT NULL, field INTEGER NOT NULL,"
    " integration INTEGER NOT NULL REFERENCES integration(id),"
    " PRIMARY KEY(object, field, integration)) WITHOUT ROWID;"
    /* identifiers that lower() cannot fold; key NULL: still to be folded by the engine */
    "CREATE TABLE folded_key(field INTEGER NOT NULL, object_id INTEGER NOT NULL, key TEXT,"
    " PRIMARY KEY(field, object_id)) WITHOUT ROWID;"
    "CREATE INDEX folded_key_by_key ON folded_key(field, key);"
    "CREATE INDEX folded_key_pending ON folded_key(object_id) WHERE key IS NULL;";

static const char books[] =
    "CREATE TABLE object_mapping(key INTEGER PRIMARY KEY AUTOINCREMENT,"
    " integration INTEGER NOT NULL REFERENCES integration(id),"
    " integration_object INTEGER NOT NULL REFERENCES integration_object(id),"
    " integration_id TEXT NOT NULL, object INTEGER NOT NULL REFERENCES object(id),"
    " object_id INTEGER NOT NULL, last_sync INTEGER, deleted INTEGER NOT NULL DEFAULT 0,"
    /* deleted here, not yet told to the integration */
    " pending_deletion INTEGER NOT NULL DEFAULT 0,"
    " seen_run INTEGER NOT NULL DEFAULT 0, evidence BLOB);"
    "CREATE UNIQUE INDEX object_mapping_by_record"
    " ON object_mapping(integration_object, integration_id, object);"
    "CREATE INDEX object_mapping_by_object ON object_mapping(object, object_id, integration);"
    "CREATE INDEX object_mapping_pending ON object_mapping(integration)"
    " WHERE pending_deletion = 1;"
    "CREATE TABLE field_change(sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    " integration INTEGER NOT NULL, object INTEGER NOT NULL, object_id INTEGER NOT NULL,"
    " field INTEGER NOT NULL, at INTEGER NOT NULL, origin INTEGER NOT NULL DEFAULT 0);"
    "CREATE UNIQUE INDEX field_change_by_object"
    " ON field_change(integration, object, object_id, field);"
    "CREATE TABLE change_mark("
    " sequence INTEGER NOT NULL REFERENCES field_change(sequence) ON DELETE CASCADE,"
    " mapping INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY(sequence, mapping))"
    " WITHOUT ROWID;"
    "CREATE TABLE position(integration_object INTEGER PRIMARY KEY"
    " REFERENCES integration_object(id), at INTEGER, token TEXT);";

/* Runs and what people read; the journal of a push; what waits; what scripts keep. */
static const char runs[] =
    "CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " integration INTEGER NOT NULL REFERENCES integration(id), sync_at INTEGER NOT NULL,"
    " started INTEGER NOT NULL, finished INTEGER, status TEXT NOT NULL DEFAULT 'running',"
    " phase TEXT, iteration INTEGER NOT NULL DEFAULT 0, cursor TEXT, options TEXT, scripts TEXT,"
    " counts TEXT, message TEXT);"
    "CREATE INDEX run_by_integration ON run(integration, id);"
    "CREATE TABLE run_outcome(run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    " side INTEGER NOT NULL, object TEXT NOT NULL, object_id TEXT NOT NULL,"
    " kind INTEGER NOT NULL, reason TEXT, PRIMARY KEY(run, side, object, object_id))"
    " WITHOUT ROWID;"
    "CREATE TABLE decision(id INTEGER PRIMARY KEY,"
    " run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, side INTEGER NOT NULL,"
    " integration_object TEXT NOT NULL, integration_id TEXT, object TEXT NOT NULL, object_id TEXT,"
    " field TEXT NOT NULL, left_value TEXT, right_value TEXT, left_certain INTEGER,"
    " left_possible INTEGER, right_certain INTEGER, right_possible INTEGER, base INTEGER,"
    " verdict TEXT NOT NULL, decided_by TEXT);"
    "CREATE INDEX decision_by_run ON decision(run);"
    "CREATE INDEX decision_by_object ON decision(object, object_id);"
    "CREATE TABLE note(id INTEGER PRIMARY KEY, run INTEGER NOT NULL,"
    " integration INTEGER NOT NULL REFERENCES integration(id), at INTEGER NOT NULL,"
    " object TEXT NOT NULL, object_id TEXT, integration_object TEXT, integration_id TEXT,"
    " about TEXT NOT NULL, field TEXT, message TEXT);"
    "CREATE INDEX note_by_object ON note(object, object_id);"
    "CREATE UNIQUE INDEX note_by_run ON note(run, object, coalesce(object_id, ''),"
    " coalesce(integration_object, ''), coalesce(integration_id, ''), about, coalesce(field, ''));"
    "CREATE TABLE notification(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, user TEXT NOT NULL,"
    " at INTEGER NOT NULL, message TEXT NOT NULL);"
    "CREATE INDEX notification_by_user ON notification(user, id);"

    "CREATE TABLE journal_change(id INTEGER PRIMARY KEY,"
    " run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, iteration INTEGER NOT NULL,"
    " integration INTEGER NOT NULL, idempotency_key TEXT, object TEXT NOT NULL,"
    " mapped_object TEXT NOT NULL, mapped_id TEXT NOT NULL);"
    "CREATE INDEX journal_change_by_run ON journal_change(run);"
    "CREATE TABLE journal_answer(id INTEGER PRIMARY KEY,"
    " run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, kind INTEGER NOT NULL,"
    " object TEXT, object_id TEXT, mapped_object TEXT, mapped_id TEXT, answer_object TEXT,"
    " answer_id TEXT, old_object TEXT, old_id TEXT, at INTEGER);"
    "CREATE INDEX journal_answer_by_run ON journal_answer(run);"
    "CREATE TABLE quarantine(integration INTEGER NOT NULL REFERENCES integration(id),"
    " side INTEGER NOT NULL, object TEXT NOT NULL, object_id TEXT NOT NULL,"
    " failures INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,"
    " held INTEGER NOT NULL DEFAULT 0, reason TEXT, PRIMARY KEY(integration, side, object,"
    " object_id)) WITHOUT ROWID;"

    "CREATE TABLE cache(integration TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,"
    " expires INTEGER, PRIMARY KEY(integration, key)) WITHOUT ROWID;"
    "CREATE TABLE token(integration TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;";

/* After contact is there. */
static const char links[] =
    "CREATE TABLE channel(name TEXT PRIMARY KEY) WITHOUT ROWID;"
    "INSERT INTO channel VALUES('email'),('sms'),('phone'),('mail'),('push'),('whatsapp');"
    "CREATE TABLE do_not_contact("
    " contact INTEGER NOT NULL,"
    " channel TEXT NOT NULL, reason INTEGER NOT NULL CHECK(reason BETWEEN 1 AND 3),"
    " PRIMARY KEY(contact, channel)) WITHOUT ROWID;"
    "CREATE TABLE contact_company("
    " contact INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,"
    " company INTEGER NOT NULL REFERENCES company(id) ON DELETE CASCADE,"
    " is_primary INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(contact, company)) WITHOUT ROWID;"
    "CREATE INDEX contact_company_by_company ON contact_company(company);";

enum error_code first_schema_make(struct store *store, struct error *error)
{
    enum error_code code = sql_run(&store->sql, definitions, error);

    if (!code)
        code = sql_run(&store->sql, books, error);
    if (!code)
        code = sql_run(&store->sql, runs, error);
    for (size_t index = 0; !code && index < 2; index++) {
        const struct default_object *object = &default_objects[index];
        code = tables_make_object(store, 0, text_of(object->name), object->is_contact,
                                  object->fields, object->count, error);
    }
    if (!code)
        code = sql_run(&store->sql, links, error);
    return code ? code : store_fields_add_channels(store, error);
}
