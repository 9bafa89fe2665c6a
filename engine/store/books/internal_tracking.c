/*
 * Tracked changes after a sync's write (spec section 11): which links need the new values.
 *
 * Other integrations track every field that they map. The run's own integration tracks it only for
 * the object's other records (decision 69) to which the field is sent and which do not have the
 * value yet.
 */
#include "store/books/target.h"
#include "store/sql/rows.h"

#include <string.h>

/* A live mapping of the object. */
struct live_mapping {
    int64_t key, integration, integration_object;
};

struct live {
    struct live_mapping *rows;
    size_t count;
};

static void read_live(struct rows *rows, void *item)
{
    struct live_mapping *const mapping = item;

    mapping->key = rows_integer(rows);
    mapping->integration = rows_integer(rows);
    mapping->integration_object = rows_integer(rows);
}

static enum error_code load_live(struct store_run *run, const struct target *target,
                                 struct live *live, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &run->store->sql, run->scratch, error,
              "SELECT key, integration, integration_object FROM object_mapping"
              " WHERE object = ? AND object_id = ? AND deleted = 0",
              "ii", target->object->stored->key, target->id);
    live->rows = rows_list(&rows, read_live, sizeof *live->rows, &live->count);
    return rows_close(&rows);
}

static bool is_mapped_in(const struct live *live, int64_t integration)
{
    for (size_t index = 0; index < live->count; index++)
        if (live->rows[index].integration == integration)
            return true;
    return false;
}

/* Is the field sent to records of this kind? */
static bool is_sent_to(const struct store_run *run, const struct target *target, size_t field,
                       int64_t integration_object)
{
    const struct manual *manual = run->manual;

    for (size_t index = 0; index < manual->entry_count; index++) {
        const struct manual_entry *entry = manual->entries[index];
        if (entry->internal != target->object->manual ||
            run->integration_objects[entry->integration->index] != integration_object)
            continue;
        for (size_t line = 0; line < entry->line_count; line++)
            if (entry->lines[line].internal_field == field &&
                entry->lines[line].direction != DIRECTION_TO_INTERNAL)
                return true;
    }
    return false;
}

/* Did this record, too, bring the value that won? */
static bool has_value(const struct target *target, size_t field, int64_t mapping)
{
    for (size_t index = 0; index < target->change_count; index++) {
        const struct order_change *change = target->changes[index];
        if (!change->mapping || change->mapping->key != mapping)
            continue;
        for (size_t at = 0; at < change->field_count; at++)
            if (change->fields[at].field == field && change->fields[at].written)
                return true;
    }
    return false;
}

/* Did a record bring another value that lost? Then it has to be sent even an empty value, which for
 * a new object is otherwise not a change. */
static bool has_loser(const struct target *target, size_t field)
{
    for (size_t index = 0; index < target->change_count; index++) {
        const struct order_change *change = target->changes[index];
        for (size_t at = 0; at < change->field_count; at++)
            if (change->fields[at].field == field && !change->fields[at].written &&
                change->fields[at].refusal == REFUSAL_NONE)
                return true;
    }
    return false;
}

/* One field of one object, as it is to be tracked. */
struct tracking {
    const struct target *target;
    size_t field;
    int64_t origin;
    instant at;
    bool created; /* the object is new: nothing of it can be tracked yet */
};

static enum error_code track(struct store_run *run, const struct tracking *tracking,
                             int64_t integration, struct error *error)
{
    struct run_object *object = tracking->target->object;

    if (integration == run->integration)
        object->tracked = TRACKED_SOME;
    return sql_do(&run->store->sql,
                  "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at,"
                  " origin) VALUES(?, ?, ?, ?, ?, ?)",
                  error, "iiiiii", integration, object->stored->key, tracking->target->id,
                  object->field_keys[tracking->field], tracking->at, tracking->origin);
}

static enum error_code mark_settled(struct store_run *run, int64_t sequence, int64_t mapping,
                                    struct error *error)
{
    return sql_do(&run->store->sql,
                  "INSERT INTO change_mark(sequence, mapping, kind) VALUES(?, ?, ?)", error, "iii",
                  sequence, mapping, (int64_t)MARK_SETTLED);
}

