/* How much runs changed, hour by hour. */
#include "service/api/handlers.h"

#include "model/value_json.h"
#include "store/service/overview.h"

enum { HOUR_MS = 3600000, MOST_HOURS = 168, DEFAULT_HOURS = 24 };

static enum error_code read_hours(struct api_call *call, int64_t *hours, struct error *error)
{
    struct text text = TEXT_ABSENT;
    *hours = DEFAULT_HOURS;
    if (api_parameter(call, "hours", &text, error))
        return error->code;
    if (text_is_absent(text) ||
        (text_to_integer(text, hours) && *hours >= 1 && *hours <= MOST_HOURS))
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID, "'hours' must be from 1 to %d", MOST_HOURS);
}

struct activity {
    int64_t from, hours;
    struct overview_hour *rows;
    size_t row_count;
};

/* One integration's hours; hours without runs are zeros. */
static json_t *activity_json(const struct roster_entry *entry, const void *context)
{
    const struct activity *const activity = context;
    const struct overview_hour *row = activity->rows, *const end = row + activity->row_count;
    json_t *const runs = json_array(), *const changed = json_array(), *const failed = json_array();
    while (row < end && !text_equal(row->integration, entry->name))
        row++;
    for (int64_t hour = activity->from; hour < activity->from + activity->hours; hour++) {
        const bool has =
            row < end && row->hour == hour && text_equal(row->integration, entry->name);
        json_array_append_new(runs, json_integer(has ? row->runs : 0));
        json_array_append_new(changed, json_integer(has ? row->changed : 0));
        json_array_append_new(failed, json_integer(has ? row->failed : 0));
        row += has;
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "integration", value_json_text(entry->name),
                     "from", value_json_instant(activity->from * HOUR_MS), "runs", runs, "changed",
                     changed, "failed", failed);
}

enum error_code api_handle_activity(struct api_call *call, struct error *error)
{
    struct text only = TEXT_ABSENT, next = TEXT_ABSENT;
    struct activity activity = {.rows = NULL};
    json_t *items = NULL;
    if (read_hours(call, &activity.hours, error) ||
        api_parameter(call, "integration", &only, error))
        return error->code;
    activity.from = store_now(call->store) / HOUR_MS - activity.hours + 1;
    if (overview_hours(call->store, only, activity.from, call->arena, &activity.rows,
                       &activity.row_count, error) ||
        api_roster_page(call, only, activity_json, &activity, &items, &next, error))
        return error->code;
    return api_answer_page(call, items, next, error);
}
