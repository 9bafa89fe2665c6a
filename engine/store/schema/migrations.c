/* The numbered migrations: forward only, never changed once released. What they lead to stands in
 * schema.sql. */
#include "store/schema/migrations.h"

/* What survives the death of a run; which deletions are passed on; quarantine by record. */
static const char safety_2[] =
    "DROP TABLE journal_answer; DROP TABLE journal_change; DROP TABLE quarantine;"
    /* doubt: the run that sent this create died; nobody knows whether it happened */
    "CREATE TABLE journal_change(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " integration INTEGER NOT NULL REFERENCES integration(id), run INTEGER NOT NULL,"
    " sent_at INTEGER NOT NULL, doubt INTEGER NOT NULL DEFAULT 0, idempotency_key TEXT,"
    " object TEXT NOT NULL, object_id TEXT, mapped_object TEXT NOT NULL, mapped_id TEXT NOT NULL,"
    " deletion INTEGER NOT NULL DEFAULT 0, fingerprints BLOB, sequences BLOB);"
    "CREATE INDEX journal_change_by_object"
    " ON journal_change(integration, mapped_object, mapped_id);"
    "CREATE TABLE journal_answer("
    " change INTEGER NOT NULL REFERENCES journal_change(id) ON DELETE CASCADE,"
    " number INTEGER NOT NULL, kind INTEGER NOT NULL, object TEXT, object_id TEXT,"
    " old_object TEXT, old_id TEXT, at INTEGER, message TEXT, PRIMARY KEY(change, number))"
    " WITHOUT ROWID;"
    /* an object at one of its records (record_id '': to be created) that was to be tried again */
    "CREATE TABLE quarantine(integration INTEGER NOT NULL REFERENCES integration(id),"
    " object INTEGER NOT NULL REFERENCES object(id), object_id INTEGER NOT NULL,"
    " record TEXT NOT NULL, record_id TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL,"
    " first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, last_run INTEGER NOT NULL,"
    " held INTEGER NOT NULL DEFAULT 0, reason TEXT,"
    " PRIMARY KEY(integration, object, object_id, record, record_id)) WITHOUT ROWID;"
    "CREATE INDEX quarantine_held ON quarantine(integration, object, object_id) WHERE held = 1;"
    /* deletions here that are passed on (on_deleted_here = "delete"): written by the registry */
    "CREATE TABLE passed_deletion(object INTEGER NOT NULL,"
    " integration_object INTEGER NOT NULL REFERENCES integration_object(id),"
    " PRIMARY KEY(object, integration_object)) WITHOUT ROWID;"
    /* nobody had decided about these yet */
    "UPDATE object_mapping SET pending_deletion = 0 WHERE pending_deletion <> 0;"
    /* manual: the hash of what was asked for; resumed: the run that this one resumes */
    "ALTER TABLE run ADD COLUMN manual INTEGER;"
    "ALTER TABLE run ADD COLUMN resumed INTEGER;"
    /* what a later run needs beside them to resume, by object of either side */
    "CREATE TABLE run_progress(run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    " side INTEGER NOT NULL, object TEXT NOT NULL, frozen INTEGER NOT NULL, hold INTEGER,"
    " token TEXT, after TEXT, PRIMARY KEY(run, side, object)) WITHOUT ROWID;"
    "INSERT INTO setting(name, value) VALUES('identity', lower(hex(randomblob(16))));"
    /* the registry has to rewrite its lists */
    "DELETE FROM setting WHERE name = 'registry';";

/* Records that several objects here match, and the keys by which they were looked up. */
static const char unlinked_4[] =
    "CREATE TABLE unlinked_record(key INTEGER PRIMARY KEY,"
    " integration_object INTEGER NOT NULL REFERENCES integration_object(id),"
    " integration_id TEXT NOT NULL, object INTEGER NOT NULL REFERENCES object(id),"
    " since INTEGER NOT NULL, run INTEGER NOT NULL,"
    /* runs that requested it without success, why, and whether no run requests it any more */
    " failures INTEGER NOT NULL DEFAULT 0, message TEXT, held INTEGER NOT NULL DEFAULT 0);"
    "CREATE UNIQUE INDEX unlinked_record_by_record"
    " ON unlinked_record(integration_object, integration_id, object);"
    "CREATE TABLE unlinked_key("
    " record INTEGER NOT NULL REFERENCES unlinked_record(key) ON DELETE CASCADE,"
    " field TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY(record, field)) WITHOUT ROWID;";

