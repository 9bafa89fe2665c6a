/*
 * The internal side executes an order (spec section 8): objects in the manual's order, updates
 * before creates; checks, then merges, then writes; one bad object never stops the others.
 */
#include "store/books/target.h"

#include <string.h>

/* ---- merging ---- */

static enum error_code init_target(struct target *target, struct arena *arena, struct error *error)
{
    const size_t count = target->object->manual->field_count;

    target->candidates = ARENA_ARRAY(arena, count, struct candidate);
    target->changed = ARENA_ARRAY(arena, count / 64 + 1, uint64_t);
    if (!target->candidates || !target->changed)
        return error_memory(error, "a change");
    return ERROR_NONE;
}

/* Checked first, then merged (decision 52): a bad later value does not beat a good earlier one. */
static enum error_code merge_change(struct store_run *run, struct target *target,
                                    struct order_change *change, const struct order *order,
                                    struct error *error)
{
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < change->field_count; index++) {
        struct order_field *field = &change->fields[index];
        struct candidate *merged = &target->candidates[field->field];
        struct candidate candidate = {.set = false};
        field->written = false;
        code = internal_check_field(run, target->object, change, field, order->now, order->arena,
                                    &candidate, error);
        if (code || !candidate.set)
            continue;
        target->any_set = true;
        /* within one change the later line wins, else the later instant, else the later change; of
         * those that say the same the first one brought it */
        if (merged->set && merged->change != change && candidate.at >= merged->at &&
            value_equal(&merged->stored, &candidate.stored))
            candidate.change = merged->change;
        if (!merged->set || merged->change == change || candidate.at >= merged->at)
            *merged = candidate;
    }
    return code;
}

