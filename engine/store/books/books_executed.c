/*
 * Tracked changes of what our side has written (spec section 11): whom the new values concern.
 *
 * Other integrations track every field that they map. The run's own integration tracks it only for
 * the object's other records (decision 69) to which the field is sent and which do not have the
 * value yet.
 */
#include "store/books/run_layout.h"

/* A live mapping of the object. */
struct live_mapping {
    int64_t key, integration, integration_object;
};

/* What is told of: an object with its live mappings. */
struct telling {
    struct store_run *run;
    const struct executed_object *executed;
    struct run_object *object;
    int64_t id;
    struct live_mapping *live;
    size_t live_count;
};

static void read_live(struct rows *rows, void *item)
{
    struct live_mapping *const mapping = item;

    mapping->key = rows_integer(rows);
    mapping->integration = rows_integer(rows);
    mapping->integration_object = rows_integer(rows);
}

static enum error_code load_live(struct telling *telling, struct error *error)
{
    return rows_all(
        &telling->run->store->sql,
        ROWS_INTO(telling->run->scratch, read_live, &telling->live, &telling->live_count), error,
        "SELECT key, integration, integration_object FROM object_mapping"
        " WHERE object = ? AND object_id = ? AND deleted = 0",
        "ii", telling->object->stored->key, telling->id);
}

static bool is_mapped_in(const struct telling *telling, int64_t integration)
{
    for (size_t index = 0; index < telling->live_count; index++)
        if (telling->live[index].integration == integration)
            return true;
    return false;
}

/* Is the field sent to records of this kind? */
static bool is_sent_to(const struct telling *telling, size_t field, int64_t integration_object)
{
    const struct manual *manual = telling->run->manual;

    for (size_t index = 0; index < manual->entry_count; index++) {
        const struct manual_entry *entry = manual->entries[index];
        if (entry->internal != telling->executed->object ||
            telling->run->integration_objects[entry->integration->index] != integration_object)
            continue;
        for (size_t line = 0; line < entry->line_count; line++)
            if (entry->lines[line].internal_field == field &&
                entry->lines[line].direction != DIRECTION_TO_INTERNAL)
                return true;
    }
    return false;
}

/* Did this record, too, bring the value that won? */
static bool has_value(const struct executed_object *executed, size_t field, int64_t mapping)
{
    for (size_t index = 0; index < executed->change_count; index++) {
        const struct order_change *change = executed->changes[index];
        if (!change->mapping || change->mapping->key != mapping)
            continue;
        for (size_t at = 0; at < change->field_count; at++)
            if (change->fields[at].field == field && change->fields[at].written)
                return true;
    }
    return false;
}

/* Did a record bring another value that lost? */
static bool has_loser(const struct executed_object *executed, size_t field)
{
    for (size_t index = 0; index < executed->change_count; index++) {
        const struct order_change *change = executed->changes[index];
        for (size_t at = 0; at < change->field_count; at++)
            if (change->fields[at].field == field && !change->fields[at].written &&
                change->fields[at].refusal == REFUSAL_NONE)
                return true;
    }
    return false;
}

/* Whoever brought another value to a new object has to be told even that the field is empty, which
 * for the object is no change. */
static bool is_news(const struct executed_object *executed, size_t field)
{
    return executed->fields[field].changed || (executed->created && has_loser(executed, field));
}

/* One field of the object, as it is to be tracked. */
struct news {
    size_t field;
    int64_t origin;
    instant at;
};

static enum error_code track(const struct telling *telling, const struct news *news,
                             int64_t integration, struct error *error)
{
    if (integration == telling->run->integration)
        telling->object->tracked.known = ANY_SOME;
    return sql_do(&telling->run->store->sql,
                  "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at,"
                  " origin) VALUES(?, ?, ?, ?, ?, ?)",
                  error, "iiiiii", integration, telling->object->stored->key, telling->id,
                  telling->object->field_keys[news->field], news->at, news->origin);
}

/* May there be an older change of the field that nobody else will remove? The judge saw the changes
 * for a single record; if several records became one object, it has not seen all of them. */
static bool may_be_tracked(const struct executed_object *executed, size_t field)
{
    const struct order_change *change = executed->changes[0];

    if (executed->created)
        return false; /* nothing of it can be tracked yet */
    for (size_t at = 0; executed->change_count == 1 && at < change->field_count; at++)
        if (change->fields[at].field == field)
            return change->fields[at].tracking == FIELD_TRACKING_UNKNOWN;
    return true;
}

/* Another record of the object, there where the value came from. */
static bool is_other_record(const struct telling *telling, const struct news *news,
                            const struct live_mapping *mapping)
{
    return mapping->integration == telling->run->integration && mapping->key != news->origin;
}

