/* Object mappings, with their base versions. */
#include "store/books/run_layout.h"

#include "base/array.h"

/* RECORD_COLUMNS, from the next one on: what does not name the pair. The entry, if there is one, is
 * known already. */
static enum error_code read_record(struct store_run *run, struct rows *rows, struct arena *arena,
                                   struct mapping *mapping)
{
    const struct run_object *object = run_object_of_mapping(run, mapping);
    struct error *const error = rows->error;
    struct stored_base_versions stored = {.blob = TEXT_ABSENT};

    mapping->key = rows_integer(rows);
    if (text_of_integer(arena, rows_integer(rows), &mapping->internal_id, error))
        return error->code;
    stored.last_sync = mapping->last_sync = rows_instant(rows);
    mapping->deleted = rows_flag(rows);
    mapping->ended_by = (enum mapping_end)rows_integer(rows);
    mapping->ended_at = rows_instant(rows);
    stored.seen_counts = rows_integer(rows) == run->id;
    stored.blob = rows_blob(rows);
    if (text_copy(arena, rows_text(rows), &mapping->version, error))
        return error->code;
    if (!object)
        return ERROR_NONE;
    mapping->base_versions = ARENA_ARRAY(arena, object->manual->field_count, struct base_version);
    if (!mapping->base_versions)
        return error_memory(error, "a mapping");
    if (codec_read_base_versions(&stored, object->field_keys, object->manual->field_count, arena,
                                 mapping->base_versions, error))
        return error->code;
    return books_read_matters(run, object, arena, mapping, error);
}

enum error_code books_read_known(struct store_run *run, const struct manual_entry *entry,
                                 struct text integration_id, struct rows *rows, struct arena *arena,
                                 struct mapping **result)
{
    struct mapping *const mapping = ARENA_NEW(arena, struct mapping);

    if (!mapping)
        return error_memory(rows->error, "a mapping");
    mapping->entry = entry;
    mapping->internal_object = entry->internal->name;
    mapping->integration_object = entry->integration->name;
    *result = mapping;
    return text_copy(arena, integration_id, &mapping->integration_id, rows->error)
               ? rows->error->code
               : read_record(run, rows, arena, mapping);
}

/* MAPPING_COLUMNS. The manual may not have the pair. */
static enum error_code read_mapping(struct store_run *run, struct rows *rows, struct arena *arena,
                                    struct mapping **result)
{
    enum { OBJECT = 9, INTEGRATION_OBJECT, INTEGRATION_ID };
    struct sql_statement *const statement = rows->statement;
    struct error *const error = rows->error;
    struct mapping *const mapping = ARENA_NEW(arena, struct mapping);
    const struct store_object *stored =
        store_object_by_key(run->store, sql_integer(statement, OBJECT));

    if (!mapping)
        return error_memory(error, "a mapping");
    if (!stored)
        return error_set(error, ERROR_STORE,
                         "mapping %lld belongs to an object that the store does not know",
                         (long long)sql_integer(statement, 0));
    mapping->internal_object = stored->schema.name;
    if (books_integration_name(run, sql_integer(statement, INTEGRATION_OBJECT), arena,
                               &mapping->integration_object, error) ||
        sql_copy(statement, INTEGRATION_ID, arena, &mapping->integration_id, error))
        return error->code;
    mapping->entry =
        manual_entry_of(run->manual, manual_internal(run->manual, mapping->internal_object),
                        manual_integration(run->manual, mapping->integration_object));
    *result = mapping;
    return read_record(run, rows, arena, mapping);
}

enum error_code books_read_mappings(struct store_run *run, struct arena *arena,
                                    struct mappings *mappings, struct error *error,
                                    const char *text, const char *letters, ...)
{
    struct rows rows;
    size_t capacity = 0;
    va_list values;

    *mappings = (struct mappings){.count = 0};
    va_start(values, letters);
    rows_open_list(&rows, &run->store->sql, NULL, error, text, letters, values);
    va_end(values);
    while (rows_next(&rows)) {
        struct mapping **const grown = (struct mapping **)array_grow(
            arena, (void *)mappings->items, mappings->count, &capacity, sizeof *grown);
        if (!grown) {
            rows.code = error_memory(error, "the mappings of an object");
            break;
        }
        mappings->items = grown;
        rows.code = read_mapping(run, &rows, arena, &grown[mappings->count++]);
    }
    return rows_close(&rows);
}

