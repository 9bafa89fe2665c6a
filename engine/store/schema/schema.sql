-- The whole schema of a store, as a new one gets it: `embed` builds this file into the program, schema.c
-- runs it. A store of an older schema becomes the same by migrations.sql, and tests/unit/test_schema.c proves
-- that it does: whoever changes this file adds a migration, too.
--
-- Conventions: instants are milliseconds since 1970, UTC. "object" and "object_id" are ours (the key of
-- a row of `object`, and the id in that object's table); "integration_object" and "integration_id", or
-- "record" and "record_id", are theirs. Where "object" is a TEXT it is a name, so that what people read
-- survives the definition. Numbers that stand for a word are listed here and in stored_kinds.h; they never
-- change. "13.4" is a section of the specification.

-- ================================================================================================
-- The file
-- ================================================================================================

-- What is true of the file as a whole, or was last known of an integration:
--   identity         32 random digits: the store's own name, part of every idempotency key
--   registry         what the lists of tracked fields were made from (registry.c); NULL: make them again
--   timeline         what timeline_url of a contact begins with
--   script.NAME      name, version and hash of an integration's scripts, and the objects that it maps
--   setup NAME       hash of the set-up of the last run: what was refused under another one is sent again
--   clock NAME       how far their clock was behind ours when it was last measured (13.9)
CREATE TABLE setting(
    name TEXT PRIMARY KEY,
    value TEXT
) WITHOUT ROWID;
INSERT INTO setting(name, value) VALUES('identity', lower(hex(randomblob(16))));

-- The one row that triggers ask.
CREATE TABLE engine_state(
    id INTEGER PRIMARY KEY CHECK(id = 1),
    now INTEGER,                        -- a fixed clock for tests; NULL: the system's
    writing INTEGER NOT NULL DEFAULT 0  -- above 0: a sync writes, which is no edit of a user
);
INSERT INTO engine_state(id, now, writing) VALUES(1, NULL, 0);

-- Who owns objects, and is notified of what happens to them; what nobody owns is for the admins.
CREATE TABLE user(
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT,
    email TEXT,
    admin INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- ================================================================================================
-- Definitions: which objects and fields there are, and which integrations
-- ================================================================================================

-- Each kind of object has a table of its own name: contact, company, and custom objects.
CREATE TABLE object(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    is_contact INTEGER NOT NULL DEFAULT 0
);

-- The fields of objects, and what may be written to them.
CREATE TABLE field(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    object INTEGER NOT NULL REFERENCES object(id),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    type TEXT NOT NULL,                          -- as value_type_name() gives it
    -- ordinary: a column of its own. internal_id, owner_id, points, timeline_url, do_not_contact: pseudo
    -- fields, which every object (the last three: every contact) has. retired: taken away, its key stays
    role TEXT NOT NULL DEFAULT 'ordinary',
    required INTEGER NOT NULL DEFAULT 0,
    is_unique INTEGER NOT NULL DEFAULT 0,        -- identifies an object: there is an index, see below
    character_limit INTEGER NOT NULL DEFAULT 0,  -- 0: none
    UNIQUE(object, name)
);

-- Every integration that was ever registered, so that its books outlive its folder.
CREATE TABLE integration(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL DEFAULT 0
);

-- Their kinds of records, by name.
CREATE TABLE integration_object(
    id INTEGER PRIMARY KEY,
    integration INTEGER NOT NULL REFERENCES integration(id),
    name TEXT NOT NULL,
    UNIQUE(integration, name)
);

-- ================================================================================================
-- Objects: contacts and companies, which any program may read and write
-- ================================================================================================
--
-- A custom object gets a table like that of company, and an added field a column, from tables.c. The type
-- of a column follows from the field's: INTEGER for boolean, int, datetime; NUMERIC for float, double; else
-- TEXT (a multiselect "a|b", a reference "object:id"). Columns have no constraints: what is required or too
-- long is judged by the engine, which says so, and plain SQL may write anything.

CREATE TABLE contact(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id TEXT REFERENCES user(id) ON DELETE SET NULL,
    points NUMERIC DEFAULT 0,
    date_identified INTEGER,  -- since when an identifier is filled; NULL: anonymous
    date_added INTEGER,
    date_modified INTEGER,
    title TEXT,
    firstname TEXT,
    lastname TEXT,
    email TEXT,
    company TEXT,             -- name of the primary company, see contact_company
    position TEXT,
    phone TEXT,
    mobile TEXT,
    fax TEXT,
    address1 TEXT,
    address2 TEXT,
    city TEXT,
    state TEXT,
    zipcode TEXT,
    country TEXT,
    preferred_locale TEXT,
    timezone TEXT,
    birthday TEXT,
    last_active INTEGER,
    attribution NUMERIC,
    attribution_date INTEGER,
    website TEXT,
    facebook TEXT,
    foursquare TEXT,
    instagram TEXT,
    linkedin TEXT,
    skype TEXT,
    twitter TEXT
);

CREATE TABLE company(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id TEXT REFERENCES user(id) ON DELETE SET NULL,
    date_added INTEGER,
    date_modified INTEGER,
    companyname TEXT,
    companyemail TEXT,
    companyaddress1 TEXT,
    companyaddress2 TEXT,
    companycity TEXT,
    companystate TEXT,
    companyzipcode TEXT,
    companycountry TEXT,
    companyphone TEXT,
    companyfax TEXT,
    companywebsite TEXT,
    companynumber_of_employees INTEGER,
    companyannual_revenue NUMERIC,
    companyindustry TEXT,
    companydescription TEXT
);

INSERT INTO object(id, name, is_contact) VALUES(1, 'contact', 1), (2, 'company', 0);
INSERT INTO field(object, name, label, type, role, required, is_unique, character_limit) VALUES
    (1, 'internal_id', 'Id', 'string', 'internal_id', 0, 0, 0),
    (1, 'owner_id', 'Owner', 'string', 'owner_id', 0, 0, 0),
    (1, 'points', 'Points', 'float', 'points', 0, 0, 0),
    (1, 'timeline_url', 'Timeline', 'url', 'timeline_url', 0, 0, 0),
    (1, 'title', 'Title', 'lookup', 'ordinary', 0, 0, 191),
    (1, 'firstname', 'First name', 'text', 'ordinary', 0, 0, 191),
    (1, 'lastname', 'Last name', 'text', 'ordinary', 0, 0, 191),
    (1, 'email', 'E-mail', 'email', 'ordinary', 0, 1, 191),
    (1, 'company', 'Company', 'text', 'ordinary', 0, 0, 191),
    (1, 'position', 'Position', 'text', 'ordinary', 0, 0, 191),
    (1, 'phone', 'Phone', 'phone', 'ordinary', 0, 0, 191),
    (1, 'mobile', 'Mobile', 'phone', 'ordinary', 0, 0, 191),
    (1, 'fax', 'Fax', 'phone', 'ordinary', 0, 0, 191),
    (1, 'address1', 'Address, line 1', 'text', 'ordinary', 0, 0, 191),
    (1, 'address2', 'Address, line 2', 'text', 'ordinary', 0, 0, 191),
    (1, 'city', 'City', 'text', 'ordinary', 0, 0, 191),
    (1, 'state', 'State', 'region', 'ordinary', 0, 0, 191),
    (1, 'zipcode', 'Zip code', 'text', 'ordinary', 0, 0, 191),
    (1, 'country', 'Country', 'text', 'ordinary', 0, 0, 191),
    (1, 'preferred_locale', 'Preferred locale', 'text', 'ordinary', 0, 0, 191),
    (1, 'timezone', 'Time zone', 'text', 'ordinary', 0, 0, 191),
    (1, 'birthday', 'Birthday', 'date', 'ordinary', 0, 0, 0),
    (1, 'last_active', 'Last active', 'datetime', 'ordinary', 0, 0, 0),
    (1, 'attribution', 'Attribution', 'float', 'ordinary', 0, 0, 0),
    (1, 'attribution_date', 'Date of attribution', 'datetime', 'ordinary', 0, 0, 0),
    (1, 'website', 'Website', 'url', 'ordinary', 0, 0, 191),
    (1, 'facebook', 'Facebook', 'text', 'ordinary', 0, 0, 191),
    (1, 'foursquare', 'Foursquare', 'text', 'ordinary', 0, 0, 191),
    (1, 'instagram', 'Instagram', 'text', 'ordinary', 0, 0, 191),
    (1, 'linkedin', 'LinkedIn', 'text', 'ordinary', 0, 0, 191),
    (1, 'skype', 'Skype', 'text', 'ordinary', 0, 0, 191),
    (1, 'twitter', 'Twitter', 'text', 'ordinary', 0, 0, 191),
    (2, 'internal_id', 'Id', 'string', 'internal_id', 0, 0, 0),
    (2, 'owner_id', 'Owner', 'string', 'owner_id', 0, 0, 0),
    (2, 'companyname', 'Name', 'text', 'ordinary', 1, 1, 191),
    (2, 'companyemail', 'E-mail', 'email', 'ordinary', 0, 0, 191),
    (2, 'companyaddress1', 'Address, line 1', 'text', 'ordinary', 0, 0, 191),
    (2, 'companyaddress2', 'Address, line 2', 'text', 'ordinary', 0, 0, 191),
    (2, 'companycity', 'City', 'text', 'ordinary', 0, 0, 191),
    (2, 'companystate', 'State', 'region', 'ordinary', 0, 0, 191),
    (2, 'companyzipcode', 'Zip code', 'text', 'ordinary', 0, 0, 191),
    (2, 'companycountry', 'Country', 'text', 'ordinary', 0, 0, 191),
    (2, 'companyphone', 'Phone', 'phone', 'ordinary', 0, 0, 191),
    (2, 'companyfax', 'Fax', 'phone', 'ordinary', 0, 0, 191),
    (2, 'companywebsite', 'Website', 'url', 'ordinary', 0, 0, 191),
    (2, 'companynumber_of_employees', 'Number of employees', 'int', 'ordinary', 0, 0, 0),
    (2, 'companyannual_revenue', 'Annual revenue', 'double', 'ordinary', 0, 0, 0),
    (2, 'companyindustry', 'Industry', 'select', 'ordinary', 0, 0, 191),
    (2, 'companydescription', 'Description', 'textarea', 'ordinary', 0, 0, 0);

-- Each unique field has such an index, identifier_OBJECT_FIELD, by which records of theirs find their
-- object here (tables_index_field). It is not UNIQUE: two objects may have one identifier, and people decide.
CREATE INDEX identifier_contact_email ON contact(lower(trim(email)));
CREATE INDEX identifier_company_companyname ON company(lower(trim(companyname)));

-- Identifiers that lower(trim()) does not fold (letters beyond ASCII, a mail address with a dot at its
-- end, in angle brackets, as a link, or with characters as HTML writes them).
-- Triggers note them, the engine folds them before it searches (identifiers.c).
CREATE TABLE folded_key(
    field INTEGER NOT NULL,
    object_id INTEGER NOT NULL,
    key TEXT,                    -- NULL: still to be folded
    PRIMARY KEY(field, object_id)
) WITHOUT ROWID;
CREATE INDEX folded_key_by_key ON folded_key(field, key);
CREATE INDEX folded_key_pending ON folded_key(object_id) WHERE key IS NULL;

-- Ways to contact somebody; each is a pseudo field dnc_NAME of contacts.
CREATE TABLE channel(
    name TEXT PRIMARY KEY
) WITHOUT ROWID;
INSERT INTO channel(name) VALUES('email'), ('sms'), ('phone'), ('mail'), ('push'), ('whatsapp');
INSERT INTO field(object, name, label, type, role)
    SELECT 1, 'dnc_' || name, 'Do not contact: ' || name, 'int', 'do_not_contact' FROM channel ORDER BY name;

-- Who must not be contacted, and why; without a row one may be contacted.
CREATE TABLE do_not_contact(
    contact INTEGER NOT NULL,
    channel TEXT NOT NULL,
    reason INTEGER NOT NULL CHECK(reason BETWEEN 1 AND 3),  -- 1 unsubscribed, 2 bounced, 3 manual
    PRIMARY KEY(contact, channel)
) WITHOUT ROWID;

-- Which companies a contact belongs to; contact.company is the name of the primary one.
CREATE TABLE contact_company(
    contact INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
    company INTEGER NOT NULL REFERENCES company(id) ON DELETE CASCADE,
    is_primary INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(contact, company)
) WITHOUT ROWID;
CREATE INDEX contact_company_by_company ON contact_company(company);

-- Objects that were merged into another one: what is reported for them is meant for the heir.
CREATE TABLE merged_object(
    object INTEGER NOT NULL REFERENCES object(id),
    object_id INTEGER NOT NULL,
    heir INTEGER NOT NULL,
    PRIMARY KEY(object, object_id)
) WITHOUT ROWID;

-- ================================================================================================
-- Triggers on objects
-- ================================================================================================
--
-- They make plain SQL a first-class writer. triggers.c and triggers_tracking.c write them from the rows of
-- `field` and `tracked_field`, and write them again when those change. For an object `thing` (key 7) with the
-- columns a and b, the identifier a, and a tracked field:
--
--   CREATE TRIGGER thing_inserted AFTER INSERT ON thing WHEN (SELECT writing FROM engine_state) = 0 BEGIN
--       -- its links live again if it comes back under its id; date_added, date_modified are set;
--       -- field_change gets a row for each (integration, field) of tracked_field whose value is not empty
--   END;
--   CREATE TRIGGER thing_updated AFTER UPDATE OF owner_id, a, b ON thing
--       WHEN (SELECT writing FROM engine_state) = 0 AND (OLD.a IS NOT NEW.a OR ...) BEGIN
--       -- date_modified (of a contact also date_identified) is set;
--       -- field_change gets a row for each (integration, field) of tracked_field whose value changed;
--       -- what waits already for an integration that is off was written again (field_change.again)
--   END;
--   CREATE TRIGGER thing_renumbered BEFORE UPDATE OF id ON thing BEGIN
--       -- refuses: everything that is known about an object is stored under its id
--   END;
--   CREATE TRIGGER thing_deleted AFTER DELETE ON thing BEGIN
--       -- its links end (object_mapping.deleted), and their records are to be deleted if passed_deletion
--       -- says so; quarantine, open_matter, change_mark, folded_key, contact_company forget it
--   END;
--   CREATE TRIGGER thing_a_named AFTER INSERT ON thing WHEN <lower(trim(NEW.a)) is not its key> BEGIN
--       -- folded_key gets a row with the key NULL
--   END;
--   CREATE TRIGGER thing_a_renamed AFTER UPDATE OF a ON thing WHEN <that is so of OLD.a or NEW.a> BEGIN
--       -- the same, or the row goes
--   END;
--
-- Contacts and companies have these besides:
--
--   do_not_contact_inserted, _updated, _left, _deleted ON do_not_contact: a row that is written is a change of
--       the contact's field dnc_CHANNEL ("left": it was moved to another contact or channel)
--   company_name_follows AFTER UPDATE OF companyname ON company: contact.company is renamed in its contacts

-- ================================================================================================
-- Tracked changes: what integrations still have to be told
-- ================================================================================================

-- Which enabled integration wants to know of changes of which field: written by the registry from the
-- mappings of the configuration, whenever they change (decision 66).
CREATE TABLE tracked_field(
    object INTEGER NOT NULL,
    field INTEGER NOT NULL,
    integration INTEGER NOT NULL REFERENCES integration(id),
    PRIMARY KEY(object, field, integration)
) WITHOUT ROWID;

-- Deletions here that are passed on (on_deleted_here = "delete"): written by the registry, too.
CREATE TABLE passed_deletion(
    object INTEGER NOT NULL,
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    PRIMARY KEY(object, integration_object)
) WITHOUT ROWID;

-- This field of this object is to be sent to this integration. A newer change takes the row's place and gets
-- a greater sequence, so that an answer to the older one does not remove it.
CREATE TABLE field_change(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL,
    object INTEGER NOT NULL,
    object_id INTEGER NOT NULL,
    field INTEGER NOT NULL,
    at INTEGER NOT NULL,
    origin INTEGER NOT NULL DEFAULT 0,  -- key of the link whose record it came from; 0: an edit here
    -- 0: an edit; 1: nobody edited it, but they do not have our value (13.1); 2: both, so that it is sent
    -- even if it was made after the end of the window
    owed INTEGER NOT NULL DEFAULT 0,
    again INTEGER  -- when the value was written again while the integration was off; it counts from its return on
);
CREATE UNIQUE INDEX field_change_by_object ON field_change(integration, object, object_id, field);

-- What is noted at a change for one link.
CREATE TABLE change_mark(
    sequence INTEGER NOT NULL REFERENCES field_change(sequence) ON DELETE CASCADE,
    mapping INTEGER NOT NULL,  -- key of the link; negative: an integration_object in which it is to be created
    -- 0 its record has it already; 1 a tie: not to be sent; 2 a tie that was resolved in our favour;
    -- 3 the record refused it: ordinary runs do not send it; 4 refused, and to be sent again
    kind INTEGER NOT NULL,
    theirs INTEGER,            -- kinds 1 and 2: fingerprint of their value then
    first_at INTEGER,          -- since when, and when last: for people
    last_at INTEGER,
    PRIMARY KEY(sequence, mapping)
) WITHOUT ROWID;
CREATE INDEX change_mark_refused ON change_mark(kind) WHERE kind >= 3;

-- An edit of an object sends again what was refused of it.
CREATE TRIGGER field_change_frees AFTER INSERT ON field_change
WHEN NEW.owed = 0 AND EXISTS (SELECT 1 FROM change_mark WHERE kind >= 3) BEGIN
    DELETE FROM change_mark WHERE kind >= 3 AND sequence IN (SELECT sequence FROM field_change
        WHERE integration = NEW.integration AND object = NEW.object AND object_id = NEW.object_id);
END;

-- Fields whose tracking for an integration began since its last run: edits in between are looked for (13.4).
CREATE TABLE returned_field(
    integration INTEGER NOT NULL REFERENCES integration(id),
    object INTEGER NOT NULL,
    field INTEGER NOT NULL,
    PRIMARY KEY(integration, object, field)
) WITHOUT ROWID;

-- ================================================================================================
-- Links: which record of theirs is which object of ours, and what was agreed
-- ================================================================================================

-- A link pairs an object of ours with a record of theirs. It stays when either is deleted, so that the other
-- is not taken for a new one.
CREATE TABLE object_mapping(
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL REFERENCES integration(id),
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    integration_id TEXT NOT NULL,
    object INTEGER NOT NULL REFERENCES object(id),
    object_id INTEGER NOT NULL,
    last_sync INTEGER,
    deleted INTEGER NOT NULL DEFAULT 0,           -- the link has ended
    -- deleted here, and the record is still to be deleted there: 1; they have refused that: 2
    pending_deletion INTEGER NOT NULL DEFAULT 0,
    seen_run INTEGER NOT NULL DEFAULT 0,          -- the last run that wrote it
    base_versions BLOB,                           -- what both agreed on, by field (codec_base_versions.c)
    -- why it has ended: 0 not known, 1 our object was deleted, 2 their record was deleted, 3 the record became
    -- one that belongs to another object, 4 our object was deleted, and the record because of that
    ended_by INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER,
    version TEXT                                  -- the record's, as its API last called it (change.version)
);
CREATE UNIQUE INDEX object_mapping_by_record ON object_mapping(integration_object, integration_id, object);
CREATE INDEX object_mapping_by_object ON object_mapping(object, object_id, integration);
CREATE INDEX object_mapping_pending ON object_mapping(integration) WHERE pending_deletion = 1;

-- Pairs that are not the same, even if the identifiers match: operators said so.
CREATE TABLE kept_apart(
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    integration_id TEXT NOT NULL,
    object INTEGER NOT NULL,      -- 0: the record is none of ours
    object_id INTEGER NOT NULL,
    PRIMARY KEY(integration_object, integration_id, object, object_id)
) WITHOUT ROWID;

-- References to what is not linked yet (13.8). They are due when it is, whoever links it: the triggers below.
-- First those of a record of theirs (its link, its field) to another record.
CREATE TABLE late_reference(
    mapping INTEGER NOT NULL REFERENCES object_mapping(key) ON DELETE CASCADE,
    field TEXT NOT NULL,
    record INTEGER NOT NULL REFERENCES integration_object(id),
    record_id TEXT NOT NULL,
    field_at INTEGER,        -- when the field and the record changed, as they were reported
    record_at INTEGER,
    ours INTEGER NOT NULL,   -- fingerprint of what our field had then; 0: not known
    since INTEGER NOT NULL,
    due INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(mapping, field)
) WITHOUT ROWID;
CREATE INDEX late_reference_by_record ON late_reference(record, record_id);
CREATE INDEX late_reference_due ON late_reference(mapping) WHERE due = 1;

-- Then those of an object of ours to another object, sent without it because that had no record there.
CREATE TABLE awaited_reference(
    mapping INTEGER NOT NULL REFERENCES object_mapping(key) ON DELETE CASCADE,
    field INTEGER NOT NULL,
    object INTEGER NOT NULL,
    object_id INTEGER NOT NULL,
    due INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(mapping, field)
) WITHOUT ROWID;
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

-- ================================================================================================
-- Positions: how far the records of an integration were read
-- ================================================================================================

-- Up to when the records of an object were pulled completely; the next run begins there, less an overlap.
CREATE TABLE position(
    integration_object INTEGER PRIMARY KEY REFERENCES integration_object(id),
    at INTEGER,
    token TEXT,                         -- of an API with change tokens, instead of `at`
    behind INTEGER NOT NULL DEFAULT 0   -- how far their clock was behind ours then, in milliseconds (13.9)
);

-- The lines of mappings, as far as they were pulled from the beginning: a new line has to be filled, and a
-- field that is replaced by another one has agreed on nothing (13.1, decision 111).
CREATE TABLE known_line(
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    object INTEGER NOT NULL,
    field INTEGER NOT NULL,
    name TEXT NOT NULL,                    -- of their field
    unfilled INTEGER NOT NULL DEFAULT 0,   -- leads here, and is still to be pulled from the beginning
    outward INTEGER NOT NULL DEFAULT 0,    -- only leads there
    PRIMARY KEY(integration_object, object, field, name)
) WITHOUT ROWID;

-- A long window of an integration in slices, each pulled by a run of its own (store/books/backfill.h).
CREATE TABLE backfill(
    integration INTEGER PRIMARY KEY REFERENCES integration(id),
    asked TEXT NOT NULL,         -- the operator's request, JSON
    from_at INTEGER NOT NULL,    -- from_at <= date < to_at
    to_at INTEGER NOT NULL,
    slice_ms INTEGER NOT NULL,
    begun INTEGER NOT NULL
);

-- The slices that were begun.
CREATE TABLE backfill_slice(
    integration INTEGER NOT NULL REFERENCES backfill(integration) ON DELETE CASCADE,
    number INTEGER NOT NULL,     -- from 0
    run INTEGER NOT NULL,        -- the last one of it, which may have been forgotten
    status TEXT NOT NULL,        -- running, done, done_with_issues, failed
    PRIMARY KEY(integration, number)
) WITHOUT ROWID;
CREATE INDEX backfill_slice_running ON backfill_slice(run) WHERE status = 'running';

-- Up to when a slice is complete: the position moves over slices that follow one another.
CREATE TABLE backfill_reach(
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    number INTEGER NOT NULL,
    at INTEGER,                  -- NULL: nothing can be said
    PRIMARY KEY(integration_object, number)
) WITHOUT ROWID;

-- ================================================================================================
-- The journal: what survives the death of a run in the middle of a push
-- ================================================================================================

-- What was sent and is not closed: written before an order is sent, deleted with the results.
CREATE TABLE journal_change(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL REFERENCES integration(id),
    run INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    -- of a create without an answer: 0 it may still be answered, 1 nobody knows whether it happened and the
    -- next report may show it, 2 people have to decide
    doubt INTEGER NOT NULL DEFAULT 0,
    idempotency_key TEXT,
    object TEXT NOT NULL,                  -- theirs, by name
    object_id TEXT,                        -- NULL: it was to be created
    mapped_object TEXT NOT NULL,           -- ours, by name
    mapped_id TEXT NOT NULL,
    deletion INTEGER NOT NULL DEFAULT 0,
    fingerprints BLOB,                     -- of what was sent, as base_versions
    sequences BLOB                         -- of the tracked changes that it came from
);
CREATE INDEX journal_change_by_object ON journal_change(integration, mapped_object, mapped_id);

-- The answers to it, each written when it came.
CREATE TABLE journal_answer(
    change INTEGER NOT NULL REFERENCES journal_change(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,     -- its place among the answers to the change, from 1
    kind INTEGER NOT NULL,       -- 0 created, 1 updated, 2 remapped, 3 deleted, 4 retry, 5 issue
    object TEXT,                 -- of the record from now on
    object_id TEXT,
    old_object TEXT,             -- remapped: of the record until now
    old_id TEXT,
    at INTEGER,                  -- when they wrote it, by their clock
    message TEXT,
    given_at INTEGER,            -- when it came, by ours: the run may be resumed hours later (13.2)
    PRIMARY KEY(change, number)
) WITHOUT ROWID;

-- ================================================================================================
-- What is open, and what waits for another try
-- ================================================================================================

-- A matter at one field of a link (mapping, field), or at a record or an object as a whole (the others; 0 and
-- '' where there is none). Ties and refusals of our edits are marks of change_mark instead.
CREATE TABLE open_matter(
    id INTEGER PRIMARY KEY,
    integration INTEGER NOT NULL REFERENCES integration(id),
    -- 1 refused, 2 withheld (theirs cannot be stored here), 3 not_kept (what we sent is not what they keep),
    -- 4 held (nobody won), 5 ambiguous, 6 doubtful (matches, but has another name), 7 deleted_and_edited,
    -- 8 loop, 9 merge, 10 late (they still show what we had written over: not listed, their next report tells),
    -- 11 left_out (the record has lost its object: not listed, no part of it makes another one)
    reason INTEGER NOT NULL,
    mapping INTEGER NOT NULL DEFAULT 0,
    field INTEGER NOT NULL DEFAULT 0,
    object INTEGER NOT NULL DEFAULT 0,
    object_id INTEGER NOT NULL DEFAULT 0,
    record INTEGER NOT NULL DEFAULT 0,
    record_id TEXT NOT NULL DEFAULT '',
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    message TEXT
);
CREATE UNIQUE INDEX open_matter_by_place
    ON open_matter(mapping, field, reason, integration, object, object_id, record, record_id);
CREATE INDEX open_matter_loops ON open_matter(field) WHERE reason = 8;

-- Fields that runs write again and again, with no edit to explain it: how often in a row (13.18). Too often
-- within a day is a loop.
CREATE TABLE field_echo(
    object INTEGER NOT NULL,
    object_id INTEGER NOT NULL,
    field INTEGER NOT NULL,
    writes INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY(object, object_id, field)
) WITHOUT ROWID;

-- An edit here ends it.
CREATE TRIGGER field_change_calms AFTER INSERT ON field_change
WHEN NEW.owed = 0 AND NEW.origin = 0
    AND (EXISTS (SELECT 1 FROM field_echo) OR EXISTS (SELECT 1 FROM open_matter WHERE reason = 8)) BEGIN
    DELETE FROM field_echo
        WHERE object = NEW.object AND object_id = NEW.object_id AND field = NEW.field;
    DELETE FROM open_matter WHERE reason = 8 AND field = NEW.field AND mapping IN
        (SELECT key FROM object_mapping WHERE object = NEW.object AND object_id = NEW.object_id);
END;

-- Records that several objects here match: runs ask for them again, people decide.
CREATE TABLE ambiguous_record(
    key INTEGER PRIMARY KEY,
    integration_object INTEGER NOT NULL REFERENCES integration_object(id),
    integration_id TEXT NOT NULL,
    object INTEGER NOT NULL REFERENCES object(id),
    since INTEGER NOT NULL,
    run INTEGER NOT NULL,                  -- the last one that remembered it
    failures INTEGER NOT NULL DEFAULT 0,   -- runs that asked for it in vain, and why
    message TEXT,
    held INTEGER NOT NULL DEFAULT 0,       -- no run asks for it any more
    -- the next run asks for it, linked or not: 1 unless reports have shown all of it (a create has found it, or its
    -- integration was off, 13.4); 2 in any case, as people have said whose it is
    asked INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ambiguous_record_by_record
    ON ambiguous_record(integration_object, integration_id, object);

-- The keys by which it was looked up.
CREATE TABLE ambiguous_key(
    record INTEGER NOT NULL REFERENCES ambiguous_record(key) ON DELETE CASCADE,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY(record, field)
) WITHOUT ROWID;

-- Objects that failed at one of their records. What has failed in enough runs, for a day, is held: it is tried
-- once a day from then on.
CREATE TABLE quarantine(
    integration INTEGER NOT NULL REFERENCES integration(id),
    object INTEGER NOT NULL REFERENCES object(id),
    object_id INTEGER NOT NULL,
    record TEXT NOT NULL,                  -- their kind of record, by name
    record_id TEXT NOT NULL DEFAULT '',    -- '': it was to be created
    failures INTEGER NOT NULL,             -- runs in which it failed
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_run INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    PRIMARY KEY(integration, object, object_id, record, record_id)
) WITHOUT ROWID;
CREATE INDEX quarantine_held ON quarantine(integration, object, object_id) WHERE held = 1;

-- What operators want the next run to try again: "all", a reason, or TYPE:ID (store/books/wishes.h).
CREATE TABLE retry_wish(
    integration INTEGER NOT NULL REFERENCES integration(id),
    wish TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(integration, wish)
) WITHOUT ROWID;

-- ================================================================================================
-- Runs, and what people read about them (kept for a while: store/books/retention.h)
-- ================================================================================================

CREATE TABLE run(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL REFERENCES integration(id),
    sync_at INTEGER NOT NULL,                -- the "now" of the run: a resumed one keeps it
    started INTEGER NOT NULL,
    finished INTEGER,
    status TEXT NOT NULL DEFAULT 'running',  -- running, done, done_with_issues, failed, refused, interrupted
    phase TEXT,                              -- pull, push: how far it came, so that it can be resumed
    iteration INTEGER NOT NULL DEFAULT 0,    -- the last complete one
    cursor TEXT,                             -- what the next page of the pull is asked for with
    options TEXT,                            -- what must be the same for it to be resumed, JSON
    scripts TEXT,                            -- which scripts it ran, JSON
    counts TEXT,                             -- what it did, JSON
    message TEXT,                            -- why it failed
    manual INTEGER,                          -- hash of its manual
    resumed INTEGER,                         -- the run that this one resumes
    outcomes TEXT                            -- [[side, object, kind, reason, count], ...] when it ended
);
CREATE INDEX run_by_integration ON run(integration, id);

-- What a later run needs besides to resume it, by object of either side (0 ours, 1 theirs).
CREATE TABLE run_progress(
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    side INTEGER NOT NULL,
    object TEXT NOT NULL,
    frozen INTEGER NOT NULL,     -- theirs: the position stays where it was,
    hold INTEGER,                -- or must not pass this instant, of the earliest record that failed,
    token TEXT,                  -- or becomes this
    after TEXT,                  -- ours: the last id that was pushed
    PRIMARY KEY(run, side, object)
) WITHOUT ROWID;

-- What became of each record (side 1: pulled) and object (side 0: pushed).
CREATE TABLE run_outcome(
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    side INTEGER NOT NULL,
    object TEXT NOT NULL,
    object_id TEXT NOT NULL,
    kind INTEGER NOT NULL,       -- 0 failed, 1 conflict, 2 deferred, 3 created, 4 updated, 5 skipped
    reason TEXT,
    PRIMARY KEY(run, side, object, object_id)
) WITHOUT ROWID;

-- How fields that both sides have were judged, for `explain`; left is ours.
CREATE TABLE decision(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    side INTEGER NOT NULL,       -- 1: in the pull, 0: in the push
    integration_object TEXT NOT NULL,
    integration_id TEXT,
    object TEXT NOT NULL,
    object_id TEXT,
    field TEXT NOT NULL,
    left_value TEXT,             -- shortened, for people
    right_value TEXT,
    left_certain INTEGER,        -- when the value changed for certain, and when it may have changed
    left_possible INTEGER,
    right_certain INTEGER,
    right_possible INTEGER,
    base INTEGER,                -- fingerprint of what was agreed
    verdict TEXT NOT NULL,       -- equal, left, right, unresolved
    decided_by TEXT              -- the mode, policy or rule
);
CREATE INDEX decision_by_run ON decision(run);
CREATE INDEX decision_by_object ON decision(object, object_id);

-- What the people who own an object should know of it, once in a run.
CREATE TABLE note(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    integration INTEGER NOT NULL REFERENCES integration(id),
    at INTEGER NOT NULL,
    object TEXT NOT NULL,
    object_id TEXT,              -- NULL: not created here
    integration_object TEXT,
    integration_id TEXT,         -- NULL: not created there
    about TEXT NOT NULL,         -- required_empty, too_long, unreadable, not_kept ...
    field TEXT,                  -- NULL: the whole object
    message TEXT
);
CREATE INDEX note_by_object ON note(object, object_id);
CREATE UNIQUE INDEX note_by_run ON note(run, object, coalesce(object_id, ''),
    coalesce(integration_object, ''), coalesce(integration_id, ''), about, coalesce(field, ''));

-- What a run tells its users: for each owner of objects that need attention one summary.
CREATE TABLE notification(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX notification_by_user ON notification(user, id);

-- ================================================================================================
-- What integrations keep
-- ================================================================================================

-- What scripts want to find again in later runs.
CREATE TABLE cache(
    integration TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    expires INTEGER,             -- NULL: never
    PRIMARY KEY(integration, key)
) WITHOUT ROWID;

-- OAuth tokens, encrypted by the caller with a key that is not in this file.
CREATE TABLE token(
    integration TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) WITHOUT ROWID;

-- ================================================================================================
-- The service (tandem serve). Names begin with service_, as a custom object may be called "account"
-- ================================================================================================

-- Bearer tokens of programs; only a hash of each is kept.
CREATE TABLE service_token(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,         -- read, run, admin
    hash BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    expires INTEGER,
    last_used INTEGER            -- to the minute
);

-- People who may sign in.
CREATE TABLE service_account(
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,          -- viewer, operator, admin
    password TEXT NOT NULL,      -- crypt(5) hash
    created INTEGER NOT NULL
) WITHOUT ROWID;

-- Browsers that are signed in; only a hash of the cookie is kept.
CREATE TABLE service_session(
    hash BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    address TEXT
) WITHOUT ROWID;

-- One-time links that sign somebody in; only a hash of the code is kept.
CREATE TABLE service_code(
    hash BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;

-- Who did what.
CREATE TABLE service_audit(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT,                  -- NULL: the service itself
    address TEXT,                -- NULL: this machine's command line
    action TEXT NOT NULL,
    integration TEXT,
    detail TEXT
);
CREATE INDEX service_audit_by_integration ON service_audit(integration, id);

-- What the service remembers of an integration.
CREATE TABLE service_integration(
    name TEXT PRIMARY KEY,
    paused INTEGER NOT NULL DEFAULT 0,
    owed INTEGER NOT NULL DEFAULT 0  -- deliveries were dropped: a sync of the whole window has to follow
) WITHOUT ROWID;

-- Webhook deliveries: stored before the sender gets its answer, processed by a sync, kept for a while after.
CREATE TABLE service_delivery(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    received INTEGER NOT NULL,
    sender_key TEXT,                         -- the sender's id of the delivery
    digest BLOB NOT NULL,                    -- of the body
    body BLOB NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting',  -- waiting, done, ignored, failed
    attempts INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0,      -- that it named
    run INTEGER,                             -- that processed it
    message TEXT
);
CREATE INDEX service_delivery_waiting ON service_delivery(integration, id) WHERE status = 'waiting';
CREATE INDEX service_delivery_by_key ON service_delivery(integration, sender_key)
    WHERE sender_key IS NOT NULL;

-- Messages about matters that need people, until they are sent.
CREATE TABLE service_message(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,    -- the channel, and what makes a second sending recognizable
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    trouble TEXT                 -- why the last attempt failed
);

-- Matters that a channel has reported already: they are not reported again while they are open.
CREATE TABLE service_told(
    matter TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;