/* A long window in slices (store/books/backfill.h). */
static const char backfill_5[] =
    "CREATE TABLE backfill(integration INTEGER PRIMARY KEY REFERENCES integration(id),"
    " asked TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL,"
    " slice_ms INTEGER NOT NULL, begun INTEGER NOT NULL);"
    /* those that were begun; run: the last one of it, which may have been forgotten */
    "CREATE TABLE backfill_slice("
    " integration INTEGER NOT NULL REFERENCES backfill(integration) ON DELETE CASCADE,"
    " number INTEGER NOT NULL, run INTEGER NOT NULL, status TEXT NOT NULL,"
    " PRIMARY KEY(integration, number)) WITHOUT ROWID;"
    "CREATE INDEX backfill_slice_running ON backfill_slice(run) WHERE status = 'running';"
    /* up to when a slice is complete; NULL: nothing can be said */
    "CREATE TABLE backfill_reach("
    " integration_object INTEGER NOT NULL REFERENCES integration_object(id),"
    " number INTEGER NOT NULL, at INTEGER, PRIMARY KEY(integration_object, number))"
    " WITHOUT ROWID;";

/* What the service keeps (store/service). Names begin with service_, as a custom object may already
 * be called account or delivery. */
static const char service_6[] =
    "CREATE TABLE service_token(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " scope TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, expires INTEGER,"
    " last_used INTEGER);"
    "CREATE TABLE service_account(name TEXT PRIMARY KEY, role TEXT NOT NULL,"
    " password TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;"
    /* of a browser; code: of a one-time link */
    "CREATE TABLE service_session(hash BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,"
    " created INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL, address TEXT)"
    " WITHOUT ROWID;"
    "CREATE TABLE service_code(hash BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,"
    " expires INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE service_audit(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
    " actor TEXT, address TEXT, action TEXT NOT NULL, integration TEXT, detail TEXT);"
    "CREATE INDEX service_audit_by_integration ON service_audit(integration, id);"
    /* owed: too many deliveries were dropped, so a sync of the whole window has to follow */
    "CREATE TABLE service_integration(name TEXT PRIMARY KEY, paused INTEGER NOT NULL DEFAULT 0,"
    " owed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    /* sender_key: the sender's id of the delivery; digest: of the body */
    "CREATE TABLE service_delivery(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " integration TEXT NOT NULL, received INTEGER NOT NULL, sender_key TEXT, digest BLOB NOT NULL,"
    " body BLOB NOT NULL, status TEXT NOT NULL DEFAULT 'waiting',"
    " attempts INTEGER NOT NULL DEFAULT 0, records INTEGER NOT NULL DEFAULT 0, run INTEGER,"
    " message TEXT);"
    "CREATE INDEX service_delivery_waiting ON service_delivery(integration, id)"
    " WHERE status = 'waiting';"
    "CREATE INDEX service_delivery_by_key ON service_delivery(integration, sender_key)"
    " WHERE sender_key IS NOT NULL;"
    /* messages for people that are still to be sent; told: what was already reported to them */
    "CREATE TABLE service_message(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,"
    " at INTEGER NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " next_at INTEGER NOT NULL, trouble TEXT);"
    "CREATE TABLE service_told(matter TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;";

/* What operators decide about links (store/books/links.h). */
static const char links_7[] =
    /* a pair that is not the same, even if the identifiers match; object 0: the record is none of
     * ours */
    "CREATE TABLE kept_apart(integration_object INTEGER NOT NULL REFERENCES integration_object(id),"
    " integration_id TEXT NOT NULL, object INTEGER NOT NULL, object_id INTEGER NOT NULL,"
    " PRIMARY KEY(integration_object, integration_id, object, object_id)) WITHOUT ROWID;"
    /* an operator wants the next run to request it, linked or not */
    "ALTER TABLE unlinked_record ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;";

/* Why and when links ended; which objects are one by now. */
static const char lives_8[] =
    "ALTER TABLE object_mapping ADD COLUMN ended_by INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE object_mapping ADD COLUMN ended_at INTEGER;"
    "CREATE TABLE merged_object(object INTEGER NOT NULL REFERENCES object(id),"
    " object_id INTEGER NOT NULL, heir INTEGER NOT NULL, PRIMARY KEY(object, object_id))"
    " WITHOUT ROWID;";

