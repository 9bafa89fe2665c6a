/*
 * store_floor ROW DATABASE COUNT PAGE: what a row of the bench costs without an engine.
 *
 * The same rows into the same tables and indexes (so the same triggers, too), by prepared
 * statements in the same transactions, with the store's own pragmas. ROW is one of
 *   create    contacts, their mappings and outcomes, as a first pull writes them
 *   look      the look-ups of a pull in which nothing changed
 *   conflict  look-ups, then what a pull writes that wins three of ten fields
 *   push      the reads and the bookkeeping of a push of three fields, with the journal: what is
 *             sent is written before (edits need not wait for the disk), each answer when it is
 * given
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 10, EDITED = 3, BASE_VERSIONS = 1 + FIELDS * 12, OUTCOMES = 10000 };

#define COLUMNS                                                                                    \
    "email, firstname, lastname, phone, city, country, address1, zipcode, birthday, website"

struct floor {
    sqlite3 *connection;
    sqlite3_stmt *begin, *busy, *progress, *idle, *commit;
    sqlite3_stmt *insert_contact, *insert_mapping, *insert_outcome, *insert_decision;
    sqlite3_stmt *mapping, *mappings, *contact, *changes, *page;
    sqlite3_stmt *update_contact, *update_mapping, *delete_change;
    sqlite3_stmt *write_sent, *write_answer, *delete_sent;
    long count, per_page;
    long outcomes, decisions;
    bool failed;
    unsigned char base_versions[BASE_VERSIONS];
};

static sqlite3_stmt *prepare(struct floor *floor, const char *text)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(floor->connection, text, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                           NULL) != SQLITE_OK) {
        fprintf(stderr, "store_floor: %s in %s\n", sqlite3_errmsg(floor->connection), text);
        floor->failed = true;
    }
    return statement;
}

/* Step to the end, reading every column as whoever needs the row would. */
static int64_t run(struct floor *floor, sqlite3_stmt *statement)
{
    int64_t first = 0;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        first = sqlite3_column_int64(statement, 0);
        for (int column = 0; column < sqlite3_column_count(statement); column++)
            if (sqlite3_column_type(statement, column) == SQLITE_TEXT)
                first += !sqlite3_column_text(statement, column);
    }
    if (result != SQLITE_DONE) {
        fprintf(stderr, "store_floor: %s\n", sqlite3_errmsg(floor->connection));
        floor->failed = true;
    }
    sqlite3_reset(statement);
    return first;
}

/* Not by a prepared statement: this pragma acts when it is prepared, not when it is stepped. */
static void pragma(struct floor *floor, const char *text)
{
    if (sqlite3_exec(floor->connection, text, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "store_floor: %s in %s\n", sqlite3_errmsg(floor->connection), text);
        floor->failed = true;
    }
}

static void begin(struct floor *floor)
{
    run(floor, floor->begin);
    run(floor, floor->busy);
}

static void commit(struct floor *floor)
{
    run(floor, floor->progress);
    run(floor, floor->idle);
    run(floor, floor->commit);
}

