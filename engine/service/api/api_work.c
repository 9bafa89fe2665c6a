/* Starting work: a request becomes a command line. */
#include "service/api/handlers.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 250, LISTED_MOST = 100, TEXT_MOST = 1100, TIME_MOST = 60 };

/* A command line being built; `words` ends with NULL. */
struct line {
    const char *words[WORDS];
    size_t count;
};

/* How a member of the body becomes words. */
struct option {
    const char *member, *word;
    enum error_code (*add)(struct api_call *call, struct line *line, const struct option *option,
                           struct error *error);
    size_t most; /* of a text: its bytes; of a number */
};

struct work {
    const char *members;
    const char *words[5]; /* the integration's name is added behind the first one */
    bool keeps_options;   /* the job shows the body */
    struct option options[14];
    bool (*is_complete)(const json_t *body); /* NULL: nothing is needed */
    const char *incomplete;                  /* the message if it is not */
};

static void add(struct line *line, const char *word)
{
    if (line->count + 1 < WORDS)
        line->words[line->count++] = word;
}

/* Keep a job for the main thread and answer 202; takes `options`. */
static enum error_code start(struct api_call *call, enum job_kind kind, json_t *options,
                             const char *const *words, struct error *error)
{
    struct service *const service = call->service;
    char place[64];
    json_t *answer = NULL;
    const char *const name = api_string(call, call->integration);
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

/* ---- options ---- */

static enum error_code add_value(struct api_call *call, struct line *line, const char *option,
                                 struct text value, struct error *error)
{
    const char *const word = api_string(call, value);
    if (!word)
        return error_memory(error, "a request");
    add(line, option);
    add(line, word);
    return ERROR_NONE;
}

static enum error_code add_flag(struct api_call *call, struct line *line,
                                const struct option *option, struct error *error)
{
    bool given = false;
    if (api_member_boolean(call->body, option->member, &given, error))
        return error->code;
    if (given && !option->word)
        return error_set(error, ERROR_INVALID, "'resume' is for a sync, 'proposed' for a plan");
    if (given)
        add(line, option->word);
    return ERROR_NONE;
}

static enum error_code add_text(struct api_call *call, struct line *line,
                                const struct option *option, struct error *error)
{
    struct text text = TEXT_ABSENT;
    if (api_member_text(call, call->body, option->member, option->most, &text, error) ||
        text_is_absent(text))
        return error->code;
    return add_value(call, line, option->word, text, error);
}

static enum error_code add_number(struct api_call *call, struct line *line,
                                  const struct option *option, struct error *error)
{
    char digits[TEXT_DIGITS];
    int64_t number = 0;
    if (api_member_integer(call->body, option->member, 1, (int64_t)option->most, 1, &number, error))
        return error->code;
    return add_value(call, line, option->word, text_digits(number, digits), error);
}

static bool is_named(const json_t *entry)
{
    const char *const text = json_string_value(entry), *const colon =
                                                           text ? strchr(text, ':') : NULL;
    return colon && colon > text && colon[1] != '\0';
}

static enum error_code add_texts(struct api_call *call, struct line *line,
                                 const struct option *option, bool named, struct error *error)
{
    const json_t *const list = json_object_get(call->body, option->member);
    const size_t count = json_array_size(list);
    if (list && (!json_is_array(list) || count > LISTED_MOST || line->count + 2 * count >= WORDS))
        return error_set(error, ERROR_INVALID, "'%s' must be a list of at most %d texts",
                         option->member, LISTED_MOST);
    for (size_t i = 0; i < count; i++) {
        const json_t *const entry = json_array_get(list, i);
        const struct text text = {json_string_value(entry), json_string_length(entry)};
        if (!json_is_string(entry) || text.length > TEXT_MOST || (named && !is_named(entry)))
            return error_set(error, ERROR_INVALID, "'%s' must have texts such as 'contact:12'",
                             option->member);
        if (add_value(call, line, option->word, text, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code add_list(struct api_call *call, struct line *line,
                                const struct option *option, struct error *error)
{
    return add_texts(call, line, option, false, error);
}

static enum error_code add_ids(struct api_call *call, struct line *line,
                               const struct option *option, struct error *error)
{
    return add_texts(call, line, option, true, error);
}

/* ---- all kinds of work ---- */

static bool is_backfill(const json_t *body)
{
    const char *const slice = json_string_value(json_object_get(body, "slice"));
    const size_t digits = slice ? strspn(slice, "0123456789") : 0;
    return json_object_get(body, "from") && digits >= 1 && digits <= 6 &&
           strspn(slice + digits, "mhdw") == 1 && slice[digits + 1] == '\0';
}

#define SYNC_MEMBERS                                                                               \
    "start end first_time disable_pull disable_push disable_activity_push allow_mass_change "      \
    "internal_object_ids integration_object_ids options retry resume proposed"
/* A member that becomes a word; with a limit: of a text its bytes, of a number its value. */
#define WORD(named, as, how) {.member = (named), .word = (as), .add = (how)}
#define WORD_UP_TO(limit, named, as, how)                                                          \
    {.member = (named), .word = (as), .add = (how), .most = (limit)}
#define SYNC_OPTIONS                                                                               \
    WORD("first_time", "--first-time-sync", add_flag),                                             \
        WORD("disable_pull", "--disable-pull", add_flag),                                          \
        WORD("disable_push", "--disable-push", add_flag),                                          \
        WORD("disable_activity_push", "--disable-activity-push", add_flag),                        \
        WORD("allow_mass_change", "--allow-mass-change", add_flag),                                \
        WORD_UP_TO(TIME_MOST, "start", "--start-datetime", add_text),                              \
        WORD_UP_TO(TIME_MOST, "end", "--end-datetime", add_text),                                  \
        WORD("internal_object_ids", "--internal-object-id", add_ids),                              \
        WORD("integration_object_ids", "--integration-object-id", add_ids),                        \
        WORD("options", "--option", add_list), WORD("retry", "--retry", add_list)

static const struct work works[JOB_KIND_COUNT] = {
    [JOB_SYNC] = {.members = SYNC_MEMBERS,
                  .words = {"sync", "--json", "--quiet", "--report", "3"},
                  .keeps_options = true,
                  .options = {SYNC_OPTIONS, WORD("resume", "--resume", add_flag),
                              WORD("proposed", NULL, add_flag)}},
    [JOB_PLAN] = {.members = SYNC_MEMBERS,
                  .words = {"plan", "--json"},
                  .keeps_options = true,
                  .options = {SYNC_OPTIONS, WORD("resume", NULL, add_flag),
                              WORD("proposed", "--proposed", add_flag)}},
    [JOB_MATCH] = {.members = "", .words = {"match", "--json"}},
    [JOB_CHECK] = {.members = "", .words = {"check", "--json"}},
    [JOB_FIELDS] = {.members = "fresh suggest",
                    .words = {"fields", "--json"},
                    .options = {WORD("fresh", "--fresh", add_flag),
                                WORD("suggest", "--suggest", add_flag)}},
    [JOB_BACKFILL] = {.members = "from to slice jobs restart",
                      .words = {"backfill", "--json"},
                      .options = {WORD_UP_TO(TIME_MOST, "from", "--from", add_text),
                                  WORD_UP_TO(TIME_MOST, "to", "--to", add_text),
                                  WORD_UP_TO(8, "slice", "--slice", add_text),
                                  WORD_UP_TO(64, "jobs", "--jobs", add_number),
                                  WORD("restart", "--restart", add_flag)},
                      .is_complete = is_backfill,
                      .incomplete = "a backfill needs 'from', and 'slice' such as '1d'"},
    [JOB_STORE_CHECK] = {.members = "mend",
                         .words = {"check", "--store", "--json"},
                         .options = {WORD("mend", "--mend", add_flag)}},
    [JOB_CLEANUP] = {.words = {"cleanup", "--json"}},
    [JOB_DOCTOR] = {.words = {"doctor", "--json"}},
};

enum error_code api_handle_work(struct api_call *call, struct error *error)
{
    const struct work *const work = &works[call->route->work];
    struct line line = {.count = 0};
    if (work->members && api_body(call, work->members, error))
        return error->code;
    add(&line, work->words[0]);
    if (!text_is_absent(call->integration))
        add(&line, api_string(call, call->integration));
    for (size_t i = 1; i < 5 && work->words[i]; i++)
        add(&line, work->words[i]);
    for (const struct option *option = work->options; option->member; option++) {
        if (option->add(call, &line, option, error))
            return error->code;
    }
    if (work->is_complete && !work->is_complete(call->body))
        return error_set(error, ERROR_INVALID, "%s", work->incomplete);
    return start(call, call->route->work, work->keeps_options ? json_incref(call->body) : NULL,
                 line.words, error);
}

/* ---- syncs of all integrations ---- */

/* One job for each that is enabled and not being synced already; the lock is held. */
static enum error_code sync_each(struct api_call *call, json_t *started, json_t *left_out,
                                 struct error *error)
{
    struct service *const service = call->service;
    const char *const who = api_string(call, call->caller.name);
    for (size_t i = 0; i < service->roster->count; i++) {
        const struct roster_entry *const entry = &service->roster->entries[i];
        const char *const name = api_string(call, entry->name);
        if (!name || !who)
            return error_memory(error, "a request");
        if (!entry->enabled)
            continue;
        if (entry->job) {
            json_array_append_new(left_out, json_string(name));
            continue;
        }
        struct job *const job = job_new_sync(JOB_PERSON, name, who, NULL, NULL);
        if (service_add_job(service, job, error))
            return error->code;
        json_array_append_new(started, job_json(job));
    }
    return ERROR_NONE;
}

enum error_code api_handle_sync_all(struct api_call *call, struct error *error)
{
    json_t *const started = json_array(), *const left_out = json_array(),
                  *const answer = json_pack("{s:o, s:o}", "items", started, "left_out", left_out);
    pthread_mutex_lock(&call->service->lock);
    const enum error_code code = sync_each(call, started, left_out, error);
    pthread_mutex_unlock(&call->service->lock);
    service_wake(call->service);
    if (!code)
        return web_answer_json(call->request, 202, answer, error);
    json_decref(answer);
    return code;
}

/* ---- runs ---- */

enum error_code api_handle_stop_run(struct api_call *call, struct error *error)
{
    json_t *answer = NULL;
    pthread_mutex_lock(&call->service->lock);
    struct job *const job = service_job_of_run(call->service, call->number);
    if (job && !job_is_over(job)) {
        job_stop(job, instant_now());
        answer = job_json(job);
        (void)!text_copy(call->arena, text_of(job->integration), &call->integration, NULL);
    }
    pthread_mutex_unlock(&call->service->lock);
    if (!answer)
        return error_set(error, ERROR_REFUSED, "no run %lld of this service is in progress",
                         (long long)call->number);
    service_wake(call->service);
    return web_answer_json(call->request, 202, answer, error);
}

enum error_code api_handle_resume_run(struct api_call *call, struct error *error)
{
    const char *const name = json_string_value(json_object_get(call->item, "integration"));
    const char *const words[] = {"sync",     name, "--json",   "--quiet",
                                 "--report", "3",  "--resume", NULL};
    call->integration = text_of(name);
    return start(call, JOB_SYNC, json_pack("{s:b}", "resume", 1), words, error);
}
