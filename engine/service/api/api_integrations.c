/* Integrations: their configuration, what the store knows, what the service is doing with them. */
#include "service/api/handlers.h"

#include <string.h>

#include "host/authorization_state.h"
#include "model/value_json.h"
#include "store/service/edits.h"
#include "store/service/overview.h"

enum error_code api_integration(struct api_call *call, size_t capture, struct text *name,
                                struct error *error)
{
    pthread_mutex_lock(&call->service->lock);
    const bool known = roster_find(call->service->roster, call->captures[capture]) != NULL;
    pthread_mutex_unlock(&call->service->lock);
    if (!known)
        return error_set(error, ERROR_NOT_FOUND, "there is no integration '%.*s'",
                         TEXT_PRINT(call->captures[capture]));
    *name = call->captures[capture];
    call->audit_integration = *name;
    return ERROR_NONE;
}

/* A copy of what the answer needs of an entry, made with the lock held. */
struct seen {
    struct text name, trouble, schedule, cron, timezone;
    struct text *objects;
    size_t object_count;
    bool enabled, paused, webhooks, by_cron, scheduled, authorizes;
    int64_t every_ms, job;
    instant due;
};

static enum error_code see(struct api_call *call, const struct roster_entry *entry,
                           struct seen *seen, struct error *error)
{
    char described[128];
    roster_describe(entry, described);
    *seen = (struct seen){.enabled = entry->enabled,
                          .paused = entry->paused,
                          .webhooks = entry->webhooks.given,
                          .by_cron = !text_is_absent(entry->schedule.cron),
                          .scheduled = !entry->schedule.off,
                          .authorizes = entry->authorizes,
                          .every_ms = entry->schedule.every_ms,
                          .job = entry->job ? entry->job->id : 0,
                          .due = entry->paused ? INSTANT_NONE : entry->due,
                          .object_count = entry->object_count,
                          .objects = ARENA_ARRAY(call->arena, entry->object_count, struct text)};
    if (!seen->objects)
        return error_memory(error, "an integration");
    for (size_t i = 0; i < entry->object_count; i++) {
        if (text_copy(call->arena, entry->objects[i], &seen->objects[i], error))
            return error->code;
    }
    if (text_copy(call->arena, entry->name, &seen->name, error) ||
        text_copy(call->arena, entry->trouble, &seen->trouble, error) ||
        text_copy(call->arena, text_of(described), &seen->schedule, error) ||
        text_copy(call->arena, entry->schedule.cron, &seen->cron, error) ||
        text_copy(call->arena, entry->schedule.timezone, &seen->timezone, error))
        return error->code;
    return ERROR_NONE;
}

static json_t *schedule_json(const struct seen *seen)
{
    if (!seen->scheduled)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "every_seconds",
                     seen->by_cron ? json_null() : json_integer(seen->every_ms / 1000), "cron",
                     value_json_text(seen->cron), "timezone", value_json_text(seen->timezone),
                     "text", value_json_text(seen->schedule));
}

/* The worst state that applies, and the reason in one sentence (NULL: all is well). */
static const char *state_of(const struct seen *seen, const struct overview_row *row,
                            bool needs_reauth, struct text *why)
{
    *why = TEXT_ABSENT;
    if (!text_is_absent(seen->trouble)) {
        *why = seen->trouble;
        return "broken";
    }
    if (!seen->enabled)
        return "disabled";
    if (seen->job)
        return "running";
    if (seen->paused) {
        *why = TEXT("paused: nothing is started by schedule, edit or webhook");
        return "paused";
    }
    if (needs_reauth) {
        *why = TEXT("it must be authorized (again): see 'tandem auth'");
        return "needs_reauth";
    }
    if (row && row->failing_since != INSTANT_NONE) {
        *why = text_is_absent(row->last_message) ? TEXT("its last run failed") : row->last_message;
        return "failing";
    }
    if (row && row->open) {
        *why = row->in_doubt      ? TEXT("creates with an unknown outcome wait for a decision")
               : row->held        ? TEXT("fields that both sides changed wait for a decision")
               : row->quarantined ? TEXT("objects that failed in too many runs are in quarantine")
               : row->ambiguous   ? TEXT("records match several objects here")
                                  : TEXT("open matters need a decision");
        return "attention";
    }
    return "ok";
}

