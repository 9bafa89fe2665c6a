/* Records that several objects here match: what runs remember, and what people see. */
#include "store/books/ambiguous_records.h"

#include "store/schema/identifiers.h"
#include "store/books/run_layout.h"

#define HAS_MAPPING(record)                                                                        \
    "EXISTS (SELECT 1 FROM object_mapping m WHERE m.integration_object = " record                  \
    ".integration_object AND m.integration_id = " record ".integration_id AND m.object = " record  \
    ".object)"

/* The identifiers by which a record was looked up: fields by name, and their keys. */
static enum error_code read_identifiers(struct store *store, int64_t record, struct arena *arena,
                                        struct texts *names, struct texts *keys,
                                        struct error *error)
{
    if (rows_all(&store->sql, ROWS_INTO(arena, rows_read_text, &names->items, &names->count), error,
                 "SELECT field FROM ambiguous_key WHERE record = ? ORDER BY field", "i", record))
        return error->code;
    return rows_all(&store->sql, ROWS_INTO(arena, rows_read_text, &keys->items, &keys->count),
                    error, "SELECT key FROM ambiguous_key WHERE record = ? ORDER BY field", "i",
                    record);
}

/* ---- the books of a run ---- */

static enum error_code
remember_ambiguous(struct books *books, const struct ambiguous_record *record, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct sql *sql = &run->store->sql;
    const struct manual_object *internal = record->entry->internal;
    const struct run_object *object = run_object_of(run, internal);
    const int64_t theirs = run->integration_objects[record->entry->integration->index];
    int64_t key = 0;

    if (!object)
        return ERROR_NONE;
    if (rows_ask(sql, &key, error,
                 "INSERT INTO ambiguous_record(integration_object, integration_id, object, since,"
                 " run) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET run = excluded.run,"
                 " failures = 0, message = NULL, held = 0, asked = 0 RETURNING key",
                 "itiai", theirs, record->integration_id, object->stored->key, run->now, run->id) ||
        sql_do(sql, "DELETE FROM ambiguous_key WHERE record = ?", error, "i", key))
        return error->code;
    for (size_t i = 0; i < record->identity.count; i++)
        if (sql_do(sql, "INSERT INTO ambiguous_key(record, field, key) VALUES(?, ?, ?)", error,
                   "itt", key, internal->fields[record->identity.fields[i]].name,
                   record->identity.keys[i]))
            return error->code;
    return ERROR_NONE;
}

/* In the column `asked` of a record that the next run asks for. */
enum asked { ASKED_UNLESS_KNOWN = 1, ASKED_BY_PEOPLE = 2 };

/* A record and the kind that it would be here, by name. */
struct waiting {
    int64_t key;
    int64_t asked; /* not 0: it is requested whatever it matches; see schema.sql */
    struct text record, record_id, object;
};

static void read_waiting(struct rows *rows, void *item)
{
    struct waiting *const waiting = item;

    waiting->key = rows_integer(rows);
    waiting->asked = rows_integer(rows);
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
    struct texts names, keys;

    *record = (struct ambiguous_record){.key = waiting->key,
                                        .integration_id = waiting->record_id,
                                        .named = waiting->asked == ASKED_BY_PEOPLE};
    record->entry =
        manual_entry_of(run->manual, internal, manual_integration(run->manual, waiting->record));
    if (!record->entry || waiting->asked)
        return ERROR_NONE;
    if (read_identifiers(run->store, record->key, arena, &names, &keys, error))
        return error->code;
    size_t *const fields = ARENA_ARRAY(arena, names.count, size_t);
    if (!fields)
        return error_memory(error, "an ambiguous record");
    for (size_t i = 0; i < names.count; i++) {
        fields[i] = manual_object_field(internal, names.items[i]);
        if (fields[i] == SIZE_MAX)
            return ERROR_NONE;
    }
    record->identity = (struct identity){fields, keys.items, names.count};
    return ERROR_NONE;
}

static enum error_code ambiguous(struct books *books, int64_t after, size_t limit,
                                 struct arena *arena, struct ambiguous_record **records,
                                 size_t *count, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct waiting *waiting = NULL;
    size_t waiting_count = 0;

    *count = 0;
    if (rows_all(&run->store->sql, ROWS_INTO(arena, read_waiting, &waiting, &waiting_count), error,
                 "SELECT u.key, u.asked, n.name, u.integration_id, o.name FROM ambiguous_record u"
                 " JOIN integration_object n ON n.id = u.integration_object"
                 " JOIN object o ON o.id = u.object"
                 " WHERE n.integration = ? AND u.key > ? AND (u.asked <> 0"
                 " OR (u.held = 0 AND NOT " HAS_MAPPING("u") ")) ORDER BY u.key LIMIT ?",
                 "iii", run->integration, after, (int64_t)limit))
        return error->code;
    *records = ARENA_ARRAY(arena, waiting_count, struct ambiguous_record);
    if (!*records)
        return error_memory(error, "ambiguous records");
    for (; *count < waiting_count; ++*count)
        if (bind_record(run, &waiting[*count], arena, &(*records)[*count], error))
            return error->code;
    return ERROR_NONE;
}

static enum error_code ask(struct store *store, int64_t record, struct text record_id,
                           int64_t object, enum asked asked, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO ambiguous_record(integration_object, integration_id, object, since,"
                  " run, asked) VALUES(?, ?, ?, ?, 0, ?) ON CONFLICT DO UPDATE SET"
                  " asked = max(asked, excluded.asked), run = 0, failures = 0, message = NULL,"
                  " held = 0",
                  error, "itiai", record, record_id, object, store_now(store), (int64_t)asked);
}

