/* Fields that both sides changed without a winner, and resolving them. */
#include "service/api/handlers.h"

#include "host/reasons.h"
#include "host/run_lock.h"
#include "store/inspect/conflicts.h"

enum { SELECTED_MOST = 500, NAME_MOST = 100 };

enum error_code api_finish_conflict(struct api_call *call, json_t *item, struct error *error)
{
    const struct explain_decision decision = {.verdict = TEXT("unresolved"),
                                              .decided_by = TEXT_ABSENT};
    const bool known = json_is_true(json_object_get(item, "known"));
    json_t *const base = json_object_get(item, "base");
    (void)call;
    (void)error;
    json_object_set_new(item, "has_base",
                        known ? json_boolean(json_integer_value(base) != 0) : json_null());
    json_object_set_new(item, "reason",
                        known ? json_string(reasons_of_decision(&decision)) : json_null());
    json_object_del(item, "base");
    return ERROR_NONE;
}

/* The conflicts that a request resolves. */
struct resolution {
    bool ours, dry_run;
    int64_t expected;
    struct text integration, object, field; /* of the filter; integration absent: by ids */
    const json_t *ids;
};

static enum error_code read_resolution(struct api_call *call, struct resolution *resolution,
                                       struct error *error)
{
    const json_t *const body = call->body, *const filter = json_object_get(body, "filter");
    struct text winner = TEXT_ABSENT;
    resolution->ids = json_object_get(body, "ids");
    if (api_member_text(call, body, "winner", NAME_MOST, &winner, error) ||
        api_member_boolean(body, "dry_run", &resolution->dry_run, error) ||
        api_member_integer(body, "expected", 0, INT64_MAX, -1, &resolution->expected, error) ||
        api_member_text(call, filter, "integration", NAME_MOST, &resolution->integration, error) ||
        api_member_text(call, filter, "object", NAME_MOST, &resolution->object, error) ||
        api_member_text(call, filter, "field", NAME_MOST, &resolution->field, error))
        return error->code;
    resolution->ours = text_equal(winner, TEXT("internal"));
    if (!resolution->ours && !text_equal(winner, TEXT("integration")))
        return error_set(error, ERROR_INVALID, "'winner' must be 'internal' or 'integration'");
    const size_t count = json_array_size(resolution->ids);
    if (!resolution->ids == !filter || (filter && text_is_absent(resolution->integration)) ||
        (resolution->ids && (count == 0 || count > SELECTED_MOST)))
        return error_set(error, ERROR_INVALID,
                         "give either 'ids' (1 to %d) or a 'filter' with an 'integration'",
                         SELECTED_MOST);
    for (size_t i = 0; i < count; i++) {
        if (!json_is_integer(json_array_get(resolution->ids, i)))
            return error_set(error, ERROR_INVALID, "'ids' must be whole numbers");
    }
    return ERROR_NONE;
}

static bool is_wanted(const struct resolution *resolution, const struct conflict *conflict)
{
    return (text_is_absent(resolution->object) ||
            text_equal(resolution->object, conflict->object)) &&
           (text_is_absent(resolution->field) || text_equal(resolution->field, conflict->field));
}

/* The conflicts that are meant; of one integration only. */
static enum error_code find_conflicts(struct api_call *call, const struct resolution *resolution,
                                      struct conflict **found, size_t *count, struct error *error)
{
    const size_t wanted = json_array_size(resolution->ids);
    struct conflict *all = NULL, *some = NULL;
    size_t some_count = 0, kept = 0;
    if (!resolution->ids) {
        if (conflicts_list(call->store, resolution->integration, call->arena, found, count, error))
            return error->code;
        for (size_t i = 0; i < *count; i++) {
            if (is_wanted(resolution, &(*found)[i]))
                (*found)[kept++] = (*found)[i];
        }
        *count = kept;
        return ERROR_NONE;
    }
    /* an id has a conflict for each record; all of them are resolved together */
    *found = all = ARENA_ARRAY(call->arena, wanted, struct conflict);
    *count = wanted;
    if (!all)
        return error_memory(error, "the conflicts");
    for (size_t i = 0; i < wanted; i++) {
        if (conflicts_find(call->store, json_integer_value(json_array_get(resolution->ids, i)),
                           call->arena, &some, &some_count, error))
            return error->code;
        if (i > 0 && !text_equal(some[0].integration, all[0].integration))
            return error_set(error, ERROR_INVALID, "these conflicts are of several integrations");
        all[i] = some[0];
    }
    return ERROR_NONE;
}

static enum error_code settle_all(struct api_call *call, const struct resolution *resolution,
                                  const struct conflict *conflicts, size_t count,
                                  struct error *error)
{
    struct run_lock lock = {.descriptor = -1};
    enum error_code code = api_take_lock(call, conflicts[0].integration, &lock, error);
    for (size_t i = 0; !code && i < count; i++) {
        if (i > 0 && conflicts[i].id == conflicts[i - 1].id)
            continue;
        code = resolution->ours ? conflicts_take_ours(call->store, conflicts[i].id, error)
                                : conflicts_take_theirs(call->store, conflicts[i].id, error);
    }
    run_lock_release(&lock);
    return code;
}

/* The sync that carries it out: ours is sent, theirs is requested. */
static enum error_code follow(struct api_call *call, const struct resolution *resolution,
                              const struct conflict *conflicts, size_t count, struct error *error)
{
    enum { NAMED_MOST = 50 };
    const char *words[1 + 2 * NAMED_MOST] = {NULL};
    if (count > NAMED_MOST) {
        api_sync_soon(call, conflicts[0].integration);
        return ERROR_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        struct text named = TEXT_ABSENT;
        const struct conflict *const conflict = &conflicts[i];
        if (text_format(
                call->arena, &named, error, "%.*s:%.*s",
                TEXT_PRINT(resolution->ours ? conflict->object : conflict->integration_object),
                TEXT_PRINT(resolution->ours ? conflict->object_id : conflict->integration_id)))
            return error->code;
        words[2 * i] = resolution->ours ? "--internal-object-id" : "--integration-object-id";
        words[2 * i + 1] = named.bytes;
    }
    struct error ignored = {.code = ERROR_NONE};
    struct job *const job = job_new_sync(JOB_PERSON, api_string(call, conflicts[0].integration),
                                         api_string(call, call->caller.name), NULL, words);
    pthread_mutex_lock(&call->service->lock);
    const enum error_code code = service_add_job(call->service, job, &ignored);
    pthread_mutex_unlock(&call->service->lock);
    if (code)
        api_sync_soon(call, conflicts[0].integration);
    else
        service_wake(call->service);
    return ERROR_NONE;
}

enum error_code api_handle_resolve(struct api_call *call, struct error *error)
{
    struct resolution resolution = {.integration = TEXT_ABSENT};
    struct conflict *conflicts = NULL;
    size_t count = 0;
    if (read_resolution(call, &resolution, error) ||
        find_conflicts(call, &resolution, &conflicts, &count, error))
        return error->code;
    if (!api_expected(call, resolution.expected, count))
        return ERROR_NONE;
    if (count > 0 && !resolution.dry_run &&
        (settle_all(call, &resolution, conflicts, count, error) ||
         follow(call, &resolution, conflicts, count, error)))
        return error->code;
    if (text_format(call->arena, &call->audit_detail, error, "%zu for %s%s", count,
                    resolution.ours ? "ours" : "theirs", resolution.dry_run ? " (counted)" : ""))
        return error->code;
    return api_answer_count(call, count, resolution.dry_run, error);
}
