/* Everything that the books say of one object, read in a few queries. */
#include "store/inspect/explain.h"

#include "store/schema/store_layout.h"
#include "store/sql/list.h"
#include "model/outcome.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* The store's own name of an object of ours ("contact" for "lead"). */
static struct text own_name(struct store *store, bool theirs, struct text object)
{
    const struct store_object *stored = theirs ? NULL : store_object_of(store, object);

    return stored ? stored->schema.name : object;
}

/* ---- mappings ---- */

static enum error_code read_mapping(sqlite3_stmt *statement, struct arena *arena, void *item,
                                    struct error *error)
{
    struct status_mapping *mapping = item;
    struct text *const places[] = {&mapping->integration, &mapping->internal_object,
                                   &mapping->internal_id, &mapping->integration_object,
                                   &mapping->integration_id};

    mapping->key = sqlite3_column_int64(statement, 0);
    mapping->last_sync = sql_instant(statement, 1);
    mapping->deleted = sqlite3_column_int(statement, 2) != 0;
    return list_copy_texts(statement, 3, arena, places, COUNT_OF(places), error);
}

#define MAPPINGS                                                                                   \
    "SELECT m.key, m.last_sync, m.deleted, i.name, o.name, m.object_id, n.name,"                   \
    " m.integration_id FROM object_mapping m"                                                      \
    " JOIN integration_object n ON n.id = m.integration_object"                                    \
    " JOIN integration i ON i.id = m.integration JOIN object o ON o.id = m.object"                 \
    " WHERE i.name = ?1 AND "

enum error_code explain_mappings(struct store *store, struct text integration, bool theirs,
                                 struct text object, struct text id, struct arena *arena,
                                 struct status_mapping **mappings, size_t *count,
                                 struct error *error)
{
    static const char by_record[] = MAPPINGS "n.name = ?2 AND m.integration_id = ?3 ORDER BY m.key";
    static const char by_object[] =
        MAPPINGS "o.name = ?2 AND m.object_id = CAST(?3 AS INTEGER) ORDER BY m.key";
    struct list list = {.arena = arena, .size = sizeof **mappings};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql, theirs ? by_record : by_object, &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ttt", integration,
                        own_name(store, theirs, object), id);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_mapping, error);
    *mappings = list.items;
    *count = list.count;
    return code;
}

/* ---- outcomes ---- */

static enum error_code read_outcome(sqlite3_stmt *statement, struct arena *arena, void *item,
                                    struct error *error)
{
    struct explain_outcome *outcome = item;
    struct text *const places[] = {&outcome->object, &outcome->id, &outcome->reason};

    outcome->run = sqlite3_column_int64(statement, 0);
    outcome->at = sql_instant(statement, 1);
    outcome->side = sqlite3_column_int(statement, 2) ? SIDE_INTEGRATION : SIDE_INTERNAL;
    outcome->outcome = text_of(outcome_name((enum outcome_kind)sqlite3_column_int(statement, 3)));
    return list_copy_texts(statement, 4, arena, places, COUNT_OF(places), error);
}

enum error_code explain_outcomes(struct store *store, struct text integration, bool theirs,
                                 struct text object, struct text id, size_t limit,
                                 struct arena *arena, struct explain_outcome **outcomes,
                                 size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **outcomes};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT r.id, r.started, u.side, u.kind, u.object, u.object_id, u.reason"
                   " FROM run r JOIN integration i ON i.id = r.integration"
                   " JOIN run_outcome u ON u.run = r.id AND u.side = ?2 AND u.object = ?3"
                   " AND u.object_id = ?4 WHERE i.name = ?1 ORDER BY r.id DESC LIMIT ?5",
                   &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "titti", integration,
                        (int64_t)(theirs ? SIDE_INTEGRATION : SIDE_INTERNAL),
                        own_name(store, theirs, object), id, (int64_t)limit);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_outcome, error);
    *outcomes = list.items;
    *count = list.count;
    return code;
}

/* ---- changes that wait ---- */

static enum error_code read_change(sqlite3_stmt *statement, struct arena *arena, void *item,
                                   struct error *error)
{
    struct explain_change *change = item;
    struct text *const places[] = {&change->field, &change->origin_integration,
                                   &change->origin_object, &change->origin_id};

    change->sequence = sqlite3_column_int64(statement, 0);
    change->at = sql_instant(statement, 1);
    change->settled = (size_t)sqlite3_column_int64(statement, 2);
    change->ties = (size_t)sqlite3_column_int64(statement, 3);
    return list_copy_texts(statement, 4, arena, places, COUNT_OF(places), error);
}

