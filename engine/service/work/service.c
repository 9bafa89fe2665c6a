/* The state of the daemon. */
#include "service/work/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error_number.h"
#include "base/version.h"
#include "model/value_json.h"
#include "store/service/edits.h"

/* ---- starting and ending ---- */

static enum error_code find_places(struct service *service, struct error *error)
{
    const struct text named = service->roster->configuration->database;
    if (home_path(&service->home, service->var, error, "var") ||
        home_make_folder(service->var, error))
        return error->code;
    if (!text_starts_with(named, TEXT("/")))
        return home_path(&service->home, service->database, error, "%.*s", TEXT_PRINT(named));
    snprintf(service->database, sizeof service->database, "%.*s", TEXT_PRINT(named));
    return ERROR_NONE;
}

/* What the store knows of the integrations: pauses, when they ran. */
static enum error_code recall(struct service *service, struct store *store, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct text *paused = NULL;
    struct edits_last_run *runs = NULL;
    size_t paused_count = 0, run_count = 0;
    enum error_code code = arena ? edits_paused(store, arena, &paused, &paused_count, error)
                                 : error_memory(error, "the integrations");
    if (!code)
        code = edits_last_runs(store, arena, &runs, &run_count, error);
    for (size_t i = 0; i < paused_count; i++) {
        struct roster_entry *const entry = roster_find(service->roster, paused[i]);
        if (entry)
            entry->paused = true;
    }
    for (size_t i = 0; i < run_count; i++) {
        struct roster_entry *const entry = roster_find(service->roster, runs[i].integration);
        if (entry)
            entry->last_started = runs[i].started;
    }
    arena_free(arena);
    return code;
}

static size_t jobs_wanted(const struct roster *roster)
{
    const size_t asked = roster->configuration->service.jobs;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return asked ? asked : cores > 0 ? (size_t)cores : 1;
}

enum error_code service_init(struct service *service, const struct home *home, struct log *log,
                             struct error *error)
{
    struct store *store = NULL;
    *service = (struct service){
        .home = *home, .log = log, .started = instant_now(), .wake = -1, .next_job = 1};
    pthread_mutex_init(&service->lock, NULL);
    pthread_mutex_init(&service->reloading, NULL);
    char shown[INSTANT_TEXT_SIZE];
    service->events = event_ring_new(json_pack("{s:s, s:s}", "version", TANDEM_VERSION, "started",
                                               instant_format(service->started, shown)));
    service->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!service->events || service->wake < 0)
        return error_memory(error, "the service");
    if (roster_load(home->path, false, log, &service->roster, error) ||
        find_places(service, error) || service_open_store(service, &store, error))
        return error->code;
    service->most_jobs = jobs_wanted(service->roster);
    const enum error_code code = recall(service, store, error);
    store_close(store);
    for (size_t i = 0; i < service->roster->count; i++)
        roster_plan(&service->roster->entries[i], service->started);
    return code;
}

void service_release(struct service *service)
{
    for (size_t i = 0; i < service->job_count; i++)
        job_free(service->jobs[i]);
    roster_free(service->roster);
    event_ring_free(service->events);
    for (size_t i = 0; i < service->count_count; i++)
        json_decref(service->counts[i].records);
    free(service->counts);
    if (service->wake >= 0)
        close(service->wake);
    pthread_mutex_destroy(&service->lock);
    pthread_mutex_destroy(&service->reloading);
}

void service_wake(struct service *service)
{
    const uint64_t one = 1;
    if (write(service->wake, &one, sizeof one) != sizeof one)
        return; /* it is awake already: the counter is full */
}

enum error_code service_open_store(const struct service *service, struct store **store,
                                   struct error *error)
{
    struct store_options options = store_options_default();
    options.log = service->log;
    return store_open(service->database, &options, store, error);
}

/* ---- the configuration ---- */

