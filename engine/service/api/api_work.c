/* Starting work: a request becomes a command line. */
#include "service/api/handlers.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 250, LISTED_MOST = 100, TEXT_MOST = 1100 };

/* A command line being built. */
struct line {
    const char *words[WORDS];
    size_t count;
};

static void add(struct line *line, const char *word)
{
    if (line->count + 1 < WORDS)
        line->words[line->count++] = word;
}

/* Keep a job for the main thread and answer 202; takes `options`. */
static enum error_code start(struct api_call *call, enum job_kind kind, struct text integration,
                             json_t *options, const char *const *words, struct error *error)
{
    struct service *const service = call->service;
    char place[64];
    json_t *answer = NULL;
    const char *const name = text_is_absent(integration) ? "" : api_string(call, integration);
    struct job *const job = job_new(kind, JOB_PERSON, name ? name : "",
                                    api_string(call, call->caller.name), options, words);
    pthread_mutex_lock(&service->lock);
    const enum error_code code = service_add_job(service, job, error);
    if (!code) {
        snprintf(place, sizeof place, "/api/v1/jobs/%lld", (long long)job->id);
        answer = job_json(job);
    }
    pthread_mutex_unlock(&service->lock);
    if (code)
        return code;
    service_wake(service);
    web_answer_header(call->request, "Location", text_of(place));
    return web_answer_json(call->request, 202, answer, error);
}

/* ---- options of a sync ---- */

static enum error_code add_flag(struct line *line, const json_t *body, const char *member,
                                const char *option, struct error *error)
{
    bool given = false;
    const enum error_code code = api_member_boolean(body, member, &given, error);
    if (!code && given)
        add(line, option);
    return code;
}

static enum error_code add_text(struct api_call *call, struct line *line, const json_t *body,
                                const char *member, const char *option, struct error *error)
{
    struct text text = TEXT_ABSENT;
    const char *word = NULL;
    if (api_member_text(call, body, member, 60, &text, error) || text_is_absent(text))
        return error->code;
    word = api_string(call, text);
    if (!word)
        return error_memory(error, "a request");
    add(line, option);
    add(line, word);
    return ERROR_NONE;
}

static bool is_listable(const json_t *entry, bool named)
{
    const char *const text = json_string_value(entry);
    const char *const colon = text ? strchr(text, ':') : NULL;
    return text && json_string_length(entry) <= TEXT_MOST &&
           (!named || (colon && colon > text && colon[1] != '\0'));
}

static enum error_code add_list(struct api_call *call, struct line *line, const json_t *body,
                                const char *member, const char *option, bool named,
                                struct error *error)
{
    const json_t *const list = json_object_get(body, member);
    const size_t count = json_array_size(list);
    if (list && (!json_is_array(list) || count > LISTED_MOST || line->count + 2 * count >= WORDS))
        return error_set(error, ERROR_INVALID, "'%s' must be a list of at most %d texts", member,
                         LISTED_MOST);
    for (size_t i = 0; i < count; i++) {
        const json_t *const entry = json_array_get(list, i);
        if (!is_listable(entry, named))
            return error_set(error, ERROR_INVALID, "'%s' must have texts such as 'contact:12'",
                             member);
        const char *const word =
            api_string(call, (struct text){json_string_value(entry), json_string_length(entry)});
        if (!word)
            return error_memory(error, "a request");
        add(line, option);
        add(line, word);
    }
    return ERROR_NONE;
}

#define SYNC_MEMBERS                                                                               \
    "start end first_time disable_pull disable_push disable_activity_push allow_mass_change "      \
    "internal_object_ids integration_object_ids options retry resume proposed"

static enum error_code add_options(struct api_call *call, struct line *line, const json_t *body,
                                   struct error *error)
{
    static const struct {
        const char *member, *option;
    } flags[] = {{"first_time", "--first-time-sync"},
                 {"disable_pull", "--disable-pull"},
                 {"disable_push", "--disable-push"},
                 {"disable_activity_push", "--disable-activity-push"},
                 {"allow_mass_change", "--allow-mass-change"}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (add_flag(line, body, flags[i].member, flags[i].option, error))
            return error->code;
    }
    if (add_text(call, line, body, "start", "--start-datetime", error) ||
        add_text(call, line, body, "end", "--end-datetime", error) ||
        add_list(call, line, body, "internal_object_ids", "--internal-object-id", true, error) ||
        add_list(call, line, body, "integration_object_ids", "--integration-object-id", true,
                 error) ||
        add_list(call, line, body, "options", "--option", false, error) ||
        add_list(call, line, body, "retry", "--retry", false, error))
        return error->code;
    return ERROR_NONE;
}