/* May there be an older change of the field that nobody else will remove? The judge saw the changes
 * for a single record; if several records became one object, it has not seen all of them. */
static bool may_be_tracked(const struct target *target, size_t field)
{
    const struct order_change *change = target->changes[0];

    for (size_t at = 0; target->change_count == 1 && at < change->field_count; at++)
        if (change->fields[at].field == field)
            return change->fields[at].tracking == FIELD_TRACKING_UNKNOWN;
    return true;
}

static enum error_code track_own(struct store_run *run, const struct tracking *tracking,
                                 const struct live *live, struct error *error)
{
    const struct target *target = tracking->target;
    const size_t field = tracking->field;
    bool waits = false;
    int64_t sequence = 0;
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; index < live->count && !waits; index++) {
        const struct live_mapping *mapping = &live->rows[index];
        waits = mapping->integration == run->integration && mapping->key != tracking->origin &&
                is_sent_to(run, target, field, mapping->integration_object) &&
                !has_value(target, field, mapping->key);
    }
    if (!waits && (tracking->created || !may_be_tracked(target, field)))
        return ERROR_NONE;
    if (!waits) /* no record is left to be sent it; an older change has ended, too */
        return sql_do(&run->store->sql,
                      "DELETE FROM field_change WHERE integration = ? AND object = ?"
                      " AND object_id = ? AND field = ?",
                      error, "iiii", run->integration, target->object->stored->key, target->id,
                      target->object->field_keys[field]);
    code = track(run, tracking, run->integration, error);
    sequence = sql_last_key(&run->store->sql);
    for (size_t index = 0; !code && index < live->count; index++)
        if (live->rows[index].integration == run->integration &&
            live->rows[index].key != tracking->origin &&
            has_value(target, field, live->rows[index].key))
            code = mark_settled(run, sequence, live->rows[index].key, error);
    return code;
}

static enum error_code track_field(struct store_run *run, const struct target *target, size_t field,
                                   bool created, bool identified, const struct live *live,
                                   instant now, struct error *error)
{
    const struct candidate *candidate = &target->candidates[field];
    const struct run_tracker *tracker = target->object->trackers[field];
    const struct tracking tracking = {
        .target = target,
        .field = field,
        .origin = candidate->change->mapping ? candidate->change->mapping->key : 0,
        .at = candidate->at < now ? candidate->at : now,
        .created = created,
    };
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < tracker->count; index++) {
        const int64_t integration = tracker->integrations[index];
        if (integration == run->integration)
            code = track_own(run, &tracking, live, error);
        else if (!bit_of(target->changed, field))
            continue;
        else if (identified || is_mapped_in(live, integration)) /* decision 68 */
            code = track(run, &tracking, integration, error);
    }
    return code;
}

/* Could any integration track this write? */
static bool is_tracked(const struct store_run *run, const struct target *target, bool created)
{
    for (size_t field = 0; field < target->object->manual->field_count; field++) {
        const struct run_tracker *tracker = target->object->trackers[field];
        if (tracker->count == 0 ||
            !(bit_of(target->changed, field) || (created && has_loser(target, field))))
            continue;
        if (!created || target->change_count > 1 || tracker->count > 1 ||
            tracker->integrations[0] != run->integration)
            return true;
    }
    return false;
}

enum error_code internal_tracking_write(struct store_run *run, const struct target *target,
                                        bool created, instant now, struct error *error)
{
    const struct arena_mark mark = arena_mark(run->scratch);
    const bool identified = !target->object->manual->is_contact || !target->anonymous ||
                            internal_write_is_identified(target);
    struct live live = {.count = 0};
    enum error_code code = ERROR_NONE;

    if (!is_tracked(run, target, created))
        return ERROR_NONE;
    code = load_live(run, target, &live, error);
    for (size_t field = 0; !code && field < target->object->manual->field_count; field++)
        if (bit_of(target->changed, field) || (created && has_loser(target, field)))
            code = track_field(run, target, field, created, identified, &live, now, error);
    arena_rewind(run->scratch, mark);
    return code;
}