static enum error_code mapping_of_record(struct books *books, const struct manual_entry *entry,
                                         struct text integration_id, struct arena *arena,
                                         struct mapping **mapping, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct run_object *object = run_object_of(run, entry->internal);
    struct rows rows;

    *mapping = NULL;
    if (!object)
        return ERROR_NONE;
    rows_open(&rows, &run->store->sql, NULL, error,
              "SELECT " RECORD_COLUMNS " FROM object_mapping m WHERE m.integration_object"
              " = ? AND m.integration_id = ? AND m.object = ?",
              "iti", run->integration_objects[entry->integration->index], integration_id,
              object->stored->key);
    if (rows_next(&rows))
        rows.code = books_read_known(run, entry, integration_id, &rows, arena, mapping);
    return rows_close(&rows);
}

static enum error_code mappings_of_record(struct books *books, struct text integration_object,
                                          struct text integration_id, struct arena *arena,
                                          struct mappings *mappings, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t key = 0;

    *mappings = (struct mappings){.count = 0};
    /* an object of theirs that no record was ever mapped to has the key 0 */
    if (books_integration_object(run, integration_object, false, &key, error))
        return error->code;
    return books_read_mappings(run, arena, mappings, error,
                               "SELECT " MAPPING_COLUMNS " FROM object_mapping m"
                               " WHERE m.integration_object = ? AND m.integration_id = ?"
                               " ORDER BY m.key",
                               "it", key, integration_id);
}

static enum error_code mappings_of_object(struct books *books, struct text internal_object,
                                          struct text internal_id, struct arena *arena,
                                          struct mappings *mappings, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct store_object *stored = store_object_of(run->store, internal_object);
    int64_t id = 0;

    *mappings = (struct mappings){.count = 0};
    if (!stored || !sql_id_of(internal_id, &id))
        return ERROR_NONE;
    return books_read_mappings(run, arena, mappings, error,
                               "SELECT " MAPPING_COLUMNS " FROM object_mapping m WHERE m.object = ?"
                               " AND m.object_id = ? AND m.integration = ? ORDER BY m.key",
                               "iii", stored->key, id, run->integration);
}

static enum error_code mapping_of_key(struct books *books, int64_t key, struct arena *arena,
                                      struct mapping **mapping, struct error *error)
{
    struct mappings mappings;
    const enum error_code code = books_read_mappings(
        run_of_books(books), arena, &mappings, error,
        "SELECT " MAPPING_COLUMNS " FROM object_mapping m WHERE m.key = ?", "i", key);

    *mapping = !code && mappings.count ? mappings.items[0] : NULL;
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
    const struct run_object *object = run_object_of_mapping(run, mapping);

    row->base_versions = TEXT_ABSENT;
    if (books_integration_object(run, mapping->integration_object, true, &row->integration_object,
                                 error))
        return error->code;
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
    if (!code && !done)
        code = sql_do(&run->store->sql,
                      "UPDATE object_mapping SET integration_object = ?1, integration_id = ?2,"
                      " object = ?3, object_id = ?4, last_sync = ?5, deleted = ?6, ended_by = ?7,"
                      " ended_at = ?8, pending_deletion = iif(?6, pending_deletion, 0),"
                      " seen_run = iif(?9, ?10, seen_run),"
                      " base_versions = iif(?9, ?11, base_versions),"
                      " version = iif(?9, ?12, version) WHERE key = ?13",
                      error, "itiiaiiaiibti", row.integration_object, mapping->integration_id,
                      row.object, row.object_id, mapping->last_sync, (int64_t)mapping->deleted,
                      (int64_t)mapping->ended_by, ended_at(mapping), (int64_t) !!mapping->entry,
                      run->id, row.base_versions, mapping->version, mapping->key);
    arena_rewind(run->scratch, mark);
    return code;
}

void books_install_mappings(struct store_run *run)
{
    struct books *books = &run->books;

    books->mapping_of_record = mapping_of_record;
    books->mappings_of_record = mappings_of_record;
    books->mappings_of_object = mappings_of_object;
    books->mapping_of_key = mapping_of_key;
    books->add_mapping = add_mapping;
    books->update_mapping = update_mapping;
    books_install_lives(run);
}