/* `sync` or `plan`, with the options of the body. */
static enum error_code start_run(struct api_call *call, enum job_kind kind, struct error *error)
{
    struct line line = {.count = 0};
    struct text name = TEXT_ABSENT;
    json_t *body = NULL;
    bool resume = false, proposed = false;
    if (api_integration(call, 0, &name, error) || api_body(call, SYNC_MEMBERS, &body, error))
        return error->code;
    add(&line, job_kind_name(kind));
    add(&line, api_string(call, name));
    add(&line, "--json");
    if (kind == JOB_SYNC) {
        add(&line, "--quiet");
        add(&line, "--report");
        add(&line, "3");
    }
    if (add_options(call, &line, body, error) ||
        api_member_boolean(body, "resume", &resume, error) ||
        api_member_boolean(body, "proposed", &proposed, error))
        goto refused;
    if ((resume && kind != JOB_SYNC) || (proposed && kind != JOB_PLAN)) {
        error_set(error, ERROR_INVALID, "'resume' is for a sync, 'proposed' for a plan");
        goto refused;
    }
    if (resume)
        add(&line, "--resume");
    if (proposed)
        add(&line, "--proposed");
    return start(call, kind, name, body, line.words, error);
refused:
    json_decref(body);
    return error->code;
}

enum error_code api_handle_sync(struct api_call *call, struct error *error)
{
    return start_run(call, JOB_SYNC, error);
}

/* One job for each that is enabled and not being synced already; the lock is held. */
static enum error_code sync_each(struct api_call *call, json_t *started, json_t *left_out,
                                 struct error *error)
{
    struct service *const service = call->service;
    const char *const who = api_string(call, call->caller.name);
    for (size_t i = 0; i < service->roster->count; i++) {
        const struct roster_entry *const entry = &service->roster->entries[i];
        const char *const name = api_string(call, entry->name);
        const char *const words[] = {"sync", name, "--json", "--quiet", "--report", "3", NULL};
        if (!name || !who)
            return error_memory(error, "a request");
        if (!entry->enabled)
            continue;
        if (entry->job) {
            json_array_append_new(left_out, json_string(name));
            continue;
        }
        struct job *const job = job_new(JOB_SYNC, JOB_PERSON, name, who, NULL, words);
        if (service_add_job(service, job, error))
            return error->code;
        json_array_append_new(started, job_json(job));
    }
    return ERROR_NONE;
}

enum error_code api_handle_sync_all(struct api_call *call, struct error *error)
{
    json_t *const started = json_array(), *const left_out = json_array();
    json_t *body = NULL;
    enum error_code code = api_body(call, "", &body, error);
    json_decref(body);
    if (!code) {
        pthread_mutex_lock(&call->service->lock);
        code = sync_each(call, started, left_out, error);
        pthread_mutex_unlock(&call->service->lock);
        service_wake(call->service);
    }
    json_t *const answer = json_pack("{s:o, s:o}", "items", started, "left_out", left_out);
    if (!code)
        return web_answer_json(call->request, 202, answer, error);
    json_decref(answer);
    return code;
}

enum error_code api_handle_plan(struct api_call *call, struct error *error)
{
    return start_run(call, JOB_PLAN, error);
}

/* ---- other work ---- */

static enum error_code start_plain(struct api_call *call, enum job_kind kind, struct error *error)
{
    struct text name = TEXT_ABSENT;
    json_t *body = NULL;
    if (api_integration(call, 0, &name, error) || api_body(call, "", &body, error))
        return error->code;
    json_decref(body);
    const char *const words[] = {job_kind_name(kind), api_string(call, name), "--json", NULL};
    return start(call, kind, name, NULL, words, error);
}

enum error_code api_handle_match(struct api_call *call, struct error *error)
{
    return start_plain(call, JOB_MATCH, error);
}

enum error_code api_handle_check(struct api_call *call, struct error *error)
{
    return start_plain(call, JOB_CHECK, error);
}

enum error_code api_handle_fields(struct api_call *call, struct error *error)
{
    struct text name = TEXT_ABSENT;
    json_t *body = NULL;
    struct line line = {.count = 0};
    if (api_integration(call, 0, &name, error) || api_body(call, "fresh suggest", &body, error))
        return error->code;
    add(&line, "fields");
    add(&line, api_string(call, name));
    add(&line, "--json");
    enum error_code code = add_flag(&line, body, "fresh", "--fresh", error);
    if (!code)
        code = add_flag(&line, body, "suggest", "--suggest", error);
    json_decref(body);
    return code ? code : start(call, JOB_FIELDS, name, NULL, line.words, error);
}

static bool is_slice(struct text slice)
{
    size_t digits = 0;
    while (digits < slice.length && slice.bytes[digits] >= '0' && slice.bytes[digits] <= '9')
        digits++;
    return digits >= 1 && digits <= 6 && digits + 1 == slice.length &&
           strchr("mhdw", slice.bytes[digits]);
}

