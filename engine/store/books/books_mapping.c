/* Object mappings, with their base versions. */
#include "store/books/run_layout.h"

#include "base/array.h"
#include <string.h>

static enum error_code bind_entry(struct store_run *run, const struct manual_entry *entry,
                                  struct sql_statement *statement, int base_versions_column,
                                  struct arena *arena, struct mapping *mapping, struct error *error)
{
    const struct run_object *object = run_object_of(run, entry->internal);
    const size_t fields = entry->internal->field_count;

    if (!object)
        return ERROR_NONE;
    mapping->entry = entry;
    mapping->base_versions = ARENA_ARRAY(arena, fields, struct base_version);
    if (!mapping->base_versions)
        return error_memory(error, "a mapping");
    if (codec_read_base_versions(
            &(struct stored_base_versions){
                sql_blob(statement, base_versions_column),
                sql_integer(statement, base_versions_column - 1) == run->id, mapping->last_sync},
            object->field_keys, fields, arena, mapping->base_versions, error))
        return error->code;
    return books_read_matters(run, object, arena, mapping, error);
}

/* NULL if the manual does not have the pair. */
static const struct manual_entry *entry_of(const struct store_run *run,
                                           const struct store_object *stored,
                                           const struct mapping *mapping)
{
    const struct manual_object *internal = manual_internal(run->manual, stored->schema.name);
    const struct manual_object *integration =
        manual_integration(run->manual, mapping->integration_object);

    return internal && integration ? manual_entry_of(run->manual, internal, integration) : NULL;
}

/* Columns deleted, ended_by and ended_at, from `first` on. */
static void read_life(struct sql_statement *statement, int first, struct mapping *mapping)
{
    mapping->deleted = (int)sql_integer(statement, first) != 0;
    mapping->ended_by = (enum mapping_end)(int)sql_integer(statement, first + 1);
    mapping->ended_at = sql_instant(statement, first + 2);
}

static enum error_code read_mapping(struct store_run *run, struct sql_statement *statement,
                                    struct arena *arena, struct mapping **result,
                                    struct error *error)
{
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    const struct store_object *stored = store_object_by_key(run->store, sql_integer(statement, 1));
    const struct manual_entry *entry = NULL;
    enum error_code code = ERROR_NONE;

    if (!mapping)
        return error_memory(error, "a mapping");
    if (!stored)
        return error_set(error, ERROR_STORE,
                         "mapping %lld belongs to an object that the store does not know",
                         (long long)sql_integer(statement, 0));
    mapping->key = sql_integer(statement, 0);
    mapping->internal_object = stored->schema.name;
    mapping->last_sync = sql_instant(statement, 5);
    read_life(statement, 6, mapping);
    code = text_of_integer(arena, sql_integer(statement, 2), &mapping->internal_id, error);
    if (!code)
        code = books_integration_name(run, sql_integer(statement, 3), arena,
                                      &mapping->integration_object, error);
    if (!code)
        code = sql_copy(statement, 4, arena, &mapping->integration_id, error);
    if (!code)
        code = sql_copy(statement, 11, arena, &mapping->version, error);
    if (!code)
        entry = entry_of(run, stored, mapping);
    if (entry)
        code = bind_entry(run, entry, statement, 10, arena, mapping, error);
    *result = mapping;
    return code;
}

enum error_code books_read_mappings(struct store_run *run, struct sql_statement *statement,
                                    struct arena *arena, struct mappings *mappings,
                                    struct error *error)
{
    size_t capacity = 0;
    bool row = true;
    enum error_code code = ERROR_NONE;

    *mappings = (struct mappings){.count = 0};
    while (!code && row) {
        code = sql_step(&run->store->sql, statement, &row, error);
        if (code || !row)
            break;
        struct mapping **const grown = (struct mapping **)array_grow(
            arena, (void *)mappings->items, mappings->count, &capacity, sizeof *grown);
        if (!grown) {
            code = error_memory(error, "the mappings of an object");
            break;
        }
        mappings->items = grown;
        code = read_mapping(run, statement, arena, &grown[mappings->count], error);
        if (!code)
            mappings->count++;
    }
    sql_done(statement);
    return code;
}

