/*
 * report_merge: finishing a report, and its instants by our clock.
 *
 * A record that came more than once is folded into its first entry, one entry after the other
 * (decision 23). A field without its own instant is as old as the entry in which it is; in the
 * folded entry that is the latest instant seen so far.
 */
#include "base/pair_index.h"
#include "model/report_entries.h"

static instant effective(const struct report_object *object, const struct report_field *field)
{
    return field->changed_at != INSTANT_NONE ? field->changed_at : object->changed_at;
}

static void merge_field(const struct report_object *into, struct report_field *kept,
                        const struct report_object *from, const struct report_field *field)
{
    /* An unreadable value is noted in any case, but does not beat a readable one. */
    bool unreadable = kept->unreadable || field->unreadable;
    /* An entry without an instant does not count as older than one with an instant: the later entry
     * counts. */
    const instant at = effective(from, field);

    if (field->state != FIELD_ABSENT &&
        (kept->state == FIELD_ABSENT || at == INSTANT_NONE || at >= effective(into, kept)))
        *kept = *field;
    kept->unreadable = unreadable;
}

static void merge_object(struct report_object *into, const struct report_object *from)
{
    for (size_t i = 0; into->object && i < into->object->field_count; i++)
        merge_field(into, &into->fields[i], from, &from->fields[i]);
    if (from->changed_at >= into->changed_at)
        into->own = from->own; /* who made the last edit */
    if (from->changed_at > into->changed_at)
        into->changed_at = from->changed_at;
    if (!text_is_absent(from->version))
        into->version = from->version;
    if (into->tracked.count == 0)
        into->tracked = from->tracked;
}

/* Does the report show the record after this deletion? By instants if both are known, else by the
 * order of what was given. */
static bool is_overtaken(const struct report *report, const struct report_deletion *deletion)
{
    instant latest = INSTANT_NONE;
    bool later_entry = false;

    if (!report_find(report, deletion->object, deletion->id))
        return false;
    for (size_t i = 0; i < report->object_count; i++) {
        const struct report_object *object = report->objects[i];
        if (!text_equal(object->name, deletion->object) || !text_equal(object->id, deletion->id))
            continue;
        later_entry = later_entry || i >= deletion->entries;
        if (object->changed_at > latest)
            latest = object->changed_at;
    }
    if (deletion->at != INSTANT_NONE && latest != INSTANT_NONE)
        return latest > deletion->at;
    return later_entry;
}

/* Of a record and its deletion the later counts. Before the entries are merged. */
static void order_deletions(struct report *report)
{
    for (size_t i = 0; i < report->deletion_count; i++) {
        struct report_deletion *deletion = &report->deletions[i];
        struct report_object *object = report_find(report, deletion->object, deletion->id);
        deletion->overtaken = is_overtaken(report, deletion);
        if (object)
            object->gone = !deletion->overtaken;
    }
}

static void merge_objects(struct report *report)
{
    size_t kept = 0;

    for (size_t i = 0; i < report->object_count; i++) {
        struct report_object *object = report->objects[i];
        struct report_object *first = pair_index_find(report->index, object->name, object->id);
        if (first == object)
            report->objects[kept++] = object;
        else
            merge_object(first, object);
    }
    report->object_count = kept;
}

/* Fields of which a declared relation says what they refer to. */
static void mark_declared(struct report *report)
{
    for (size_t i = 0; i < report->relation_count; i++) {
        const struct report_relation *relation = &report->relations[i];
        struct report_object *object = report_find(report, relation->object, relation->id);
        size_t field = SIZE_MAX;
        if (object && object->object)
            field = manual_object_field(object->object, relation->field);
        if (field != SIZE_MAX)
            object->fields[field].related = true;
    }
}

/* A value that is a reference is a relation even if none is declared (decision 11). */
static enum error_code relate_object(struct report *report, struct report_object *object,
                                     struct error *error)
{
    for (size_t i = 0; object->object && i < object->object->field_count; i++) {
        struct report_field *field = &object->fields[i];
        if (field->state == FIELD_ABSENT || field->related || field->value.kind != VALUE_REFERENCE)
            continue;
        const struct report_relation made = {
            .object = object->name,
            .id = object->id,
            .field = object->object->fields[i].name,
            .to_object = field->value.as.reference.object,
            .to_id = field->value.as.reference.id,
        };
        if (report_entries_append(report, REPORT_LIST(report, relation, "a relation"), &made,
                                  error))
            return error->code;
        field->related = true;
    }
    return ERROR_NONE;
}

enum error_code report_finish(struct report *report, struct error *error)
{
    order_deletions(report);
    merge_objects(report);
    mark_declared(report);
    for (size_t i = 0; i < report->object_count; i++)
        if (relate_object(report, report->objects[i], error))
            return error->code;
    return ERROR_NONE;
}

/* ---- Their clock (spec 13.9) ---- */

void report_shift(struct report *report, int64_t ms)
{
    for (size_t i = 0; ms != 0 && i < report->object_count; i++) {
        struct report_object *const reported = report->objects[i];
        const size_t count = reported->object ? reported->object->field_count : 0;
        reported->changed_at = instant_shift(reported->changed_at, ms);
        for (size_t field = 0; field < count; field++)
            reported->fields[field].changed_at =
                instant_shift(reported->fields[field].changed_at, ms);
    }
    for (size_t i = 0; i < report->deletion_count; i++)
        report->deletions[i].at = instant_shift(report->deletions[i].at, ms);
}
