/* The service itself, tokens, the audit log, events, deliveries. */
#include "service/api/handlers.h"

#include "base/version.h"
#include "model/value_json.h"
#include "service/access/secret.h"
#include "store/service/delivery.h"
#include "store/service/message.h"
#include "store/service/overview.h"

enum { DAY_MS = 24 * 3600 * 1000, DEFAULT_DAYS = 365, MOST_DAYS = 3650, NAME_MOST = 100 };

/* ---- the service ---- */

/* Each account once, whatever integrations share it; the lock is held. */
static json_t *rates_json(const struct service *service)
{
    const instant now = instant_now();
    json_t *const seen = json_object(), *const rates = json_array();
    for (size_t i = 0; i < service->roster->count; i++) {
        const struct roster_entry *const entry = &service->roster->entries[i];
        for (size_t j = 0; j < entry->budget_count; j++) {
            const struct budget *const budget = &entry->budgets[j];
            if (json_object_get(seen, budget->name.bytes))
                continue;
            json_object_set_new(seen, budget->name.bytes, json_true());
            json_array_append_new(rates,
                                  json_pack("{s:o, s:f}", "name", value_json_text(budget->name),
                                            "remaining_ratio",
                                            (double)budget_left(&service->home, budget, now) /
                                                (double)budget->per_day));
        }
    }
    json_decref(seen);
    return rates;
}

enum error_code api_handle_system(struct api_call *call, struct error *error)
{
    struct service *const service = call->service;
    int64_t bytes = 0, log_bytes = 0;
    uint64_t waiting = 0;
    struct message_state messages;
    size_t enabled = 0, paused = 0, syncing = 0;
    if (delivery_queue(call->store, &waiting, error) ||
        message_state(call->store, call->arena, &messages, error))
        return error->code;
    overview_size(call->store, &bytes, &log_bytes);
    const size_t listeners = event_ring_listeners(service->events);
    pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < service->roster->count; i++) {
        enabled += service->roster->entries[i].enabled;
        paused += service->roster->entries[i].paused;
        syncing += service->roster->entries[i].job != NULL;
    }
    json_t *const json = json_pack(
        "{s:s, s:o, s:s, s:o, s:o, s:{s:s, s:I, s:I}, s:{s:I, s:I}, s:{s:I, s:I, s:I, s:I}, s:I, "
        "s:{s:I}, s:o, s:{s:I, s:o, s:o}}",
        "version", TANDEM_VERSION, "started", value_json_instant(service->started), "home",
        service->home.path, "configuration_loaded", value_json_instant(service->roster->loaded),
        "configuration_error",
        service->configuration_error[0] ? value_json_text(text_of(service->configuration_error))
                                        : json_null(),
        "store", "path", service->database, "bytes", (json_int_t)bytes, "wal_bytes",
        (json_int_t)log_bytes, "jobs", "running", (json_int_t)service_running(service), "most",
        (json_int_t)service->most_jobs, "integrations", "total", (json_int_t)service->roster->count,
        "enabled", (json_int_t)enabled, "paused", (json_int_t)paused, "running",
        (json_int_t)syncing, "listeners", (json_int_t)listeners, "webhooks", "waiting",
        (json_int_t)waiting, "rates", rates_json(service), "notifications", "waiting",
        (json_int_t)messages.waiting, "next", value_json_instant(messages.next), "trouble",
        value_json_text(messages.trouble));
    pthread_mutex_unlock(&service->lock);
    return api_answer(call, json, error);
}

enum error_code api_handle_reload(struct api_call *call, struct error *error)
{
    return service_reload(call->service, error) ? error->code : api_handle_system(call, error);
}

enum error_code api_handle_events(struct api_call *call, struct error *error)
{
    struct text integration = TEXT_ABSENT,
                last = web_request_header(call->request, "Last-Event-ID");
    if (api_parameter(call, "integration", &integration, error) ||
        (text_is_absent(last) && api_parameter(call, "last_event_id", &last, error)))
        return error->code;
    return event_ring_listen(call->service->events, call->request, integration, last, error);
}

/* ---- tokens ---- */

