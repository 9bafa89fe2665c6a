/* Counting by integration. */
#include "store/service/overview.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/schema/store_layout.h"
#include "store/service/matters_sql.h"
#include "store/sql/rows.h"

static void read_row(struct rows *rows, void *item)
{
    struct overview_row *const row = item;

    row->links = rows_integer(rows);
    row->waiting = rows_integer(rows);
    row->last_run = rows_integer(rows);
    row->last_started = rows_instant(rows);
    row->last_success = rows_instant(rows);
    row->failing_since = rows_instant(rows);
    row->position = rows_instant(rows);
    row->integration = rows_text(rows);
    row->last_status = rows_text(rows);
    row->last_message = rows_text(rows);
    row->scripts = rows_text(rows);
    row->matters = TEXT_ABSENT;
}

static int compare_names(const void *name, const void *row)
{
    return text_compare(*(const struct text *)name,
                        ((const struct overview_row *)row)->integration);
}

const struct overview_row *overview_find(const struct overview_row *rows, size_t count,
                                         struct text integration)
{
    return count ? bsearch(&integration, rows, count, sizeof *rows, compare_names) : NULL;
}

/* Counts what needs a person, by integration, into its row. */
static enum error_code count_matters(struct store *store, struct text only, struct arena *arena,
                                     struct overview_row *list, size_t count, struct error *error)
{
    struct rows rows;

    rows_open(
        &rows, &store->sql, arena, error,
        "WITH " MATTERS_OPEN ", counted AS (SELECT ikey, reason, count(*) n FROM open"
        " WHERE reason <> 'retrying' GROUP BY 1, 2)"
        " SELECT i.name, json_group_object(reason, n), sum(n),"
        " sum(n) FILTER (WHERE reason = 'held'), sum(n) FILTER (WHERE reason = 'quarantined'),"
        " sum(n) FILTER (WHERE reason = 'in_doubt'), sum(n) FILTER (WHERE reason = 'ambiguous')"
        " FROM counted JOIN integration i ON i.id = ikey WHERE ?1 IS NULL OR i.name = ?1"
        " GROUP BY i.id",
        "t", only);
    while (rows_next(&rows)) {
        const struct text name = rows_text(&rows);
        struct overview_row *const found =
            count ? bsearch(&name, list, count, sizeof *list, compare_names) : NULL;
        if (!found)
            continue;
        found->matters = rows_text(&rows);
        found->open = rows_integer(&rows);
        found->held = rows_integer(&rows);
        found->quarantined = rows_integer(&rows);
        found->in_doubt = rows_integer(&rows);
        found->ambiguous = rows_integer(&rows);
    }
    return rows_close(&rows);
}

enum error_code overview_read(struct store *store, struct text only, struct arena *arena,
                              struct overview_row **list, size_t *count, struct error *error)
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

    if (rows_all(&store->sql, ROWS_INTO(arena, read_row, list, count), error, text, "t", only))
        return error->code;
    return count_matters(store, only, arena, *list, *count, error);
}

static void read_hour(struct rows *rows, void *item)
{
    struct overview_hour *const hour = item;

    hour->hour = rows_integer(rows);
    hour->runs = rows_integer(rows);
    hour->changed = rows_integer(rows);
    hour->failed = rows_integer(rows);
    hour->integration = rows_text(rows);
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
    return rows_all(&store->sql, ROWS_INTO(arena, read_hour, hours, count), error, text, "ti", only,
                    from_hour);
}

void overview_size(const struct store *store, int64_t *bytes, int64_t *log_bytes)
{
    struct stat file;
    char log[4096];

    snprintf(log, sizeof log, "%s-wal", store->path);
    *bytes = stat(store->path, &file) == 0 ? file.st_size : 0;
    *log_bytes = stat(log, &file) == 0 ? file.st_size : 0;
}
