/* Runs and the outcomes of their records. */
#include "service/api/handlers.h"

#include <string.h>

#include "host/reasons.h"
#include "host/run_lock.h"
#include "model/outcome.h"
#include "model/value_json.h"

/* ---- runs ---- */

/* A run that says it is under way, but is not. */
static bool is_interrupted(struct api_call *call, const char *integration, const struct job *job)
{
    return !(job && !job_is_over(job)) && !run_lock_is_held(store_path(call->store), integration);
}

static json_t *http_json(const struct job *job)
{
    if (!job || job->finished == INSTANT_NONE)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:I}", "requests", (json_int_t)job->sums.requests, "retries",
                     (json_int_t)job->sums.retries, "bytes_in", (json_int_t)job->sums.bytes_in,
                     "bytes_out", (json_int_t)job->sums.bytes_out);
}

enum error_code api_finish_run(struct api_call *call, json_t *item, struct error *error)
{
    const int64_t run = json_integer_value(json_object_get(item, "id"));
    const char *const status = json_string_value(json_object_get(item, "status"));
    const char *const integration = json_string_value(json_object_get(item, "integration"));
    (void)error;
    pthread_mutex_lock(&call->service->lock);
    const struct job *const job = service_job_of_run(call->service, run);
    const bool interrupted = status && strcmp(status, "running") == 0 && integration &&
                             is_interrupted(call, integration, job);
    json_object_set_new(item, "job", job ? json_integer(job->id) : json_null());
    json_object_set_new(item, "http", http_json(job));
    pthread_mutex_unlock(&call->service->lock);
    if (interrupted)
        json_object_set_new(item, "status", json_string("interrupted"));
    return ERROR_NONE;
}

/* Drop what the store cannot distinguish. */
static void filter_status(json_t *items, const char *status)
{
    for (size_t i = json_array_size(items); i-- > 0;) {
        const char *const own =
            json_string_value(json_object_get(json_array_get(items, i), "status"));
        if (!own || strcmp(own, status) != 0)
            json_array_remove(items, i);
    }
}

enum error_code api_handle_runs(struct api_call *call, struct error *error)
{
    static const char statuses[] = "running interrupted done done_with_issues failed refused";
    struct page_query query = {.page = PAGE_RUNS};
    struct text status = TEXT_ABSENT, next = TEXT_ABSENT;
    json_t *items = NULL;
    if (api_parameter(call, "integration", &query.parameters[0], error) ||
        api_choice(call, "status", statuses, &status, error) ||
        api_parameter(call, "after", &query.after, error) || api_limit(call, &query.limit, error))
        return error->code;
    /* the store does not know whether a run that has not ended is under way */
    query.parameters[1] = text_equal(status, TEXT("interrupted")) ? TEXT("running") : status;
    if (pages_read(call->store, &query, call->arena, &items, &next, error))
        return error->code;
    for (size_t i = 0; i < json_array_size(items); i++) {
        if (api_finish_run(call, json_array_get(items, i), error)) {
            json_decref(items);
            return error->code;
        }
    }
    if (!text_is_absent(status))
        filter_status(items, status.bytes);
    return api_answer_page(call, items, next, error);
}

enum error_code api_handle_run(struct api_call *call, struct error *error)
{
    return api_finish_run(call, call->item, error)
               ? error->code
               : api_answer(call, json_incref(call->item), error);
}

/* ---- outcomes ---- */

static enum error_code finish_outcome(struct api_call *call, json_t *item, struct error *error)
{
    const char *const reason = json_string_value(json_object_get(item, "reason"));
    const char *const direction = json_string_value(json_object_get(item, "direction"));
    const struct explain_outcome outcome = {
        .side = direction && strcmp(direction, "pull") == 0 ? SIDE_INTEGRATION : SIDE_INTERNAL,
        .reason = text_of(reason)};
    (void)call;
    (void)error;
    json_object_set_new(item, "explanation",
                        value_json_text(text_of(reasons_of_outcome(&outcome))));
    return ERROR_NONE;
}

enum error_code api_handle_outcomes(struct api_call *call, struct error *error)
{
    static const struct api_list list = {
        .page = PAGE_OUTCOMES,
        .filters = {
            {"direction", "pull push"},
            {"outcome", "failed conflict deferred created updated skipped unchanged deleted"},
            {"object", NULL}}};
    struct page_query query;
    char digits[TEXT_DIGITS];
    if (api_filters(call, &list, &query, error))
        return error->code;
    const struct text kind = query.parameters[2];
    for (int i = 0; !text_is_absent(kind) && i <= OUTCOME_KIND_COUNT; i++) {
        /* a name of an unknown kind finds nothing */
        query.parameters[2] = text_digits(i, digits);
        if (i < OUTCOME_KIND_COUNT && text_equal(kind, text_of(outcome_name((enum outcome_kind)i))))
            break;
    }
    return api_page(call, &query, finish_outcome, error);
}

/* ---- decisions ---- */

/* Columns of one side become an object. */
static void fold_side(json_t *item, const char *name, const char *value, const char *certain,
                      const char *possible)
{
    json_object_set_new(item, name,
                        json_pack("{s:O, s:O, s:O}", "value", json_object_get(item, value),
                                  "certainly_changed", json_object_get(item, certain),
                                  "possibly_changed", json_object_get(item, possible)));
    json_object_del(item, value);
    json_object_del(item, certain);
    json_object_del(item, possible);
}

enum error_code api_finish_decision(struct api_call *call, json_t *item, struct error *error)
{
    const struct explain_decision decision = {
        .verdict = text_of(json_string_value(json_object_get(item, "verdict"))),
        .decided_by = text_of(json_string_value(json_object_get(item, "decided_by")))};
    (void)call;
    (void)error;
    json_object_set_new(item, "winner",
                        text_equal(decision.verdict, TEXT("left"))    ? json_string("internal")
                        : text_equal(decision.verdict, TEXT("right")) ? json_string("integration")
                                                                      : json_null());
    json_object_set_new(item, "reason", json_string(reasons_of_decision(&decision)));
    fold_side(item, "internal", "left_value", "left_certain", "left_possible");
    fold_side(item, "integration", "right_value", "right_certain", "right_possible");
    return ERROR_NONE;
}
