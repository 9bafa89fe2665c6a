/* Runs the rules one after another and collects what they find. */
#include "store/check/store_check.h"

#include <string.h>

#include "store/check/check_rules.h"
#include "store/sql/composed.h"

enum { OTHER_FINDINGS = 3 };

/* The findings so far. */
struct search {
    struct store *store;
    struct arena *arena;
    struct store_finding *findings;
    size_t count;
};

static void add(struct search *search, const struct store_finding *finding)
{
    if (finding->count > 0)
        search->findings[search->count++] = *finding;
}

/* ---- the file ---- */

static const char *const index_troubles[] = {"missing from index", "entries in index",
                                             "entry in index"};

static bool is_of_an_index(struct text message)
{
    for (size_t i = 0; i < sizeof index_troubles / sizeof *index_troubles; i++)
        if (strstr(message.bytes, index_troubles[i]))
            return true;
    return false;
}

/* Damage that only a backup can repair is an error; indexes can be rebuilt. */
static enum error_code check_file(struct store *store, struct arena *arena,
                                  struct store_finding *finding, struct error *error)
{
    struct rows rows;

    *finding = (struct store_finding){.what = "entries of indexes that do not match their tables",
                                      .mend = "the indexes are built again; then check again"};
    rows_open(&rows, &store->sql, arena, error, "PRAGMA integrity_check(1000)", "");
    while (rows_next(&rows)) {
        const struct text message = rows_text(&rows);
        if (rows.code || text_equal(message, TEXT("ok")))
            continue;
        if (!is_of_an_index(message))
            rows.code = error_set(error, ERROR_STORE,
                                  "the store '%s' is damaged: %.*s; restore it from a backup",
                                  store->path, TEXT_PRINT(message));
        else if (finding->count++ == 0)
            finding->first = message;
    }
    return rows_close(&rows);
}

/* ---- rows ---- */

/* "WITH existing(object, id) AS (...)": every object of every kind that there is. */
static void add_existing(struct composed *out, const struct store *store)
{
    composed_add(out, "WITH existing(object, id) AS (");
    for (size_t index = 0; index < store->object_count; index++)
        composed_add(out, "%sSELECT %lld, id FROM \"%.*s\"", index ? " UNION ALL " : "",
                     (long long)store->objects[index].key,
                     TEXT_PRINT(store->objects[index].schema.name));
    composed_add(out, ") ");
}

/* Count and example, of a query that gives both. */
static enum error_code look(struct search *search, struct composed *query,
                            struct store_finding *finding, struct error *error)
{
    struct rows rows;

    composed_open(query, &rows, search->arena);
    if (rows_next(&rows)) {
        finding->count = (uint64_t)rows_integer(&rows);
        finding->first = rows_text(&rows);
    }
    if (rows_close(&rows))
        return error->code;
    add(search, finding);
    return ERROR_NONE;
}

static enum error_code look_by(struct search *search, const struct check_rule *rule,
                               struct error *error)
{
    struct store_finding finding = {.what = rule->what, .mend = rule->mend, .advice = rule->advice};
    struct composed query = COMPOSED(&search->store->sql, error);

    add_existing(&query, search->store);
    composed_add(&query, "SELECT count(*), min(%s) FROM %s", rule->text, rule->find);
    return look(search, &query, &finding, error);
}

/* Fields that refer to an object of ours that is gone. */
static enum error_code look_for_references(struct search *search, struct error *error)
{
    struct store_finding finding = {.what = "references to objects that are gone",
                                    .advice = "empty these fields, or name another object"};
    const struct store *store = search->store;
    struct composed query = COMPOSED(&search->store->sql, error);

    add_existing(&query, store);
    composed_add(&query, "SELECT count(*), min(r.holder || ' = ' || r.value) FROM ("
                         "SELECT '' holder, '' value WHERE 0");
    for (size_t i = 0; i < store->object_count; i++) {
        const struct text object = store->objects[i].schema.name;
        for (size_t j = 0; j < store->objects[i].schema.field_count; j++) {
            const struct field_schema *field = &store->objects[i].fields[j];
            if (field->type == VALUE_TYPE_REFERENCE && store_is_column(field))
                composed_add(&query,
                             " UNION ALL SELECT '%.*s:' || id || ' %.*s', \"%.*s\" FROM \"%.*s\""
                             " WHERE \"%.*s\" <> ''",
                             TEXT_PRINT(object), TEXT_PRINT(field->name), TEXT_PRINT(field->name),
                             TEXT_PRINT(object), TEXT_PRINT(field->name));
        }
    }
    composed_add(&query,
                 ") r WHERE NOT EXISTS (SELECT 1 FROM existing e JOIN object o ON o.id = e.object"
                 " WHERE e.id = CAST(substr(r.value, length(o.name) + 2) AS INTEGER)"
                 " AND r.value = o.name || ':' || e.id)");
    return look(search, &query, &finding, error);
}

