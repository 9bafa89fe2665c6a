/* Open matters of the run's integration: at fields of links, and at records and objects. */
#include "store/books/run_layout.h"

static void read_matter(struct rows *rows, void *item)
{
    struct field_matter *const matter = item;

    matter->field = (size_t)rows_integer(rows); /* its key, as yet */
    matter->reason = (enum matter_reason)rows_integer(rows);
    matter->first = rows_instant(rows);
    matter->last = rows_instant(rows);
}

enum error_code books_read_matters(struct store_run *run, const struct run_object *object,
                                   struct arena *arena, struct mapping *mapping,
                                   struct error *error)
{
    struct field_matter *matters = NULL;
    size_t count = 0;
    bool any = false;

    mapping->matters = NULL;
    mapping->matter_count = 0;
    if (books_has_any(run, &run->matters, &any, error,
                      "SELECT 1 FROM open_matter WHERE mapping > 0 LIMIT 1", ""))
        return error->code;
    if (any && rows_all(&run->store->sql, ROWS_INTO(arena, read_matter, &matters, &count), error,
                        "SELECT field, reason, first_at, last_at FROM open_matter WHERE mapping = ?"
                        " AND field <> 0",
                        "i", mapping->key))
        return error->code;
    for (size_t index = 0; index < count; index++) {
        matters[index].field = run_object_field(object, (int64_t)matters[index].field);
        if (matters[index].field != SIZE_MAX)
            matters[mapping->matter_count++] = matters[index];
    }
    mapping->matters = matters;
    return ERROR_NONE;
}

static enum error_code field_key(struct store_run *run, const struct mapping *mapping, size_t field,
                                 int64_t *key, struct error *error)
{
    *key = run_object_mapped_field(run, mapping, field);
    if (!*key || mapping->key <= 0)
        return error_set(error, ERROR_INTERNAL, "nothing can be open at a link that is not mapped");
    return ERROR_NONE;
}

static enum error_code keep_matter(struct books *books, const struct mapping *mapping, size_t field,
                                   enum matter_reason reason, struct error *error)
{
    struct store_run *run = run_of_books(books);
    int64_t key = 0;

    if (field_key(run, mapping, field, &key, error))
        return error->code;
    run->matters.known = ANY_SOME;
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

    if (field_key(run, mapping, field, &key, error))
        return error->code;
    if (reason == MATTER_LOOP)
        return books_loop_end(run, mapping->key, key, error);
    return sql_do(&run->store->sql,
                  "DELETE FROM open_matter WHERE mapping = ? AND field = ? AND reason = ?", error,
                  "iii", mapping->key, key, (int64_t)reason);
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

    if (place_of(run, matter, &place, error))
        return error->code;
    if (matter->reason == MATTER_DOUBTFUL || matter->reason == MATTER_LEFT_OUT)
        run->left_out.known = ANY_SOME;
    return sql_do(&run->store->sql,
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

    if (place_of(run, matter, &place, error))
        return error->code;
    return sql_do(&run->store->sql,
                  "DELETE FROM open_matter WHERE mapping = 0 AND field = 0 AND integration = ?"
                  " AND reason = ?"
                  " AND object = ? AND object_id = ? AND record = ? AND record_id = ?",
                  error, "iiiiit", run->integration, (int64_t)matter->reason, place.object,
                  place.object_id, place.record, place.record_id);
}

static enum error_code left_out(struct books *books, const struct manual_entry *entry,
                                struct text integration_id, enum left_out *why, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct run_object *object = run_object_of(run, entry->internal);
    bool any = false;
    int64_t found = LEFT_OUT_NOT;

    *why = LEFT_OUT_NOT;
    if (!object)
        return ERROR_NONE;
    if (books_has_any(run, &run->left_out, &any, error,
                      "SELECT 1 FROM open_matter WHERE mapping = 0 AND field = 0"
                      " AND reason IN (" STORED_MATTERS_LEFT_OUT ") AND integration = ? LIMIT 1",
                      "i", run->integration) ||
        (any && rows_ask(&run->store->sql, &found, error,
                         "SELECT max(CASE reason WHEN " STORED_MATTER_DOUBTFUL
                         " THEN ? ELSE ? END) FROM open_matter WHERE mapping = 0 AND field = 0"
                         " AND reason IN (" STORED_MATTERS_LEFT_OUT ") AND integration = ?"
                         " AND object = ? AND object_id = 0 AND record = ? AND record_id = ?",
                         "iiiiit", (int64_t)LEFT_OUT_DOUBTFUL, (int64_t)LEFT_OUT_LOST,
                         run->integration, object->stored->key,
                         run->integration_objects[entry->integration->index], integration_id)))
        return error->code;
    *why = (enum left_out)found;
    return ERROR_NONE;
}

/* These matters end: records left out that have been linked since, and doubtful ones that the run
 * that met them judged otherwise (decision 102); deletions against edits whose link is live again
 * or gone; objects whose record was merged into another one's and that have a record again; and
 * refused deletions that do not wait any more. */
enum error_code books_matter_forget_settled(struct store_run *run, struct error *error)
{
    struct sql *sql = &run->store->sql;

    if (sql_do(sql,
               "DELETE FROM open_matter AS o WHERE integration = ?1"
               " AND reason IN (" STORED_MATTERS_LEFT_OUT ") AND (EXISTS"
               " (SELECT 1 FROM object_mapping m WHERE m.integration_object = o.record"
               " AND m.integration_id = o.record_id AND m.object = o.object AND m.deleted = 0)"
               " OR (reason = " STORED_MATTER_DOUBTFUL " AND o.last_at <> ?2"
               " AND " BOOKS_MET_UNLINKED("?3", "o.record", "o.record_id") "))",
               error, "iai", run->integration, run->now, run->id) ||
        sql_do(sql,
               "DELETE FROM open_matter AS o WHERE integration = ? AND reason = ? AND EXISTS"
               " (SELECT 1 FROM object_mapping m WHERE m.object = o.object"
               " AND m.object_id = o.object_id AND m.integration = o.integration"
               " AND m.deleted = 0)",
               error, "ii", run->integration, (int64_t)MATTER_MERGE) ||
        sql_do(sql,
               "DELETE FROM open_matter AS o WHERE integration = ? AND reason = ? AND mapping = 0"
               " AND NOT EXISTS (SELECT 1 FROM object_mapping m"
               " WHERE m.integration_object = o.record AND m.integration_id = o.record_id"
               " AND m.pending_deletion <> 0)",
               error, "ii", run->integration, (int64_t)MATTER_REFUSED))
        return error->code;
    return sql_do(sql,
                  "DELETE FROM open_matter AS o WHERE integration = ? AND reason = ? AND NOT EXISTS"
                  " (SELECT 1 FROM object_mapping m WHERE m.integration_object = o.record"
                  " AND m.integration_id = o.record_id AND m.deleted = 1)",
                  error, "ii", run->integration, (int64_t)MATTER_DELETED_AND_EDITED);
}

void books_install_matters(struct store_run *run)
{
    struct books *books = &run->books;

    books->keep_matter = keep_matter;
    books->end_matter = end_matter;
    books->left_out = left_out;
    books->keep_record_matter = keep_record_matter;
    books->end_record_matter = end_record_matter;
}
