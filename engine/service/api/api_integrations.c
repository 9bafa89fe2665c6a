/* Integrations: their configuration, what the store knows, what the service is doing with them. */
#include "service/api/handlers.h"

#include "host/authorization_state.h"
#include "model/value_json.h"
#include "store/service/edits.h"
#include "store/service/overview.h"

/* ---- what the roster knows; with the lock held ---- */

static json_t *schedule_json(const struct roster_entry *entry)
{
    const struct schedule_settings *const schedule = &entry->schedule;
    char described[128];
    if (schedule->off)
        return json_null();
    roster_describe(entry, described);
    return json_pack(
        "{s:o, s:o, s:o, s:o}", "every_seconds",
        text_is_absent(schedule->cron) ? json_integer(schedule->every_ms / 1000) : json_null(),
        "cron", value_json_text(schedule->cron), "timezone", value_json_text(schedule->timezone),
        "text", value_json_text(text_of(described)));
}

/* The worst state that applies, and the reason in one sentence; NULL: what the store knows decides.
 */
static const char *state_here(const struct roster_entry *entry, struct text *why)
{
    *why = entry->trouble;
    if (!text_is_absent(*why))
        return "broken";
    if (!entry->enabled)
        return "disabled";
    if (entry->job)
        return "running";
    if (entry->paused)
        *why = TEXT("paused: nothing is started by schedule, edit or webhook");
    return entry->paused ? "paused" : NULL;
}

/* All members in their order; those of the store are completed later. */
static json_t *entry_json(const struct roster_entry *entry, const void *context)
{
    json_t *const objects = json_array();
    struct text why = TEXT_ABSENT;
    const char *const state = state_here(entry, &why);
    (void)context;
    for (size_t i = 0; i < entry->object_count; i++)
        json_array_append_new(objects, value_json_text(entry->objects[i]));
    return json_pack(
        "{s:o, s:s?, s:o, s:b, s:b, s:b, s:o, s:o, s:n, s:n, s:n, s:o, s:n, s:n, s:n,"
        " s:n, s:b, s:n, s:o}",
        "name", value_json_text(entry->name), "state", state, "why", value_json_text(why),
        "enabled", (int)entry->enabled, "paused", (int)entry->paused, "needs_reauth",
        (int)entry->authorizes, "schedule", schedule_json(entry), "next_run",
        value_json_instant(entry->paused ? INSTANT_NONE : entry->due), "last_run", "last_success",
        "failing_since", "job", entry->job ? json_integer(entry->job->id) : json_null(), "links",
        "waiting_changes", "open_matters", "matters", "webhooks", (int)entry->webhooks.given,
        "version", "objects", objects);
}

enum error_code api_roster_page(struct api_call *call, struct text only, api_entry_json *make,
                                const void *context, json_t **items, struct text *next,
                                struct error *error)
{
    struct text after = TEXT_ABSENT;
    size_t limit = 0;
    if (api_parameter(call, "after", &after, error) || api_limit(call, &limit, error))
        return error->code;
    *items = json_array();
    pthread_mutex_lock(&call->service->lock);
    const struct roster *const roster = call->service->roster;
    struct text last = TEXT_ABSENT;
    for (size_t i = 0; i < roster->count && text_is_absent(*next); i++) {
        const struct roster_entry *const entry = &roster->entries[i];
        if ((!text_is_absent(after) && text_compare(entry->name, after) <= 0) ||
            (!text_is_absent(only) && !text_equal(entry->name, only)))
            continue;
        if (json_array_size(*items) == limit)
            (void)!text_copy(call->arena, last, next, NULL);
        else
            json_array_append_new(*items, make(entry, context));
        last = entry->name;
    }
    pthread_mutex_unlock(&call->service->lock);
    return ERROR_NONE;
}

/* ---- what the store knows ---- */

static const char *state_in_store(const struct overview_row *row, bool needs_reauth,
                                  struct text *why)
{
    if (needs_reauth) {
        *why = TEXT("it must be authorized (again): see 'tandem auth'");
        return "needs_reauth";
    }
    if (row->failing_since != INSTANT_NONE) {
        *why = text_is_absent(row->last_message) ? TEXT("its last run failed") : row->last_message;
        return "failing";
    }
    if (!row->open)
        return "ok";
    *why = row->in_doubt      ? TEXT("creates with an unknown outcome wait for a decision")
           : row->held        ? TEXT("fields that both sides changed wait for a decision")
           : row->quarantined ? TEXT("objects that failed in too many runs are in quarantine")
           : row->ambiguous   ? TEXT("records match several objects here")
                              : TEXT("open matters need a decision");
    return "attention";
}

