/* Records that several objects here match: what runs remember, and what people see. */
#include "store/books/ambiguous_records.h"

#include "store/schema/identifiers.h"
#include "store/sql/rows.h"
#include "store/books/run_layout.h"

#define HAS_MAPPING(record)                                                                        \
    "EXISTS (SELECT 1 FROM object_mapping m WHERE m.integration_object = " record                  \
    ".integration_object AND m.integration_id = " record ".integration_id AND m.object = " record  \
    ".object)"

/* An identifier by which a record was looked up. */
struct identifier {
    struct text field, key;
};

static void read_identifier(struct rows *rows, void *item)
{
    struct identifier *const identifier = item;

    identifier->field = rows_text(rows);
    identifier->key = rows_text(rows);
}

static enum error_code read_identifiers(struct store *store, int64_t record, struct arena *arena,
                                        struct identifier **identifiers, size_t *count,
                                        struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_identifier, identifiers, count), error,
                    "SELECT field, key FROM ambiguous_key WHERE record = ?", "i", record);
}

/* ---- the books of a run ---- */

static enum error_code find_record(struct store_run *run, int64_t integration_object,
                                   struct text integration_id, int64_t object, int64_t *key,
                                   struct error *error)
{
    return rows_ask(&run->store->sql, key, error,
                    "SELECT key FROM ambiguous_record WHERE integration_object = ?"
                    " AND integration_id = ? AND object = ?",
                    "iti", integration_object, integration_id, object);
}

static enum error_code
remember_ambiguous(struct books *books, const struct ambiguous_record *record, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct sql *sql = &run->store->sql;
    const struct manual_object *internal = record->entry->internal;
    const struct run_object *object = run_object_of(run, internal);
    const int64_t theirs = run->integration_objects[record->entry->integration->index];
    int64_t key = 0;
    enum error_code code = ERROR_NONE;

    if (!object)
        return ERROR_NONE;
    code = sql_do(sql,
                  "INSERT INTO ambiguous_record(integration_object, integration_id, object, since,"
                  " run) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET run = excluded.run,"
                  " failures = 0, message = NULL, held = 0, asked = 0",
                  error, "itiai", theirs, record->integration_id, object->stored->key, run->now,
                  run->id);
    if (!code)
        code = find_record(run, theirs, record->integration_id, object->stored->key, &key, error);
    if (!code)
        code = sql_do(sql, "DELETE FROM ambiguous_key WHERE record = ?", error, "i", key);
    for (size_t i = 0; !code && i < record->identity.count; i++)
        code = sql_do(sql, "INSERT INTO ambiguous_key(record, field, key) VALUES(?, ?, ?)", error,
                      "itt", key, internal->fields[record->identity.fields[i]].name,
                      record->identity.keys[i]);
    return code;
}

/* A record and the kind that it would be here, by name. */
struct waiting {
    int64_t key;
    bool asked; /* an operator requested it, whatever it matches */
    struct text record, record_id, object;
};

static void read_waiting(struct rows *rows, void *item)
{
    struct waiting *const waiting = item;

    waiting->key = rows_integer(rows);
    waiting->asked = rows_flag(rows);
    waiting->record = rows_text(rows);
    waiting->record_id = rows_text(rows);
    waiting->object = rows_text(rows);
}

/* As the run's manual has it; without keys if the manual lacks one of its fields. */
static enum error_code bind_record(struct store_run *run, const struct waiting *waiting,
                                   struct arena *arena, struct ambiguous_record *record,
                                   struct error *error)
{
    const struct manual_object *internal = manual_internal(run->manual, waiting->object);
    const struct manual_object *integration = manual_integration(run->manual, waiting->record);
    struct identifier *identifiers = NULL;
    size_t count = 0;
    enum error_code code = ERROR_NONE;

    *record = (struct ambiguous_record){.key = waiting->key, .integration_id = waiting->record_id};
    if (internal && integration)
        record->entry = manual_entry_of(run->manual, internal, integration);
    if (!record->entry || waiting->asked)
        return ERROR_NONE;
    code = read_identifiers(run->store, record->key, arena, &identifiers, &count, error);
    size_t *fields = ARENA_ARRAY(arena, count, size_t);
    struct text *keys = ARENA_ARRAY(arena, count, struct text);
    if (!code && (!fields || !keys))
        return error_memory(error, "an ambiguous record");
    for (size_t i = 0; !code && i < count; i++) {
        fields[i] = manual_object_field(internal, identifiers[i].field);
        keys[i] = identifiers[i].key;
        if (fields[i] == SIZE_MAX)
            return ERROR_NONE;
    }
    record->identity = (struct identity){fields, keys, count};
    return code;
}

