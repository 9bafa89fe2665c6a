/* One loop: wait for signals, edits, children and the clock; then start what is due. */
#include "service/work/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "service/work/due.h"
#include "service/work/notifier.h"
#include "service/work/record_counts.h"
#include "service/work/store_watch.h"
#include "store/service/delivery.h"

enum {
    BEAT_MS = 15000,
    PROGRESS_MS = 500,
    PATIENCE_MS = 4000, /* a run that was asked to end is asked again */
    KILL_MS = 20000,
    HOUSEKEEPING_MS = 3600 * 1000,
    FIXED_ENDS = 3
};

struct supervisor {
    struct service *service;
    const struct manager *manager;
    struct store *store; /* owned */
    struct store_watch watch;
    int signals; /* signalfd */
    instant next_beat, next_watchdog, next_housekeeping;
    struct notifier notifier;
    unsigned asked_to_end;
};

/* ---- new work from the store ---- */

static void log_trouble(const struct supervisor *supervisor, const struct error *error)
{
    log_write(supervisor->service->log, LOG_ERROR, "service", "%s", error->message);
}

static void take_edits(struct supervisor *supervisor)
{
    struct service *const service = supervisor->service;
    struct arena *const arena = arena_new(0);
    struct error error = {.code = ERROR_NONE};
    struct edit *edits = NULL;
    size_t count = 0;
    if (!arena || store_watch_edits(&supervisor->watch, arena, &edits, &count, &error)) {
        log_trouble(supervisor, &error);
        supervisor->watch.look_at = instant_now() + PROGRESS_MS;
    }
    pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < count; i++) {
        struct roster_entry *const entry = roster_find(service->roster, edits[i].integration);
        if (entry)
            roster_add_id(entry, edits[i].object, edits[i].id);
    }
    pthread_mutex_unlock(&service->lock);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !text_equal(edits[i].integration, edits[i - 1].integration))
            service_tell_integration(service, edits[i].integration);
    }
    arena_free(arena);
}

static void take_deliveries(struct supervisor *supervisor)
{
    struct service *const service = supervisor->service;
    struct arena *const arena = arena_new(0);
    struct error error = {.code = ERROR_NONE};
    struct text *names = NULL;
    size_t count = 0;
    if (!arena || delivery_waiting(supervisor->store, arena, &names, &count, &error))
        log_trouble(supervisor, &error);
    pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < count; i++) {
        struct roster_entry *const entry = roster_find(service->roster, names[i]);
        if (entry && !entry->job)
            roster_add_deliveries(entry);
    }
    pthread_mutex_unlock(&service->lock);
    arena_free(arena);
}

/* ---- jobs ---- */

static void count_job(struct supervisor *supervisor, const struct job *job)
{
    struct service *const service = supervisor->service;
    struct error error = {.code = ERROR_NONE};
    static const double limits[] = SERVICE_DURATIONS;
    struct service_counts *const counts = service_count(service, text_of(job->integration));
    size_t bucket = 0;
    if (!counts || job->kind != JOB_SYNC || job->status == JOB_LOCKED)
        return;
    counts->runs[job->status == JOB_DONE        ? 0
                 : job->status == JOB_ATTENTION ? 1
                 : job->status == JOB_REFUSED   ? 3
                                                : 2]++;
    counts->retries += (uint64_t)job->sums.retries;
    counts->bytes_in += (uint64_t)job->sums.bytes_in;
    counts->bytes_out += (uint64_t)job->sums.bytes_out;
    run_traffic_add_json(&counts->traffic, job->traffic);
    counts->seconds += job->sums.seconds;
    while (bucket < SERVICE_DURATION_COUNT && job->sums.seconds > limits[bucket])
        bucket++;
    counts->durations[bucket]++;
    /* one that was killed has not counted its outcomes, and will be resumed */
    if (job->run && job->exit_code >= 0 &&
        record_counts_add(supervisor->store, job->run, &counts->records, &error))
        log_trouble(supervisor, &error);
}

static void tell_run(struct service *service, const struct job *job)
{
    static const char *const statuses[] = {"running", "running", "done",        "done_with_issues",
                                           "failed",  "refused", "interrupted", "interrupted"};
    if (job->run)
        event_ring_tell(service->events, "run", text_of(job->integration),
                        json_pack("{s:I, s:s, s:s}", "run", (json_int_t)job->run, "integration",
                                  job->integration, "status", statuses[job->status]));
}