enum error_code service_reload(struct service *service, struct error *error)
{
    char number[ERROR_NUMBER_TEXT_SIZE];
    struct roster *fresh = NULL, *old = NULL;
    pthread_mutex_lock(&service->reloading);
    const enum error_code code = roster_load(service->home.path, true, service->log, &fresh, error);
    pthread_mutex_lock(&service->lock);
    if (code) {
        snprintf(service->configuration_error, sizeof service->configuration_error, "%s",
                 error->message);
    } else {
        old = service->roster;
        service->roster = fresh;
        service->configuration_error[0] = '\0';
        service->most_jobs = jobs_wanted(fresh);
        roster_take_over(fresh, old);
        for (size_t i = 0; i < fresh->count; i++)
            roster_plan(&fresh->entries[i], instant_now());
    }
    pthread_mutex_unlock(&service->lock);
    roster_free(old);
    pthread_mutex_unlock(&service->reloading);
    event_ring_tell(service->events, "configuration", TEXT_ABSENT,
                    json_pack("{s:b, s:o, s:s?}", "loaded", !code, "error",
                              code ? value_json_text(text_of(error->message)) : json_null(),
                              "error_code", code ? error_number_text(error, number) : NULL));
    service_wake(service);
    return code;
}

/* ---- jobs ---- */

static bool forget_oldest(struct service *service)
{
    for (size_t i = 0; i < service->job_count; i++) {
        if (!job_is_over(service->jobs[i]))
            continue;
        job_free(service->jobs[i]);
        memmove(&service->jobs[i], &service->jobs[i + 1],
                (service->job_count - i - 1) * sizeof *service->jobs);
        service->job_count--;
        return true;
    }
    return false;
}

static bool locks(const struct job *job)
{
    return job->kind == JOB_SYNC || job->kind == JOB_BACKFILL;
}

enum error_code service_add_job(struct service *service, struct job *job, struct error *error)
{
    if (!job)
        return error_memory(error, "a job");
    struct roster_entry *const entry = roster_find(service->roster, text_of(job->integration));
    enum error_code code = ERROR_NONE;
    if (locks(job) && entry && entry->job)
        code = error_set(error, ERROR_LOCKED, "'%s' is being synced by job %lld", job->integration,
                         (long long)entry->job->id);
    else if (service->ending || (service->job_count == SERVICE_JOBS && !forget_oldest(service)))
        code = error_set(error, ERROR_BUSY, "too many jobs are in progress; try again later");
    if (code) {
        job_free(job);
        return code;
    }
    job->id = service->next_job++;
    service->jobs[service->job_count++] = job;
    if (locks(job) && entry)
        entry->job = job;
    return ERROR_NONE;
}

struct job *service_find_job(const struct service *service, int64_t id)
{
    for (size_t i = 0; i < service->job_count; i++) {
        if (service->jobs[i]->id == id)
            return service->jobs[i];
    }
    return NULL;
}

struct job *service_job_of_run(const struct service *service, int64_t run)
{
    for (size_t i = service->job_count; i-- > 0;) {
        if (service->jobs[i]->run == run && service->jobs[i]->kind == JOB_SYNC)
            return service->jobs[i];
    }
    return NULL;
}

size_t service_running(const struct service *service)
{
    size_t count = 0;
    for (size_t i = 0; i < service->job_count; i++)
        count += !job_is_over(service->jobs[i]);
    return count;
}

struct service_counts *service_count(struct service *service, struct text integration)
{
    for (size_t i = 0; i < service->count_count; i++) {
        if (text_equal(text_of(service->counts[i].integration), integration))
            return &service->counts[i];
    }
    struct service_counts *const all = array_grow_heap(service->counts, service->count_count,
                                                       &service->count_capacity, sizeof *all);
    if (!all)
        return NULL;
    service->counts = all;
    struct service_counts *const counts = &service->counts[service->count_count++];
    *counts = (struct service_counts){.seconds = 0};
    snprintf(counts->integration, sizeof counts->integration, "%.*s", TEXT_PRINT(integration));
    return counts;
}

void service_tell_job(struct service *service, const struct job *job)
{
    event_ring_tell(service->events, "job", text_of(job->integration), job_json(job));
}

void service_tell_integration(struct service *service, struct text integration)
{
    event_ring_tell(service->events, "integration", integration,
                    json_pack("{s:o}", "integration", value_json_text(integration)));
}