/* The row of a record that is looked up by its whole key: only the columns outside the key are
 * read, from the RECORD_COLUMNS that begin at `first`. */
static enum error_code read_record(struct store_run *run, const struct manual_entry *entry,
                                   struct sql_statement *statement, int first,
                                   struct text integration_id, struct arena *arena,
                                   struct mapping **result, struct error *error)
{
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    enum error_code code = ERROR_NONE;

    if (!mapping)
        return error_memory(error, "a mapping");
    mapping->key = sql_integer(statement, first);
    mapping->internal_object = entry->internal->name;
    mapping->integration_object = entry->integration->name;
    mapping->last_sync = sql_instant(statement, first + 2);
    read_life(statement, first + 3, mapping);
    code = text_of_integer(arena, sql_integer(statement, first + 1), &mapping->internal_id, error);
    if (!code)
        code = text_copy(arena, integration_id, &mapping->integration_id, error);
    if (!code)
        code = sql_copy(statement, first + 8, arena, &mapping->version, error);
    if (!code)
        code = bind_entry(run, entry, statement, first + 7, arena, mapping, error);
    *result = mapping;
    return code;
}

/* Whether the record has a row: the statement stands on it. An integration object that no record
 * was ever mapped to has none. */
static enum error_code find_record(struct store_run *run, const struct manual_entry *entry,
                                   struct text integration_id, struct sql_statement *statement,
                                   bool *row, struct error *error)
{
    int64_t key = 0;
    enum error_code code =
        books_integration_object(run, entry->integration->name, false, &key, error);

    *row = false;
    if (code || !key)
        return code;
    code = sql_bind(&run->store->sql, statement, error, "iti", key, integration_id,
                    run_object_of(run, entry->internal)->stored->key);
    return code ? code : sql_step(&run->store->sql, statement, row, error);
}

static enum error_code mapping_of_record(struct books *books, const struct manual_entry *entry,
                                         struct text integration_id, struct arena *arena,
                                         struct mapping **mapping, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct sql_statement *statement = NULL;
    bool row = false;
    enum error_code code = ERROR_NONE;

    *mapping = NULL;
    if (!run_object_of(run, entry->internal))
        return ERROR_NONE;
    code = sql_cached(&run->store->sql,
                      "SELECT " RECORD_COLUMNS " FROM object_mapping m WHERE m.integration_object"
                      " = ? AND m.integration_id = ? AND m.object = ?",
                      &statement, error);
    if (!code)
        code = find_record(run, entry, integration_id, statement, &row, error);
    if (!code && row)
        code = read_record(run, entry, statement, 0, integration_id, arena, mapping, error);
    sql_done(statement);
    return code;
}

static enum error_code linked_record(struct books *books, const struct manual_entry *entry,
                                     struct text integration_id, struct arena *arena,
                                     struct mapping **mapping, struct local_object *local_object,
                                     struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct run_object *object = run_object_of(run, entry->internal);
    bool row = false;
    enum error_code code = ERROR_NONE;

    *mapping = NULL;
    *local_object = (struct local_object){.exists = false, .changed_at = INSTANT_NONE};
    if (!object)
        return ERROR_NONE;
    code = find_record(run, entry, integration_id, object->linked, &row, error);
    if (!code && row && !sql_is_null(object->linked, 0))
        code = run_object_take(run, object, object->linked, arena, local_object, error);
    if (!code && row)
        code = read_record(run, entry, object->linked, run_object_column_count(object),
                           integration_id, arena, mapping, error);
    sql_done(object->linked);
    return code;
}

