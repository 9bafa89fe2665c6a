/* Jobs and their results. */
#include "service/api/handlers.h"

/* ---- jobs ---- */

static bool is_shown(const struct job *job, struct text integration, struct text kind)
{
    return job->kind != JOB_NOTIFY &&
           (text_is_absent(integration) || text_equal(integration, text_of(job->integration))) &&
           (text_is_absent(kind) || text_equal(kind, text_of(job_kind_name(job->kind))));
}

/* A page that ends where the next one begins; NULL: it is the last one. Takes the items. */
static enum error_code answer_until(struct api_call *call, json_t *items, const int64_t *place,
                                    struct error *error)
{
    struct text next = TEXT_ABSENT;
    if (place && text_of_integer(call->arena, *place, &next, error)) {
        json_decref(items);
        return error->code;
    }
    return api_answer_page(call, items, next, error);
}

enum error_code api_handle_jobs(struct api_call *call, struct error *error)
{
    static const char kinds[] = "sync plan match check fields backfill store_check cleanup doctor";
    struct text integration = TEXT_ABSENT, kind = TEXT_ABSENT;
    size_t limit = 0;
    int64_t before = INT64_MAX, last = 0;
    bool more = false;
    if (api_parameter(call, "integration", &integration, error) ||
        api_choice(call, "kind", kinds, &kind, error) ||
        api_place(call, INT64_MIN, &before, error) || api_limit(call, &limit, error))
        return error->code;
    json_t *const items = json_array();
    pthread_mutex_lock(&call->service->lock);
    for (size_t i = call->service->job_count; i-- > 0;) {
        const struct job *const job = call->service->jobs[i];
        if (job->id >= before || !is_shown(job, integration, kind))
            continue;
        more = json_array_size(items) == limit;
        if (more)
            break;
        last = job->id;
        json_array_append_new(items, job_json(job));
    }
    pthread_mutex_unlock(&call->service->lock);
    return answer_until(call, items, more ? &last : NULL, error);
}

static enum error_code no_job(const struct api_call *call, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND,
                     "there is no job %.*s (any more); runs are found at /runs",
                     TEXT_PRINT(call->captures[0]));
}

/* Shown, or stopped. */
enum error_code api_handle_job(struct api_call *call, struct error *error)
{
    const bool stop = call->route->audit != NULL;
    json_t *answer = NULL;
    pthread_mutex_lock(&call->service->lock);
    struct job *const job = service_find_job(call->service, call->number);
    if (job && stop) {
        job_stop(job, instant_now());
        (void)!text_copy(call->arena, text_of(job->integration), &call->integration, NULL);
    }
    if (job)
        answer = job_json(job);
    pthread_mutex_unlock(&call->service->lock);
    if (!answer)
        return no_job(call, error);
    if (stop)
        service_wake(call->service);
    return web_answer_json(call->request, stop ? 202 : 200, answer, error);
}

/* ---- results ---- */

/* The result of a job that has ended; NULL is JSON null. */
static enum error_code read_result(struct api_call *call, bool plan, json_t **result,
                                   struct error *error)
{
    const long long id = call->number;
    enum error_code code = ERROR_NONE;
    pthread_mutex_lock(&call->service->lock);
    const struct job *const job = service_find_job(call->service, id);
    if (!job)
        code = no_job(call, error);
    else if (!job_is_over(job))
        code = error_set(error, ERROR_REFUSED, "job %lld has not ended yet", id);
    else if (plan && job->kind != JOB_PLAN)
        code = error_set(error, ERROR_REFUSED, "job %lld is not a plan", id);
    else
        *result = job_result(job);
    pthread_mutex_unlock(&call->service->lock);
    return code;
}

enum error_code api_handle_job_result(struct api_call *call, struct error *error)
{
    json_t *result = NULL;
    if (read_result(call, false, &result, error))
        return error->code;
    /* the changes of a plan have pages of their own */
    json_object_del(result, "changes");
    return api_answer(call, result ? result : json_null(), error);
}

static bool is_text(const json_t *item, const char *member, struct text wanted)
{
    return text_is_absent(wanted) ||
           text_equal(text_of(json_string_value(json_object_get(item, member))), wanted);
}

enum error_code api_handle_planned(struct api_call *call, struct error *error)
{
    struct text side = TEXT_ABSENT, action = TEXT_ABSENT, object = TEXT_ABSENT;
    json_t *result = NULL;
    size_t limit = 0;
    int64_t place = 0;
    bool more = false;
    if (api_choice(call, "side", "internal integration", &side, error) ||
        api_choice(call, "action", "create update link delete unlink remap", &action, error) ||
        api_parameter(call, "object", &object, error) || api_place(call, 0, &place, error) ||
        api_limit(call, &limit, error) || read_result(call, true, &result, error))
        return error->code;
    const json_t *const changes = json_object_get(result, "changes");
    json_t *const items = json_array();
    for (size_t i = (size_t)place; i < json_array_size(changes); i++) {
        json_t *const change = json_array_get(changes, i);
        if (!is_text(change, "side", side) || !is_text(change, "action", action) ||
            !is_text(change, "object", object))
            continue;
        more = json_array_size(items) == limit;
        if (more) {
            place = (int64_t)i;
            break;
        }
        json_array_append(items, change);
    }
    json_decref(result);
    return answer_until(call, items, more ? &place : NULL, error);
}

/* The entry of the counts that a change belongs to; added if it is the first. */
static json_t *find_count(json_t *items, const json_t *change)
{
    static const char *const members[] = {"side", "object", "action"};
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *const item = json_array_get(items, i);
        size_t same = 0;
        while (same < 3 && json_equal(json_object_get(item, members[same]),
                                      json_object_get(change, members[same])))
            same++;
        if (same == 3)
            return item;
    }
    json_t *const item = json_object();
    for (size_t i = 0; i < 3; i++)
        json_object_set(item, members[i], json_object_get(change, members[i]));
    json_object_set_new(item, "count", json_integer(0));
    json_array_append_new(items, item);
    return item;
}

enum error_code api_handle_planned_counts(struct api_call *call, struct error *error)
{
    json_t *result = NULL;
    if (read_result(call, true, &result, error))
        return error->code;
    const json_t *const changes = json_object_get(result, "changes");
    json_t *const items = json_array();
    for (size_t i = 0; i < json_array_size(changes); i++) {
        json_t *const item = find_count(items, json_array_get(changes, i));
        json_object_set_new(item, "count",
                            json_integer(json_integer_value(json_object_get(item, "count")) + 1));
    }
    json_decref(result);
    return api_answer_items(call, items, error);
}
