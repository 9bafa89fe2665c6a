/*
 * The internal side executes an order (spec section 8): objects in the manual's order, updates
 * before creates; checks, then merges, then writes; one bad object never stops the others.
 */
#include "store/books/target.h"

#include <string.h>

/* ---- merging ---- */

static enum error_code init_target(struct target *target, struct arena *arena, struct error *error)
{
    const struct manual_object *manual = target->object->manual;
    const size_t count = manual->field_count;

    target->executed.fields = ARENA_ARRAY(arena, count, struct executed_field);
    target->changed = ARENA_ARRAY(arena, count / 64 + 1, uint64_t);
    if (manual->is_contact)
        target->companies = ARENA_ARRAY(arena, count, struct company_link);
    if (!target->executed.fields || !target->changed || (manual->is_contact && !target->companies))
        return error_memory(error, "a change");
    return ERROR_NONE;
}

/* Does what a change says of a field win over what others have said? Within one change the later
 * line wins; nothing empty replaces what was never agreed (13.1); else the later instant wins, else
 * the later change. */
static bool wins(const struct executed_field *checked, const struct executed_field *merged)
{
    const bool empty = value_is_empty(&checked->stored);

    if (!merged->set || merged->change == checked->change)
        return true;
    if (empty != value_is_empty(&merged->stored) && (empty ? merged : checked)->unagreed)
        return !empty;
    return checked->at >= merged->at;
}

/* Checked first, then merged (decision 52): a bad later value does not beat a good earlier one. */
static enum error_code merge_change(struct store_run *run, struct target *target,
                                    struct order_change *change, const struct order *order,
                                    struct error *error)
{
    for (size_t index = 0; index < change->field_count; index++) {
        struct order_field *field = &change->fields[index];
        struct executed_field *merged = &target->executed.fields[field->field];
        struct checked_value checked;
        field->written = false;
        if (internal_check_field(run, target->object, order, change, field, &checked, error))
            return error->code;
        if (!checked.field.set)
            continue;
        checked.field.unagreed = field->unagreed;
        target->any_set = true;
        if (!wins(&checked.field, merged))
            continue;
        /* of those that say the same the first one brought it */
        if (merged->set && value_equal(&merged->stored, &checked.field.stored))
            checked.field.change = merged->change;
        *merged = checked.field;
        if (target->companies)
            target->companies[field->field] = checked.company;
    }
    return ERROR_NONE;
}

static void compare_values(struct target *target)
{
    for (size_t index = 0; index < target->object->manual->field_count; index++) {
        struct executed_field *field = &target->executed.fields[index];
        if (!field->set)
            continue;
        target->any_link = target->any_link || (target->companies && target->companies[index].set);
        field->changed = !value_equal(&target->before[index], &field->stored);
        if (!field->changed)
            continue;
        target->changed[index / 64] |= (uint64_t)1 << index % 64;
        target->any_changed = true;
    }
}

/* What a new object has before it is written. */
static enum error_code blank(struct target *target, struct arena *arena, struct error *error)
{
    const struct manual_object *manual = target->object->manual;

    target->before = ARENA_ARRAY(arena, manual->field_count, struct value);
    if (!target->before)
        return error_memory(error, "a new object");
    for (size_t index = 0; index < manual->field_count; index++) {
        const struct field_schema *schema = manual->fields[index].schema;
        target->before[index] = value_null(schema->type);
        if (schema->role == FIELD_POINTS)
            target->before[index].kind = VALUE_NUMBER;
        if (schema->role == FIELD_DO_NOT_CONTACT)
            target->before[index].kind = VALUE_INTEGER;
    }
    target->anonymous = manual->is_contact;
    return ERROR_NONE;
}

/* ---- results ---- */

/* The same for all of its changes; `failure` absent: none. */
static void give_results(struct target *target, enum change_result result, struct text failure)
{
    for (size_t index = 0; index < target->executed.change_count; index++) {
        target->executed.changes[index]->result = result;
        target->executed.changes[index]->failure = failure;
    }
}

