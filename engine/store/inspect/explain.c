/* Everything that the books know about one object, read in a few queries. */
#include "store/inspect/explain.h"

#include "store/schema/store_layout.h"
#include "store/inspect/status_rows.h"
#include "store/schema/stored_kinds.h"
#include "model/outcome.h"

/* The store's own name of an object of ours ("contact" for "lead"). */
static struct text own_name(struct store *store, const struct explain_subject *subject)
{
    const struct store_object *stored =
        subject->theirs ? NULL : store_object_of(store, subject->object);

    return stored ? stored->schema.name : subject->object;
}

/* ---- mappings ---- */

#define MAPPINGS STATUS_ROWS_MAPPINGS "i.name = ?1 AND "

enum error_code explain_mappings(struct store *store, const struct explain_subject *subject,
                                 struct arena *arena, struct status_mapping **mappings,
                                 size_t *count, struct error *error)
{
    static const char by_record[] = MAPPINGS "n.name = ?2 AND m.integration_id = ?3 ORDER BY m.key";
    static const char by_object[] =
        MAPPINGS "o.name = ?2 AND m.object_id = CAST(?3 AS INTEGER) ORDER BY m.key";
    return rows_all(&store->sql, ROWS_INTO(arena, status_rows_mapping, mappings, count), error,
                    subject->theirs ? by_record : by_object, "ttt", subject->integration,
                    own_name(store, subject), subject->id);
}

/* ---- outcomes ---- */

static void read_outcome(struct rows *rows, void *item)
{
    struct explain_outcome *const outcome = item;

    outcome->run = rows_integer(rows);
    outcome->at = rows_instant(rows);
    outcome->side = rows_flag(rows) ? SIDE_INTEGRATION : SIDE_INTERNAL;
    outcome->outcome = text_of(outcome_name((enum outcome_kind)rows_integer(rows)));
    outcome->object = rows_text(rows);
    outcome->id = rows_text(rows);
    outcome->reason = rows_text(rows);
}

enum error_code explain_outcomes(struct store *store, const struct explain_subject *subject,
                                 size_t limit, struct arena *arena,
                                 struct explain_outcome **outcomes, size_t *count,
                                 struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_outcome, outcomes, count), error,
                    "SELECT r.id, r.started, u.side, u.kind, u.object, u.object_id, u.reason"
                    " FROM run r JOIN integration i ON i.id = r.integration"
                    " JOIN run_outcome u ON u.run = r.id AND u.side = ?2 AND u.object = ?3"
                    " AND u.object_id = ?4 WHERE i.name = ?1 ORDER BY r.id DESC LIMIT ?5",
                    "titti", subject->integration,
                    (int64_t)(subject->theirs ? SIDE_INTEGRATION : SIDE_INTERNAL),
                    own_name(store, subject), subject->id, (int64_t)limit);
}

/* ---- changes that wait ---- */

static void read_change(struct rows *rows, void *item)
{
    struct explain_change *const change = item;

    change->sequence = rows_integer(rows);
    change->at = rows_instant(rows);
    change->settled = (size_t)rows_integer(rows);
    change->ties = (size_t)rows_integer(rows);
    change->field = rows_text(rows);
    change->origin_integration = rows_text(rows);
    change->origin_object = rows_text(rows);
    change->origin_id = rows_text(rows);
}

