/*
 * Fields that runs write again and again without anybody's edit (spec section 13.18). Only writes
 * that something answered are counted; an edit here ends the count, and the hold, by a trigger
 * (schema.sql).
 */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"

enum { WRITES_MOST = 6, DAY_MS = 24 * 60 * 60 * 1000 };

/* A field of an object, in keys. */
struct place {
    int64_t object, id, field;
};

static bool place_of(const struct store_run *run, const struct mapping *mapping, size_t field,
                     struct place *place)
{
    place->field = run_object_mapped_field(run, mapping, field);
    if (!place->field || !sql_id_of(mapping->internal_id, &place->id))
        return false;
    place->object = run_object_of_mapping(run, mapping)->stored->key;
    return true;
}

static enum error_code forget(struct store_run *run, const struct place *place, struct error *error)
{
    bool any = false;

    if (books_has_any(run, &run->echoes, &any, error, "SELECT 1 FROM field_echo LIMIT 1", ""))
        return error->code;
    return any ? sql_do(&run->store->sql,
                        "DELETE FROM field_echo WHERE object = ? AND object_id = ? AND field = ?",
                        error, "iii", place->object, place->id, place->field)
               : ERROR_NONE;
}

static enum error_code add(struct store_run *run, const struct place *place, unsigned writes,
                           int64_t *count, struct error *error)
{
    run->echoes.known = ANY_SOME;
    return rows_ask(&run->store->sql, count, error,
                    "INSERT INTO field_echo(object, object_id, field, writes, since)"
                    " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET"
                    " writes = excluded.writes + CASE WHEN since > ?5 - ?6 THEN writes ELSE 0 END,"
                    " since = CASE WHEN since > ?5 - ?6 THEN since ELSE ?5 END RETURNING writes",
                    "iiiiii", place->object, place->id, place->field, (int64_t)writes, run->now,
                    (int64_t)DAY_MS);
}

/* At the link by which it came, and at all that it would be sent to. */
static enum error_code hold(struct store_run *run, const struct place *place, int64_t mapping,
                            struct text message, struct error *error)
{
    run->matters.known = ANY_SOME;
    return sql_do(&run->store->sql,
                  "INSERT INTO open_matter(integration, reason, mapping, field, first_at, last_at,"
                  " message) SELECT m.integration, 8, m.key, ?1, ?2, ?2,"
                  " (SELECT group_concat(DISTINCT i.name) FROM object_mapping l JOIN integration i"
                  " ON i.id = l.integration WHERE l.object = ?3 AND l.object_id = ?4"
                  " AND l.deleted = 0) || ': ' || ?5 FROM object_mapping m WHERE m.object = ?3"
                  " AND m.object_id = ?4 AND m.deleted = 0 AND (m.key = ?6 OR EXISTS"
                  " (SELECT 1 FROM tracked_field t WHERE t.object = ?3 AND t.field = ?1"
                  " AND t.integration = m.integration)) ON CONFLICT DO UPDATE"
                  " SET last_at = excluded.last_at, message = excluded.message",
                  error, "iaiiti", place->field, run->now, place->object, place->id, message,
                  mapping);
}

static enum error_code count_writes(struct books *books, const struct mapping *mapping,
                                    size_t field, unsigned writes, struct text message, bool *held,
                                    struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct place place = {.object = 0};
    int64_t count = 0;

    *held = false;
    if (!place_of(run, mapping, field, &place))
        return ERROR_NONE;
    if (writes == 0)
        return forget(run, &place, error);
    if (add(run, &place, writes, &count, error))
        return error->code;
    if (count < WRITES_MOST)
        return ERROR_NONE;
    *held = true;
    if (hold(run, &place, mapping->key, message, error))
        return error->code;
    return forget(run, &place, error);
}

enum error_code books_loop_end(struct store_run *run, int64_t mapping, int64_t field,
                               struct error *error)
{
    return sql_do(&run->store->sql,
                  "DELETE FROM open_matter WHERE reason = " STORED_MATTER_LOOP
                  " AND field = ?1 AND mapping IN"
                  " (SELECT s.key FROM object_mapping m JOIN object_mapping s"
                  " ON s.object = m.object AND s.object_id = m.object_id WHERE m.key = ?2)",
                  error, "ii", field, mapping);
}

#define MEANT_BY_WISH                                                                              \
    " FROM open_matter x JOIN object_mapping m ON m.key = x.mapping JOIN object o"                 \
    " ON o.id = m.object JOIN integration_object n ON n.id = m.integration_object"                 \
    " WHERE x.reason = " STORED_MATTER_LOOP " AND m.integration = ?1 AND (?2 IS NULL"              \
    " OR (o.name = ?2 AND CAST(m.object_id AS TEXT) = ?3)"                                         \
    " OR (n.name = ?2 AND m.integration_id = ?3))"

enum error_code books_loop_free(struct store_run *run, const struct retry_wish *wish,
                                struct error *error)
{
    if (sql_do(
            &run->store->sql,
            "INSERT INTO ambiguous_record(integration_object, integration_id, object, since, run,"
            " asked) SELECT m.integration_object, m.integration_id, m.object, ?4, 0, "
            "1" MEANT_BY_WISH
            " ON CONFLICT DO UPDATE SET asked = 1, run = 0, failures = 0, message = NULL,"
            " held = 0",
            error, "itta", run->integration, wish->name.object, wish->name.id, run->now))
        return error->code;
    return sql_do(
        &run->store->sql,
        "DELETE FROM open_matter WHERE reason = " STORED_MATTER_LOOP " AND (mapping, field) IN"
        " (SELECT s.key, f.field FROM (SELECT m.object, m.object_id, x.field" MEANT_BY_WISH
        ") f JOIN object_mapping s ON s.object = f.object AND s.object_id = f.object_id)",
        error, "itt", run->integration, wish->name.object, wish->name.id);
}

enum error_code books_loop_forget(struct store_run *run, struct error *error)
{
    return sql_do(&run->store->sql, "DELETE FROM field_echo WHERE since <= ?", error, "i",
                  run->now - DAY_MS);
}

void books_install_loops(struct store_run *run)
{
    run->books.count_writes = count_writes;
}
