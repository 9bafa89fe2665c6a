#include "store/store_check.h"

#include "store/layout.h"

/* What is looked for. The statements may use the table existing(object, id). */
struct rule {
    const char *what, *mend;
    const char *find; /* table and condition of the rows that are wrong */
    const char *text; /* how one of them is called */
    const char *cure; /* the statement that mends them; NULL: none */
};

#define OBJECT_OF(alias)                                                                           \
    "NOT EXISTS (SELECT 1 FROM existing e WHERE e.object = " alias ".object AND e.id = " alias     \
    ".object_id)"
#define MAPPING_TEXT                                                                               \
    "(SELECT name FROM integration WHERE id = m.integration) || ' ' || (SELECT name FROM"          \
    " integration_object WHERE id = m.integration_object) || ':' || m.integration_id"
#define CHANGE_TEXT                                                                                \
    "(SELECT name FROM object WHERE id = c.object) || ':' || c.object_id || ' field '"             \
    " || coalesce((SELECT name FROM field WHERE id = c.field), '#' || c.field)"

static const struct rule rules[STORE_CHECK_KINDS] = {
    {"live mappings whose object here is gone", "they are marked deleted",
     "object_mapping m WHERE m.deleted = 0 AND " OBJECT_OF("m"), MAPPING_TEXT,
     "UPDATE object_mapping AS m SET deleted = 1 WHERE m.deleted = 0 AND " OBJECT_OF("m")},
    {"deletions that wait to be passed on although the object is here", "they are called off",
     "object_mapping m WHERE m.pending_deletion = 1 AND NOT (" OBJECT_OF("m") ")", MAPPING_TEXT,
     "UPDATE object_mapping AS m SET pending_deletion = 0 WHERE m.pending_deletion = 1"
     " AND NOT (" OBJECT_OF("m") ")"},
    {"objects with more than one live record of the same kind in one integration", NULL,
     "object_mapping m WHERE m.deleted = 0 AND EXISTS (SELECT 1 FROM object_mapping n"
     " WHERE n.object = m.object AND n.object_id = m.object_id"
     " AND n.integration = m.integration AND n.integration_object = m.integration_object"
     " AND n.deleted = 0 AND n.key < m.key)",
     MAPPING_TEXT, NULL},
    {"changes of objects that are gone", "they are dropped", "field_change c WHERE " OBJECT_OF("c"),
     CHANGE_TEXT, "DELETE FROM field_change AS c WHERE " OBJECT_OF("c")},
    {"changes that no integration takes", "they are dropped",
     "field_change c WHERE NOT EXISTS (SELECT 1 FROM tracked_field t WHERE t.object = c.object"
     " AND t.field = c.field AND t.integration = c.integration)"
     " AND EXISTS (SELECT 1 FROM integration i WHERE i.id = c.integration AND i.enabled = 1)",
     CHANGE_TEXT,
     "DELETE FROM field_change AS c WHERE NOT EXISTS (SELECT 1 FROM tracked_field t"
     " WHERE t.object = c.object AND t.field = c.field AND t.integration = c.integration)"
     " AND EXISTS (SELECT 1 FROM integration i WHERE i.id = c.integration AND i.enabled = 1)"},
    {"quarantine of objects that are gone", "it is ended", "quarantine q WHERE " OBJECT_OF("q"),
     "(SELECT name FROM object WHERE id = q.object) || ':' || q.object_id",
     "DELETE FROM quarantine AS q WHERE " OBJECT_OF("q")},
};

/* "WITH existing(object, id) AS (...)": every object of every kind that there is. */
static enum error_code append_existing(struct store *store, struct buffer *out, struct error *error)
{
    enum error_code code = buffer_append_format(out, error, "WITH existing(object, id) AS (");

    for (size_t index = 0; !code && index < store->object_count; index++)
        code = buffer_append_format(
            out, error, "%sSELECT %lld, id FROM \"%.*s\"", index ? " UNION ALL " : "",
            (long long)store->objects[index].key, TEXT_PRINT(store->objects[index].schema.name));
    return code ? code : buffer_append_format(out, error, ") ");
}

static enum error_code check_file(struct store *store, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = sql_prepare(&store->sql, "PRAGMA integrity_check(1)", &statement, error);

    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row && !text_equal(sql_text(statement, 0), TEXT("ok")))
        code = error_set(error, ERROR_STORE,
                         "the store '%s' is damaged: %.*s; restore it from a backup", store->path,
                         TEXT_PRINT(sql_text(statement, 0)));
    sqlite3_finalize(statement);
    return code;
}

static enum error_code look(struct store *store, const struct rule *rule, struct arena *arena,
                            struct store_finding *finding, struct error *error)
{
    struct buffer buffer = BUFFER(1 << 20);
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum error_code code = append_existing(store, &buffer, error);

    *finding = (struct store_finding){.what = rule->what, .mend = rule->mend};
    if (!code)
        code = buffer_append_format(&buffer, error, "SELECT count(*), min(%s) FROM %s", rule->text,
                                    rule->find);
    if (!code)
        code = sql_prepare(&store->sql, buffer.data, &statement, error);
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row) {
        finding->count = (uint64_t)sqlite3_column_int64(statement, 0);
        code = sql_copy(statement, 1, arena, &finding->first, error);
    }
    sqlite3_finalize(statement);
    buffer_release(&buffer);
    return code;
}

enum error_code store_check(struct store *store, struct arena *arena,
                            struct store_finding *findings, struct error *error)
{
    enum error_code code = check_file(store, error);

    for (size_t index = 0; !code && index < STORE_CHECK_KINDS; index++)
        code = look(store, &rules[index], arena, &findings[index], error);
    return code;
}

static enum error_code cure(struct store *store, const struct rule *rule, uint64_t *mended,
                            struct error *error)
{
    struct buffer buffer = BUFFER(1 << 20);
    enum error_code code = append_existing(store, &buffer, error);

    if (!code)
        code = buffer_append_format(&buffer, error, "%s", rule->cure);
    if (!code)
        code = sql_run(&store->sql, buffer.data, error);
    if (!code)
        *mended += (uint64_t)sqlite3_changes64(store->sql.connection);
    buffer_release(&buffer);
    return code;
}

enum error_code store_mend(struct store *store, uint64_t *mended, struct error *error)
{
    enum error_code code = sql_begin(&store->sql, error);

    *mended = 0;
    if (code)
        return code;
    for (size_t index = 0; !code && index < STORE_CHECK_KINDS; index++) {
        if (rules[index].cure)
            code = cure(store, &rules[index], mended, error);
    }
    return sql_end(&store->sql, code, error);
}