static json_t *json_of(struct text text)
{
    return text_is_absent(text) ? NULL : json_loadb(text.bytes, text.length, 0, NULL);
}

static json_t *version_json(const struct overview_row *row)
{
    json_t *const scripts = json_of(row->scripts);
    json_t *const version = json_incref(json_object_get(scripts, "version"));
    json_decref(scripts);
    return json_is_string(version) ? version : json_null();
}

static enum error_code last_run_json(struct api_call *call, const struct overview_row *row,
                                     json_t **run, struct error *error)
{
    if (row->last_run && api_find(call, PAGE_RUNS, row->last_run, run, error))
        return error->code;
    if (*run)
        return api_finish_run(call, *run, error);
    *run = json_null();
    return ERROR_NONE;
}

static enum error_code complete(struct api_call *call, json_t *item, const struct overview_row *row,
                                struct error *error)
{
    static const struct overview_row nothing = {.last_success = INSTANT_NONE,
                                                .failing_since = INSTANT_NONE};
    const struct text name = text_of(json_string_value(json_object_get(item, "name")));
    const bool needs_reauth = json_is_true(json_object_get(item, "needs_reauth")) &&
                              authorization_state_is_missing(call->session, name);
    struct text why = TEXT_ABSENT;
    json_t *run = NULL;
    row = row ? row : &nothing;
    if (last_run_json(call, row, &run, error))
        return error->code;
    if (json_is_null(json_object_get(item, "state"))) {
        json_object_set_new(item, "state", json_string(state_in_store(row, needs_reauth, &why)));
        json_object_set_new(item, "why", value_json_text(why));
    }
    json_t *const matters = json_of(row->matters);
    json_t *const known = json_pack(
        "{s:b, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o}", "needs_reauth", (int)needs_reauth,
        "last_run", run, "last_success", value_json_instant(row->last_success), "failing_since",
        value_json_instant(row->failing_since), "links", (json_int_t)row->links, "waiting_changes",
        (json_int_t)row->waiting, "open_matters", (json_int_t)row->open, "matters",
        matters ? matters : json_object(), "version", version_json(row));
    return json_object_update_new(item, known) ? error_memory(error, "an integration") : ERROR_NONE;
}

enum error_code api_handle_integrations(struct api_call *call, struct error *error)
{
    struct overview_row *rows = NULL;
    struct text next = TEXT_ABSENT;
    size_t count = 0;
    json_t *items = NULL;
    if (overview_read(call->store, TEXT_ABSENT, call->arena, &rows, &count, error) ||
        api_roster_page(call, TEXT_ABSENT, entry_json, NULL, &items, &next, error))
        return error->code;
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *const item = json_array_get(items, i);
        const struct text name = text_of(json_string_value(json_object_get(item, "name")));
        if (complete(call, item, overview_find(rows, count, name), error)) {
            json_decref(items);
            return error->code;
        }
    }
    return api_answer_page(call, items, next, error);
}

enum error_code api_handle_integration(struct api_call *call, struct error *error)
{
    const struct text name = call->integration;
    struct overview_row *rows = NULL;
    size_t count = 0;
    if (overview_read(call->store, name, call->arena, &rows, &count, error))
        return error->code;
    pthread_mutex_lock(&call->service->lock);
    const struct roster_entry *const entry = roster_find(call->service->roster, name);
    json_t *const item = entry ? entry_json(entry, NULL) : NULL;
    pthread_mutex_unlock(&call->service->lock);
    if (!entry)
        return error_set(error, ERROR_NOT_FOUND, "it no longer exists");
    if (complete(call, item, overview_find(rows, count, name), error)) {
        json_decref(item);
        return error->code;
    }
    return api_answer(call, item, error);
}

/* ---- pausing ---- */

/* Pauses, or resumes. */
enum error_code api_handle_pause(struct api_call *call, struct error *error)
{
    const struct text name = call->integration;
    const bool paused = api_acts(call, "pause");
    if (edits_set_paused(call->store, name, paused, error))
        return error->code;
    pthread_mutex_lock(&call->service->lock);
    struct roster_entry *const entry = roster_find(call->service->roster, name);
    if (entry) {
        entry->paused = paused;
        roster_plan(entry, instant_now());
    }
    pthread_mutex_unlock(&call->service->lock);
    service_tell_integration(call->service, name);
    service_wake(call->service);
    return api_handle_integration(call, error);
}
