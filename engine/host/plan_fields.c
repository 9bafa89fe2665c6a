/* Which fields of a change a plan tells, and why. */
#include "host/plan_fields.h"

/* ---- why ---- */

static bool is_agreed(const struct order_change *change, size_t internal_field)
{
    const struct base_version *const known =
        change->mapping ? change->mapping->base_versions : NULL;
    return known && known[internal_field].ours != 0;
}

/* Why a field of an update changes on the receiver's side. */
static enum error_code find_why(struct reported_values *values, const struct order_change *change,
                                const struct order_field *field, enum side receiver,
                                struct arena *arena, struct text *why, struct error *error)
{
    const bool here = receiver == SIDE_INTERNAL;
    const struct text record = here ? change->mapped_id : change->object_id;
    struct text decided_by = TEXT_ABSENT;
    if (values && field->line &&
        reported_values_judged(values, change->entry, field->line, record, arena, &decided_by,
                               error))
        return error->code;
    if (!text_is_absent(decided_by) && !text_equal(decided_by, TEXT("base")))
        return text_format(arena, why, error, "both have a value: %s won (%.*s)",
                           here ? "theirs" : "ours", TEXT_PRINT(decided_by));
    *why = field->line && !is_agreed(change, field->line->internal_field) ? TEXT("first contact")
           : here                                                         ? TEXT("changed there")
                                                                          : TEXT("changed here");
    return ERROR_NONE;
}

/* ---- our side ---- */

enum error_code plan_fields_altered(struct reported_values *values,
                                    const struct order_change *change,
                                    const struct local_object *before,
                                    const struct local_object *after, struct arena *arena,
                                    struct plan_change *told, struct error *error)
{
    const struct manual_object *const object = change->entry->internal;
    for (size_t i = 0; after->exists && i < change->field_count; i++) {
        const struct order_field *const field = &change->fields[i];
        const struct value *const now = &after->values[field->field];
        const struct value *const was = &before->values[field->field];
        if (!field->written || value_equal(was, now))
            continue;
        struct plan_field *const altered = &told->fields[told->field_count++];
        *altered = (struct plan_field){.name = object->fields[field->field].name,
                                       .before = was,
                                       .after = now,
                                       .replaces = !value_is_empty(was)};
        if (find_why(values, change, field, SIDE_INTERNAL, arena, &altered->why, error))
            return error->code;
    }
    return ERROR_NONE;
}

bool plan_fields_same_result(const struct order_change *left, const struct order_change *right)
{
    return left->result == right->result && left->entry->internal == right->entry->internal &&
           text_equal(left->result_id, right->result_id);
}

size_t plan_fields_new(const struct order *order, const struct order_change *change,
                       const struct local_object *after, struct plan_field *fields)
{
    const struct manual_object *const object = change->entry->internal;
    size_t count = 0;
    for (size_t field = 0; after->exists && field < object->field_count; field++) {
        bool brought = false;
        for (size_t i = 0; i < order->change_count; i++) {
            const struct order_change *const other = order->changes[i];
            for (size_t j = 0; plan_fields_same_result(change, other) && j < other->field_count;
                 j++)
                brought |= other->fields[j].field == field && other->fields[j].written;
        }
        if (brought && !value_is_empty(&after->values[field]))
            fields[count++] = (struct plan_field){.name = object->fields[field].name,
                                                  .after = &after->values[field],
                                                  .why = TEXT("new")};
    }
    return count;
}

/* ---- their side ---- */

/* An update also carries what the record requires; only what changed is worth showing. */
static bool is_news(const struct order_change *change, const struct order_field *field)
{
    return field->due || text_is_empty(change->object_id);
}

/* Does what is sent replace a value? If their value is not known: perhaps, unless both agreed that
 * there is none. */
static bool replaces(const struct order_change *change, const struct order_field *field,
                     const struct value *before)
{
    const struct value none = value_null(field->value.type);
    const struct base_version *const known =
        change->mapping ? change->mapping->base_versions : NULL;
    if (text_is_empty(change->object_id))
        return false;
    if (before)
        return !value_is_empty(before) && !value_equal(before, &field->value);
    return !known || known[field->line->internal_field].theirs != value_fingerprint(&none);
}

enum error_code plan_fields_sent(struct reported_values *values, const struct order_change *change,
                                 struct arena *arena, struct plan_field *fields, size_t *count,
                                 struct error *error)
{
    const struct manual_object *const object = change->entry->integration;
    const bool creates = text_is_empty(change->object_id);
    const struct value **shown = NULL;
    if (values && !creates &&
        reported_values_of(values, object, change->object_id, arena, &shown, error))
        return error->code;
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *const field = &change->fields[i];
        const struct value *const before = shown ? shown[field->field] : NULL;
        if (!is_news(change, field))
            continue;
        struct plan_field *const sent = &fields[(*count)++];
        *sent = (struct plan_field){.name = object->fields[field->field].name,
                                    .before = before,
                                    .after = &field->value,
                                    .replaces = replaces(change, field, before),
                                    .why = TEXT("new")};
        if (!creates && find_why(values, change, field, SIDE_INTEGRATION, arena, &sent->why, error))
            return error->code;
    }
    return ERROR_NONE;
}
