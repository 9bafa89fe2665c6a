/*
 * Fields whose tracking begins again: an integration comes back, or gets a line (spec
 * section 13.4).
 *
 * While nobody tracked them they may have been edited: what differs from what both agreed on was,
 * and what was waiting already may have been written again. A value on which nothing was agreed is
 * owed if the field only leads there (13.1): nothing that is reported would ever show that they
 * lack it. If the field leads both ways they may have a value of their own, so the record is asked
 * for. What was added meanwhile has nothing that was agreed: a full push creates it.
 */
#include "store/books/run_layout.h"

/* The fields of one kind whose tracking begins again. */
struct returning {
    struct store_run *run;
    struct run_object *object;
    bool *returned; /* by field */
    bool *refilled; /* by object of theirs: this run pulls all of its records (decision 111) */
    instant since;  /* when the last run before this one began; INSTANT_NONE: there was none */
};

struct returned_field {
    int64_t object, field;
};

static void read_field(struct rows *rows, void *item)
{
    struct returned_field *const field = item;

    field->object = rows_integer(rows);
    field->field = rows_integer(rows);
}

static enum error_code read_returned(struct store_run *run, struct arena *arena,
                                     struct returned_field **fields, size_t *count,
                                     struct error *error)
{
    return rows_all(&run->store->sql, ROWS_INTO(arena, read_field, fields, count), error,
                    "SELECT object, field FROM returned_field WHERE integration = ?", "i",
                    run->integration);
}

static enum error_code track(struct store_run *run, struct run_object *object, int64_t id,
                             size_t field, instant at, struct error *error)
{
    object->tracked.known = ANY_SOME;
    return sql_do(&run->store->sql,
                  "INSERT INTO field_change(integration, object, object_id, field, at, origin)"
                  " VALUES(?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                  error, "iiiii", run->integration, object->stored->key, id,
                  object->field_keys[field], at == INSTANT_NONE ? run->now : at);
}

static bool was_edited(const struct base_version *base, const struct value *ours)
{
    return base_version_is_agreed(base) && base->ours != BASE_VERSION_SPLIT &&
           !codec_is_unreadable(ours) && !base_version_keeps(base, value_fingerprint(ours));
}

/* Was nothing agreed on the field, and may our value be an edit made since the last run? */
static bool may_be_new(const struct returning *returning, const struct mapping *mapping,
                       size_t field, const struct local_object *local_object)
{
    const struct value *ours = &local_object->values[field];

    return local_object->changed_at >= returning->since &&
           !base_version_is_agreed(&mapping->base_versions[field]) && !value_is_empty(ours) &&
           !codec_is_unreadable(ours);
}

/* Has the record's kind a line of this field that leads this way? */
static bool has_line(const struct manual_entry *entry, size_t field, enum direction direction)
{
    for (size_t index = 0; index < entry->line_count; index++)
        if (entry->lines[index].internal_field == field &&
            entry->lines[index].direction == direction)
            return true;
    return false;
}

/* One field of a link. *ask: only the record can tell what becomes of it. */
static enum error_code compare_field(const struct returning *returning,
                                     const struct mapping *mapping, size_t field, int64_t id,
                                     const struct local_object *local_object, bool *ask,
                                     struct error *error)
{
    const struct manual_entry *entry = mapping->entry;
    bool tracks = was_edited(&mapping->base_versions[field], &local_object->values[field]);

    if (!tracks && may_be_new(returning, mapping, field, local_object)) {
        const bool two_way = has_line(entry, field, DIRECTION_BIDIRECTIONAL);
        *ask = *ask || two_way;
        tracks = !two_way && !has_line(entry, field, DIRECTION_TO_INTERNAL) &&
                 has_line(entry, field, DIRECTION_TO_INTEGRATION);
    }
    return tracks ? track(returning->run, returning->object, id, field, local_object->changed_at,
                          error)
                  : ERROR_NONE;
}

/* One link: its object's values against its base versions. */
static enum error_code compare_returned(const struct returning *returning,
                                        const struct mapping *mapping, struct arena *arena,
                                        struct error *error)
{
    struct store_run *run = returning->run;
    struct run_object *object = returning->object;
    struct local_object local_object = {.exists = false};
    bool ask = false;
    int64_t id = 0;

    if (!mapping->entry || mapping->deleted || !sql_id_of(mapping->internal_id, &id))
        return ERROR_NONE;
    if (run_object_load(run, object, id, arena, &local_object, error))
        return error->code;
    for (size_t field = 0; local_object.exists && field < object->manual->field_count; field++)
        if (returning->returned[field] &&
            compare_field(returning, mapping, field, id, &local_object, &ask, error))
            return error->code;
    ask = ask && !returning->refilled[mapping->entry->integration->index];
    return ask ? run->books.ask_for_whole(&run->books, mapping, error) : ERROR_NONE;
}

