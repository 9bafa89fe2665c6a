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

/* One integration's hours; hours without runs are zeros. */
static json_t *activity_json(struct text integration, int64_t from, int64_t count,
                             const struct overview_hour *rows, size_t row_count)
{
    json_t *const runs = json_array(), *const changed = json_array(), *const failed = json_array();
    size_t next = 0;
    while (next < row_count && !text_equal(rows[next].integration, integration))
        next++;
    for (int64_t hour = from; hour < from + count; hour++) {
        const bool has = next < row_count && rows[next].hour == hour &&
                         text_equal(rows[next].integration, integration);
        json_array_append_new(runs, json_integer(has ? rows[next].runs : 0));
        json_array_append_new(changed, json_integer(has ? rows[next].changed : 0));
        json_array_append_new(failed, json_integer(has ? rows[next].failed : 0));
        next += has;
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "integration", value_json_text(integration),
                     "from", value_json_instant(from * HOUR_MS), "runs", runs, "changed", changed,
                     "failed", failed);
}

enum error_code api_handle_activity(struct api_call *call, struct error *error)
{
    struct text only = TEXT_ABSENT, after = TEXT_ABSENT, last = TEXT_ABSENT;
    struct overview_hour *rows = NULL;
    size_t count = 0, limit = 0, found = 0;
    int64_t hours = 0;
    bool more = false;
    if (read_hours(call, &hours, error) || api_parameter(call, "integration", &only, error) ||
        api_parameter(call, "after", &after, error) || api_limit(call, &limit, error))
        return error->code;
    const int64_t from = store_now(call->store) / HOUR_MS - hours + 1;
    if (overview_hours(call->store, only, from, call->arena, &rows, &count, error))
        return error->code;
    json_t *const items = json_array();
    pthread_mutex_lock(&call->service->lock);
    const struct roster *const roster = call->service->roster;
    for (size_t i = 0; i < roster->count && !more; i++) {
        const struct text name = roster->entries[i].name;
        if ((!text_is_absent(after) && text_compare(name, after) <= 0) ||
            (!text_is_absent(only) && !text_equal(name, only)))
            continue;
        more = found == limit;
        if (!more && found++ < limit) {
            json_array_append_new(items, activity_json(name, from, hours, rows, count));
            (void)!text_copy(call->arena, name, &last, NULL);
        }
    }
    pthread_mutex_unlock(&call->service->lock);
    return api_answer_page(call, items, more ? last : TEXT_ABSENT, error);
}