/* What is open, and since when (spec section 13). */
static const char matters_10[] =
    /* at one field of a link (mapping, field), or of a record or an object as a whole */
    "CREATE TABLE open_matter(id INTEGER PRIMARY KEY,"
    " integration INTEGER NOT NULL REFERENCES integration(id), reason INTEGER NOT NULL,"
    " mapping INTEGER NOT NULL DEFAULT 0, field INTEGER NOT NULL DEFAULT 0,"
    " object INTEGER NOT NULL DEFAULT 0, object_id INTEGER NOT NULL DEFAULT 0,"
    " record INTEGER NOT NULL DEFAULT 0, record_id TEXT NOT NULL DEFAULT '',"
    " first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, message TEXT);"
    "CREATE UNIQUE INDEX open_matter_by_place ON open_matter(mapping, field, reason, integration,"
    " object, object_id, record, record_id);"
    /* a refusal (kinds 3, 4) or a tie (kind 1) is a mark at the tracked change */
    "ALTER TABLE change_mark ADD COLUMN first_at INTEGER;"
    "ALTER TABLE change_mark ADD COLUMN last_at INTEGER;"
    "UPDATE change_mark SET first_at = c.at, last_at = c.at FROM field_change c"
    " WHERE c.sequence = change_mark.sequence AND change_mark.kind = 1;"
    "CREATE INDEX change_mark_refused ON change_mark(kind) WHERE kind >= 3;"
    /* fields whose tracking for an integration began since its last run (13.4) */
    "CREATE TABLE returned_field(integration INTEGER NOT NULL REFERENCES integration(id),"
    " object INTEGER NOT NULL, field INTEGER NOT NULL, PRIMARY KEY(integration, object, field))"
    " WITHOUT ROWID;"
    /* lines that lead here, as far as they were pulled from the beginning (decision 111) */
    "CREATE TABLE known_line(integration_object INTEGER NOT NULL REFERENCES integration_object(id),"
    " object INTEGER NOT NULL, field INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(integration_object, object, field, name)) WITHOUT ROWID;"
    /* nobody edited it, but they do not have our value (13.1) */
    "ALTER TABLE field_change ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;"
    /* an edit of an object sends again what was refused of it */
    "CREATE TRIGGER field_change_frees AFTER INSERT ON field_change WHEN NEW.owed = 0"
    " AND EXISTS (SELECT 1 FROM change_mark WHERE kind >= 3) BEGIN"
    " DELETE FROM change_mark WHERE kind >= 3 AND sequence IN (SELECT sequence FROM field_change"
    " WHERE integration = NEW.integration AND object = NEW.object"
    " AND object_id = NEW.object_id);END;";

/* What the next run is to try again (store/books/wishes.h). */
static const char wishes_11[] =
    "CREATE TABLE retry_wish(integration INTEGER NOT NULL REFERENCES integration(id),"
    " wish TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(integration, wish)) WITHOUT ROWID;";

#define REFERENCES_DUE                                                                             \
    " BEGIN UPDATE late_reference SET due = 1 WHERE record = NEW.integration_object"               \
    " AND record_id = NEW.integration_id;"                                                         \
    "UPDATE awaited_reference SET due = 1 WHERE object = NEW.object"                               \
    " AND object_id = NEW.object_id;END;"
#define REFERENCES_WAIT                                                                            \
    "(EXISTS (SELECT 1 FROM late_reference) OR EXISTS (SELECT 1 FROM awaited_reference))"

/* References to what is not linked yet (13.8): they are due when it is, whoever links it. */
static const char references_13[] =
    /* of a record of theirs (its link, its field) to another one; ours: what our field had */
    "CREATE TABLE late_reference("
    " mapping INTEGER NOT NULL REFERENCES object_mapping(key) ON DELETE CASCADE,"
    " field TEXT NOT NULL, record INTEGER NOT NULL REFERENCES integration_object(id),"
    " record_id TEXT NOT NULL, field_at INTEGER, record_at INTEGER, ours INTEGER NOT NULL,"
    " since INTEGER NOT NULL, due INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(mapping, field))"
    " WITHOUT ROWID;"
    "CREATE INDEX late_reference_by_record ON late_reference(record, record_id);"
    "CREATE INDEX late_reference_due ON late_reference(mapping) WHERE due = 1;"
    /* of an object of ours to another one, sent without the record that it is there */
    "CREATE TABLE awaited_reference("
    " mapping INTEGER NOT NULL REFERENCES object_mapping(key) ON DELETE CASCADE,"
    " field INTEGER NOT NULL, object INTEGER NOT NULL, object_id INTEGER NOT NULL,"
    " due INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(mapping, field)) WITHOUT ROWID;"
    "CREATE INDEX awaited_reference_by_object ON awaited_reference(object, object_id);"
    "CREATE INDEX awaited_reference_due ON awaited_reference(mapping) WHERE due = 1;"
    "CREATE TRIGGER object_mapping_made AFTER INSERT ON object_mapping"
    " WHEN NEW.deleted = 0 AND " REFERENCES_WAIT REFERENCES_DUE
    "CREATE TRIGGER object_mapping_moved AFTER UPDATE OF integration_object, integration_id,"
    " object_id, deleted ON object_mapping WHEN NEW.deleted = 0 AND (OLD.deleted <> 0"
    " OR OLD.integration_object <> NEW.integration_object"
    " OR OLD.integration_id <> NEW.integration_id OR OLD.object_id <> NEW.object_id)"
    " AND " REFERENCES_WAIT REFERENCES_DUE;