/* All links of one kind, page by page. */
static enum error_code compare_all(const struct returning *returning, struct arena *arena,
                                   struct error *error)
{
    struct store_run *run = returning->run;
    const struct run_object *object = returning->object;
    enum { PAGE = 500 };
    int64_t after = 0;
    for (;;) {
        const struct arena_mark mark = arena_mark(arena);
        struct mappings mappings;
        if (books_read_mappings(run, arena, &mappings, error,
                                "SELECT " MAPPING_COLUMNS " FROM object_mapping m WHERE m.key > ?"
                                " AND m.integration = ? AND m.object = ? AND m.deleted = 0"
                                " AND m.base_versions IS NOT NULL ORDER BY m.key LIMIT ?",
                                "iiii", after, run->integration, object->stored->key,
                                (int64_t)PAGE))
            return error->code;
        for (size_t index = 0; index < mappings.count; index++)
            if (compare_returned(returning, mappings.items[index], arena, error))
                return error->code;
        if (mappings.count < PAGE)
            return ERROR_NONE;
        after = mappings.items[mappings.count - 1]->key;
        arena_rewind(arena, mark);
    }
}

static enum error_code track_object(struct returning *returning,
                                    const struct returned_field *fields, size_t count,
                                    struct arena *arena, struct error *error)
{
    const struct run_object *object = returning->object;
    bool any = false;

    returning->returned = ARENA_ARRAY(arena, object->manual->field_count, bool);
    if (!returning->returned)
        return error_memory(error, "the fields that came back");
    for (size_t index = 0; index < count; index++) {
        const size_t field = fields[index].object == object->stored->key
                                 ? run_object_field(object, fields[index].field)
                                 : SIZE_MAX;
        if (field != SIZE_MAX)
            any = returning->returned[field] = true;
    }
    return any ? compare_all(returning, arena, error) : ERROR_NONE;
}

/* When the run before this one began. */
static enum error_code find_last(struct returning *returning, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &returning->run->store->sql, NULL, error,
              "SELECT max(started) FROM run WHERE integration = ? AND id <> ?", "ii",
              returning->run->integration, returning->run->id);
    if (rows_next(&rows))
        returning->since = rows_instant(&rows);
    return rows_close(&rows);
}

static enum error_code find_refilled(struct returning *returning, struct arena *arena,
                                     struct error *error)
{
    struct store_run *run = returning->run;
    const size_t count = run->manual->integration_count;

    returning->refilled = ARENA_ARRAY(arena, count, bool);
    if (!returning->refilled)
        return error_memory(error, "the lines that are new");
    for (size_t index = 0; index < count; index++)
        if (rows_ask_flag(&run->store->sql, &returning->refilled[index], error,
                          "SELECT 1 FROM known_line WHERE integration_object = ? AND unfilled = 1"
                          " LIMIT 1",
                          "i", run->integration_objects[index]))
            return error->code;
    return ERROR_NONE;
}

/* What was waiting when the integration was switched off, and was written again since, is a newer
 * change in its place. */
static enum error_code renew_waiting(struct store_run *run, struct error *error)
{
    return sql_do(&run->store->sql,
                  "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at,"
                  " origin) SELECT integration, object, object_id, field, again, 0"
                  " FROM field_change WHERE integration = ? AND again IS NOT NULL",
                  error, "i", run->integration);
}

static enum error_code track_all(struct store_run *run, struct arena *arena, struct error *error)
{
    struct returning returning = {.run = run, .since = INSTANT_NONE};
    struct returned_field *fields = NULL;
    size_t count = 0;

    if (read_returned(run, arena, &fields, &count, error) ||
        (count > 0 && (renew_waiting(run, error) || find_last(&returning, error) ||
                       find_refilled(&returning, arena, error))))
        return error->code;
    for (size_t index = 0; count > 0 && index < run->manual->internal_count; index++) {
        returning.object = &run->objects[index];
        if (track_object(&returning, fields, count, arena, error))
            return error->code;
    }
    return count == 0 ? ERROR_NONE
                      : sql_do(&run->store->sql, "DELETE FROM returned_field WHERE integration = ?",
                               error, "i", run->integration);
}

enum error_code returned_track(struct store_run *run, struct error *error)
{
    struct arena *arena = arena_new(0);
    const enum error_code code =
        arena ? track_all(run, arena, error) : error_memory(error, "the fields that came back");

    arena_free(arena);
    return code;
}
