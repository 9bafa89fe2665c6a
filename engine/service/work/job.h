/*
 * job: one process of this program that the service started, and what is known of it.
 *
 * A job is a command line: people can do everything it does without the service. Its
 * standard output goes to a file without a name, so that the service stays small however large a
 * plan is; its standard error is logged; `tandem sync` also reports its progress on a pipe.
 *
 * Fields are guarded by the lock of whoever holds the jobs (service/work/service.h).
 */
#ifndef TANDEM_SERVICE_WORK_JOB_H
#define TANDEM_SERVICE_WORK_JOB_H

#include <sys/types.h>

#include <jansson.h>

#include "base/instant.h"
#include "base/log.h"

enum { JOB_NAME = 128, JOB_MESSAGE = 1024, JOB_LINE = 8192, JOB_WORDS = 256 };

/* X(constant, name) */
#define JOB_KINDS(X)                                                                               \
    X(JOB_SYNC, "sync")                                                                            \
    X(JOB_PLAN, "plan")                                                                            \
    X(JOB_MATCH, "match")                                                                          \
    X(JOB_CHECK, "check")                                                                          \
    X(JOB_FIELDS, "fields")                                                                        \
    X(JOB_BACKFILL, "backfill")                                                                    \
    X(JOB_STORE_CHECK, "store_check")                                                              \
    X(JOB_CLEANUP, "cleanup")                                                                      \
    X(JOB_DOCTOR, "doctor")                                                                        \
    X(JOB_NOTIFY, "notify") /* of the service itself; not shown */

enum job_kind {
#define X(constant, name) constant,
    JOB_KINDS(X)
#undef X
        JOB_KIND_COUNT
};
const char *job_kind_name(enum job_kind kind); /* static */

/* What it was started for; ends up in the API as it is. */
enum job_why { JOB_SCHEDULE, JOB_EDIT, JOB_WEBHOOK, JOB_PERSON, JOB_CATCH_UP, JOB_RETRY };

enum job_status {
    JOB_RUNNING,
    JOB_STOPPING,
    JOB_DONE,
    JOB_ATTENTION,
    JOB_FAILED,
    JOB_REFUSED,
    JOB_LOCKED,
    JOB_KILLED
};

/* Owned by the job; any may be NULL or empty. */
struct job {
    struct arena *arena; /* of the words */
    int64_t id;
    enum job_kind kind;
    enum job_why why;
    enum job_status status;
    char integration[JOB_NAME]; /* "": of none */
    char started_by[JOB_NAME];  /* "": the service itself */
    json_t *options;            /* as the API took them */
    char **words;               /* what follows "tandem"; ends with NULL */
    instant started, finished;  /* finished: INSTANT_NONE until then */
    int64_t run;                /* of a sync, once it is known; else 0 */
    char message[JOB_MESSAGE];  /* why it failed */
    int exit_code;              /* -1: none yet, or it was killed */
    struct {
        bool known;
        char phase[8];                              /* "pull", "push" */
        int64_t iteration, reported, total, failed; /* total below 0: nobody knows */
        int64_t told_at;                            /* when listeners were last notified */
    } progress;
    struct { /* of a sync that has ended */
        int64_t changed, requests, retries, bytes_in, bytes_out;
        double seconds;
    } sums;
    json_t *traffic; /* run_traffic.h; owned. NULL: nothing reported yet */
    /* while it runs; descriptors are -1 when closed */
    pid_t process;
    int exit_end, result;
    instant stop_asked; /* INSTANT_NONE: nobody asked */
    unsigned stops;     /* signals sent */
    struct job_end {
        int descriptor;
        char line[JOB_LINE]; /* what has come of one so far */
        size_t length;
    } errors, reports;
    char last_line[JOB_MESSAGE]; /* of its standard error */
};

/* NULL: out of memory. Takes `options` (NULL: none) and copies the words. */
struct job *job_new(enum job_kind kind, enum job_why why, const char *integration,
                    const char *started_by, json_t *options, const char *const *words);
/* A sync that reports its progress; `more` are further words, ending with NULL, or NULL. */
struct job *job_new_sync(enum job_why why, const char *integration, const char *started_by,
                         json_t *options, const char *const *more);
void job_free(struct job *job); /* accepts NULL; the process must have ended */
bool job_is_over(const struct job *job);
/* As in docs/api.yaml; NULL: out of memory. */
json_t *job_json(const struct job *job);
json_t *job_progress_json(const struct job *job);

/* Start the process. From the main thread only: children are told when the thread that started
 * them is gone. ERROR_SYSTEM. `folder` is where files without a name can be made. */
WARN_UNUSED enum error_code job_start(struct job *job, const char *home, const char *folder,
                                      struct error *error);
/* Ask it to end; asked a second time, it ends at once. */
void job_stop(struct job *job, instant now);
/* It has written something or closed a pipe: read what there is, and log its standard error. True
 * if it has ended: its status is set. */
bool job_attend(struct job *job, struct log *log);
/* What it wrote to its standard output, as JSON; the caller's. NULL: nothing, or no JSON. */
json_t *job_result(const struct job *job);

#endif