static void end_job(struct supervisor *supervisor, struct job *job)
{
    struct service *const service = supervisor->service;
    struct error error = {.code = ERROR_NONE};
    bool waits = false;
    if (job->kind == JOB_SYNC &&
        delivery_waits(supervisor->store, text_of(job->integration), &waits, &error))
        log_trouble(supervisor, &error);
    count_job(supervisor, job);
    due_ended(service, job, waits, instant_now());
    notifier_ended(&supervisor->notifier, service, job, instant_now());
    tell_run(service, job);
    if (job->kind != JOB_NOTIFY)
        service_tell_job(service, job);
    if (job->integration[0])
        service_tell_integration(service, text_of(job->integration));
    /* what it said on its standard error was logged as it came */
    log_write(service->log, LOG_INFO, "service", "%s %s ended: exit code %d%s%s",
              job_kind_name(job->kind), job->integration, job->exit_code,
              job->status == JOB_KILLED ? ", " : "", job->status == JOB_KILLED ? job->message : "");
}

static void tell_progress(struct service *service, struct job *job, instant now)
{
    if (!job->progress.known || now - job->progress.told_at < PROGRESS_MS)
        return;
    job->progress.told_at = now;
    event_ring_tell(service->events, "progress", text_of(job->integration),
                    json_pack("{s:I, s:o, s:o, s:o}", "job", (json_int_t)job->id, "integration",
                              job->integration[0] ? json_string(job->integration) : json_null(),
                              "run", job->run ? json_integer(job->run) : json_null(), "progress",
                              job_progress_json(job)));
}

/* Start the requested ones, read from the running ones, and be stricter with those that do not
 * end. */
static void tend_jobs(struct supervisor *supervisor, instant now)
{
    struct service *const service = supervisor->service;
    struct error error = {.code = ERROR_NONE};
    for (size_t i = 0; i < service->job_count; i++) {
        struct job *const job = service->jobs[i];
        const int64_t run = job->run;
        bool over = false;
        if (job_is_over(job))
            continue;
        if (job->process == 0) {
            over = job_start(job, service->home.path, service->var, &error) != ERROR_NONE;
            service_tell_job(service, job);
        } else {
            over = job_attend(job, service->log);
        }
        if (over) {
            end_job(supervisor, job);
            continue;
        }
        if (job->run != run)
            tell_run(service, job);
        tell_progress(service, job, now);
        if (job->stop_asked != INSTANT_NONE && job->stops == 1 &&
            now - job->stop_asked >= PATIENCE_MS)
            job_stop(job, now);
        if (job->stop_asked != INSTANT_NONE && now - job->stop_asked >= KILL_MS)
            kill(job->process, SIGKILL);
    }
}

static void stop_jobs(struct service *service, instant now)
{
    service->ending = true;
    for (size_t i = 0; i < service->job_count; i++)
        job_stop(service->jobs[i], now);
}

/* ---- the loop ---- */

static void reload(struct supervisor *supervisor)
{
    struct error error = {.code = ERROR_NONE};
    manager_tell_reloading(supervisor->manager);
    if (service_reload(supervisor->service, &error))
        log_write(supervisor->service->log, LOG_ERROR, "service",
                  "the new configuration was not applied; everything continues as before: %s",
                  error.message);
    else
        log_write(supervisor->service->log, LOG_INFO, "service",
                  "the configuration was read again");
    manager_tell(supervisor->manager, "READY=1");
}

static void take_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo information;
    while (read(supervisor->signals, &information, sizeof information) == sizeof information) {
        if (information.ssi_signo == SIGHUP) {
            reload(supervisor);
        } else if (information.ssi_signo != SIGCHLD) {
            supervisor->asked_to_end++;
            manager_tell(supervisor->manager, "STOPPING=1");
            pthread_mutex_lock(&supervisor->service->lock);
            stop_jobs(supervisor->service, instant_now());
            pthread_mutex_unlock(&supervisor->service->lock);
        }
    }
}

static void keep_time(struct supervisor *supervisor, instant now)
{
    struct error error = {.code = ERROR_NONE};
    char line[128];
    if (now >= supervisor->next_beat || supervisor->next_beat > now + BEAT_MS) {
        event_ring_beat(supervisor->service->events);
        pthread_mutex_lock(&supervisor->service->lock);
        snprintf(line, sizeof line, "STATUS=%zu integrations, %zu jobs in progress",
                 supervisor->service->roster->count, service_running(supervisor->service));
        pthread_mutex_unlock(&supervisor->service->lock);
        manager_tell(supervisor->manager, line);
        supervisor->next_beat = now + BEAT_MS;
    }
    if (supervisor->manager->watchdog_ms > 0 && now >= supervisor->next_watchdog) {
        manager_tell(supervisor->manager, "WATCHDOG=1");
        supervisor->next_watchdog = now + supervisor->manager->watchdog_ms / 2;
    }
    if (now >= supervisor->next_housekeeping) {
        if (delivery_forget(supervisor->store, &error))
            log_trouble(supervisor, &error);
        supervisor->next_housekeeping = now + HOUSEKEEPING_MS;
    }
}