static enum error_code read_backfill(struct api_call *call, struct line *line, const json_t *body,
                                     struct error *error)
{
    struct text slice = TEXT_ABSENT;
    int64_t jobs = 0;
    if (add_text(call, line, body, "from", "--from", error) ||
        add_text(call, line, body, "to", "--to", error) ||
        api_member_text(call, body, "slice", 8, &slice, error) ||
        api_member_integer(body, "jobs", 1, 64, 1, &jobs, error) ||
        add_flag(line, body, "restart", "--restart", error))
        return error->code;
    if (!json_object_get(body, "from") || text_is_absent(slice) || !is_slice(slice))
        return error_set(error, ERROR_INVALID, "a backfill needs 'from', and 'slice' such as '1d'");
    struct text number;
    if (text_of_integer(call->arena, jobs, &number, error))
        return error->code;
    add(line, "--slice");
    add(line, api_string(call, slice));
    add(line, "--jobs");
    add(line, api_string(call, number));
    return ERROR_NONE;
}

enum error_code api_handle_backfill(struct api_call *call, struct error *error)
{
    struct line line = {.count = 0};
    struct text name = TEXT_ABSENT;
    json_t *body = NULL;
    if (api_integration(call, 0, &name, error) ||
        api_body(call, "from to slice jobs restart", &body, error))
        return error->code;
    add(&line, "backfill");
    add(&line, api_string(call, name));
    add(&line, "--json");
    const enum error_code code = read_backfill(call, &line, body, error);
    json_decref(body);
    return code ? code : start(call, JOB_BACKFILL, name, NULL, line.words, error);
}

enum error_code api_handle_store_check(struct api_call *call, struct error *error)
{
    json_t *body = NULL;
    bool mend = false;
    if (api_body(call, "mend", &body, error))
        return error->code;
    const enum error_code code = api_member_boolean(body, "mend", &mend, error);
    json_decref(body);
    const char *const words[] = {"check", "--store", "--json", mend ? "--mend" : NULL, NULL};
    return code ? code : start(call, JOB_STORE_CHECK, TEXT_ABSENT, NULL, words, error);
}

enum error_code api_handle_cleanup(struct api_call *call, struct error *error)
{
    static const char *const words[] = {"cleanup", "--json", NULL};
    return start(call, JOB_CLEANUP, TEXT_ABSENT, NULL, words, error);
}

enum error_code api_handle_doctor(struct api_call *call, struct error *error)
{
    static const char *const words[] = {"doctor", "--json", NULL};
    return start(call, JOB_DOCTOR, TEXT_ABSENT, NULL, words, error);
}

/* ---- runs ---- */

enum error_code api_handle_stop_run(struct api_call *call, struct error *error)
{
    int64_t run = 0;
    json_t *answer = NULL;
    if (api_number(call, 0, &run, error))
        return error->code;
    pthread_mutex_lock(&call->service->lock);
    struct job *const job = service_job_of_run(call->service, run);
    if (job && !job_is_over(job)) {
        job_stop(job, instant_now());
        answer = job_json(job);
        (void)!text_copy(call->arena, text_of(job->integration), &call->audit_integration, NULL);
    }
    pthread_mutex_unlock(&call->service->lock);
    if (!answer)
        return error_set(error, ERROR_REFUSED, "no run %lld of this service is in progress",
                         (long long)run);
    service_wake(call->service);
    return web_answer_json(call->request, 202, answer, error);
}

enum error_code api_handle_resume_run(struct api_call *call, struct error *error)
{
    struct page_query query = {.page = PAGE_RUNS, .after = TEXT_ABSENT, .limit = 1};
    struct text next = TEXT_ABSENT, name = TEXT_ABSENT;
    json_t *items = NULL;
    int64_t run = 0;
    if (api_number(call, 0, &run, error))
        return error->code;
    query.parameters[2] = call->captures[0];
    if (pages_read(call->store, &query, call->arena, &items, &next, error))
        return error->code;
    const char *const integration =
        json_string_value(json_object_get(json_array_get(items, 0), "integration"));
    const enum error_code code =
        integration ? text_copy(call->arena, text_of(integration), &name, error)
                    : error_set(error, ERROR_NOT_FOUND, "there is no run %lld", (long long)run);
    json_decref(items);
    if (code)
        return code;
    call->audit_integration = name;
    const char *const words[] = {"sync",     name.bytes, "--json",   "--quiet",
                                 "--report", "3",        "--resume", NULL};
    return start(call, JOB_SYNC, name, json_pack("{s:b}", "resume", 1), words, error);
}