/* Whatever else refers to rows that are gone; owners, for one. */
static enum error_code look_for_strangers(struct search *search, struct error *error)
{
    struct store_finding finding = {
        .what = "other rows that refer to rows that are gone",
        .advice = "correct them with sqlite3: 'PRAGMA foreign_key_check' lists them"};
    struct composed query = COMPOSED(&search->store->sql, error);

    composed_add(&query, "SELECT count(*), min(\"table\" || ' ' || coalesce(rowid, '')"
                         " || ' without its ' || \"parent\") FROM pragma_foreign_key_check");
    return look(search, &query, &finding, error);
}

/* ---- layout ---- */

static enum error_code look_at_triggers(struct search *search, struct error *error)
{
    struct store_finding finding = {
        .what = "triggers that are missing or changed, so that edits are not tracked",
        .mend = "they are created again; sync with --first-time-sync to send what was missed"};

    if (sql_begin(&search->store->sql, error))
        return error->code;
    const enum error_code code =
        check_triggers(search->store, search->arena, &finding.count, &finding.first, error);
    sql_rollback(&search->store->sql);
    if (!code)
        add(search, &finding);
    return code;
}

static enum error_code look_at_layout(struct search *search, struct error *error)
{
    struct store_finding found[] = {
        [PART_COLUMN] = {.what = "columns of fields that are missing",
                         .mend = "they are created again, empty"},
        [PART_INDEX] = {.what = "indexes that are missing", .mend = "they are created again"},
    };
    struct check_lack *lacks = NULL;
    size_t count = 0;

    if (check_layout(search->store, search->arena, &lacks, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (found[lacks[i].part].count++ == 0)
            found[lacks[i].part].first = lacks[i].name;
    add(search, &found[PART_COLUMN]);
    add(search, &found[PART_INDEX]);
    return found[PART_COLUMN].count ? ERROR_NONE : look_at_triggers(search, error);
}

/* In a file in which everything can be found that is there. */
static enum error_code look_at_all(struct search *search, struct error *error)
{
    if (look_at_layout(search, error))
        return error->code;
    for (size_t index = 0; index < check_rule_count; index++)
        if (look_by(search, &check_rules[index], error))
            return error->code;
    if (search->count == 0 && look_for_strangers(search, error))
        return error->code;
    return look_for_references(search, error);
}

enum error_code store_check(struct store *store, struct arena *arena,
                            struct store_finding **findings, size_t *count, struct error *error)
{
    struct search search = {.store = store, .arena = arena};
    struct store_finding damage;
    enum error_code code = ERROR_NONE;

    search.findings =
        ARENA_ARRAY(arena, check_rule_count + PART_COUNT + OTHER_FINDINGS, struct store_finding);
    if (!search.findings)
        return error_memory(error, "the findings");
    if (check_file(store, arena, &damage, error))
        return error->code;
    add(&search, &damage);
    if (damage.count == 0)
        code = look_at_all(&search, error);
    *findings = search.findings;
    *count = search.count;
    return code;
}

/* ---- mending ---- */

static enum error_code cure(struct store *store, const struct check_rule *rule, uint64_t *mended,
                            struct error *error)
{
    const int64_t before = sql_total_changes(&store->sql);
    struct composed statements = COMPOSED(&store->sql, error);

    add_existing(&statements, store);
    composed_add(&statements, "%s", rule->cure);
    if (composed_run(&statements))
        return error->code;
    *mended += (uint64_t)(sql_total_changes(&store->sql) - before);
    return ERROR_NONE;
}

/* Columns come first, since rows are read by them; indexes last, since rows may be in their way. */
static enum error_code mend(struct store *store, struct arena *arena, uint64_t *mended,
                            struct error *error)
{
    struct check_lack *lacks = NULL;
    struct text first = TEXT_ABSENT;
    size_t count = 0, columns = 0;
    uint64_t triggers = 0;

    if (check_layout(store, arena, &lacks, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (lacks[i].part != PART_COLUMN)
            continue;
        const struct check_lack column = lacks[i];
        lacks[i] = lacks[columns];
        lacks[columns++] = column;
    }
    if (check_restore(store, lacks, columns, mended, error))
        return error->code;
    for (size_t index = 0; index < check_rule_count; index++)
        if (check_rules[index].cure && cure(store, &check_rules[index], mended, error))
            return error->code;
    if (store_fields_add_channels(store, error) ||
        check_restore(store, lacks + columns, count - columns, mended, error) ||
        store_load(store, error) || check_triggers(store, arena, &triggers, &first, error))
        return error->code;
    *mended += triggers;
    return ERROR_NONE;
}

enum error_code store_mend(struct store *store, struct arena *arena, uint64_t *mended,
                           struct error *error)
{
    struct store_finding damage;
    enum error_code code = ERROR_NONE;

    *mended = 0;
    if (check_file(store, arena, &damage, error) || sql_begin(&store->sql, error))
        return error->code;
    *mended = damage.count;
    if (damage.count)
        code = sql_run(&store->sql, "REINDEX", error);
    if (!code)
        code = mend(store, arena, mended, error);
    return sql_end(&store->sql, code, error);
}