static json_t *version_json(const struct overview_row *row)
{
    json_t *const scripts = row && !text_is_absent(row->scripts)
                                ? json_loadb(row->scripts.bytes, row->scripts.length, 0, NULL)
                                : NULL;
    json_t *const version = json_incref(json_object_get(scripts, "version"));
    json_decref(scripts);
    return json_is_string(version) ? version : json_null();
}

static enum error_code last_run_json(struct api_call *call, const struct overview_row *row,
                                     json_t **run, struct error *error)
{
    struct page_query query = {.page = PAGE_RUNS, .after = TEXT_ABSENT, .limit = 1};
    struct text next = TEXT_ABSENT;
    json_t *items = NULL;
    char digits[TEXT_DIGITS];
    *run = json_null();
    if (!row || !row->last_run)
        return ERROR_NONE;
    query.parameters[2] = text_digits(row->last_run, digits);
    if (pages_read(call->store, &query, call->arena, &items, &next, error))
        return error->code;
    if (json_array_size(items) == 1)
        *run = json_incref(json_array_get(items, 0));
    json_decref(items);
    return json_is_null(*run) ? ERROR_NONE : api_finish_run(call, *run, error);
}

static json_t *matters_json(const struct overview_row *row)
{
    json_t *const matters = text_is_absent(row->matters)
                                ? NULL
                                : json_loadb(row->matters.bytes, row->matters.length, 0, NULL);
    return matters ? matters : json_object();
}

static enum error_code integration_json(struct api_call *call, const struct seen *seen,
                                        const struct overview_row *row, json_t **json,
                                        struct error *error)
{
    static const struct overview_row nothing = {.last_success = INSTANT_NONE,
                                                .failing_since = INSTANT_NONE};
    const struct overview_row *const known = row ? row : &nothing;
    const bool needs_reauth =
        seen->authorizes && authorization_state_is_missing(call->session, seen->name);
    struct text why = TEXT_ABSENT;
    json_t *run = NULL, *const objects = json_array();
    const char *const state = state_of(seen, row, needs_reauth, &why);
    for (size_t i = 0; i < seen->object_count; i++)
        json_array_append_new(objects, value_json_text(seen->objects[i]));
    if (last_run_json(call, row, &run, error)) {
        json_decref(objects);
        return error->code;
    }
    *json = json_pack(
        "{s:o, s:s, s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:b, "
        "s:o, s:o}",
        "name", value_json_text(seen->name), "state", state, "why", value_json_text(why), "enabled",
        (int)seen->enabled, "paused", (int)seen->paused, "needs_reauth", (int)needs_reauth,
        "schedule", schedule_json(seen), "next_run", value_json_instant(seen->due), "last_run", run,
        "last_success", value_json_instant(known->last_success), "failing_since",
        value_json_instant(known->failing_since), "job",
        seen->job ? json_integer(seen->job) : json_null(), "links", (json_int_t)known->links,
        "waiting_changes", (json_int_t)known->waiting, "open_matters", (json_int_t)known->open,
        "matters", matters_json(known), "webhooks", (int)seen->webhooks, "version",
        version_json(row), "objects", objects);
    return *json ? ERROR_NONE : error_memory(error, "an integration");
}

