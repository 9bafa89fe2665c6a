/* Open matters of the run's integration: at fields of links, and at records and objects. */
#include "store/books/run_layout.h"
#include "store/sql/rows.h"

#include <string.h>

/* In most stores nothing is open: that is checked once per transaction, or page of a push. */
static enum error_code any_matters(struct store_run *run, bool *any, struct error *error)
{
    int64_t found = 0;

    *any = true;
    if (run->matters == MATTERS_UNASKED) {
        if (rows_ask(&run->store->sql, &found, error,
                     "SELECT 1 FROM open_matter WHERE mapping > 0 LIMIT 1", ""))
            return error->code;
        run->matters = found ? MATTERS_SOME : MATTERS_NONE;
    }
    *any = run->matters != MATTERS_NONE;
    return ERROR_NONE;
}

static enum error_code add_matter(const struct run_object *object, struct sql_statement *statement,
                                  struct arena *arena, struct mapping *mapping, struct error *error)
{
    const size_t field = run_object_field(object, sql_integer(statement, 0));
    struct field_matter *grown = NULL;

    if (field == SIZE_MAX)
        return ERROR_NONE;
    grown = ARENA_ARRAY(arena, mapping->matter_count + 1, struct field_matter);
    if (!grown)
        return error_memory(error, "what is open at a link");
    if (mapping->matter_count)
        memcpy(grown, mapping->matters, mapping->matter_count * sizeof *grown);
    grown[mapping->matter_count++] = (struct field_matter){
        .field = field,
        .reason = (enum matter_reason)(int)sql_integer(statement, 1),
        .first = sql_instant(statement, 2),
        .last = sql_instant(statement, 3),
    };
    mapping->matters = grown;
    return ERROR_NONE;
}

enum error_code books_read_matters(struct store_run *run, const struct run_object *object,
                                   struct arena *arena, struct mapping *mapping,
                                   struct error *error)
{
    struct sql *sql = &run->store->sql;
    struct sql_statement *statement = NULL;
    bool any = false, row = true;
    enum error_code code = any_matters(run, &any, error);

    mapping->matters = NULL;
    mapping->matter_count = 0;
    if (code || !any)
        return code;
    code = sql_cached(sql,
                      "SELECT field, reason, first_at, last_at FROM open_matter WHERE mapping = ?"
                      " AND field <> 0",
                      &statement, error);
    if (!code)
        code = sql_bind(sql, statement, error, "i", mapping->key);
    while (!code && row) {
        code = sql_step(sql, statement, &row, error);
        if (!code && row)
            code = add_matter(object, statement, arena, mapping, error);
    }
    sql_done(statement);
    return code;
}

static enum error_code field_key(struct store_run *run, const struct mapping *mapping, size_t field,
                                 int64_t *key, struct error *error)
{
    const struct run_object *object =
        mapping->entry ? run_object_of(run, mapping->entry->internal) : NULL;

    if (!object || field >= object->manual->field_count || mapping->key <= 0)
        return error_set(error, ERROR_INTERNAL, "nothing can be open at a link that is not mapped");
    *key = object->field_keys[field];
    return ERROR_NONE;
}

static enum error_code keep_matter(struct books *books, const struct mapping *mapping, size_t field,
                                   enum matter_reason reason, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t key = 0;
    enum error_code code = field_key(run, mapping, field, &key, error);

    if (code)
        return code;
    run->matters = MATTERS_SOME;
    return sql_do(&run->store->sql,
                  "INSERT INTO open_matter(integration, reason, mapping, field, first_at, last_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO UPDATE"
                  " SET last_at = excluded.last_at",
                  error, "iiiia", run->integration, (int64_t)reason, mapping->key, key, run->now);
}

static enum error_code end_matter(struct books *books, const struct mapping *mapping, size_t field,
                                  enum matter_reason reason, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t key = 0;
    enum error_code code = field_key(run, mapping, field, &key, error);

    if (!code && reason == MATTER_LOOP)
        return books_loop_end(run, mapping->key, key, error);
    return code ? code
                : sql_do(&run->store->sql,
                         "DELETE FROM open_matter WHERE mapping = ? AND field = ? AND reason = ?",
                         error, "iii", mapping->key, key, (int64_t)reason);
}