static int until(instant now, int most, instant at)
{
    if (at == INSTANT_NONE)
        return most;
    return at <= now ? 0 : at - now < most ? (int)(at - now) : most;
}

/* How long there is nothing to do, in milliseconds. The lock is held. */
static int patience(const struct supervisor *supervisor, instant now)
{
    const struct service *const service = supervisor->service;
    int wait = until(now, BEAT_MS, supervisor->watch.look_at);
    wait = until(now, wait, supervisor->next_beat);
    if (supervisor->manager->watchdog_ms > 0)
        wait = until(now, wait, supervisor->next_watchdog);
    if (service_running(service) < service->most_jobs && !service->ending)
        wait = until(now, wait, due_next(service));
    if (!service->ending)
        wait = until(now, wait, notifier_next(&supervisor->notifier, service));
    for (size_t i = 0; i < service->job_count; i++) {
        const struct job *const job = service->jobs[i];
        if (!job_is_over(job) && (job->stop_asked != INSTANT_NONE || job->exit_end < 0))
            wait = wait < PROGRESS_MS ? wait : PROGRESS_MS;
    }
    return wait;
}

static void await(struct supervisor *supervisor)
{
    struct service *const service = supervisor->service;
    struct pollfd ends[FIXED_ENDS + 3 * SERVICE_JOBS];
    nfds_t count = 0;
    uint64_t ignored = 0;
    pthread_mutex_lock(&service->lock);
    ends[count++] = (struct pollfd){.fd = supervisor->signals, .events = POLLIN};
    ends[count++] = (struct pollfd){.fd = service->wake, .events = POLLIN};
    ends[count++] = (struct pollfd){.fd = supervisor->watch.descriptor, .events = POLLIN};
    for (size_t i = 0; i < service->job_count; i++) {
        const struct job *const job = service->jobs[i];
        const int own[] = {job->exit_end, job->errors.descriptor, job->reports.descriptor};
        for (size_t j = 0; j < 3 && !job_is_over(job); j++)
            ends[count++] = (struct pollfd){.fd = own[j], .events = POLLIN};
    }
    const int wait = patience(supervisor, instant_now());
    pthread_mutex_unlock(&service->lock);
    if (poll(ends, count, wait) < 0 && errno != EINTR)
        log_write(service->log, LOG_ERROR, "service", "cannot wait: %s", strerror(errno));
    if (read(service->wake, &ignored, sizeof ignored) == sizeof ignored)
        take_deliveries(supervisor);
}

static void work(struct supervisor *supervisor)
{
    struct service *const service = supervisor->service;
    await(supervisor);
    take_signals(supervisor);
    instant now = instant_now();
    if (store_watch_is_time(&supervisor->watch, now))
        take_edits(supervisor);
    keep_time(supervisor, now);
    pthread_mutex_lock(&service->lock);
    tend_jobs(supervisor, now);
    now = instant_now();
    if (!service->ending) {
        due_begin(service, now);
        notifier_begin(&supervisor->notifier, service, now);
    }
    tend_jobs(supervisor, now);
    pthread_mutex_unlock(&service->lock);
}

static enum error_code open_signals(struct supervisor *supervisor, struct error *error)
{
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    supervisor->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (supervisor->signals >= 0)
        return ERROR_NONE;
    return error_system(error, "cannot watch for signals");
}

static bool is_over(struct service *service)
{
    pthread_mutex_lock(&service->lock);
    const bool over = service->ending && service_running(service) == 0;
    pthread_mutex_unlock(&service->lock);
    return over;
}

enum error_code supervisor_run(struct service *service, const struct manager *manager,
                               struct error *error)
{
    struct supervisor supervisor = {.service = service, .manager = manager, .signals = -1};
    enum error_code code = open_signals(&supervisor, error);
    if (!code)
        code = service_open_store(service, &supervisor.store, error);
    if (code)
        goto out;
    store_watch_open(&supervisor.watch, supervisor.store);
    supervisor.notifier = (struct notifier){.at = instant_now(), .last = INSTANT_NONE};
    take_deliveries(&supervisor);
    manager_tell(manager, "READY=1");
    /* A second signal ends at once: runs end as if they were killed, and resume the next time. */
    while (!is_over(service) && supervisor.asked_to_end < 2)
        work(&supervisor);
    store_watch_close(&supervisor.watch);
out:
    if (supervisor.signals >= 0)
        close(supervisor.signals);
    store_close(supervisor.store);
    return code;
}