static void compare(struct target *target)
{
    for (size_t index = 0; index < target->object->manual->field_count; index++) {
        const struct candidate *candidate = &target->candidates[index];
        if (!candidate->set)
            continue;
        target->any_link = target->any_link || candidate->has_company;
        if (value_equal(&target->before[index], &candidate->stored))
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

static void set_results(struct target *target, enum change_result result)
{
    for (size_t index = 0; index < target->change_count; index++)
        target->changes[index]->result = result;
}

/* A duplicate's value has won. If it says the same, this record has it as well; else the record
 * goes on having its own, and what both sides once agreed on says nothing of it any more. */
static enum error_code lose_field(const struct target *target, const struct order_change *change,
                                  struct order_field *field, struct arena *arena,
                                  struct error *error)
{
    const struct candidate *merged = &target->candidates[field->field];
    const struct field_schema *schema = target->object->manual->fields[field->field].schema;
    struct base_version *base = &change->base_versions[field->field];
    const uint64_t shown = field->shown;
    struct value stored = value_null(merged->stored.type);
    enum field_verdict verdict = FIELD_FITS;
    if (value_fit(arena, schema, &field->value, &stored, &verdict, error))
        return error->code;
    field->written = verdict == FIELD_FITS && value_equal(&stored, &merged->stored);
    if (field->written)
        return ERROR_NONE;
    if (base_version_is_agreed(base) && base->theirs != shown)
        base_version_split(base);
    base->theirs = shown;
    return ERROR_NONE;
}

/* Both sides have it now, each in its form. */
static void agree(struct base_version *base, const struct order_field *field,
                  const struct candidate *merged)
{
    base_version_agree(base, value_fingerprint(&merged->stored),
                       field->undated ? BASE_VERSION_UNDATED : merged->at);
    if (field->shown)
        base->theirs = field->shown;
    base->seen = true;
}

/* Which fields of a change the store now holds, and what that proves. */
static enum error_code keep_last_values(const struct target *target, struct order_change *change,
                                        struct arena *arena, bool *any_usable, struct error *error)
{
    const size_t count = target->object->manual->field_count;

    *any_usable = false;
    if (!change->base_versions) {
        change->base_versions = ARENA_ARRAY(arena, count, struct base_version);
        if (!change->base_versions)
            return error_memory(error, "the base versions of a change");
        if (change->mapping && change->mapping->base_versions)
            memcpy(change->base_versions, change->mapping->base_versions,
                   count * sizeof *change->base_versions);
    }
    for (size_t index = 0; index < change->field_count; index++) {
        struct order_field *field = &change->fields[index];
        const struct candidate *merged = &target->candidates[field->field];
        if (field->refusal != REFUSAL_NONE) { /* nothing is agreed on by it */
            change->base_versions[field->field] =
                (struct base_version){.theirs = field->shown, .at = INSTANT_NONE};
            continue;
        }
        *any_usable = true;
        field->written = merged->change == change;
        if (!field->written && lose_field(target, change, field, arena, error))
            return error->code;
        if (!field->written)
            continue;
        if (value_equal(&target->before[field->field], &merged->stored))
            field->echoes =
                0; /* ours stays as it was: another name of a company, say, is no loop */
        agree(&change->base_versions[field->field], field, merged);
    }
    return ERROR_NONE;
}

static enum error_code keep_mapping(struct store_run *run, const struct target *target,
                                    struct order_change *change, struct arena *arena,
                                    struct error *error)
{
    struct mapping *mapping = change->mapping;

    if (mapping) {
        mapping->last_sync = change->changed_at;
        mapping->base_versions = change->base_versions;
        return run->books.update_mapping(&run->books, mapping, error);
    }
    mapping = ARENA_NEW(arena, struct mapping);
    if (!mapping)
        return error_memory(error, "a mapping");
    *mapping =
        (struct mapping){.entry = change->entry,
                         .internal_object = target->object->manual->name,
                         .internal_id = change->result_id,
                         .integration_object = change->entry->integration->name,
                         .integration_id = change->mapped_id,
                         .version = change->reported ? change->reported->version : TEXT_ABSENT,
                         .last_sync = change->changed_at,
                         .base_versions = change->base_versions};
    change->mapping = mapping;
    return run->books.add_mapping(&run->books, mapping, error);
}

static enum error_code finish_target(struct store_run *run, struct target *target, bool created,
                                     const struct order *order, struct error *error)
{
    struct arena *arena = order->arena;
    struct text id = TEXT_ABSENT;
    enum error_code code = text_of_integer(arena, target->id, &id, error);

    for (size_t index = 0; !code && index < target->change_count; index++) {
        struct order_change *change = target->changes[index];
        bool usable = false;
        change->result_id = id;
        code = keep_last_values(target, change, arena, &usable, error);
        change->result = created                         ? RESULT_CREATED
                         : usable && target->any_changed ? RESULT_UPDATED
                                                         : RESULT_UNCHANGED;
        if (!code)
            code = keep_mapping(run, target, change, arena, error);
    }
    return code ? code : internal_tracking_write(run, target, created, order->now, error);
}

static enum error_code write_and_finish(struct store_run *run, struct target *target,
                                        const struct order *order, struct error *error)
{
    const bool created = !target->exists;
    struct text failure = TEXT_ABSENT;
    bool refused = false;
    enum error_code code = ERROR_NONE;

    if (created || target->any_changed || target->any_link)
        code =
            internal_write_target(run, target, order->now, order->arena, &refused, &failure, error);
    if (code)
        return code;
    if (!refused)
        return finish_target(run, target, created, order, error);
    set_results(target, RESULT_FAILED);
    for (size_t index = 0; index < target->change_count; index++)
        target->changes[index]->failure = failure;
    return ERROR_NONE;
}

/* ---- updates and creates ---- */

static enum error_code update_target(struct store_run *run, struct target *target,
                                     const struct order *order, struct error *error)
{
    const struct order_change *first = target->changes[0];
    struct local_object local_object = {.exists = false};
    enum error_code code = ERROR_NONE;

    target->exists = sql_id_of(first->object_id, &target->id);
    if (!target->exists)
        local_object.exists = false;
    else if (first->local_object)
        local_object = *first->local_object;
    else
        code = run_object_load(run, target->object, target->id, order->arena, &local_object, error);
    if (code)
        return code;
    if (!local_object.exists) {
        set_results(target, RESULT_FAILED);
        for (size_t index = 0; index < target->change_count; index++)
            target->changes[index]->failure = TEXT("the object is gone");
        return ERROR_NONE;
    }
    target->before = local_object.values;
    target->anonymous = local_object.anonymous;
    for (size_t index = 0; !code && index < target->change_count; index++)
        code = merge_change(run, target, target->changes[index], order, error);
    if (code)
        return code;
    compare(target);
    return write_and_finish(run, target, order, error);
}

/* Both say something of the field, and not the same. */
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
        if (target->changes[index]->entry == entry)
            return true;
    return false;
}

/* A further record of its kind: does it contradict the object that those before it make (13.7)? */
static enum error_code contradicts(struct store_run *run, const struct target *target, size_t place,
                                   const struct order *order, bool *result, struct error *error)
{
    struct order_change *change = target->changes[place];

    *result = false;
    if (!has_record_of_kind(target, place, change->entry))
        return ERROR_NONE;
    for (size_t index = 0; index < change->field_count && !*result; index++) {
        struct order_field *field = &change->fields[index];
        const struct candidate *merged = &target->candidates[field->field];
        struct candidate candidate = {.set = false};
        if (!field->telling || !merged->set)
            continue;
        if (internal_check_field(run, target->object, change, field, order->now, order->arena,
                                 &candidate, error) ||
            values_differ(&merged->stored, candidate.set ? &candidate.stored : &field->value,
                          target->object->manual->fields[field->field].schema->type, order->arena,
                          result, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* The changes in their order; one that contradicts those before it is none of them. */
static enum error_code merge_creates(struct store_run *run, struct target *target,
                                     const struct order *order, struct error *error)
{
    size_t place = 0;

    while (place < target->change_count) {
        struct order_change *change = target->changes[place];
        bool doubtful = false;
        if (contradicts(run, target, place, order, &doubtful, error))
            return error->code;
        if (doubtful) {
            change->result = RESULT_SKIPPED_DOUBTFUL;
            target->change_count--;
            memmove(&target->changes[place], &target->changes[place + 1],
                    (target->change_count - place) * sizeof *target->changes);
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
    for (size_t index = 0; index < target->change_count; index++) {
        const struct manual_entry *entry = target->changes[index]->entry;
        for (size_t line = 0; line < entry->line_count; line++) {
            const size_t field = entry->lines[line].internal_field;
            const struct field_schema *schema = target->object->manual->fields[field].schema;
            if (entry->lines[line].direction != DIRECTION_TO_INTEGRATION && schema->required &&
                (!target->candidates[field].set ||
                 value_is_empty(&target->candidates[field].stored)))
                return true;
        }
    }
    return false;
}

static enum error_code create_target(struct store_run *run, struct target *target,
                                     const struct order *order, struct error *error)
{
    enum error_code code = blank(target, order->arena, error);

    if (!code)
        code = merge_creates(run, target, order, error);
    if (code)
        return code;
    if (lacks_required(target)) {
        set_results(target, RESULT_SKIPPED_REQUIRED);
        return ERROR_NONE;
    }
    if (!target->any_set) {
        set_results(target, RESULT_SKIPPED_EMPTY);
        return ERROR_NONE;
    }
    compare(target);
    return write_and_finish(run, target, order, error);
}

static enum error_code execute_kind(struct store_run *run, struct run_object *object,
                                    const struct order *order, bool creates, struct error *error)
{
    struct target *targets = NULL;
    size_t count = 0;
    enum error_code code = internal_group_changes(object, order, creates, &targets, &count, error);

    for (size_t index = 0; !code && index < count; index++) {
        code = init_target(&targets[index], order->arena, error);
        if (!code)
            code = creates ? create_target(run, &targets[index], order, error)
                           : update_target(run, &targets[index], order, error);
    }
    return code;
}

enum error_code internal_order(struct exchange *exchange, struct order *order, struct error *error)
{
    struct store_run *run = run_of_exchange(exchange);
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < run->manual->internal_count; index++) {
        code = execute_kind(run, &run->objects[index], order, false, error);
        if (!code)
            code = execute_kind(run, &run->objects[index], order, true, error);
    }
    return code;
}