enum error_code api_handle_add_token(struct api_call *call, struct error *error)
{
    struct text name = TEXT_ABSENT, scope_name = TEXT_ABSENT;
    enum access_role scope = ACCESS_VIEWER;
    int64_t days = 0, id = 0;
    char secret[SECRET_SIZE];
    struct text hash = TEXT_ABSENT;
    if (api_member_text(call, call->body, "name", NAME_MOST, &name, error) ||
        api_member_text(call, call->body, "scope", NAME_MOST, &scope_name, error) ||
        api_member_integer(call->body, "days", 1, MOST_DAYS, DEFAULT_DAYS, &days, error))
        return error->code;
    if (text_is_empty(text_trim(name)) || !access_scope_of(scope_name, &scope))
        return error_set(error, ERROR_INVALID,
                         "'name' must be a text, and 'scope' 'read', 'run' or 'admin'");
    const instant expires = store_now(call->store) + days * DAY_MS;
    if (secret_make("tnd_", secret, error) ||
        secret_hash(text_of(secret), call->arena, &hash, error) ||
        access_token_add(call->store, name, scope, hash, expires, &id, error))
        return error->code;
    call->audit_detail = name;
    return web_answer_json(call->request, 201,
                           json_pack("{s:I, s:o, s:s, s:o, s:s}", "id", (json_int_t)id, "name",
                                     value_json_text(name), "scope", access_scope_name(scope),
                                     "expires", value_json_instant(expires), "token", secret),
                           error);
}

enum error_code api_handle_revoke_token(struct api_call *call, struct error *error)
{
    if (access_token_revoke(call->store, call->number, error))
        return error->code;
    call->audit_detail = call->captures[0];
    web_answer_empty(call->request, 204);
    return ERROR_NONE;
}

/* ---- deliveries ---- */

enum error_code api_handle_delivery(struct api_call *call, struct error *error)
{
    struct text body = TEXT_ABSENT;
    if (delivery_body(call->store, call->number, call->arena, &body, error))
        return error->code;
    json_object_set_new(call->item, "body", value_json_text(body));
    return api_answer(call, json_incref(call->item), error);
}

/* ids, or an integration with a status. */
static enum error_code read_choice(struct api_call *call, struct delivery_choice *choice,
                                   struct error *error)
{
    const json_t *const body = call->body, *const list = json_object_get(body, "ids");
    const size_t count = json_array_size(list);
    *choice = (struct delivery_choice){.ids = ARENA_ARRAY(call->arena, count, int64_t),
                                       .id_count = count};
    if (api_member_text(call, body, "integration", NAME_MOST, &choice->integration, error) ||
        api_member_text(call, body, "status", NAME_MOST, &choice->status, error))
        return error->code;
    if (!choice->ids)
        return error_memory(error, "the deliveries");
    if (!list == text_is_absent(choice->integration) ||
        (list && (count == 0 || count > PAGE_MOST || !text_is_absent(choice->status))))
        return error_set(error, ERROR_INVALID,
                         "give either 'ids' (1 to %d) or an 'integration', perhaps with a 'status'",
                         PAGE_MOST);
    for (size_t i = 0; i < count; i++) {
        if (!json_is_integer(json_array_get(list, i)))
            return error_set(error, ERROR_INVALID, "'ids' must be whole numbers");
        choice->ids[i] = json_integer_value(json_array_get(list, i));
    }
    return ERROR_NONE;
}

enum error_code api_handle_redeliver(struct api_call *call, struct error *error)
{
    struct delivery_choice choice;
    int64_t expected = -1;
    uint64_t count = 0;
    bool dry_run = false;
    if (read_choice(call, &choice, error) ||
        api_member_boolean(call->body, "dry_run", &dry_run, error) ||
        api_member_integer(call->body, "expected", 0, INT64_MAX, -1, &expected, error) ||
        delivery_again(call->store, &choice, true, &count, error))
        return error->code;
    if (!api_expected(call, expected, count))
        return ERROR_NONE;
    if (!dry_run && delivery_again(call->store, &choice, false, &count, error))
        return error->code;
    call->integration = choice.integration;
    service_wake(call->service);
    return api_answer_count(call, count, dry_run, error);
}