enum error_code ambiguous_records_ask(struct store *store, int64_t record, struct text record_id,
                                      int64_t object, struct error *error)
{
    return ask(store, record, record_id, object, ASKED_BY_PEOPLE, error);
}

static enum error_code ask_for_whole(struct books *books, const struct mapping *mapping,
                                     struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct manual_entry *entry = mapping->entry;
    const struct run_object *object = entry ? run_object_of(run, entry->internal) : NULL;

    return object ? ask(run->store, run->integration_objects[entry->integration->index],
                        mapping->integration_id, object->stored->key, ASKED_UNLESS_KNOWN, error)
                  : ERROR_NONE;
}

static enum error_code fail_ambiguous(struct books *books, int64_t key, struct text message,
                                      bool again, struct error *error)
{
    struct store_run *run = run_of_books(books);

    return sql_do(&run->store->sql,
                  "UPDATE ambiguous_record SET failures = failures + 1, message = ?1,"
                  " held = ?2 = 0 OR failures + 1 >= ?3,"
                  " asked = asked * (?2 <> 0 AND failures + 1 < ?3) WHERE key = ?4",
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
    static const char linked[] = "DELETE FROM ambiguous_record AS u WHERE u.asked = 0 AND "
                                 "(" HAS_MAPPING("u") " OR (u.run <> ?2 AND " BOOKS_MET_UNLINKED(
                                     "?2", "u.integration_object",
                                     "u.integration_id") ")) AND u.integration_object IN (SELECT "
                                                         "id FROM integration_object WHERE "
                                                         "integration = ?1)";

    return sql_do(&run->store->sql, linked, error, "ii", run->integration, run->id);
}

void ambiguous_records_install(struct store_run *run)
{
    struct books *books = &run->books;

    books->remember_ambiguous = remember_ambiguous;
    books->ambiguous = ambiguous;
    books->ask_for_whole = ask_for_whole;
    books->fail_ambiguous = fail_ambiguous;
    books->forget_ambiguous = forget_ambiguous;
}

/* ---- for people ---- */

#define LISTED                                                                                     \
    "SELECT u.key, u.since, u.held, u.asked, i.name, n.name, u.integration_id, o.name, u.message"  \
    " FROM ambiguous_record u JOIN integration_object n ON n.id = u.integration_object"            \
    " JOIN integration i ON i.id = n.integration JOIN object o ON o.id = u.object WHERE "

static void read_entry(struct rows *rows, void *item)
{
    struct ambiguous_records_entry *const entry = item;

    entry->key = rows_integer(rows);
    entry->since = rows_instant(rows);
    entry->held = rows_flag(rows);
    entry->asked = rows_flag(rows);
    entry->integration = rows_text(rows);
    entry->record = rows_text(rows);
    entry->record_id = rows_text(rows);
    entry->object = rows_text(rows);
    entry->message = rows_text(rows);
}

/* Which of our objects it matches now, by the keys of the last look-up. */
static enum error_code match(struct store *store, struct ambiguous_records_entry *entry,
                             struct arena *arena, struct error *error)
{
    const struct store_object *object = store_object_of(store, entry->object);
    struct sql_statement *statement = NULL;
    struct texts names, keys, ids = {.count = 0};
    bool folded = false;

    if (read_identifiers(store, entry->key, arena, &names, &keys, error))
        return error->code;
    size_t *const fields = ARENA_ARRAY(arena, names.count, size_t);
    if (!fields)
        return error_memory(error, "the objects found");
    for (size_t i = 0; i < names.count; i++) {
        fields[i] = object ? store_field_of(object, names.items[i]) : SIZE_MAX;
        if (fields[i] == SIZE_MAX)
            return ERROR_NONE;
    }
    if (names.count == 0)
        return ERROR_NONE;
    const struct identity identity = {fields, keys.items, names.count};
    enum error_code code = identifiers_fold(store, object, arena, &folded, error);
    if (!code)
        code = identifiers_prepare(store, object, fields, names.count, folded, &statement, error);
    if (!code)
        code = identifiers_find(store, statement, &identity, AMBIGUOUS_MATCHES, arena, &ids, error);
    sql_finalize(statement);
    entry->matches = ids.items;
    entry->match_count = ids.count;
    return code;
}

enum error_code ambiguous_records_list(struct store *store, struct text integration,
                                       struct arena *arena,
                                       struct ambiguous_records_entry **entries, size_t *count,
                                       struct error *error)
{
    static const char waiting[] =
        LISTED "(?1 IS NULL OR i.name = ?1) AND NOT " HAS_MAPPING("u") " ORDER BY i.name, u.key";

    if (rows_all(&store->sql, ROWS_INTO(arena, read_entry, entries, count), error, waiting, "t",
                 integration))
        return error->code;
    for (size_t i = 0; i < *count; i++)
        if (match(store, &(*entries)[i], arena, error))
            return error->code;
    return ERROR_NONE;
}

enum error_code ambiguous_records_matches(struct store *store, struct text integration,
                                          struct object_name record, struct arena *arena,
                                          struct text **ids, size_t *count, struct error *error)
{
    struct rows rows;
    struct ambiguous_records_entry entry = {.key = 0};

    rows_open(&rows, &store->sql, arena, error,
              LISTED "i.name = ? AND n.name = ? AND u.integration_id = ? LIMIT 1", "ttt",
              integration, record.object, record.id);
    if (rows_next(&rows))
        read_entry(&rows, &entry);
    if (rows_close(&rows) || (entry.key && match(store, &entry, arena, error)))
        return error->code;
    *ids = entry.matches;
    *count = entry.match_count;
    return ERROR_NONE;
}