/* Another change's value has won. Has this record the same all the same? */
static enum error_code has_stored(const struct field_schema *schema,
                                  const struct order_field *field,
                                  const struct executed_field *merged, struct arena *arena,
                                  bool *same, struct error *error)
{
    struct value stored = value_null(merged->stored.type);
    enum field_verdict verdict = FIELD_FITS;
    const enum error_code code = value_fit(arena, schema, &field->value, &stored, &verdict, error);

    *same = !code && verdict == FIELD_FITS && value_equal(&stored, &merged->stored);
    return code;
}

/* Which fields of a change the store now holds. *usable: one of them could be stored. */
static enum error_code set_written(const struct target *target, struct order_change *change,
                                   struct arena *arena, bool *usable, struct error *error)
{
    *usable = false;
    for (size_t index = 0; index < change->field_count; index++) {
        struct order_field *field = &change->fields[index];
        const struct executed_field *merged = &target->executed.fields[field->field];
        if (field->refusal != REFUSAL_NONE)
            continue;
        *usable = true;
        field->written = merged->change == change;
        if (!field->written && has_stored(target->object->manual->fields[field->field].schema,
                                          field, merged, arena, &field->written, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code finish_target(struct target *target, bool created, const struct order *order,
                                     struct error *error)
{
    struct executed_object *executed = &target->executed;

    executed->created = created;
    executed->identified = !target->object->manual->is_contact || !target->anonymous ||
                           internal_write_is_identified(target);
    if (text_of_integer(order->arena, target->id, &executed->id, error))
        return error->code;
    for (size_t index = 0; index < executed->change_count; index++) {
        struct order_change *change = executed->changes[index];
        bool usable = false;
        if (set_written(target, change, order->arena, &usable, error))
            return error->code;
        change->result_id = executed->id;
        change->result = created                         ? RESULT_CREATED
                         : usable && target->any_changed ? RESULT_UPDATED
                                                         : RESULT_UNCHANGED;
    }
    return ERROR_NONE;
}

static enum error_code write_and_finish(struct store_run *run, struct target *target,
                                        const struct order *order, struct error *error)
{
    const bool created = !target->exists;
    struct text failure = TEXT_ABSENT;

    if ((created || target->any_changed || target->any_link) &&
        internal_write_target(run, target, order->now, order->arena, &failure, error))
        return error->code;
    if (text_is_absent(failure))
        return finish_target(target, created, order, error);
    give_results(target, RESULT_FAILED, failure);
    return ERROR_NONE;
}

/* ---- updates and creates ---- */

static enum error_code update_target(struct store_run *run, struct target *target,
                                     const struct order *order, struct error *error)
{
    const struct order_change *first = target->executed.changes[0];
    struct local_object local_object = {.exists = false};

    target->exists = sql_id_of(first->object_id, &target->id);
    if (target->exists && first->local_object)
        local_object = *first->local_object;
    else if (target->exists &&
             run_object_load(run, target->object, target->id, order->arena, &local_object, error))
        return error->code;
    if (!local_object.exists) {
        give_results(target, RESULT_FAILED, TEXT("the object is gone"));
        return ERROR_NONE;
    }
    target->before = local_object.values;
    target->anonymous = local_object.anonymous;
    for (size_t index = 0; index < target->executed.change_count; index++)
        if (merge_change(run, target, target->executed.changes[index], order, error))
            return error->code;
    compare_values(target);
    return write_and_finish(run, target, order, error);
}

/* Both have a value for the field, and not the same one. */
static enum error_code values_differ(const struct value *left, const struct value *right,
                                     enum value_type type, struct arena *arena, bool *differ,
                                     struct error *error)
{
    struct text left_key = TEXT_ABSENT, right_key = TEXT_ABSENT;

    if (value_identifier_key(arena, left, type, &left_key, error) ||
        value_identifier_key(arena, right, type, &right_key, error))
        return error->code;
    *differ =
        !text_is_empty(left_key) && !text_is_empty(right_key) && !text_equal(left_key, right_key);
    return ERROR_NONE;
}

static bool has_record_of_kind(const struct target *target, size_t count,
                               const struct manual_entry *entry)
{
    for (size_t index = 0; index < count; index++)
        if (target->executed.changes[index]->entry == entry)
            return true;
    return false;
}

/* A further record of its kind: does it contradict the object that the previous ones make
 * (13.7)? */
static enum error_code contradicts(struct store_run *run, const struct target *target, size_t place,
                                   const struct order *order, bool *result, struct error *error)
{
    struct order_change *change = target->executed.changes[place];

    *result = false;
    if (!has_record_of_kind(target, place, change->entry))
        return ERROR_NONE;
    for (size_t index = 0; index < change->field_count && !*result; index++) {
        struct order_field *field = &change->fields[index];
        const struct executed_field *merged = &target->executed.fields[field->field];
        struct checked_value checked;
        if (!field->telling || !merged->set)
            continue;
        if (internal_check_field(run, target->object, order, change, field, &checked, error) ||
            values_differ(&merged->stored,
                          checked.field.set ? &checked.field.stored : &field->value,
                          target->object->manual->fields[field->field].schema->type, order->arena,
                          result, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* The changes in their order, without those that contradict earlier ones. */
static enum error_code merge_creates(struct store_run *run, struct target *target,
                                     const struct order *order, struct error *error)
{
    size_t place = 0;

    while (place < target->executed.change_count) {
        struct order_change *change = target->executed.changes[place];
        bool doubtful = false;
        if (contradicts(run, target, place, order, &doubtful, error))
            return error->code;
        if (doubtful) {
            change->result = RESULT_SKIPPED_DOUBTFUL;
            target->executed.change_count--;
            memmove(&target->executed.changes[place], &target->executed.changes[place + 1],
                    (target->executed.change_count - place) * sizeof *target->executed.changes);
        } else if (merge_change(run, target, change, order, error)) {
            return error->code;
        } else {
            place++;
        }
    }
    return ERROR_NONE;
}

/* A field that the schema requires, that the manual maps, and that stays empty. */
static bool lacks_required(const struct target *target)
{
    for (size_t index = 0; index < target->executed.change_count; index++) {
        const struct manual_entry *entry = target->executed.changes[index]->entry;
        for (size_t line = 0; line < entry->line_count; line++) {
            const size_t field = entry->lines[line].internal_field;
            const struct field_schema *schema = target->object->manual->fields[field].schema;
            const struct executed_field *merged = &target->executed.fields[field];
            if (entry->lines[line].direction != DIRECTION_TO_INTEGRATION && schema->required &&
                (!merged->set || value_is_empty(&merged->stored)))
                return true;
        }
    }
    return false;
}

static enum error_code create_target(struct store_run *run, struct target *target,
                                     const struct order *order, struct error *error)
{
    if (blank(target, order->arena, error) || merge_creates(run, target, order, error))
        return error->code;
    const bool lacks = lacks_required(target);
    if (lacks || !target->any_set) {
        give_results(target, lacks ? RESULT_SKIPPED_REQUIRED : RESULT_SKIPPED_EMPTY, TEXT_ABSENT);
        return ERROR_NONE;
    }
    compare_values(target);
    return write_and_finish(run, target, order, error);
}

/* *end: where the next object is appended to the list of what was written. */
static enum error_code execute_kind(struct store_run *run, struct run_object *object,
                                    const struct order *order, bool creates,
                                    struct executed_object ***end, struct error *error)
{
    struct target *targets = NULL;
    size_t count = 0;

    if (internal_group_changes(object, order, creates, &targets, &count, error))
        return error->code;
    for (size_t index = 0; index < count; index++) {
        struct target *target = &targets[index];
        if (init_target(target, order->arena, error) ||
            (creates ? create_target(run, target, order, error)
                     : update_target(run, target, order, error)))
            return error->code;
        if (text_is_absent(target->executed.id))
            continue;
        **end = &target->executed;
        *end = &target->executed.next;
    }
    return ERROR_NONE;
}

enum error_code internal_order(struct exchange *exchange, struct order *order, struct error *error)
{
    struct store_run *run = run_of_exchange(exchange);
    struct executed_object **end = &order->executed;

    for (size_t index = 0; index < run->manual->internal_count; index++)
        if (execute_kind(run, &run->objects[index], order, false, &end, error) ||
            execute_kind(run, &run->objects[index], order, true, &end, error))
            return error->code;
    return ERROR_NONE;
}