/* ---- records and objects ---- */

/* The place, as keys; absent parts are 0 or empty. */
struct place {
    int64_t object, object_id, record;
    struct text record_id;
};

static enum error_code place_of(struct store_run *run, const struct record_matter *matter,
                                struct place *place, struct error *error)
{
    const struct store_object *object = text_is_absent(matter->internal_object)
                                            ? NULL
                                            : store_object_of(run->store, matter->internal_object);

    *place = (struct place){.record_id = TEXT("")};
    if (object)
        place->object = object->key;
    if (!text_is_absent(matter->internal_id) && !sql_id_of(matter->internal_id, &place->object_id))
        place->object_id = 0;
    if (text_is_absent(matter->integration_object))
        return ERROR_NONE;
    if (!text_is_absent(matter->integration_id))
        place->record_id = matter->integration_id;
    return books_integration_object(run, matter->integration_object, true, &place->record, error);
}

static enum error_code keep_record_matter(struct books *books, const struct record_matter *matter,
                                          struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct place place;
    enum error_code code = place_of(run, matter, &place, error);

    return code ? code
                : sql_do(&run->store->sql,
                         "INSERT INTO open_matter(integration, reason, object, object_id, record,"
                         " record_id, first_at, last_at, message)"
                         " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8) ON CONFLICT DO UPDATE"
                         " SET last_at = excluded.last_at, message = excluded.message",
                         error, "iiiiitat", run->integration, (int64_t)matter->reason, place.object,
                         place.object_id, place.record, place.record_id, run->now, matter->message);
}

static enum error_code end_record_matter(struct books *books, const struct record_matter *matter,
                                         struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct place place;
    enum error_code code = place_of(run, matter, &place, error);

    return code ? code
                : sql_do(&run->store->sql,
                         "DELETE FROM open_matter WHERE mapping = 0 AND integration = ?"
                         " AND reason = ? AND object = ? AND object_id = ? AND record = ?"
                         " AND record_id = ?",
                         error, "iiiiit", run->integration, (int64_t)matter->reason, place.object,
                         place.object_id, place.record, place.record_id);
}

static enum error_code forget_merges(struct store_run *run, struct error *error)
{
    return sql_do(&run->store->sql,
                  "DELETE FROM open_matter AS o WHERE integration = ? AND reason = ? AND EXISTS"
                  " (SELECT 1 FROM object_mapping m WHERE m.object = o.object"
                  " AND m.object_id = o.object_id AND m.integration = o.integration"
                  " AND m.deleted = 0)",
                  error, "ii", run->integration, (int64_t)MATTER_MERGE);
}

/* These matters end: doubtful records that have been linked since, or that the run that met them
 * judged otherwise (decision 102); deletions against edits whose link is live again or gone; and
 * objects whose record was merged into another one's and that have a record again. */
enum error_code books_matter_forget_settled(struct store_run *run, struct error *error)
{
    enum error_code code =
        sql_do(&run->store->sql,
               "DELETE FROM open_matter AS o WHERE integration = ?1 AND reason = ?2 AND (EXISTS"
               " (SELECT 1 FROM object_mapping m WHERE m.integration_object = o.record"
               " AND m.integration_id = o.record_id AND m.deleted = 0)"
               " OR (o.last_at <> ?3 AND " BOOKS_MET_UNLINKED("?4", "o.record", "o.record_id") "))",
               error, "iiai", run->integration, (int64_t)MATTER_DOUBTFUL, run->now, run->id);

    if (!code)
        code = forget_merges(run, error);
    return code ? code
                : sql_do(&run->store->sql,
                         "DELETE FROM open_matter AS o WHERE integration = ? AND reason = ?"
                         " AND NOT EXISTS (SELECT 1 FROM object_mapping m"
                         " WHERE m.integration_object = o.record"
                         " AND m.integration_id = o.record_id AND m.deleted = 1)",
                         error, "ii", run->integration, (int64_t)MATTER_DELETED_AND_EDITED);
}

void books_install_matters(struct store_run *run)
{
    struct books *books = &run->books;

    books->keep_matter = keep_matter;
    books->end_matter = end_matter;
    books->keep_record_matter = keep_record_matter;
    books->end_record_matter = end_record_matter;
}