static enum error_code ambiguous(struct books *books, int64_t after, size_t limit,
                                 struct arena *arena, struct ambiguous_record **records,
                                 size_t *count, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct rows rows;
    size_t waiting_count = 0;

    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT u.key, u.asked, n.name, u.integration_id, o.name FROM ambiguous_record u"
              " JOIN integration_object n ON n.id = u.integration_object"
              " JOIN object o ON o.id = u.object"
              " WHERE n.integration = ? AND u.key > ? AND (u.asked = 1"
              " OR (u.held = 0 AND NOT " HAS_MAPPING("u") ")) ORDER BY u.key LIMIT ?",
              "iii", run->integration, after, (int64_t)limit);
    const struct waiting *const waiting =
        rows_list(&rows, read_waiting, sizeof *waiting, &waiting_count);
    enum error_code code = rows_close(&rows);
    *count = 0;
    *records = ARENA_ARRAY(arena, waiting_count, struct ambiguous_record);
    if (!code && !*records)
        code = error_memory(error, "ambiguous records");
    for (; !code && *count < waiting_count; ++*count)
        code = bind_record(run, &waiting[*count], arena, &(*records)[*count], error);
    return code;
}

static enum error_code fail_ambiguous(struct books *books, int64_t key, struct text message,
                                      bool again, struct error *error)
{
    struct store_run *run = run_of_books(books);

    return sql_do(&run->store->sql,
                  "UPDATE ambiguous_record SET failures = failures + 1, message = ?1,"
                  " held = ?2 = 0 OR failures + 1 >= ?3,"
                  " asked = asked AND ?2 <> 0 AND failures + 1 < ?3 WHERE key = ?4",
                  error, "tiii", message, (int64_t)again, (int64_t)run->retries, key);
}

static enum error_code forget_ambiguous(struct books *books, struct text integration_object,
                                        struct text integration_id, struct error *error)
{
    struct store_run *run = run_of_books(books);

    return sql_do(&run->store->sql,
                  "DELETE FROM ambiguous_record WHERE integration_object ="
                  " (SELECT id FROM integration_object WHERE integration = ? AND name = ?)"
                  " AND integration_id = ? AND run <> ?",
                  error, "itti", run->integration, integration_object, integration_id, run->id);
}

enum error_code ambiguous_records_forget_linked(struct store_run *run, struct error *error)
{
    return sql_do(
        &run->store->sql,
        "DELETE FROM ambiguous_record AS u WHERE u.asked = 0 AND (" HAS_MAPPING(
            "u") " OR (u.run <> ?2 AND " BOOKS_MET_UNLINKED("?2", "u.integration_object",
                                                            "u.integration_id") ")) AND "
                                                                                "u.integration_"
                                                                                "object IN"
                                                                                " (SELECT id FROM "
                                                                                "integration_"
                                                                                "object WHERE "
                                                                                "integration = ?1)",
        error, "ii", run->integration, run->id);
}

void ambiguous_records_install(struct store_run *run)
{
    struct books *books = &run->books;

    books->remember_ambiguous = remember_ambiguous;
    books->ambiguous = ambiguous;
    books->fail_ambiguous = fail_ambiguous;
    books->forget_ambiguous = forget_ambiguous;
}

/* ---- for people ---- */

/* One entry being built. */
struct listed {
    struct ambiguous_records_entry entry;
    int64_t key;
};

#define LISTED                                                                                     \
    "SELECT u.key, u.since, u.held, u.asked, i.name, n.name, u.integration_id, o.name, u.message"  \
    " FROM ambiguous_record u JOIN integration_object n ON n.id = u.integration_object"            \
    " JOIN integration i ON i.id = n.integration JOIN object o ON o.id = u.object WHERE "