enum error_code explain_changes(struct store *store, struct text integration, struct text object,
                                struct text id, struct arena *arena,
                                struct explain_change **changes, size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **changes};
    sqlite3_stmt *statement = NULL;
    enum error_code code = sql_cached(
        &store->sql,
        "SELECT c.sequence, c.at,"
        " (SELECT count(*) FROM change_mark k WHERE k.sequence = c.sequence AND k.kind = 0),"
        " (SELECT count(*) FROM change_mark k WHERE k.sequence = c.sequence AND k.kind = 1),"
        " f.name, mi.name, n.name, m.integration_id"
        " FROM field_change c JOIN integration i ON i.id = c.integration"
        " JOIN object o ON o.id = c.object LEFT JOIN field f ON f.id = c.field"
        " LEFT JOIN object_mapping m ON m.key = c.origin AND c.origin <> 0"
        " LEFT JOIN integration_object n ON n.id = m.integration_object"
        " LEFT JOIN integration mi ON mi.id = m.integration"
        " WHERE i.name = ?1 AND o.name = ?2 AND c.object_id = CAST(?3 AS INTEGER)"
        " ORDER BY c.sequence",
        &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ttt", integration,
                        own_name(store, false, object), id);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_change, error);
    *changes = list.items;
    *count = list.count;
    return code;
}

/* ---- notes ---- */

static enum error_code read_note(sqlite3_stmt *statement, struct arena *arena, void *item,
                                 struct error *error)
{
    struct status_note *note = item;
    struct text *const places[] = {
        &note->integration,    &note->object, &note->object_id, &note->integration_object,
        &note->integration_id, &note->about,  &note->field,     &note->message};

    note->id = sqlite3_column_int64(statement, 0);
    note->run = sqlite3_column_int64(statement, 1);
    note->at = sql_instant(statement, 2);
    return list_copy_texts(statement, 3, arena, places, COUNT_OF(places), error);
}

#define NOTES                                                                                      \
    "SELECT n.id, n.run, n.at, i.name, n.object, n.object_id, n.integration_object,"               \
    " n.integration_id, n.about, n.field, n.message"                                               \
    " FROM note n JOIN integration i ON i.id = n.integration WHERE i.name = ?1 AND "

enum error_code explain_notes(struct store *store, struct text integration, bool theirs,
                              struct text object, struct text id, size_t limit, struct arena *arena,
                              struct status_note **notes, size_t *count, struct error *error)
{
    static const char by_record[] =
        NOTES "n.integration_object = ?2 AND n.integration_id = ?3 ORDER BY n.id DESC LIMIT ?4";
    static const char by_object[] =
        NOTES "n.object = ?2 AND n.object_id = ?3 ORDER BY n.id DESC LIMIT ?4";
    struct list list = {.arena = arena, .size = sizeof **notes};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql, theirs ? by_record : by_object, &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "ttti", integration,
                        own_name(store, theirs, object), id, (int64_t)limit);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_note, error);
    *notes = list.items;
    *count = list.count;
    return code;
}

/* ---- decisions ---- */

static enum error_code read_decision(sqlite3_stmt *statement, struct arena *arena, void *item,
                                     struct error *error)
{
    struct explain_decision *decision = item;
    struct text *const places[] = {&decision->integration_object,
                                   &decision->integration_id,
                                   &decision->object,
                                   &decision->object_id,
                                   &decision->field,
                                   &decision->left,
                                   &decision->right,
                                   &decision->verdict,
                                   &decision->decided_by};

    decision->run = sqlite3_column_int64(statement, 0);
    decision->at = sql_instant(statement, 1);
    decision->left_certain = sql_instant(statement, 2);
    decision->left_possible = sql_instant(statement, 3);
    decision->right_certain = sql_instant(statement, 4);
    decision->right_possible = sql_instant(statement, 5);
    decision->has_base = sqlite3_column_int64(statement, 6) != 0;
    return list_copy_texts(statement, 7, arena, places, COUNT_OF(places), error);
}

#define DECISIONS                                                                                  \
    "SELECT r.id, r.started, d.left_certain, d.left_possible, d.right_certain, d.right_possible,"  \
    " d.base, d.integration_object, d.integration_id, d.object, d.object_id, d.field,"             \
    " d.left_value, d.right_value, d.verdict, d.decided_by"                                        \
    " FROM decision d JOIN run r ON r.id = d.run JOIN integration i ON i.id = r.integration"       \
    " WHERE i.name = ?1 AND (?4 IS NULL OR d.field = ?4) AND "

enum error_code explain_decisions(struct store *store, struct text integration, bool theirs,
                                  struct text object, struct text id, struct text field,
                                  size_t limit, struct arena *arena,
                                  struct explain_decision **decisions, size_t *count,
                                  struct error *error)
{
    static const char by_record[] =
        DECISIONS "d.integration_object = ?2 AND d.integration_id = ?3 ORDER BY d.id DESC LIMIT ?5";
    static const char by_object[] =
        DECISIONS "d.object = ?2 AND d.object_id = ?3 ORDER BY d.id DESC LIMIT ?5";
    struct list list = {.arena = arena, .size = sizeof **decisions};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql, theirs ? by_record : by_object, &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "tttti", integration,
                        own_name(store, theirs, object), id, field, (int64_t)limit);
    if (!code)
        code = list_read(&store->sql, statement, &list, read_decision, error);
    *decisions = list.items;
    *count = list.count;
    return code;
}