/* Those of the other records that have brought the same value need not be told. */
static enum error_code mark_settled(const struct telling *telling, const struct news *news,
                                    int64_t sequence, struct error *error)
{
    struct books *books = &telling->run->books;

    for (size_t index = 0; index < telling->live_count; index++) {
        const struct live_mapping *mapping = &telling->live[index];
        const struct change_mark mark = {.mapping = mapping->key, .kind = MARK_SETTLED};
        if (is_other_record(telling, news, mapping) &&
            has_value(telling->executed, news->field, mapping->key) &&
            books->mark_tracked_change(books, sequence, &mark, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code track_own(const struct telling *telling, const struct news *news,
                                 struct error *error)
{
    const int64_t integration = telling->run->integration;
    bool waits = false;

    for (size_t index = 0; index < telling->live_count && !waits; index++) {
        const struct live_mapping *mapping = &telling->live[index];
        waits = is_other_record(telling, news, mapping) &&
                is_sent_to(telling, news->field, mapping->integration_object) &&
                !has_value(telling->executed, news->field, mapping->key);
    }
    if (!waits && !may_be_tracked(telling->executed, news->field))
        return ERROR_NONE;
    if (!waits) /* no record is left to be sent it; an older change has ended, too */
        return sql_do(&telling->run->store->sql,
                      "DELETE FROM field_change WHERE integration = ? AND object = ?"
                      " AND object_id = ? AND field = ?",
                      error, "iiii", integration, telling->object->stored->key, telling->id,
                      telling->object->field_keys[news->field]);
    if (track(telling, news, integration, error))
        return error->code;
    return mark_settled(telling, news, sql_last_key(&telling->run->store->sql), error);
}

/* Nothing new is tracked for integrations that are off; but what waits for one of them is as old as
 * this value, once it is back (13.4). */
static enum error_code track_again(const struct telling *telling, const struct news *news,
                                   struct error *error)
{
    return sql_do(&telling->run->store->sql,
                  "UPDATE field_change SET again = ? WHERE integration IN"
                  " (SELECT id FROM integration WHERE enabled = 0)"
                  " AND object = ? AND object_id = ? AND field = ?",
                  error, "iiii", news->at, telling->object->stored->key, telling->id,
                  telling->object->field_keys[news->field]);
}

static enum error_code track_field(const struct telling *telling, size_t field, struct error *error)
{
    const struct store_run *run = telling->run;
    const struct executed_field *executed = &telling->executed->fields[field];
    const struct run_tracker *tracker = telling->object->trackers[field];
    const struct news news = {
        .field = field,
        .origin = executed->change->mapping ? executed->change->mapping->key : 0,
        .at = store_run_until_now(run, executed->at),
    };
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < tracker->count; index++) {
        const int64_t integration = tracker->integrations[index];
        if (integration == run->integration)
            code = track_own(telling, &news, error);
        else if (!executed->changed)
            continue;
        else if (telling->executed->identified ||
                 is_mapped_in(telling, integration)) /* decision 68 */
            code = track(telling, &news, integration, error);
    }
    if (!code && telling->object->waits_off && executed->changed)
        code = track_again(telling, &news, error);
    return code;
}

/* What an application's trigger made of the write is an edit like any other, for everybody. */
static enum error_code track_rewritten(const struct telling *telling, size_t field,
                                       struct error *error)
{
    const struct run_tracker *tracker = telling->object->trackers[field];
    const struct news news = {.field = field, .at = telling->run->now};

    for (size_t index = 0; index < tracker->count; index++) {
        const int64_t integration = tracker->integrations[index];
        if ((telling->executed->identified || is_mapped_in(telling, integration)) &&
            track(telling, &news, integration, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Could this write be tracked, or does what waits have to be dated anew? */
static bool is_tracked(const struct telling *telling)
{
    const struct executed_object *executed = telling->executed;

    if (telling->object->waits_off && !executed->created)
        return true;
    for (size_t field = 0; field < executed->object->field_count; field++) {
        const struct run_tracker *tracker = telling->object->trackers[field];
        if (tracker->count > 0 && executed->fields[field].rewritten)
            return true;
        if (tracker->count == 0 || !is_news(executed, field))
            continue;
        if (!executed->created || executed->change_count > 1 || tracker->count > 1 ||
            tracker->integrations[0] != telling->run->integration)
            return true;
    }
    return false;
}

static enum error_code track_executed(struct books *books, const struct executed_object *executed,
                                      struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct arena_mark mark = arena_mark(run->scratch);
    struct telling telling = {
        .run = run, .executed = executed, .object = run_object_of(run, executed->object)};
    enum error_code code = ERROR_NONE;

    if (!telling.object || !sql_id_of(executed->id, &telling.id) || !is_tracked(&telling))
        return ERROR_NONE;
    code = load_live(&telling, error);
    for (size_t field = 0; !code && field < executed->object->field_count; field++) {
        if (is_news(executed, field))
            code = track_field(&telling, field, error);
        if (!code && executed->fields[field].rewritten)
            code = track_rewritten(&telling, field, error);
    }
    arena_rewind(run->scratch, mark);
    return code;
}

void books_install_executed(struct store_run *run)
{
    run->books.track_executed = track_executed;
}
