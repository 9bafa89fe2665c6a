/* Ties and their resolutions, as rows of the books. */
#include "store/inspect/conflicts.h"

#include "store/schema/codec.h"
#include "store/schema/store_layout.h"
#include "store/schema/conflicts_sql.h"
#include "store/sql/rows.h"

/* ---- reading ---- */

static void read_conflict(struct rows *rows, void *item)
{
    struct conflict *const conflict = item;

    conflict->id = rows_integer(rows);
    conflict->changed_here = rows_instant(rows);
    conflict->changed_there = rows_instant(rows);
    conflict->known = rows_flag(rows);
    conflict->integration = rows_text(rows);
    conflict->object = rows_text(rows);
    conflict->object_id = rows_text(rows);
    conflict->field = rows_text(rows);
    conflict->integration_object = rows_text(rows);
    conflict->integration_id = rows_text(rows);
    conflict->left = rows_text(rows);
    conflict->right = rows_text(rows);
}

static enum error_code read_conflicts(struct store *store, struct text integration, int64_t id,
                                      struct arena *arena, struct conflict **conflicts,
                                      size_t *count, struct error *error)
{
    return rows_all(
        &store->sql, ROWS_INTO(arena, read_conflict, conflicts, count), error,
        "SELECT c.sequence, c.at, coalesce(d.right_certain, d.right_possible),"
        " d.id IS NOT NULL, i.name, o.name, c.object_id, f.name, n.name, m.integration_id,"
        " d.left_value, d.right_value FROM" CONFLICTS_SQL
        " AND (?1 IS NULL OR i.name = ?1) AND (?2 = 0 OR c.sequence = ?2)"
        " ORDER BY c.sequence, m.key",
        "ti", integration, id);
}

enum error_code conflicts_list(struct store *store, struct text integration, struct arena *arena,
                               struct conflict **conflicts, size_t *count, struct error *error)
{
    return read_conflicts(store, integration, 0, arena, conflicts, count, error);
}

enum error_code conflicts_find(struct store *store, int64_t id, struct arena *arena,
                               struct conflict **conflicts, size_t *count, struct error *error)
{
    *count = 0;
    if (id > 0 && read_conflicts(store, TEXT_ABSENT, id, arena, conflicts, count, error))
        return error->code;
    return *count ? ERROR_NONE
                  : error_set(error, ERROR_NOT_FOUND,
                              "there is no conflict '%lld'; see 'tandem conflicts'", (long long)id);
}

/* ---- settling ---- */

/* A judge that sees the record again must not find the same tie: the edit counts as made now, and
 * wins over exactly this value of theirs, whatever the dates. */
static enum error_code take_ours(struct store *store, int64_t id, struct error *error)
{
    if (sql_do(&store->sql, "UPDATE field_change SET at = ? WHERE sequence = ?", error, "ai",
               store_now(store), id) ||
        sql_do(&store->sql,
               "UPDATE change_mark SET kind = ? WHERE sequence = ? AND kind = " STORED_MARK_TIE
               " AND theirs IS NOT NULL",
               error, "ii", (int64_t)MARK_OURS, id))
        return error->code;
    return sql_do(&store->sql,
                  "DELETE FROM change_mark WHERE sequence = ? AND kind = " STORED_MARK_TIE, error,
                  "i", id);
}

enum error_code conflicts_take_ours(struct store *store, int64_t id, struct error *error)
{
    return sql_begin(&store->sql, error) ? error->code
                                         : sql_end(&store->sql, take_ours(store, id, error), error);
}

/* A mapping at which our value gives way in one field. */
struct tied_field {
    int64_t mapping, object, field;
    instant last_sync;
    struct text base_versions;
};

static void read_tied(struct rows *rows, void *item)
{
    struct tied_field *const tied = item;

    tied->mapping = rows_integer(rows);
    tied->object = rows_integer(rows);
    tied->field = rows_integer(rows);
    tied->base_versions = rows_blob(rows);
    tied->last_sync = rows_instant(rows);
}

static enum error_code forget_base_version(struct store *store, const struct tied_field *tied,
                                           struct arena *arena, struct error *error)
{
    const struct store_object *object = store_object_by_key(store, tied->object);
    const size_t count = object ? object->schema.field_count : 0;
    struct base_version *base_versions = ARENA_ARRAY(arena, count, struct base_version);
    struct text blob = TEXT_ABSENT;

    if (!base_versions)
        return error_memory(error, "the base versions of a mapping");
    if (!object)
        return ERROR_NONE;
    if (codec_read_base_versions(
            &(struct stored_base_versions){tied->base_versions, true, tied->last_sync},
            object->field_keys, count, arena, base_versions, error))
        return error->code;
    for (size_t index = 0; index < count; index++)
        if (object->field_keys[index] == tied->field)
            base_versions[index] =
                (struct base_version){.ours = BASE_VERSION_YIELD, .at = INSTANT_NONE};
    if (codec_make_base_versions(base_versions, tied->last_sync, object->field_keys, count, arena,
                                 &blob, error))
        return error->code;
    return sql_do(&store->sql, "UPDATE object_mapping SET base_versions = ? WHERE key = ?", error,
                  "bi", blob, tied->mapping);
}

static enum error_code take_theirs(struct store *store, int64_t id, struct arena *arena,
                                   struct error *error)
{
    struct tied_field *tied = NULL;
    size_t count = 0;

    if (rows_all(&store->sql, ROWS_INTO(arena, read_tied, &tied, &count), error,
                 "SELECT m.key, c.object, c.field, m.base_versions, m.last_sync FROM change_mark k"
                 " JOIN field_change c ON c.sequence = k.sequence"
                 " JOIN object_mapping m ON m.key = k.mapping"
                 " WHERE k.sequence = ? AND k.kind = " STORED_MARK_TIE,
                 "i", id))
        return error->code;
    for (size_t index = 0; index < count; index++)
        if (forget_base_version(store, &tied[index], arena, error))
            return error->code;
    if (sql_do(&store->sql, "DELETE FROM change_mark WHERE sequence = ?", error, "i", id))
        return error->code;
    return sql_do(&store->sql, "DELETE FROM field_change WHERE sequence = ?", error, "i", id);
}

enum error_code conflicts_take_theirs(struct store *store, int64_t id, struct error *error)
{
    struct arena *arena = arena_new(0);
    enum error_code code =
        arena ? sql_begin(&store->sql, error) : error_memory(error, "a conflict");

    if (!code)
        code = sql_end(&store->sql, take_theirs(store, id, arena, error), error);
    arena_free(arena);
    return code;
}
