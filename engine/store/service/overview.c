/* Counting by integration. */
#include "store/service/overview.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/schema/store_layout.h"
#include "store/service/matters_sql.h"
#include "store/sql/list.h"

static enum error_code read_row(sqlite3_stmt *statement, struct arena *arena, void *item,
                                struct error *error)
{
    struct overview_row *const row = item;
    struct text *const places[] = {&row->integration, &row->last_status, &row->last_message,
                                   &row->scripts};
    int64_t *const numbers[] = {&row->links, &row->waiting, &row->last_run};
    instant *const instants[] = {&row->last_started, &row->last_success, &row->failing_since,
                                 &row->position};

    row->matters = TEXT_ABSENT;
    for (int i = 0; i < 3; i++)
        *numbers[i] = sqlite3_column_int64(statement, i);
    for (int i = 0; i < 4; i++)
        *instants[i] = sql_instant(statement, 3 + i);
    return list_copy_texts(statement, 7, arena, places, 4, error);
}

static int compare(const void *name, const void *row)
{
    return text_compare(*(const struct text *)name,
                        ((const struct overview_row *)row)->integration);
}

const struct overview_row *overview_find(const struct overview_row *rows, size_t count,
                                         struct text integration)
{
    return count ? bsearch(&integration, rows, count, sizeof *rows, compare) : NULL;
}

/* What waits for somebody, by integration, into its row. */
static enum error_code count_matters(struct store *store, struct text only, struct arena *arena,
                                     struct overview_row *rows, size_t count, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = true;
    enum error_code code = sql_cached(
        &store->sql,
        "WITH " MATTERS_OPEN ", counted AS (SELECT ikey, reason, count(*) n FROM open"
        " WHERE reason <> 'retrying' GROUP BY 1, 2)"
        " SELECT i.name, json_group_object(reason, n), sum(n),"
        " sum(n) FILTER (WHERE reason = 'held'), sum(n) FILTER (WHERE reason = 'quarantined'),"
        " sum(n) FILTER (WHERE reason = 'in_doubt'), sum(n) FILTER (WHERE reason = 'ambiguous')"
        " FROM counted JOIN integration i ON i.id = ikey WHERE ?1 IS NULL OR i.name = ?1"
        " GROUP BY i.id",
        &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", only);
    while (!code && row) {
        code = sql_step(&store->sql, statement, &row, error);
        if (code || !row)
            break;
        const struct text name = sql_text(statement, 0);
        struct overview_row *const found =
            count ? bsearch(&name, rows, count, sizeof *rows, compare) : NULL;
        if (!found)
            continue;
        found->open = sqlite3_column_int64(statement, 2);
        found->held = sqlite3_column_int64(statement, 3);
        found->quarantined = sqlite3_column_int64(statement, 4);
        found->in_doubt = sqlite3_column_int64(statement, 5);
        found->ambiguous = sqlite3_column_int64(statement, 6);
        code = sql_copy(statement, 1, arena, &found->matters, error);
    }
    sql_done(statement);
    return code;
}

enum error_code overview_read(struct store *store, struct text only, struct arena *arena,
                              struct overview_row **rows, size_t *count, struct error *error)
{
    static const char text[] =
        "WITH links(i, n) AS (SELECT integration, count(*) FROM object_mapping"
        "  WHERE deleted = 0 GROUP BY 1),"
        " waiting(i, n) AS (SELECT integration, count(*) FROM field_change GROUP BY 1),"
        " known AS (SELECT i.id, i.name, (SELECT max(id) FROM run WHERE integration = i.id) last,"
        "  (SELECT id FROM run WHERE integration = i.id"
        "   AND status IN ('done', 'done_with_issues') ORDER BY id DESC LIMIT 1) good"
        "  FROM integration i WHERE ?1 IS NULL OR i.name = ?1)"
        " SELECT coalesce(l.n, 0), coalesce(w.n, 0), k.last, r.started, g.finished,"
        " (SELECT min(f.started) FROM run f WHERE f.integration = k.id"
        "  AND f.id > coalesce(k.good, 0) AND f.status IN ('failed', 'refused')),"
        " (SELECT min(p.at) FROM position p JOIN integration_object n ON n.id ="
        "  p.integration_object WHERE n.integration = k.id), k.name, r.status, r.message, r.scripts"
        " FROM known k LEFT JOIN run r ON r.id = k.last LEFT JOIN run g ON g.id = k.good"
        " LEFT JOIN links l ON l.i = k.id LEFT JOIN waiting w ON w.i = k.id ORDER BY k.name";
    struct list list = {.arena = arena, .size = sizeof **rows};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(&store->sql, text, &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", only);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_row, error);
    *rows = list.items;
    *count = list.count;
    return code ? code : count_matters(store, only, arena, *rows, *count, error);
}

static enum error_code read_hour(sqlite3_stmt *statement, struct arena *arena, void *item,
                                 struct error *error)
{
    struct overview_hour *const hour = item;

    hour->hour = sqlite3_column_int64(statement, 0);
    hour->runs = sqlite3_column_int64(statement, 1);
    hour->changed = sqlite3_column_int64(statement, 2);
    hour->failed = sqlite3_column_int64(statement, 3);
    return sql_copy(statement, 4, arena, &hour->integration, error);
}

enum error_code overview_hours(struct store *store, struct text only, int64_t from_hour,
                               struct arena *arena, struct overview_hour **hours, size_t *count,
                               struct error *error)
{
    static const char text[] = "SELECT r.finished / 3600000 AS hour, count(*),"
                               " sum(coalesce(json_extract(r.counts, '$.pull.created'), 0)"
                               "  + coalesce(json_extract(r.counts, '$.pull.updated'), 0)"
                               "  + coalesce(json_extract(r.counts, '$.push.created'), 0)"
                               "  + coalesce(json_extract(r.counts, '$.push.updated'), 0)"
                               "  + coalesce(json_extract(r.counts, '$.push.deleted'), 0)),"
                               " sum(r.status IN ('failed', 'refused')), i.name"
                               " FROM run r JOIN integration i ON i.id = r.integration"
                               " WHERE r.finished >= ?2 * 3600000 AND (?1 IS NULL OR i.name = ?1)"
                               " GROUP BY i.name, hour ORDER BY i.name, hour";
    struct list list = {.arena = arena, .size = sizeof **hours};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(&store->sql, text, &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ti", only, from_hour);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_hour, error);
    *hours = list.items;
    *count = list.count;
    return code;
}

void overview_size(const struct store *store, int64_t *bytes, int64_t *log_bytes)
{
    struct stat file;
    char log[4096];

    snprintf(log, sizeof log, "%s-wal", store->path);
    *bytes = stat(store->path, &file) == 0 ? file.st_size : 0;
    *log_bytes = stat(log, &file) == 0 ? file.st_size : 0;
}
