/*
 * service: what all threads of the daemon share: integrations, jobs, events.
 *
 * The main thread starts and ends jobs (supervisor.h); threads of the listeners ask for them.
 * `lock` guards everything below it in the struct; a thread that changes something on which the
 * main thread should act calls service_wake.
 */
#ifndef TANDEM_SERVICE_WORK_SERVICE_H
#define TANDEM_SERVICE_WORK_SERVICE_H

#include <pthread.h>

#include "host/home.h"
#include "host/run_traffic.h"
#include "service/events/event_ring.h"
#include "service/work/job.h"
#include "service/work/roster.h"
#include "store/schema/store.h"

enum { SERVICE_JOBS = 200, SERVICE_PATH = 4096 };

/* Counted since the start, by integration; for /metrics. */
struct service_counts {
    char integration[JOB_NAME];
    uint64_t runs[4]; /* done, attention, failed, refused */
    uint64_t retries, bytes_in, bytes_out;
    json_t *records; /* record_counts.h; owned. NULL: none yet */
    struct run_traffic traffic;
    uint64_t deliveries[5]; /* stored, duplicate, flooded, refused, too large */
    uint64_t durations[8];  /* not cumulated, by SERVICE_DURATIONS; the last: longer */
    double seconds;
};
#define SERVICE_DURATIONS                                                                          \
    {                                                                                              \
        1, 5, 15, 60, 300, 900, 3600                                                               \
    }
enum { SERVICE_DURATION_COUNT = 7 };

struct service {
    struct home home;
    struct log *log;             /* borrowed */
    char database[SERVICE_PATH]; /* the store */
    char var[SERVICE_PATH];      /* where files without a name are made */
    instant started;
    struct event_ring *events; /* owned */
    int wake;                  /* eventfd */
    pthread_mutex_t reloading;
    pthread_mutex_t lock;
    /* guarded by `lock` */
    struct roster *roster; /* owned */
    char configuration_error[JOB_MESSAGE];
    struct job *jobs[SERVICE_JOBS]; /* owned; the newest last */
    size_t job_count;
    int64_t next_job;
    size_t most_jobs;
    struct service_counts *counts; /* owned */
    size_t count_count, count_capacity;
    bool ending;
};

/* Read the configuration of the home and make everything ready. Owned: service_release. */
WARN_UNUSED enum error_code service_init(struct service *service, const struct home *home,
                                         struct log *log, struct error *error);
void service_release(struct service *service);
/* Wake the main thread, which looks for work. */
void service_wake(struct service *service);
/* Read the configuration again: either all of it is valid and takes effect, or it is an error (also
 * kept in configuration_error) and everything stays as it was. From any thread. */
WARN_UNUSED enum error_code service_reload(struct service *service, struct error *error);
/* A store for the caller's thread. */
WARN_UNUSED enum error_code service_open_store(const struct service *service, struct store **store,
                                               struct error *error);

/* ---- with the lock held ---- */

/* Add a job, which the main thread starts; the oldest that has ended is forgotten. Takes it.
 * ERROR_BUSY if too many are under way, ERROR_LOCKED if it is a sync of an integration that is
 * being synced. */
WARN_UNUSED enum error_code service_add_job(struct service *service, struct job *job,
                                            struct error *error);
struct job *service_find_job(const struct service *service, int64_t id);    /* or NULL */
struct job *service_job_of_run(const struct service *service, int64_t run); /* or NULL */
size_t service_running(const struct service *service);
struct service_counts *service_count(struct service *service,
                                     struct text integration); /* or NULL */
void service_tell_job(struct service *service, const struct job *job);
void service_tell_integration(struct service *service, struct text integration);

#endif
