/* matters: one query over marks, ambiguous records and open_matter. */
#include "store/books/matters.h"

#include "store/schema/store_layout.h"
#include "store/schema/stored_kinds.h"
#include "store/sql/rows.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* reason, integration, object, id, record, record id, field, first, last, message; ids are texts.
 * First those at fields of live links, then of records and objects, then ties and refusals, then
 * ambiguous records. */
#define MATTERS                                                                                    \
    "WITH matter(reason, integration, object, object_id, record, record_id, field, first_at,"      \
    " last_at, message) AS ("                                                                      \
    "SELECT o.reason, m.integration, m.object, CAST(m.object_id AS TEXT), m.integration_object,"   \
    " m.integration_id, o.field, o.first_at, o.last_at, o.message FROM open_matter o"              \
    " JOIN object_mapping m ON m.key = o.mapping WHERE o.mapping > 0 AND m.deleted = 0"            \
    " UNION ALL SELECT o.reason, o.integration, o.object, " STORED_MATTER_OBJECT_ID                \
    ", o.record, nullif(o.record_id, ''), o.field,"                                                \
    " o.first_at, o.last_at, o.message FROM open_matter o WHERE o.mapping = 0"                     \
    " AND NOT (o.reason = " STORED_MATTER_MERGE " AND EXISTS (SELECT 1 FROM object_mapping m"      \
    " WHERE m.object = o.object AND m.object_id = o.object_id AND m.integration = o.integration"   \
    " AND m.deleted = 0))"                                                                         \
    " UNION ALL SELECT CASE k.kind WHEN " STORED_MARK_TIE " THEN " STORED_MATTER_HELD              \
    " ELSE " STORED_MATTER_REFUSED " END, c.integration, c.object,"                                \
    " CAST(c.object_id AS TEXT), coalesce(m.integration_object, -k.mapping), m.integration_id,"    \
    " c.field, k.first_at, k.last_at, NULL FROM change_mark k"                                     \
    " JOIN field_change c ON c.sequence = k.sequence"                                              \
    " LEFT JOIN object_mapping m ON m.key = k.mapping"                                             \
    " WHERE k.kind IN (" STORED_MARKS_OPEN ") AND (k.mapping < 0 OR m.deleted = 0)"                \
    " UNION ALL SELECT " STORED_MATTER_AMBIGUOUS ", n.integration, u.object, NULL,"                \
    " u.integration_object, u.integration_id, 0,"                                                  \
    " u.since, coalesce(r.sync_at, u.since), u.message FROM ambiguous_record u"                    \
    " JOIN integration_object n ON n.id = u.integration_object LEFT JOIN run r ON r.id = u.run"    \
    " WHERE u.asked = 0)"

/* What a run has noted about it last. */
#define LAST_NOTE                                                                                  \
    "(SELECT t.message FROM note t WHERE t.object = o.name AND t.object_id = x.object_id"          \
    " AND t.integration = x.integration AND (t.field = f.name OR (t.field IS NULL"                 \
    " AND x.reason = " STORED_MATTER_REFUSED " AND t.about IN ('issue', 'already_mapped')))"       \
    " ORDER BY t.id DESC LIMIT 1)"

static const char everything[] = MATTERS
    " SELECT x.reason, x.first_at, x.last_at, i.name, o.name, x.object_id, n.name, x.record_id,"
    " f.name, coalesce(x.message, " LAST_NOTE ") FROM matter x"
    " JOIN integration i ON i.id = x.integration"
    " LEFT JOIN object o ON o.id = x.object LEFT JOIN integration_object n ON n.id = x.record"
    " LEFT JOIN field f ON f.id = x.field"
    " WHERE (?1 IS NULL OR i.name = ?1) AND (?2 = x.reason OR (?2 = 0 AND x.reason"
    " NOT IN (" STORED_MATTERS_OF_RUNS ")))"
    " AND (?3 IS NULL"
    " OR (o.name = ?3 AND x.object_id IS ?4) OR (n.name = ?3 AND x.record_id IS ?4))"
    " ORDER BY i.name, x.reason, x.first_at, o.name, x.object_id, n.name, x.record_id, f.name";

static void read_matter(struct rows *rows, void *item)
{
    struct open_matter *const matter = item;

    matter->reason = (enum matter_reason)rows_integer(rows);
    matter->first = rows_instant(rows);
    matter->last = rows_instant(rows);
    matter->integration = rows_text(rows);
    matter->object = rows_text(rows);
    matter->id = rows_text(rows);
    matter->integration_object = rows_text(rows);
    matter->integration_id = rows_text(rows);
    matter->field = rows_text(rows);
    matter->message = rows_text(rows);
}

enum error_code matters_list(struct store *store, const struct matter_query *query,
                             struct arena *arena, struct open_matter **matters, size_t *count,
                             struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_matter, matters, count), error, everything,
                    "titt", query->integration, (int64_t)query->reason, query->object, query->id);
}

static void read_count(struct rows *rows, void *item)
{
    struct matter_count *const count = item;

    count->reason = (enum matter_reason)rows_integer(rows);
    count->open = (uint64_t)rows_integer(rows);
    count->met = (uint64_t)rows_integer(rows);
    count->first = rows_instant(rows);
    count->integration = rows_text(rows);
}

enum error_code matters_count(struct store *store, struct text integration, instant since,
                              struct arena *arena, struct matter_count **counts, size_t *count,
                              struct error *error)
{
    static const char text[] =
        MATTERS " SELECT x.reason, count(*), count(*) FILTER (WHERE x.last_at >= ?2),"
                " min(x.first_at), i.name FROM matter x JOIN integration i ON i.id = x.integration"
                " WHERE (?1 IS NULL OR i.name = ?1) AND x.reason NOT IN (" STORED_MATTERS_OF_RUNS
                ") GROUP BY i.name, x.reason"
                " ORDER BY i.name, x.reason";
    return rows_all(&store->sql, ROWS_INTO(arena, read_count, counts, count), error, text, "ta",
                    integration, since);
}

enum error_code matters_left_out(struct store *store, int64_t run, uint64_t *count,
                                 struct error *error)
{
    return rows_ask_count(&store->sql, count, error,
                          "SELECT count(*) FROM note WHERE run = ? AND field IS NOT NULL"
                          " AND about IN ('unreadable', 'required_empty', 'wrong_type', 'too_long',"
                          " 'unresolved_reference', 'unknown_owner', 'dnc_not_a_number')",
                          "i", run);
}