static enum error_code mappings_of_record(struct books *books, struct text integration_object,
                                          struct text integration_id, struct arena *arena,
                                          struct mappings *mappings, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct sql_statement *statement = NULL;
    int64_t key = 0;
    enum error_code code = books_integration_object(run, integration_object, false, &key, error);

    *mappings = (struct mappings){.count = 0};
    if (code || !key)
        return code;
    code = sql_cached(&run->store->sql,
                      "SELECT " MAPPING_COLUMNS " FROM object_mapping m"
                      " WHERE m.integration_object = ? AND m.integration_id = ? ORDER BY m.key",
                      &statement, error);
    if (!code)
        code = sql_bind(&run->store->sql, statement, error, "it", key, integration_id);
    return code ? code : books_read_mappings(run, statement, arena, mappings, error);
}

static enum error_code mappings_of_object(struct books *books, struct text internal_object,
                                          struct text internal_id, struct arena *arena,
                                          struct mappings *mappings, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, internal_object);
    struct sql_statement *statement = NULL;
    int64_t id = 0;
    enum error_code code = ERROR_NONE;

    *mappings = (struct mappings){.count = 0};
    if (!stored || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    code = sql_cached(&run->store->sql,
                      "SELECT " MAPPING_COLUMNS " FROM object_mapping m WHERE m.object = ?"
                      " AND m.object_id = ? AND m.integration = ? ORDER BY m.key",
                      &statement, error);
    if (!code)
        code =
            sql_bind(&run->store->sql, statement, error, "iii", stored->key, id, run->integration);
    return code ? code : books_read_mappings(run, statement, arena, mappings, error);
}

static enum error_code mapping_of_key(struct books *books, int64_t key, struct arena *arena,
                                      struct mapping **mapping, struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct mappings mappings = {.count = 0};
    struct sql_statement *statement = NULL;
    enum error_code code = sql_cached(
        &run->store->sql, "SELECT " MAPPING_COLUMNS " FROM object_mapping m WHERE m.key = ?",
        &statement, error);

    if (!code)
        code = sql_bind(&run->store->sql, statement, error, "i", key);
    if (!code)
        code = books_read_mappings(run, statement, arena, &mappings, error);
    *mapping = mappings.count ? mappings.items[0] : NULL;
    return code;
}

/* The keys of a stored mapping. */
struct mapping_row {
    int64_t object, object_id, integration_object;
    struct text base_versions;
};

static enum error_code make_row(struct store_run *run, const struct mapping *mapping,
                                struct mapping_row *row, struct error *error)
{
    const struct store_object *stored = store_object_of(run->store, mapping->internal_object);
    const struct run_object *object =
        mapping->entry ? run_object_of(run, mapping->entry->internal) : NULL;
    enum error_code code = books_integration_object(run, mapping->integration_object, true,
                                                    &row->integration_object, error);

    row->base_versions = TEXT_ABSENT;
    if (code)
        return code;
    if (!stored || !sql_id_of(mapping->internal_id, &row->object_id))
        return error_set(error, ERROR_INTERNAL, "a mapping to '%.*s:%.*s' cannot be stored",
                         TEXT_PRINT(mapping->internal_object), TEXT_PRINT(mapping->internal_id));
    row->object = stored->key;
    if (!object)
        return ERROR_NONE;
    return codec_make_base_versions(mapping->base_versions, mapping->last_sync, object->field_keys,
                                    object->manual->field_count, run->scratch, &row->base_versions,
                                    error);
}

static enum error_code add_mapping(struct books *books, struct mapping *mapping,
                                   struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct arena_mark mark = arena_mark(run->scratch);
    struct mapping_row row = {.object = 0};
    enum error_code code = make_row(run, mapping, &row, error);

    if (!code)
        code = sql_do(&run->store->sql,
                      "INSERT INTO object_mapping(integration, integration_object, integration_id,"
                      " object, object_id, last_sync, deleted, seen_run, base_versions, version)"
                      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      error, "iitiiaiibt", run->integration, row.integration_object,
                      mapping->integration_id, row.object, row.object_id, mapping->last_sync,
                      (int64_t)mapping->deleted, run->id, row.base_versions, mapping->version);
    if (!code)
        mapping->key = sql_last_key(&run->store->sql);
    arena_rewind(run->scratch, mark);
    return code;
}