/* Up to `limit` + 1 entries after a name. */
static enum error_code see_page(struct api_call *call, struct text after, size_t limit,
                                struct seen **page, size_t *count, struct error *error)
{
    enum error_code code = ERROR_NONE;
    *page = ARENA_ARRAY(call->arena, limit + 1, struct seen);
    *count = 0;
    if (!*page)
        return error_memory(error, "the integrations");
    pthread_mutex_lock(&call->service->lock);
    const struct roster *const roster = call->service->roster;
    for (size_t i = 0; !code && i < roster->count && *count <= limit; i++) {
        if (text_is_absent(after) || text_compare(roster->entries[i].name, after) > 0)
            code = see(call, &roster->entries[i], &(*page)[(*count)++], error);
    }
    pthread_mutex_unlock(&call->service->lock);
    return code;
}

enum error_code api_handle_integrations(struct api_call *call, struct error *error)
{
    struct overview_row *rows = NULL;
    struct seen *page = NULL;
    struct text after = TEXT_ABSENT;
    size_t row_count = 0, count = 0, limit = 0;
    json_t *items = NULL;
    if (api_parameter(call, "after", &after, error) || api_limit(call, &limit, error) ||
        see_page(call, after, limit, &page, &count, error) ||
        overview_read(call->store, TEXT_ABSENT, call->arena, &rows, &row_count, error))
        return error->code;
    items = json_array();
    for (size_t i = 0; i < count && i < limit; i++) {
        json_t *item = NULL;
        if (integration_json(call, &page[i], overview_find(rows, row_count, page[i].name), &item,
                             error)) {
            json_decref(items);
            return error->code;
        }
        json_array_append_new(items, item);
    }
    return api_answer_page(call, items, count > limit ? page[limit - 1].name : TEXT_ABSENT, error);
}

enum error_code api_handle_integration(struct api_call *call, struct error *error)
{
    struct overview_row *rows = NULL;
    struct seen seen;
    struct text name = TEXT_ABSENT;
    size_t count = 0;
    json_t *json = NULL;
    enum error_code code = api_integration(call, 0, &name, error);
    if (code)
        return code;
    pthread_mutex_lock(&call->service->lock);
    const struct roster_entry *const entry = roster_find(call->service->roster, name);
    code = entry ? see(call, entry, &seen, error)
                 : error_set(error, ERROR_NOT_FOUND, "it no longer exists");
    pthread_mutex_unlock(&call->service->lock);
    if (code || overview_read(call->store, name, call->arena, &rows, &count, error) ||
        integration_json(call, &seen, overview_find(rows, count, name), &json, error))
        return error->code;
    return web_answer_json(call->request, 200, json, error);
}

/* ---- pausing ---- */

static enum error_code set_paused(struct api_call *call, bool paused, struct error *error)
{
    struct text name = TEXT_ABSENT;
    json_t *body = NULL;
    if (api_integration(call, 0, &name, error) || api_body(call, "", &body, error))
        return error->code;
    json_decref(body);
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

enum error_code api_handle_pause(struct api_call *call, struct error *error)
{
    return set_paused(call, true, error);
}

enum error_code api_handle_resume(struct api_call *call, struct error *error)
{
    return set_paused(call, false, error);
}

/* ---- pages of one integration ---- */

static enum error_code page_of_integration(struct api_call *call, enum page page,
                                           struct error *error)
{
    struct page_query query = {.page = page};
    return api_integration(call, 0, &query.parameters[0], error)
               ? error->code
               : api_page(call, &query, NULL, error);
}

enum error_code api_handle_positions(struct api_call *call, struct error *error)
{
    return page_of_integration(call, PAGE_POSITIONS, error);
}

enum error_code api_handle_timeline(struct api_call *call, struct error *error)
{
    return page_of_integration(call, PAGE_TIMELINE, error);
}

enum error_code api_handle_links(struct api_call *call, struct error *error)
{
    return page_of_integration(call, PAGE_LINKS, error);
}

enum error_code api_handle_changes(struct api_call *call, struct error *error)
{
    return page_of_integration(call, PAGE_CHANGES, error);
}
