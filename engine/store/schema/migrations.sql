-- How the stores of earlier versions become what schema.sql is: a step for each schema, forward only, each in
-- one transaction with those after it. What was released is never changed. `embed` cuts this file at the
-- headings. What tables and columns are for stands in schema.sql.

-- ==== Schema 2 ====
-- What survives the death of a run; which deletions are passed on; quarantine by record.
DROP TABLE journal_answer;
DROP TABLE journal_change;
DROP TABLE quarantine;
CREATE TABLE journal_change(id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL REFERENCES integration(id), run INTEGER NOT NULL, sent_at INTEGER NOT NULL,
    doubt INTEGER NOT NULL DEFAULT 0, idempotency_key TEXT, object TEXT NOT NULL, object_id TEXT,
    mapped_object TEXT NOT NULL, mapped_id TEXT NOT NULL, deletion INTEGER NOT NULL DEFAULT 0,
    fingerprints BLOB, sequences BLOB);
CREATE INDEX journal_change_by_object ON journal_change(integration, mapped_object, mapped_id);
CREATE TABLE journal_answer(change INTEGER NOT NULL REFERENCES journal_change(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, kind INTEGER NOT NULL, object TEXT, object_id TEXT, old_object TEXT, old_id TEXT,
    at INTEGER, message TEXT, PRIMARY KEY(change, number)) WITHOUT ROWID;
CREATE TABLE quarantine(integration INTEGER NOT NULL REFERENCES integration(id),
    object INTEGER NOT NULL REFERENCES object(id), object_id INTEGER NOT NULL, record TEXT NOT NULL,
    record_id TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL, first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL, last_run INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0, reason TEXT,
    PRIMARY KEY(integration, object, object_id, record, record_id)) WITHOUT ROWID;
CREATE INDEX quarantine_held ON quarantine(integration, object, object_id) WHERE held = 1;
CREATE TABLE passed_deletion(object INTEGER NOT NULL,
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    PRIMARY KEY(object, integration_object)) WITHOUT ROWID;
-- nobody had decided about these yet
UPDATE object_mapping SET pending_deletion = 0 WHERE pending_deletion <> 0;
ALTER TABLE run ADD COLUMN manual INTEGER;
ALTER TABLE run ADD COLUMN resumed INTEGER;
CREATE TABLE run_progress(run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, side INTEGER NOT NULL,
    object TEXT NOT NULL, frozen INTEGER NOT NULL, hold INTEGER, token TEXT, after TEXT,
    PRIMARY KEY(run, side, object)) WITHOUT ROWID;
INSERT INTO setting(name, value) VALUES('identity', lower(hex(randomblob(16))));
-- the registry has to write its lists again
DELETE FROM setting WHERE name = 'registry';

-- ==== Schema 3 ====
-- The fingerprint of their value in a tie.
ALTER TABLE change_mark ADD COLUMN theirs INTEGER;

-- ==== Schema 4 ====
-- Records that several objects here match, and the keys by which they were looked up.
CREATE TABLE unlinked_record(key INTEGER PRIMARY KEY,
    integration_object INTEGER NOT NULL REFERENCES integration_object(id), integration_id TEXT NOT NULL,
    object INTEGER NOT NULL REFERENCES object(id), since INTEGER NOT NULL, run INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, message TEXT, held INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX unlinked_record_by_record ON unlinked_record(integration_object, integration_id, object);
CREATE TABLE unlinked_key(record INTEGER NOT NULL REFERENCES unlinked_record(key) ON DELETE CASCADE,
    field TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY(record, field)) WITHOUT ROWID;

-- ==== Schema 5 ====
-- A long window in slices.
CREATE TABLE backfill(integration INTEGER PRIMARY KEY REFERENCES integration(id), asked TEXT NOT NULL,
    from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, slice_ms INTEGER NOT NULL, begun INTEGER NOT NULL);
CREATE TABLE backfill_slice(integration INTEGER NOT NULL REFERENCES backfill(integration) ON DELETE CASCADE,
    number INTEGER NOT NULL, run INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY(integration, number))
    WITHOUT ROWID;
CREATE INDEX backfill_slice_running ON backfill_slice(run) WHERE status = 'running';
CREATE TABLE backfill_reach(integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    number INTEGER NOT NULL, at INTEGER, PRIMARY KEY(integration_object, number)) WITHOUT ROWID;

-- ==== Schema 6 ====
-- What the service keeps.
CREATE TABLE service_token(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, scope TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, expires INTEGER, last_used INTEGER);
CREATE TABLE service_account(name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL,
    created INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE service_session(hash BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
    created INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL, address TEXT) WITHOUT ROWID;
CREATE TABLE service_code(hash BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
    expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE service_audit(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT,
    address TEXT, action TEXT NOT NULL, integration TEXT, detail TEXT);
CREATE INDEX service_audit_by_integration ON service_audit(integration, id);
CREATE TABLE service_integration(name TEXT PRIMARY KEY, paused INTEGER NOT NULL DEFAULT 0,
    owed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE service_delivery(id INTEGER PRIMARY KEY AUTOINCREMENT, integration TEXT NOT NULL,
    received INTEGER NOT NULL, sender_key TEXT, digest BLOB NOT NULL, body BLOB NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0, run INTEGER, message TEXT);
CREATE INDEX service_delivery_waiting ON service_delivery(integration, id) WHERE status = 'waiting';
CREATE INDEX service_delivery_by_key ON service_delivery(integration, sender_key) WHERE sender_key IS NOT
    NULL;
CREATE TABLE service_message(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,
    trouble TEXT);
CREATE TABLE service_told(matter TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

-- ==== Schema 7 ====
-- What operators decide about links.
CREATE TABLE kept_apart(integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    integration_id TEXT NOT NULL, object INTEGER NOT NULL, object_id INTEGER NOT NULL,
    PRIMARY KEY(integration_object, integration_id, object, object_id)) WITHOUT ROWID;
ALTER TABLE unlinked_record ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;

-- ==== Schema 8 ====
-- Why and when links ended; which objects are one by now.
ALTER TABLE object_mapping ADD COLUMN ended_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE object_mapping ADD COLUMN ended_at INTEGER;
CREATE TABLE merged_object(object INTEGER NOT NULL REFERENCES object(id), object_id INTEGER NOT NULL,
    heir INTEGER NOT NULL, PRIMARY KEY(object, object_id)) WITHOUT ROWID;

-- ==== Schema 9 ====
-- Identifiers are compared in another form (NFKC, IDNA): they have to be folded again.
UPDATE folded_key SET key = NULL;

-- ==== Schema 10 ====
-- What is open, and since when (spec section 13).
CREATE TABLE open_matter(id INTEGER PRIMARY KEY, integration INTEGER NOT NULL REFERENCES integration(id),
    reason INTEGER NOT NULL, mapping INTEGER NOT NULL DEFAULT 0, field INTEGER NOT NULL DEFAULT 0,
    object INTEGER NOT NULL DEFAULT 0, object_id INTEGER NOT NULL DEFAULT 0,
    record INTEGER NOT NULL DEFAULT 0, record_id TEXT NOT NULL DEFAULT '', first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL, message TEXT);
CREATE UNIQUE INDEX open_matter_by_place ON open_matter(mapping, field, reason, integration, object,
    object_id, record, record_id);
ALTER TABLE change_mark ADD COLUMN first_at INTEGER;
ALTER TABLE change_mark ADD COLUMN last_at INTEGER;
-- ties have been open since the change
UPDATE change_mark SET first_at = c.at, last_at = c.at FROM field_change c WHERE c.sequence =
    change_mark.sequence AND change_mark.kind = 1;
CREATE INDEX change_mark_refused ON change_mark(kind) WHERE kind >= 3;
CREATE TABLE returned_field(integration INTEGER NOT NULL REFERENCES integration(id), object INTEGER NOT NULL,
    field INTEGER NOT NULL, PRIMARY KEY(integration, object, field)) WITHOUT ROWID;
CREATE TABLE known_line(integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    object INTEGER NOT NULL, field INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY(integration_object, object, field, name)) WITHOUT ROWID;
ALTER TABLE field_change ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER field_change_frees AFTER INSERT ON field_change
WHEN NEW.owed = 0 AND EXISTS (SELECT 1 FROM change_mark WHERE kind >= 3) BEGIN
    DELETE FROM change_mark WHERE kind >= 3 AND sequence IN (SELECT sequence FROM field_change
        WHERE integration = NEW.integration AND object = NEW.object AND object_id = NEW.object_id);
END;

-- ==== Schema 11 ====
-- What the next run is to try again.
CREATE TABLE retry_wish(integration INTEGER NOT NULL REFERENCES integration(id), wish TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY(integration, wish)) WITHOUT ROWID;

-- ==== Schema 12 ====
-- The state that a record was in, as its API calls it (change.version).
ALTER TABLE object_mapping ADD COLUMN version TEXT;

-- ==== Schema 13 ====
-- References to what is not linked yet (13.8): they are due when it is, whoever links it.
CREATE TABLE late_reference(mapping INTEGER NOT NULL REFERENCES object_mapping(key) ON DELETE CASCADE,
    field TEXT NOT NULL, record INTEGER NOT NULL REFERENCES integration_object(id), record_id TEXT NOT NULL,
    field_at INTEGER, record_at INTEGER, ours INTEGER NOT NULL, since INTEGER NOT NULL,
    due INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(mapping, field)) WITHOUT ROWID;
CREATE INDEX late_reference_by_record ON late_reference(record, record_id);
CREATE INDEX late_reference_due ON late_reference(mapping) WHERE due = 1;
CREATE TABLE awaited_reference(mapping INTEGER NOT NULL REFERENCES object_mapping(key) ON DELETE CASCADE,
    field INTEGER NOT NULL, object INTEGER NOT NULL, object_id INTEGER NOT NULL,
    due INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(mapping, field)) WITHOUT ROWID;
CREATE INDEX awaited_reference_by_object ON awaited_reference(object, object_id);
CREATE INDEX awaited_reference_due ON awaited_reference(mapping) WHERE due = 1;
CREATE TRIGGER object_mapping_made AFTER INSERT ON object_mapping
WHEN NEW.deleted = 0
    AND (EXISTS (SELECT 1 FROM late_reference) OR EXISTS (SELECT 1 FROM awaited_reference)) BEGIN
    UPDATE late_reference SET due = 1 WHERE record = NEW.integration_object AND record_id = NEW.integration_id;
    UPDATE awaited_reference SET due = 1 WHERE object = NEW.object AND object_id = NEW.object_id;
END;
CREATE TRIGGER object_mapping_moved
AFTER UPDATE OF integration_object, integration_id, object_id, deleted ON object_mapping
WHEN NEW.deleted = 0 AND (OLD.deleted <> 0 OR OLD.integration_object <> NEW.integration_object
        OR OLD.integration_id <> NEW.integration_id OR OLD.object_id <> NEW.object_id)
    AND (EXISTS (SELECT 1 FROM late_reference) OR EXISTS (SELECT 1 FROM awaited_reference)) BEGIN
    UPDATE late_reference SET due = 1 WHERE record = NEW.integration_object AND record_id = NEW.integration_id;
    UPDATE awaited_reference SET due = 1 WHERE object = NEW.object AND object_id = NEW.object_id;
END;

-- ==== Schema 14 ====
-- A run's outcomes, counted when it ended.
ALTER TABLE run ADD COLUMN outcomes TEXT;

-- ==== Schema 15 ====
-- Fields that runs write again and again (13.18).
CREATE TABLE field_echo(object INTEGER NOT NULL, object_id INTEGER NOT NULL, field INTEGER NOT NULL,
    writes INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(object, object_id, field)) WITHOUT ROWID;
CREATE INDEX open_matter_loops ON open_matter(field) WHERE reason = 8;
CREATE TRIGGER field_change_calms AFTER INSERT ON field_change
WHEN NEW.owed = 0 AND NEW.origin = 0
    AND (EXISTS (SELECT 1 FROM field_echo) OR EXISTS (SELECT 1 FROM open_matter WHERE reason = 8)) BEGIN
    DELETE FROM field_echo
        WHERE object = NEW.object AND object_id = NEW.object_id AND field = NEW.field;
    DELETE FROM open_matter WHERE reason = 8 AND field = NEW.field AND mapping IN
        (SELECT key FROM object_mapping WHERE object = NEW.object AND object_id = NEW.object_id);
END;

-- ==== Schema 16 ====
-- Base versions and ambiguous records get the names that they have everywhere.
ALTER TABLE object_mapping RENAME COLUMN evidence TO base_versions;
ALTER TABLE unlinked_record RENAME TO ambiguous_record;
ALTER TABLE unlinked_key RENAME TO ambiguous_key;
DROP INDEX unlinked_record_by_record;
CREATE UNIQUE INDEX ambiguous_record_by_record ON ambiguous_record(integration_object, integration_id,
    object);

-- ==== Schema 17 ====
-- How far their clock was behind ours when the position was stored (13.9).
ALTER TABLE position ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;

-- ==== Schema 18 ====
-- Lines that lead here and are to be filled from the beginning (decision 111). Deleting an object deletes what
-- was refused of its create: the triggers are created again.
ALTER TABLE known_line ADD COLUMN unfilled INTEGER NOT NULL DEFAULT 0;

-- ==== Schema 19 ====
-- Lines that only lead there are recorded, too: their field may be replaced by another one (13.1).
ALTER TABLE known_line ADD COLUMN outward INTEGER NOT NULL DEFAULT 0;

-- ==== Schema 20 ====
-- When an answer came, by our clock: a run that died may be resumed hours later (13.2).
ALTER TABLE journal_answer ADD COLUMN given_at INTEGER;

-- ==== Schema 21 ====
-- The dot at the end of a mail address is not compared any more (13.7).
INSERT OR REPLACE INTO folded_key(field, object_id, key) SELECT f.id, c.id, NULL FROM contact c JOIN field f
    ON f.name = 'email' JOIN object o ON o.id = f.object AND o.name = 'contact' WHERE rtrim(c.email) GLOB
    '*@*.';

-- ==== Schema 22 ====
-- Nor are the angle brackets around one, the name before these, and "mailto:".
INSERT OR REPLACE INTO folded_key(field, object_id, key) SELECT f.id, c.id, NULL FROM contact c JOIN field f
    ON f.name = 'email' JOIN object o ON o.id = f.object AND o.name = 'contact' WHERE rtrim(c.email) GLOB
    '*@*>' OR ltrim(c.email) LIKE 'mailto:%';

-- ==== Schema 23 ====
-- More characters that nobody sees are not compared, and an apostrophe that HTML writes as &#39; is one in a mail
-- address. What is to be folded is noted anew after the last step, for all unique fields.
UPDATE folded_key SET key = NULL;

-- ==== Schema 24 ====
-- When what waits for an integration that is off was written again (13.4).
ALTER TABLE field_change ADD COLUMN again INTEGER;

-- ==== Schema 25 ====
-- Control characters in a mail address are not compared any more (13.7). All keys are folded anew.
UPDATE folded_key SET key = NULL;
