/* Counts the links that a run would end and stops it before it is too much. */
#include "sync/run/guard.h"

#include <inttypes.h>

/* How many of `live` links a run may end. */
static uint64_t allowance(const struct run_context *context, uint64_t live)
{
    const struct run_settings *settings = context->run->settings;
    const uint64_t share = (uint64_t)(settings->mass_share * (double)live);
    return share > settings->mass_minimum ? share : settings->mass_minimum;
}

static bool is_off(const struct run_context *context)
{
    return !context->run->journal || context->run->options->allow_mass_change;
}

enum error_code guard_remove(struct run_context *context, const struct manual_object *object,
                             struct error *error)
{
    struct journal *journal = context->run->journal;
    uint64_t live = 0;
    uint64_t *removed = &context->removed[object->index];
    if (is_off(context) || ++*removed <= context->run->settings->mass_minimum)
        return ERROR_NONE;
    if (journal->live_mappings(journal, object, &live, error))
        return error->code;
    /* this one still counts as live */
    const uint64_t all = live + *removed - 1;
    if (*removed <= allowance(context, all))
        return ERROR_NONE;
    return error_set(error, ERROR_MASS_CHANGE,
                     "'%.*s' would lose more than %" PRIu64 " of its %" PRIu64
                     " links in this run; if that is right, sync again with --allow-mass-change",
                     TEXT_PRINT(object->name), allowance(context, all), all);
}

/* Values of this object's fields that the run has emptied so far; NULL: no memory. */
static uint64_t *emptied_of(struct run_context *context, const struct manual_object *object)
{
    uint64_t **const emptied = &context->emptied[object->index];
    if (!*emptied)
        *emptied = ARENA_ARRAY(context->arena, object->field_count, uint64_t);
    return *emptied;
}

static enum error_code empty_one(struct run_context *context, const struct order_change *change,
                                 size_t field, struct error *error)
{
    const struct manual_object *const internal = change->entry->internal;
    struct journal *const journal = context->run->journal;
    uint64_t *const emptied = emptied_of(context, internal);
    uint64_t live = 0;
    if (!emptied)
        return error_memory(error, "a count of emptied values");
    if (++emptied[field] <= context->run->settings->mass_minimum)
        return ERROR_NONE;
    if (journal->live_mappings(journal, change->entry->integration, &live, error))
        return error->code;
    if (emptied[field] <= allowance(context, live))
        return ERROR_NONE;
    return error_set(error, ERROR_MASS_CHANGE,
                     "'%.*s' would be emptied in more than %" PRIu64 " of the %" PRIu64
                     " objects that are linked to '%.*s', because it is empty there now; if that "
                     "is right, sync again with --allow-mass-change",
                     TEXT_PRINT(internal->fields[field].schema->name), allowance(context, live),
                     live, TEXT_PRINT(change->entry->integration->name));
}

enum error_code guard_emptied(struct run_context *context, const struct order *order,
                              struct error *error)
{
    if (is_off(context))
        return ERROR_NONE;
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *const change = order->changes[i];
        for (size_t j = 0; change->local_object && j < change->field_count; j++) {
            const struct order_field *const field = &change->fields[j];
            if (value_is_empty(&field->value) &&
                !value_is_empty(&change->local_object->values[field->field]) &&
                empty_one(context, change, field->field, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

enum error_code guard_empty(struct run_context *context, struct error *error)
{
    const struct run *run = context->run;
    if (is_off(context) || context->selective)
        return ERROR_NONE;
    for (size_t i = 0; i < run->manual->integration_count; i++) {
        const struct manual_object *object = run->manual->integration[i];
        const struct window *window = &context->windows[i];
        uint64_t live = 0;
        if (window->from != INSTANT_NONE || !text_is_absent(window->stored.token))
            continue;
        if (run->journal->live_mappings(run->journal, object, &live, error))
            return error->code;
        if (live >= run->settings->mass_minimum)
            return error_set(error, ERROR_MASS_CHANGE,
                             "'%.*s' reports no records although %" PRIu64 " are linked; if it "
                             "really is empty, sync again with --allow-mass-change",
                             TEXT_PRINT(object->name), live);
    }
    return ERROR_NONE;
}

enum error_code guard_deletions(struct run_context *context, struct error *error)
{
    struct journal *journal = context->run->journal;
    uint64_t waiting = 0, live = 0;
    if (is_off(context))
        return ERROR_NONE;
    if (journal->deletions_count(journal, &waiting, error))
        return error->code;
    /* Counting all links takes time, and nearly every run has nothing to delete. */
    if (waiting <= context->run->settings->mass_minimum)
        return ERROR_NONE;
    if (journal->live_mappings(journal, NULL, &live, error))
        return error->code;
    if (waiting <= allowance(context, live + waiting))
        return ERROR_NONE;
    return error_set(error, ERROR_MASS_CHANGE,
                     "%" PRIu64 " of %" PRIu64 " objects were deleted here and would be deleted in "
                     "'%.*s'; if that is right, sync again with --allow-mass-change",
                     waiting, live + waiting, TEXT_PRINT(context->run->integration));
}

enum error_code guard_outage(const struct run_context *context, struct error *error)
{
    const struct run_settings *settings = context->run->settings;
    const struct pull_counts *pull = &context->summary->pull;
    const struct push_counts *push = &context->summary->push;
    /* What they refuse by the names of its fields is bad data. */
    const uint64_t refused =
        context->bad_values < push->failed ? context->bad_values : push->failed;
    const uint64_t failed = pull->failed + push->failed - refused;
    const uint64_t met = failed + refused + pull->created + pull->updated + pull->unchanged +
                         pull->skipped + push->created + push->updated + push->unchanged +
                         push->skipped + push->deferred;
    if (met < settings->outage_minimum || (double)failed <= settings->outage_share * (double)met)
        return ERROR_NONE;
    return error_set(error, ERROR_OUTAGE,
                     "%" PRIu64 " of %" PRIu64 " objects failed: that is an outage, not bad data; "
                     "see 'tandem status %.*s'",
                     failed, met, TEXT_PRINT(context->run->integration));
}
