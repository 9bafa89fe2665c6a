/* One line that is rewritten, at most five times a second. */
#include "cli/show/progress.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "store/objects/objects.h"
#include "store/inspect/status.h"

/* An estimate from the first moments would be a guess. */
enum { INTERVAL_MS = 200, SAMPLE_MS = 1000, ESTIMATE_MS = 1500 };

/* ---- how many there are ---- */

static struct progress_object *object_at(struct progress *progress,
                                         const struct manual_object *object)
{
    return object && object->index < PROGRESS_OBJECTS ? &progress->objects[object->index] : NULL;
}

/* For a push we know ourselves how many wait. */
static void count_push(struct progress *progress, const struct request *request)
{
    for (size_t i = 0; progress->store && i < request->object_count; i++) {
        const struct request_object *const asked = &request->objects[i];
        struct progress_object *const object = object_at(progress, asked->object);
        struct error error;
        if (!object)
            continue;
        if (asked->ids) {
            object->total = asked->id_count;
            object->total_known = true;
        } else if (request->full) {
            object->total_known =
                !objects_count(progress->store, asked->object->name, &object->total, &error);
        } else {
            object->total_known =
                !status_waiting_objects(progress->store, progress->integration, asked->object->name,
                                        asked->to, &object->total, &error);
        }
    }
}

/* What was done before this run resumed another one: as many on each page as since then. If nothing
 * has come since, nothing is assumed to be left. */
static uint64_t done_of(const struct progress *progress, const struct progress_object *object)
{
    const uint64_t before = progress->first_iteration - 1;
    const uint64_t pages = progress->iteration - progress->first_iteration + 1;
    if (before == 0)
        return object->reported;
    return object->reported == 0 && progress->reported > 0
               ? object->total
               : object->reported + before * object->reported / pages;
}

/* False if it is unknown. */
static bool find_total(const struct progress *progress, uint64_t *done, uint64_t *total)
{
    bool known = false;
    *done = *total = 0;
    for (size_t i = 0; i < PROGRESS_OBJECTS; i++) {
        const struct progress_object *const object = &progress->objects[i];
        if (!object->asked)
            continue;
        if (!object->total_known)
            return false;
        const uint64_t so_far = done_of(progress, object);
        known = true;
        *done += so_far;
        *total += so_far > object->total ? so_far : object->total;
    }
    return known && *total > 0;
}

/* ---- how fast ---- */

static void sample(struct progress *progress, int64_t now)
{
    const size_t count = progress->sample_count;
    if (count > 0 && now - progress->samples[count - 1].at < SAMPLE_MS)
        return;
    if (count == PROGRESS_SAMPLES) {
        memmove(progress->samples, progress->samples + 1, (count - 1) * sizeof *progress->samples);
        progress->sample_count--;
    }
    progress->samples[progress->sample_count].at = now;
    progress->samples[progress->sample_count++].reported = progress->reported;
}

/* Objects a second over the last samples; 0: too early to tell. */
static double rate_of(const struct progress *progress, int64_t now)
{
    if (progress->sample_count == 0)
        return 0;
    const int64_t passed = now - progress->samples[0].at;
    if (passed < ESTIMATE_MS)
        return 0;
    return (double)(progress->reported - progress->samples[0].reported) * 1000 / (double)passed;
}

/* ---- the line ---- */

static void append(char line[PROGRESS_LINE], size_t *used, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void append(char line[PROGRESS_LINE], size_t *used, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int more = vsnprintf(line + *used, PROGRESS_LINE - *used, format, arguments);
    va_end(arguments);
    if (more > 0)
        *used = *used + (size_t)more < PROGRESS_LINE ? *used + (size_t)more : PROGRESS_LINE - 1;
}

static void append_left(char line[PROGRESS_LINE], size_t *used, double seconds)
{
    if (seconds < 60)
        append(line, used, ", %.0f s left", seconds);
    else if (seconds < 3600)
        append(line, used, ", %.0f min left", seconds / 60);
    else
        append(line, used, ", %d h %02d min left", (int)(seconds / 3600), (int)(seconds / 60) % 60);
}

void progress_line(const struct progress *progress, int64_t now, char line[PROGRESS_LINE])
{
    const uint64_t *const outcomes = progress->outcomes;
    const uint64_t trouble = outcomes[OUTCOME_FAILED] + outcomes[OUTCOME_CONFLICT];
    const double rate = rate_of(progress, now);
    uint64_t done = 0, total = 0;
    size_t used = 0;

    line[0] = '\0';
    if (!progress->phase)
        return;
    append(line, &used, "%.*s: %s ", TEXT_PRINT(progress->integration), progress->phase);
    if (progress->reported == 0 && progress->iteration == progress->first_iteration) {
        append(line, &used, "begins");
        return;
    }
    const bool known = find_total(progress, &done, &total);
    if (known)
        append(line, &used, "%" PRIu64 " of %" PRIu64 " (%" PRIu64 "%%)", done, total,
               done * 100 / total);
    else
        append(line, &used, "%" PRIu64, progress->reported);
    if (rate > 0)
        append(line, &used, rate < 10 ? ", %.1f/s" : ", %.0f/s", rate);
    if (known && rate > 0 && total > done)
        append_left(line, &used, (double)(total - done) / rate);
    append(line, &used, ": %" PRIu64 " created, %" PRIu64 " updated, %" PRIu64 " unchanged",
           outcomes[OUTCOME_CREATED], outcomes[OUTCOME_UPDATED], outcomes[OUTCOME_UNCHANGED]);
    if (trouble)
        append(line, &used, ", %" PRIu64 " need attention", trouble);
}

/* A line that wraps could not be erased. */
static int columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
}