enum error_code explain_changes(struct store *store, const struct explain_subject *subject,
                                struct arena *arena, struct explain_change **changes, size_t *count,
                                struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_change, changes, count), error,
                    "SELECT c.sequence, c.at,"
                    " (SELECT count(*) FROM change_mark k WHERE k.sequence = c.sequence AND k.kind "
                    "= " STORED_MARK_SETTLED "),"
                    " (SELECT count(*) FROM change_mark k WHERE k.sequence = c.sequence AND k.kind "
                    "= " STORED_MARK_TIE "),"
                    " f.name, mi.name, n.name, m.integration_id"
                    " FROM field_change c JOIN integration i ON i.id = c.integration"
                    " JOIN object o ON o.id = c.object LEFT JOIN field f ON f.id = c.field"
                    " LEFT JOIN object_mapping m ON m.key = c.origin AND c.origin <> 0"
                    " LEFT JOIN integration_object n ON n.id = m.integration_object"
                    " LEFT JOIN integration mi ON mi.id = m.integration"
                    " WHERE i.name = ?1 AND o.name = ?2 AND c.object_id = CAST(?3 AS INTEGER)"
                    " ORDER BY c.sequence",
                    "ttt", subject->integration, own_name(store, subject), subject->id);
}

/* ---- notes ---- */

#define NOTES STATUS_ROWS_NOTES "i.name = ?1 AND "

enum error_code explain_notes(struct store *store, const struct explain_subject *subject,
                              size_t limit, struct arena *arena, struct status_note **notes,
                              size_t *count, struct error *error)
{
    static const char by_record[] =
        NOTES "n.integration_object = ?2 AND n.integration_id = ?3 ORDER BY n.id DESC LIMIT ?4";
    static const char by_object[] =
        NOTES "n.object = ?2 AND n.object_id = ?3 ORDER BY n.id DESC LIMIT ?4";
    return rows_all(&store->sql, ROWS_INTO(arena, status_rows_note, notes, count), error,
                    subject->theirs ? by_record : by_object, "ttti", subject->integration,
                    own_name(store, subject), subject->id, (int64_t)limit);
}

/* ---- decisions ---- */

static void read_decision(struct rows *rows, void *item)
{
    struct explain_decision *const decision = item;

    decision->run = rows_integer(rows);
    decision->at = rows_instant(rows);
    decision->left_certain = rows_instant(rows);
    decision->left_possible = rows_instant(rows);
    decision->right_certain = rows_instant(rows);
    decision->right_possible = rows_instant(rows);
    decision->behind_ms = rows_integer(rows);
    decision->clock_unknown = rows_flag(rows);
    decision->has_base = rows_flag(rows);
    decision->integration_object = rows_text(rows);
    decision->integration_id = rows_text(rows);
    decision->object = rows_text(rows);
    decision->object_id = rows_text(rows);
    decision->field = rows_text(rows);
    decision->left = rows_text(rows);
    decision->right = rows_text(rows);
    decision->verdict = rows_text(rows);
    decision->decided_by = rows_text(rows);
}

#define DECISIONS                                                                                  \
    "SELECT r.id, r.started, d.left_certain, d.left_possible, d.right_certain, d.right_possible,"  \
    " coalesce(r.counts ->> '$.clock_behind_ms', 0), r.counts ->> '$.clock_unknown' IS 1,"         \
    " d.base, d.integration_object, "                                                              \
    "d.integration_id, d.object, d.object_id, d.field,"                                            \
    " d.left_value, d.right_value, d.verdict, d.decided_by"                                        \
    " FROM decision d JOIN run r ON r.id = d.run JOIN integration i ON i.id = r.integration"       \
    " WHERE i.name = ?1 AND (?4 IS NULL OR d.field = ?4) AND "

enum error_code explain_decisions(struct store *store, const struct explain_subject *subject,
                                  size_t limit, struct arena *arena,
                                  struct explain_decision **decisions, size_t *count,
                                  struct error *error)
{
    static const char by_record[] =
        DECISIONS "d.integration_object = ?2 AND d.integration_id = ?3 ORDER BY d.id DESC LIMIT ?5";
    static const char by_object[] =
        DECISIONS "d.object = ?2 AND d.object_id = ?3 ORDER BY d.id DESC LIMIT ?5";
    return rows_all(&store->sql, ROWS_INTO(arena, read_decision, decisions, count), error,
                    subject->theirs ? by_record : by_object, "tttti", subject->integration,
                    own_name(store, subject), subject->id, subject->field, (int64_t)limit);
}
