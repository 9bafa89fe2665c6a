/* What is known about a job, and what it reports while it runs. */
#include "service/work/job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/exit_code.h"
#include "model/value_json.h"

const char *job_kind_name(enum job_kind kind)
{
    static const char *const names[] = {
#define X(constant, name) name,
        JOB_KINDS(X)
#undef X
    };
    return names[kind];
}

/* In the job's arena. */
static char **copy_words(struct arena *arena, const char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    char **const copy = ARENA_ARRAY(arena, count + 1, char *);
    for (size_t i = 0; copy && i < count; i++) {
        copy[i] = arena_string(arena, words[i], strlen(words[i]));
        if (!copy[i])
            return NULL;
    }
    return copy;
}

struct job *job_new(enum job_kind kind, enum job_why why, const char *integration,
                    const char *started_by, json_t *options, const char *const *words)
{
    struct job *const job = calloc(1, sizeof *job);
    struct arena *const arena = arena_new(0);
    char **const copy = job && arena ? copy_words(arena, words) : NULL;
    if (!copy) {
        free(job);
        arena_free(arena);
        json_decref(options);
        return NULL;
    }
    *job = (struct job){.arena = arena,
                        .kind = kind,
                        .why = why,
                        .options = options,
                        .words = copy,
                        .started = instant_now(),
                        .finished = INSTANT_NONE,
                        .exit_code = -1,
                        .exit_end = -1,
                        .errors = {.descriptor = -1},
                        .reports = {.descriptor = -1},
                        .result = -1,
                        .stop_asked = INSTANT_NONE};
    snprintf(job->integration, sizeof job->integration, "%s", integration);
    snprintf(job->started_by, sizeof job->started_by, "%s", started_by);
    return job;
}

struct job *job_new_sync(enum job_why why, const char *integration, const char *started_by,
                         json_t *options, const char *const *more)
{
    const char *words[JOB_WORDS] = {"sync", integration, "--json", "--quiet", "--report", "3"};
    for (size_t i = 6; more && *more && i + 1 < JOB_WORDS; i++)
        words[i] = *more++;
    return job_new(JOB_SYNC, why, integration, started_by, options, words);
}

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    close_end(&job->exit_end);
    close_end(&job->errors.descriptor);
    close_end(&job->reports.descriptor);
    close_end(&job->result);
    json_decref(job->options);
    json_decref(job->traffic);
    arena_free(job->arena);
    free(job);
}

bool job_is_over(const struct job *job)
{
    return job->status > JOB_STOPPING;
}

/* ---- JSON ---- */

json_t *job_progress_json(const struct job *job)
{
    if (!job->progress.known)
        return json_null();
    return json_pack("{s:s, s:I, s:I, s:o, s:I}", "phase", job->progress.phase, "iteration",
                     (json_int_t)job->progress.iteration, "reported",
                     (json_int_t)job->progress.reported, "total",
                     job->progress.total < 0 ? json_null() : json_integer(job->progress.total),
                     "failed", (json_int_t)job->progress.failed);
}

static json_t *text_or_null(const char *text)
{
    return text[0] ? value_json_text(text_of(text)) : json_null();
}

json_t *job_json(const struct job *job)
{
    static const char *const whys[] = {"schedule", "edit",     "webhook",
                                       "person",   "catch_up", "retry"};
    static const char *const statuses[] = {"running", "stopping", "done",   "attention",
                                           "failed",  "refused",  "locked", "killed"};
    return json_pack("{s:I, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     (json_int_t)job->id, "kind", job_kind_name(job->kind), "integration",
                     text_or_null(job->integration), "status", statuses[job->status], "why",
                     whys[job->why], "started_by", text_or_null(job->started_by), "started",
                     value_json_instant(job->started), "finished",
                     value_json_instant(job->finished), "run",
                     job->run ? json_integer(job->run) : json_null(), "options",
                     job->options ? json_deep_copy(job->options) : json_object(), "progress",
                     job_progress_json(job), "message", text_or_null(job->message), "exit_code",
                     job->exit_code < 0 ? json_null() : json_integer(job->exit_code));
}

/* ---- what it says ---- */

static int64_t number_of(const json_t *json, const char *name, int64_t otherwise)
{
    const json_t *const number = json_object_get(json, name);
    return json_is_integer(number) ? json_integer_value(number) : otherwise;
}

static void take_traffic(struct job *job, json_t *traffic)
{
    if (!traffic)
        return;
    json_decref(job->traffic);
    job->traffic = json_incref(traffic);
}

/* One line of JSON from the pipe. */
static void take_report(struct job *job, struct log *log)
{
    json_t *const told = json_loadb(job->reports.line, job->reports.length, 0, NULL);
    const char *const phase = json_string_value(json_object_get(told, "phase"));
    (void)log;
    job->run = number_of(told, "run", job->run);
    take_traffic(job, json_object_get(told, "traffic"));
    if (phase) {
        job->progress.known = true;
        snprintf(job->progress.phase, sizeof job->progress.phase, "%s", phase);
        job->progress.iteration = number_of(told, "iteration", 0);
        job->progress.reported = number_of(told, "reported", 0);
        job->progress.total = number_of(told, "total", -1);
        job->progress.failed = number_of(told, "failed", 0);
    }
    json_decref(told);
}