static void read_listed(struct rows *rows, void *item)
{
    struct listed *const listed = item;
    struct ambiguous_records_entry *const entry = &listed->entry;

    listed->key = rows_integer(rows);
    entry->since = rows_instant(rows);
    entry->held = rows_flag(rows);
    entry->asked = rows_flag(rows);
    entry->integration = rows_text(rows);
    entry->record = rows_text(rows);
    entry->record_id = rows_text(rows);
    entry->object = rows_text(rows);
    entry->message = rows_text(rows);
}

static enum error_code find_matches(struct store *store, struct sql_statement *statement,
                                    const struct identifier *identifiers, size_t count,
                                    struct arena *arena, struct ambiguous_records_entry *entry,
                                    struct error *error)
{
    bool row = true;
    enum error_code code = sql_bind(&store->sql, statement, error, "i", (int64_t)AMBIGUOUS_MATCHES);

    for (size_t i = 0; !code && i < count; i++) {
        if (!sql_bind_text(statement, (int)i + 2, identifiers[i].key))
            code = sql_failed(&store->sql, error, "take a value");
    }
    entry->matches = ARENA_ARRAY(arena, AMBIGUOUS_MATCHES, struct text);
    if (!code && !entry->matches)
        code = error_memory(error, "the objects found");
    while (!code && row && entry->match_count < AMBIGUOUS_MATCHES) {
        code = sql_step(&store->sql, statement, &row, error);
        if (!code && row)
            code = text_of_integer(arena, sql_integer(statement, 0),
                                   &entry->matches[entry->match_count++], error);
    }
    return code;
}

/* Which of our objects it matches now, by the keys of the last look-up. */
static enum error_code match_listed(struct store *store, struct listed *listed, struct arena *arena,
                                    struct error *error)
{
    const struct store_object *object = store_object_of(store, listed->entry.object);
    struct identifier *identifiers = NULL;
    struct sql_statement *statement = NULL;
    size_t count = 0;
    bool folded = false;
    enum error_code code = read_identifiers(store, listed->key, arena, &identifiers, &count, error);
    size_t *fields = ARENA_ARRAY(arena, count, size_t);

    if (!code && !fields)
        code = error_memory(error, "the objects found");
    for (size_t i = 0; !code && i < count; i++) {
        fields[i] = object ? store_field_of(object, identifiers[i].field) : SIZE_MAX;
        if (fields[i] == SIZE_MAX)
            return ERROR_NONE;
    }
    if (code || count == 0)
        return code;
    code = identifiers_fold(store, object, arena, &folded, error);
    if (!code)
        code = identifiers_prepare(store, object, fields, count, folded, &statement, error);
    if (!code)
        code = find_matches(store, statement, identifiers, count, arena, &listed->entry, error);
    sql_finalize(statement);
    return code;
}

enum error_code ambiguous_records_list(struct store *store, struct text integration,
                                       struct arena *arena,
                                       struct ambiguous_records_entry **entries, size_t *count,
                                       struct error *error)
{
    struct rows rows;
    size_t listed_count = 0;

    rows_open(&rows, &store->sql, arena, error,
              LISTED
              "(?1 IS NULL OR i.name = ?1) AND NOT " HAS_MAPPING("u") " ORDER BY i.name, u.key",
              "t", integration);
    struct listed *const listed = rows_list(&rows, read_listed, sizeof *listed, &listed_count);
    enum error_code code = rows_close(&rows);
    *count = 0;
    *entries = ARENA_ARRAY(arena, listed_count, struct ambiguous_records_entry);
    if (!code && !*entries)
        code = error_memory(error, "ambiguous records");
    for (; !code && *count < listed_count; ++*count) {
        code = match_listed(store, &listed[*count], arena, error);
        (*entries)[*count] = listed[*count].entry;
    }
    return code;
}

enum error_code ambiguous_records_matches(struct store *store, struct text integration,
                                          struct object_name record, struct arena *arena,
                                          struct text **ids, size_t *count, struct error *error)
{
    struct rows rows;
    struct listed listed = {.key = 0};

    rows_open(&rows, &store->sql, arena, error,
              LISTED "i.name = ? AND n.name = ? AND u.integration_id = ? LIMIT 1", "ttt",
              integration, record.object, record.id);
    if (rows_next(&rows))
        read_listed(&rows, &listed);
    enum error_code code = rows_close(&rows);
    if (!code && listed.key)
        code = match_listed(store, &listed, arena, error);
    *ids = listed.entry.matches;
    *count = listed.entry.match_count;
    return code;
}