static void bind(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

static void bind_number(sqlite3_stmt *statement, int index, const char *format, long number)
{
    char text[64];
    snprintf(text, sizeof text, format, number);
    bind(statement, index, text);
}

/* The values that the bench's report builder gives, from parameter `at` on. */
static void bind_record(sqlite3_stmt *statement, int at, long number)
{
    bind_number(statement, at, "person%ld@bench.test", number);
    bind_number(statement, at + 1, "First%ld", number);
    bind_number(statement, at + 2, "Last%ld", number);
    bind_number(statement, at + 3, "+49 30 %ld", 1000000 + number);
    bind_number(statement, at + 4, "City%ld", number % 1000);
    bind(statement, at + 5, "Germany");
    bind_number(statement, at + 6, "Long Street %ld", number);
    bind_number(statement, at + 7, "%ld", 10000 + number % 80000);
    bind(statement, at + 8, "1990-02-28");
    bind_number(statement, at + 9, "https://www.bench.test/%ld", number);
}

static void write_outcome(struct floor *floor, int side, const char *object, long number, int kind)
{
    if (floor->outcomes++ >= OUTCOMES)
        return;
    sqlite3_bind_int(floor->insert_outcome, 1, side);
    bind(floor->insert_outcome, 2, object);
    bind_number(floor->insert_outcome, 3, "%ld", number);
    sqlite3_bind_int(floor->insert_outcome, 4, kind);
    run(floor, floor->insert_outcome);
}

static void write_decision(struct floor *floor, long number)
{
    if (floor->decisions++ >= OUTCOMES)
        return;
    bind_number(floor->insert_decision, 1, "%ld", number);
    bind_number(floor->insert_decision, 2, "First%ld-a", number);
    bind_number(floor->insert_decision, 3, "First%ld-b", number);
    run(floor, floor->insert_decision);
}

/* ---- the rows ---- */

static void create(struct floor *floor, long number)
{
    bind_record(floor->insert_contact, 3, number);
    run(floor, floor->insert_contact);
    const sqlite3_int64 id = sqlite3_last_insert_rowid(floor->connection);
    bind_number(floor->insert_mapping, 1, "%ld", number);
    sqlite3_bind_int64(floor->insert_mapping, 2, id);
    run(floor, floor->insert_mapping);
    write_outcome(floor, 1, "record", number, 3);
}

static int64_t look(struct floor *floor, long number)
{
    bind_number(floor->mapping, 1, "%ld", number);
    const int64_t id = run(floor, floor->mapping);
    sqlite3_bind_int64(floor->contact, 1, id);
    run(floor, floor->contact);
    sqlite3_bind_int64(floor->changes, 1, id);
    run(floor, floor->changes);
    return id;
}

static void settle(struct floor *floor, int64_t id)
{
    sqlite3_bind_int64(floor->update_mapping, 1, id);
    run(floor, floor->update_mapping);
    for (int index = 0; index < EDITED; index++) {
        /* `edit` of bench.py makes three changes of each contact, in id order */
        sqlite3_bind_int64(floor->delete_change, 1, (id - 1) * EDITED + index + 1);
        run(floor, floor->delete_change);
    }
}

static void conflict(struct floor *floor, long number)
{
    const int64_t id = look(floor, number);
    bind_number(floor->update_contact, 1, "First%ld-b", number);
    bind_number(floor->update_contact, 2, "Last%ld-b", number);
    bind_number(floor->update_contact, 3, "City%ld-b", number % 1000);
    sqlite3_bind_int64(floor->update_contact, 4, id);
    run(floor, floor->update_contact);
    settle(floor, id);
    for (int index = 0; index < EDITED; index++)
        write_decision(floor, number);
    write_outcome(floor, 1, "record", number, 4);
}

static void write_sent(struct floor *floor, long id)
{
    sqlite3_bind_int64(floor->write_sent, 1, id);
    bind_number(floor->write_sent, 2, "0123456789abcdef0123456789abc%ld", id);
    bind_number(floor->write_sent, 3, "%ld", id);
    bind_number(floor->write_sent, 4, "%ld", id);
    run(floor, floor->write_sent);
}

/* A page is read first, outside of the transaction of its books. */
static void push_page(struct floor *floor, long after)
{
    sqlite3_bind_int64(floor->page, 1, after);
    sqlite3_bind_int64(floor->page, 2, floor->per_page * EDITED);
    run(floor, floor->page);
    for (long id = after + 1; id <= after + floor->per_page && id <= floor->count; id++) {
        sqlite3_bind_int64(floor->contact, 1, id);
        run(floor, floor->contact);
        sqlite3_bind_int64(floor->mappings, 1, id);
        run(floor, floor->mappings);
    }
    pragma(floor, "PRAGMA synchronous = NORMAL");
    run(floor, floor->begin);
    for (long id = after + 1; id <= after + floor->per_page && id <= floor->count; id++)
        write_sent(floor, id);
    run(floor, floor->commit);
    for (long id = after + 1; id <= after + floor->per_page && id <= floor->count; id++) {
        sqlite3_bind_int64(floor->write_answer, 1, id);
        run(floor, floor->write_answer);
    }
    pragma(floor, "PRAGMA synchronous = FULL");
    begin(floor);
    for (long id = after + 1; id <= after + floor->per_page && id <= floor->count; id++) {
        settle(floor, id);
        write_outcome(floor, 0, "contact", id, 4);
    }
    sqlite3_bind_int64(floor->delete_sent, 1, after);
    run(floor, floor->delete_sent);
    commit(floor);
}

static void pull_page(struct floor *floor, const char *row, long after)
{
    begin(floor);
    for (long number = after + 1; number <= after + floor->per_page && number <= floor->count;
         number++) {
        if (strcmp(row, "create") == 0)
            create(floor, number);
        else if (strcmp(row, "look") == 0)
            look(floor, number);
        else
            conflict(floor, number);
    }
    commit(floor);
}

/* ---- the database ---- */

static void prepare_writes(struct floor *floor)
{
    floor->begin = prepare(floor, "BEGIN IMMEDIATE");
    floor->busy = prepare(floor, "UPDATE engine_state SET writing = 1");
    floor->progress = prepare(floor, "UPDATE run SET phase = 'pull', iteration = iteration + 1"
                                     " WHERE id = (SELECT max(id) FROM run)");
    floor->idle = prepare(floor, "UPDATE engine_state SET writing = 0");
    floor->commit = prepare(floor, "COMMIT");
    floor->insert_contact =
        prepare(floor, "INSERT INTO contact(date_added, date_identified, " COLUMNS
                       ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    floor->insert_mapping = prepare(
        floor, "INSERT INTO object_mapping(integration, integration_object,"
               " integration_id, object, object_id, last_sync, deleted, seen_run, base_versions)"
               " VALUES(1, 1, ?1, 1, ?2, 1767225600000, 0, 2, ?3)");
    floor->insert_outcome =
        prepare(floor, "INSERT INTO run_outcome(run, side, object, object_id, kind)"
                       " VALUES(1, ?, ?, ?, ?)");
    floor->insert_decision = prepare(
        floor, "INSERT INTO decision(run, side, integration_object, integration_id, object,"
               " object_id, field, left_value, right_value, left_certain, left_possible,"
               " right_possible, base, verdict, decided_by) VALUES(1, 1, 'record', ?1, 'contact',"
               " ?1, 'firstname', ?2, ?3, 1, 1, 1, 1, 'right', 'best')");
    floor->update_contact =
        prepare(floor, "UPDATE contact SET date_modified = 1767225600000, date_identified ="
                       " coalesce(date_identified, 1767225600000), firstname = ?1, lastname = ?2,"
                       " city = ?3 WHERE id = ?4");
    floor->update_mapping =
        prepare(floor, "UPDATE object_mapping SET last_sync = 1767225600001, seen_run = 3,"
                       " base_versions = ?2 WHERE key = ?1");
    floor->delete_change = prepare(floor, "DELETE FROM field_change WHERE sequence = ?");
    floor->write_sent =
        prepare(floor, "INSERT INTO journal_change(id, integration, run, sent_at, idempotency_key,"
                       " object, object_id, mapped_object, mapped_id, fingerprints, sequences)"
                       " VALUES(?1, 1, 1, 1767225600000, ?2, 'record', ?3, 'contact', ?4, ?5, ?6)");
    floor->write_answer = prepare(floor, "INSERT INTO journal_answer(change, number, kind)"
                                         " VALUES(?, 1, 1)");
    floor->delete_sent = prepare(floor, "DELETE FROM journal_change WHERE id > ? AND doubt = 0");
}

static void prepare_reads(struct floor *floor)
{
    floor->mapping =
        prepare(floor, "SELECT object_id, key, last_sync, deleted, seen_run, base_versions"
                       " FROM object_mapping WHERE integration_object = 1"
                       " AND integration_id = ? AND object = 1");
    floor->mappings = prepare(floor, "SELECT key, integration_object, integration_id, last_sync,"
                                     " deleted, seen_run, base_versions FROM object_mapping"
                                     " WHERE object = 1 AND object_id = ? AND integration = 1"
                                     " ORDER BY key");
    floor->contact = prepare(floor, "SELECT id, date_identified, coalesce(date_modified,"
                                    " date_added), " COLUMNS " FROM contact WHERE id = ?");
    floor->changes = prepare(floor, "SELECT c.sequence, c.field, c.at, c.origin, k.mapping, k.kind"
                                    " FROM field_change c LEFT JOIN change_mark k"
                                    " ON k.sequence = c.sequence WHERE c.integration = 1"
                                    " AND c.object = 1 AND c.object_id = ? ORDER BY c.field");
    floor->page = prepare(floor, "SELECT c.object_id, c.sequence, c.field, c.at, c.origin,"
                                 " k.mapping, k.kind FROM field_change c LEFT JOIN change_mark k"
                                 " ON k.sequence = c.sequence WHERE c.integration = 1"
                                 " AND c.object = 1 AND c.object_id > ?1"
                                 " ORDER BY c.object_id, c.field LIMIT ?2");
}

static bool open_floor(struct floor *floor, const char *path)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* as the store does */
    if (sqlite3_open_v2(path, &floor->connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        sqlite3_exec(floor->connection,
                     "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                     "PRAGMA cache_size = -12000; PRAGMA trusted_schema = ON;"
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
                     NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "store_floor: %s: %s\n", path, sqlite3_errmsg(floor->connection));
        return false;
    }
    prepare_writes(floor);
    prepare_reads(floor);
    memset(floor->base_versions, 7, sizeof floor->base_versions);
    if (floor->failed)
        return false;
    sqlite3_bind_int64(floor->insert_contact, 1, 1767225600000);
    sqlite3_bind_int64(floor->insert_contact, 2, 1767225600000);
    sqlite3_bind_blob(floor->insert_mapping, 3, floor->base_versions, BASE_VERSIONS, SQLITE_STATIC);
    sqlite3_bind_blob(floor->write_sent, 5, floor->base_versions, BASE_VERSIONS, SQLITE_STATIC);
    sqlite3_bind_blob(floor->write_sent, 6, floor->base_versions, EDITED * 8, SQLITE_STATIC);
    sqlite3_bind_blob(floor->update_mapping, 2, floor->base_versions, BASE_VERSIONS, SQLITE_STATIC);
    return true;
}

static void close_floor(struct floor *floor)
{
    sqlite3_stmt *statement = NULL;
    while ((statement = sqlite3_next_stmt(floor->connection, NULL)))
        sqlite3_finalize(statement);
    sqlite3_close(floor->connection);
}

int main(int argument_count, char **arguments)
{
    struct floor floor = {.connection = NULL};
    if (argument_count != 5) {
        fprintf(stderr, "usage: store_floor ROW DATABASE COUNT PAGE\n");
        return EXIT_FAILURE;
    }
    floor.count = strtol(arguments[3], NULL, 10);
    floor.per_page = strtol(arguments[4], NULL, 10);
    if (floor.per_page > 0 && open_floor(&floor, arguments[2])) {
        for (long after = 0; after < floor.count && !floor.failed; after += floor.per_page) {
            if (strcmp(arguments[1], "push") == 0)
                push_page(&floor, after);
            else
                pull_page(&floor, arguments[1], after);
        }
    } else {
        floor.failed = true;
    }
    close_floor(&floor);
    return floor.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