static void take_error(struct job *job, struct log *log)
{
    if (!job->errors.length)
        return;
    log_write(log, LOG_WARN, "job", "%s %s: %s", job_kind_name(job->kind), job->integration,
              job->errors.line);
    snprintf(job->last_line, sizeof job->last_line, "%.*s", JOB_MESSAGE - 1, job->errors.line);
}

/* Everything that one end has, cut into lines (what does not fit is left out); closes it at its
 * end. */
static void drain(struct job *job, struct job_end *end, struct log *log,
                  void (*take)(struct job *job, struct log *log))
{
    char bytes[4096];
    if (end->descriptor < 0)
        return;
    ssize_t count = read(end->descriptor, bytes, sizeof bytes);
    for (; count > 0; count = read(end->descriptor, bytes, sizeof bytes)) {
        for (ssize_t i = 0; i < count; i++) {
            if (bytes[i] != '\n' && end->length + 1 < sizeof end->line) {
                end->line[end->length++] = bytes[i];
            } else if (bytes[i] == '\n') {
                end->line[end->length] = '\0';
                take(job, log);
                end->length = 0;
            }
        }
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(&end->descriptor);
}

/* "tandem: what is wrong" without the name before it. */
static void tell_message(struct job *job)
{
    static const char prefix[] = "tandem: ";
    const bool named = strncmp(job->last_line, prefix, sizeof prefix - 1) == 0;
    snprintf(job->message, sizeof job->message, "%s",
             job->last_line + (named ? sizeof prefix - 1 : 0));
}

static void read_sums(struct job *job)
{
    json_t *const summary = job->kind == JOB_SYNC ? job_result(job) : NULL;
    const json_t *const pull = json_object_get(summary, "pull"),
                        *const push = json_object_get(summary, "push"),
                        *const http = json_object_get(summary, "http");
    if (!summary)
        return;
    job->run = number_of(summary, "run", job->run);
    job->sums.changed = number_of(pull, "created", 0) + number_of(pull, "updated", 0) +
                        number_of(push, "created", 0) + number_of(push, "updated", 0) +
                        number_of(push, "deleted", 0);
    job->sums.requests = number_of(http, "requests", 0);
    job->sums.retries = number_of(http, "retries", 0);
    job->sums.bytes_in = number_of(http, "bytes_in", 0);
    job->sums.bytes_out = number_of(http, "bytes_out", 0);
    job->sums.seconds = json_number_value(json_object_get(summary, "seconds"));
    json_decref(summary);
}

static void bury(struct job *job, int status)
{
    static const enum job_status statuses[] = {[EXIT_DONE] = JOB_DONE,
                                               [EXIT_NEEDS_ATTENTION] = JOB_ATTENTION,
                                               [EXIT_LOCKED] = JOB_LOCKED,
                                               [EXIT_WRONG_USE] = JOB_REFUSED};
    job->process = 0;
    job->finished = instant_now();
    job->status = JOB_KILLED;
    if (WIFSIGNALED(status)) {
        snprintf(job->message, sizeof job->message, "the process was killed by signal %d",
                 WTERMSIG(status));
        return;
    }
    job->exit_code = WEXITSTATUS(status);
    const size_t place = (size_t)job->exit_code;
    if (job->kind == JOB_PLAN && job->exit_code == EXIT_CHANGES_PENDING)
        job->status = JOB_DONE; /* a plan that would change something */
    else
        job->status = place < sizeof statuses / sizeof *statuses && statuses[place]
                          ? statuses[place]
                          : JOB_FAILED;
    if (job->status >= JOB_FAILED)
        tell_message(job);
    read_sums(job);
}

bool job_attend(struct job *job, struct log *log)
{
    int status = 0;
    if (job->process <= 0)
        return job_is_over(job);
    /* First check whether it has ended: then all of its output is there. */
    const bool ended = waitpid(job->process, &status, WNOHANG) == job->process;
    drain(job, &job->errors, log, take_error);
    drain(job, &job->reports, log, take_report);
    if (!ended)
        return false;
    job->errors.line[job->errors.length] = '\0';
    take_error(job, log);
    close_end(&job->errors.descriptor);
    close_end(&job->reports.descriptor);
    close_end(&job->exit_end);
    bury(job, status);
    return true;
}

json_t *job_result(const struct job *job)
{
    enum { MOST = 64 << 20 };
    json_t *json = NULL;
    const off_t size = job->result >= 0 ? lseek(job->result, 0, SEEK_END) : 0;
    char *const text = size > 0 && size <= MOST ? malloc((size_t)size) : NULL;
    if (text && pread(job->result, text, (size_t)size, 0) == size)
        json = json_loadb(text, (size_t)size, JSON_DECODE_ANY, NULL);
    free(text);
    return json;
}