static void report(const struct progress *progress)
{
    uint64_t done = 0, total = 0;
    char known_total[TEXT_DIGITS] = "null";
    if (find_total(progress, &done, &total))
        snprintf(known_total, sizeof known_total, "%" PRIu64, total);
    dprintf(progress->report,
            "{\"phase\":\"%s\",\"iteration\":%u,\"reported\":%" PRIu64
            ",\"total\":%s,\"failed\":%" PRIu64 "}\n",
            progress->phase, progress->iteration, progress->reported, known_total,
            progress->outcomes[OUTCOME_FAILED]);
}

static void show(struct progress *progress)
{
    const int64_t now = instant_monotonic_ms();
    char line[PROGRESS_LINE];
    if (!progress->phase || (progress->shown && now - progress->shown_at < INTERVAL_MS))
        return;
    sample(progress, now);
    if (progress->report >= 0) {
        report(progress);
    } else {
        progress_line(progress, now, line);
        fprintf(stderr, "\r\033[K%.*s", columns(), line);
        fflush(stderr);
    }
    progress->shown_at = now;
    progress->shown = true;
}

/* ---- what the run reports ---- */

static void begin_phase(struct progress *progress, const struct request *request, const char *phase,
                        int64_t now)
{
    progress->phase = phase;
    progress->first_iteration = request->iteration;
    progress->reported = 0;
    progress->sample_count = 0;
    memset(progress->outcomes, 0, sizeof progress->outcomes);
    memset(progress->objects, 0, sizeof progress->objects);
    if (request->side == SIDE_INTERNAL)
        count_push(progress, request);
    sample(progress, now);
}

void progress_note_request(struct progress *progress, const struct request *request, int64_t now)
{
    static const char *const phases[] = {[SIDE_INTERNAL] = "push", [SIDE_INTEGRATION] = "pull"};
    const char *const phase = phases[request->side];
    if (request->depth > 0)
        return; /* pages for relations come in between */
    if (phase != progress->phase)
        begin_phase(progress, request, phase, now);
    progress->iteration = request->iteration;
    for (size_t i = 0; i < request->object_count; i++) {
        struct progress_object *const object = object_at(progress, request->objects[i].object);
        if (object)
            object->asked = true;
    }
}

void progress_note_report(struct progress *progress, const struct report *report, int64_t now)
{
    if (report->request->depth > 0)
        return;
    progress->reported += report->object_count;
    for (size_t i = 0; i < report->object_count; i++) {
        struct progress_object *const object = object_at(progress, report->objects[i]->object);
        if (object)
            object->reported++;
    }
    for (size_t i = 0; i < report->total_count; i++) {
        struct progress_object *const object = object_at(progress, report->totals[i].object);
        if (!object)
            continue;
        object->total_known = true;
        object->total = report->totals[i].count;
    }
    sample(progress, now);
}

static void request_made(void *context, const struct request *request)
{
    progress_note_request(context, request, instant_monotonic_ms());
    show(context);
}

static void report_received(void *context, const struct request *request,
                            const struct report *report)
{
    (void)request;
    progress_note_report(context, report, instant_monotonic_ms());
    show(context);
}

static void outcome_written(void *context, const struct outcome *outcome)
{
    struct progress *const progress = context;
    progress->outcomes[outcome->kind]++;
    show(progress);
}

void progress_init(struct progress *progress, struct text integration, struct store *store)
{
    *progress = (struct progress){.integration = integration, .store = store, .report = -1};
    progress->observer = (struct observer){.context = progress,
                                           .request_made = request_made,
                                           .report_received = report_received,
                                           .outcome = outcome_written};
}

void progress_report_to(struct progress *progress, int descriptor)
{
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    progress->report = descriptor;
}

void progress_report_json(const struct progress *progress, const char *name, json_t *json)
{
    char *const text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (text)
        dprintf(progress->report, "{\"%s\":%s}\n", name, text);
    free(text);
    json_decref(json);
}

void progress_clear(struct progress *progress)
{
    if (progress->shown && progress->report < 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    progress->shown = false;
}

bool progress_wanted(bool quiet, int verbosity)
{
    return !quiet && !verbosity && isatty(STDERR_FILENO);
}
