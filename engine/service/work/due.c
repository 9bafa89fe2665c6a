/* Choosing what to start. */
#include "service/work/due.h"

enum { FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 5 * 60 * 1000, LOCKED_WAIT_MS = 2000 };

static bool is_free(const struct roster_entry *entry)
{
    return entry->enabled && text_is_absent(entry->trouble) && !entry->paused && !entry->job;
}

static bool is_pending(const struct roster_entry *entry, instant now)
{
    return entry->pending && (entry->not_before == INSTANT_NONE || entry->not_before <= now);
}

static bool is_due(const struct roster_entry *entry, instant now)
{
    return entry->due != INSTANT_NONE && entry->due <= now;
}

/* A sync limited to what is pending; everything if that is too much. */
static struct job *job_of_pending(struct roster_entry *entry)
{
    const struct pending *const pending = entry->pending;
    const char *words[3 + 2 * PENDING_IDS] = {NULL};
    size_t count = 0;
    json_t *const ids = json_array();
    if (pending->webhooks) {
        words[count++] = "--deliveries";
        words[count++] = "waiting";
    }
    for (size_t i = 0; !pending->whole && i < pending->id_count; i++) {
        words[count++] = "--internal-object-id";
        words[count++] = pending->ids[i];
        json_array_append_new(ids, json_string(pending->ids[i]));
    }
    json_t *const options =
        json_array_size(ids) ? json_pack("{s:O}", "internal_object_ids", ids) : NULL;
    json_decref(ids);
    return job_new_sync(entry->failures     ? JOB_RETRY
                        : pending->webhooks ? JOB_WEBHOOK
                                            : JOB_EDIT,
                        entry->name.bytes, "", options, words);
}

static struct job *job_of_schedule(const struct roster_entry *entry, instant now)
{
    const bool late = now - entry->due > 60000 && entry->last_started != INSTANT_NONE;
    return job_new_sync(late ? JOB_CATCH_UP : JOB_SCHEDULE, entry->name.bytes, "", NULL, NULL);
}

static void begin(struct service *service, const struct roster_entry *entry, struct job *job)
{
    struct error error = {.code = ERROR_NONE};
    if (service_add_job(service, job, &error))
        log_write(service->log, LOG_ERROR, "service", "%.*s: %s", TEXT_PRINT(entry->name),
                  error.message);
}

void due_begin(struct service *service, instant now)
{
    size_t running = service_running(service);
    /* What people are waiting for comes before what is only due. */
    for (size_t i = 0; i < service->roster->count && running < service->most_jobs; i++) {
        struct roster_entry *const entry = &service->roster->entries[i];
        if (!is_free(entry) || !is_pending(entry, now))
            continue;
        struct job *const job = job_of_pending(entry);
        roster_forget_pending(entry);
        begin(service, entry, job);
        running++;
    }
    for (size_t i = 0; i < service->roster->count && running < service->most_jobs; i++) {
        struct roster_entry *const entry = &service->roster->entries[i];
        if (!is_free(entry) || !is_due(entry, now))
            continue;
        struct job *const job = job_of_schedule(entry, now);
        entry->last_started = now;
        begin(service, entry, job);
        roster_plan(entry, now);
        running++;
    }
}

instant due_next(const struct service *service)
{
    instant next = INSTANT_NONE;
    for (size_t i = 0; i < service->roster->count; i++) {
        const struct roster_entry *const entry = &service->roster->entries[i];
        if (!is_free(entry))
            continue;
        const instant candidates[] = {entry->due,
                                      entry->pending ? entry->not_before : INSTANT_NONE};
        for (size_t j = 0; j < 2; j++) {
            if (candidates[j] != INSTANT_NONE && (next == INSTANT_NONE || candidates[j] < next))
                next = candidates[j];
        }
    }
    return next;
}

/* After a failed run its work waits for a while, longer each time. */
static void wait_after_failure(struct roster_entry *entry, const struct job *job, instant now)
{
    int64_t wait = FIRST_WAIT_MS;
    if (job->status == JOB_LOCKED) {
        wait = LOCKED_WAIT_MS;
    } else {
        for (unsigned i = 0; i < entry->failures && wait < LONGEST_WAIT_MS; i++)
            wait *= 2;
        entry->failures++;
    }
    entry->not_before = now + (wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS);
    roster_add_whole(entry);
}

void due_ended(struct service *service, const struct job *job, bool deliveries, instant now)
{
    struct roster_entry *const entry = roster_find(service->roster, text_of(job->integration));
    if (!entry)
        return;
    if (entry->job == job)
        entry->job = NULL;
    if (job->kind != JOB_SYNC)
        return;
    entry->not_before = INSTANT_NONE;
    if (job->status == JOB_DONE || job->status == JOB_ATTENTION) {
        entry->failures = 0;
        if (job->why == JOB_SCHEDULE || job->why == JOB_CATCH_UP) {
            entry->cost = job->sums.requests;
            roster_pace(entry, job->sums.changed > 0);
        }
    } else if ((job->why == JOB_EDIT || job->why == JOB_WEBHOOK || job->why == JOB_RETRY ||
                job->status == JOB_LOCKED) &&
               job->why != JOB_PERSON && job->status != JOB_REFUSED && job->stops == 0) {
        wait_after_failure(entry, job, now);
    }
    if (deliveries)
        roster_add_deliveries(entry);
    /* A run for a few objects does not count for the schedule. */
    if (job->why == JOB_SCHEDULE || job->why == JOB_CATCH_UP || job->why == JOB_PERSON) {
        roster_plan(entry, now);
        roster_spare(entry, &service->home, now);
    }
}
