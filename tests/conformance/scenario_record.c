#include "conformance/scenario_record.h"

#include <string.h>

#include "conformance/comparison.h"
#include "conformance/engine_json.h"

enum error_code scenario_record_init(struct scenario_record *record, struct error *error)
{
    *record = (struct scenario_record){json_array(), json_array(), json_array(),
                                       json_array(), json_array(), json_array()};
    if (!record->requests || !record->pull_orders || !record->push_orders ||
        !record->batch_results || !record->outcomes || !record->notifications) {
        scenario_record_release(record);
        return error_memory(error, "what a run shows");
    }
    return ERROR_NONE;
}

void scenario_record_release(struct scenario_record *record)
{
    json_decref(record->requests);
    json_decref(record->pull_orders);
    json_decref(record->push_orders);
    json_decref(record->batch_results);
    json_decref(record->outcomes);
    json_decref(record->notifications);
    *record = (struct scenario_record){0};
}

static void request_made(void *context, const struct request *request)
{
    struct scenario_record *record = context;
    if (request->object_count > 0)
        json_array_append_new(record->requests, engine_json_request(request));
}

static void order_made(void *context, const struct order *order)
{
    struct scenario_record *record = context;
    json_t *shown = engine_json_order(order);
    if (shown)
        json_array_append_new(
            order->receiver == SIDE_INTERNAL ? record->pull_orders : record->push_orders, shown);
}

static void batch_completed(void *context, const struct batch_result *result)
{
    struct scenario_record *record = context;
    json_t *shown = engine_json_batch(result);
    if (shown)
        json_array_append_new(record->batch_results, shown);
}

/* Which of several outcomes of one object counts: the one that comes first here. */
static size_t rank(const json_t *outcome)
{
    const char *name = json_string_value(json_object_get(outcome, "outcome"));
    for (size_t i = 0; i < OUTCOME_KIND_COUNT; i++) {
        if (strcmp(outcome_name((enum outcome_kind)i), name) == 0)
            return i;
    }
    return OUTCOME_KIND_COUNT;
}

static bool same_object(const json_t *left, const json_t *right)
{
    static const char *const keys[] = {"side", "object", "id"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (!json_equal(json_object_get(left, keys[i]), json_object_get(right, keys[i])))
            return false;
    }
    return true;
}

static void outcome_told(void *context, const struct outcome *outcome)
{
    struct scenario_record *record = context;
    json_t *shown = engine_json_outcome(outcome);
    if (!shown)
        return;
    for (size_t i = 0; i < json_array_size(record->outcomes); i++) {
        const json_t *other = json_array_get(record->outcomes, i);
        if (!same_object(shown, other))
            continue;
        if (rank(shown) < rank(other))
            json_array_set_new(record->outcomes, i, shown);
        else
            json_decref(shown);
        return;
    }
    json_array_append_new(record->outcomes, shown);
}

static void note_told(void *context, const struct note *note)
{
    struct scenario_record *record = context;
    json_t *shown = engine_json_note(note);
    if (shown)
        comparison_set_add(record->notifications, shown);
}

struct observer scenario_record_observer(struct scenario_record *record)
{
    return (struct observer){.context = record,
                             .request_made = request_made,
                             .order_made = order_made,
                             .batch_completed = batch_completed,
                             .outcome = outcome_told,
                             .note = note_told};
}