/* A live mapping has not ended. */
static instant ended_at(const struct mapping *mapping)
{
    return mapping->deleted ? mapping->ended_at : INSTANT_NONE;
}

/* The frequent update: a live pair that stays as it was, so no index and no trigger is involved.
 * *found: this is the case. */
static enum error_code update_living_pair(struct store_run *run, const struct mapping *mapping,
                                          const struct mapping_row *row, bool *found,
                                          struct error *error)
{
    const enum error_code code =
        sql_do(&run->store->sql,
               "UPDATE object_mapping SET last_sync = ?1, seen_run = ?2, base_versions = ?3,"
               " version = ?4 WHERE key = ?5 AND integration_object = ?6 AND integration_id = ?7"
               " AND object = ?8 AND object_id = ?9 AND deleted = 0 AND pending_deletion = 0"
               " AND ended_by = ?10 AND ended_at IS NULL",
               error, "aibtiitiii", mapping->last_sync, run->id, row->base_versions,
               mapping->version, mapping->key, row->integration_object, mapping->integration_id,
               row->object, row->object_id, (int64_t)mapping->ended_by);

    *found = !code && sql_changes(&run->store->sql) > 0;
    return code;
}

static enum error_code update_mapping(struct books *books, const struct mapping *mapping,
                                      struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct arena_mark mark = arena_mark(run->scratch);
    struct mapping_row row = {.object = 0};
    bool done = false;
    enum error_code code = make_row(run, mapping, &row, error);

    if (!code && mapping->entry && !mapping->deleted)
        code = update_living_pair(run, mapping, &row, &done, error);
    /* without an entry nothing is known about the base versions, which are kept in case it is
     * mapped again */
    if (!code && !mapping->entry)
        code = sql_do(&run->store->sql,
                      "UPDATE object_mapping SET integration_object = ?1, integration_id = ?2,"
                      " object = ?3, object_id = ?4, last_sync = ?5, deleted = ?6, ended_by = ?7,"
                      " ended_at = ?8, pending_deletion = pending_deletion AND ?6 WHERE key = ?9",
                      error, "itiiaiiai", row.integration_object, mapping->integration_id,
                      row.object, row.object_id, mapping->last_sync, (int64_t)mapping->deleted,
                      (int64_t)mapping->ended_by, ended_at(mapping), mapping->key);
    else if (!code && !done)
        code = sql_do(&run->store->sql,
                      "UPDATE object_mapping SET integration_object = ?1, integration_id = ?2,"
                      " object = ?3, object_id = ?4, last_sync = ?5, deleted = ?6, ended_by = ?7,"
                      " ended_at = ?8, pending_deletion = pending_deletion AND ?6, seen_run = ?9,"
                      " base_versions = ?10, version = ?12 WHERE key = ?11",
                      error, "itiiaiiaibit", row.integration_object, mapping->integration_id,
                      row.object, row.object_id, mapping->last_sync, (int64_t)mapping->deleted,
                      (int64_t)mapping->ended_by, ended_at(mapping), run->id, row.base_versions,
                      mapping->key, mapping->version);
    arena_rewind(run->scratch, mark);
    return code;
}

void books_install_mappings(struct store_run *run)
{
    struct books *books = &run->books;

    books->mapping_of_record = mapping_of_record;
    books->linked_record = linked_record;
    books->mappings_of_record = mappings_of_record;
    books->mappings_of_object = mappings_of_object;
    books->mapping_of_key = mapping_of_key;
    books->add_mapping = add_mapping;
    books->update_mapping = update_mapping;
    books_install_lives(run);
}