/* Fields that runs write again and again (13.18): writes in a row that no edit explains. */
static const char loops_15[] =
    "CREATE TABLE field_echo(object INTEGER NOT NULL, object_id INTEGER NOT NULL,"
    " field INTEGER NOT NULL, writes INTEGER NOT NULL, since INTEGER NOT NULL,"
    " PRIMARY KEY(object, object_id, field)) WITHOUT ROWID;"
    "CREATE INDEX open_matter_loops ON open_matter(field) WHERE reason = 8;"
    /* an edit here ends it */
    "CREATE TRIGGER field_change_calms AFTER INSERT ON field_change"
    " WHEN NEW.owed = 0 AND NEW.origin = 0 AND (EXISTS (SELECT 1 FROM field_echo)"
    " OR EXISTS (SELECT 1 FROM open_matter WHERE reason = 8)) BEGIN"
    " DELETE FROM field_echo WHERE object = NEW.object AND object_id = NEW.object_id"
    " AND field = NEW.field;"
    "DELETE FROM open_matter WHERE reason = 8 AND field = NEW.field AND mapping IN"
    " (SELECT key FROM object_mapping WHERE object = NEW.object"
    " AND object_id = NEW.object_id);END;";

/* What both sides last agreed on, and records that match several objects, by the names that they
 * have everywhere. */
static const char names_16[] = "ALTER TABLE object_mapping RENAME COLUMN evidence TO base_versions;"
                               "ALTER TABLE unlinked_record RENAME TO ambiguous_record;"
                               "ALTER TABLE unlinked_key RENAME TO ambiguous_key;"
                               "DROP INDEX unlinked_record_by_record;"
                               "CREATE UNIQUE INDEX ambiguous_record_by_record"
                               " ON ambiguous_record(integration_object, integration_id, object);";

const char *const migrations[] = {
    safety_2,
    /* The fingerprint of their value in a tie. */
    "ALTER TABLE change_mark ADD COLUMN theirs INTEGER",
    unlinked_4,
    backfill_5,
    service_6,
    links_7,
    lives_8,
    /* Identifiers are compared in another form (NFKC, IDNA): they have to be folded again. */
    "UPDATE folded_key SET key = NULL",
    matters_10,
    wishes_11,
    /* The state that a record was in, as its API calls it (change.version). */
    "ALTER TABLE object_mapping ADD COLUMN version TEXT;",
    references_13,
    /* A run's outcomes, counted when it ended: [[side, object, kind, reason, count], ...] */
    "ALTER TABLE run ADD COLUMN outcomes TEXT;",
    loops_15,
    names_16,
    /* How far their clock was behind ours when the position was stored (13.9). */
    "ALTER TABLE position ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;",
    /* Lines that lead here and are to be filled from the beginning (decision 111). Deleting an
     * object deletes what was refused of its create: the triggers are created again. */
    "ALTER TABLE known_line ADD COLUMN unfilled INTEGER NOT NULL DEFAULT 0;",
    /* Lines that only lead there are recorded, too: their field may be replaced by another one
     * (13.1). */
    "ALTER TABLE known_line ADD COLUMN outward INTEGER NOT NULL DEFAULT 0;",
    /* When an answer came, by our clock: a run that died may be resumed hours later (13.2). */
    "ALTER TABLE journal_answer ADD COLUMN given_at INTEGER;",
    /* The dot at the end of a mail address is not compared any more (13.7). */
    "INSERT OR REPLACE INTO folded_key(field, object_id, key) SELECT f.id, c.id, NULL"
    " FROM contact c JOIN field f ON f.name = 'email' JOIN object o ON o.id = f.object"
    " AND o.name = 'contact' WHERE rtrim(c.email) GLOB '*@*.';",
};
const int migrations_schema = 1 + sizeof migrations / sizeof *migrations;
