#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { INTERVAL_MS = 200 };

static bool due(struct progress *progress)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t passed = (int64_t)(now.tv_sec - progress->last.tv_sec) * 1000 +
                           (now.tv_nsec - progress->last.tv_nsec) / 1000000;
    if (progress->shown && passed < INTERVAL_MS)
        return false;
    progress->last = now;
    return true;
}

static void show(struct progress *progress)
{
    if (!progress->phase || !due(progress))
        return;
    const uint64_t *const outcomes = progress->outcomes;
    fprintf(stderr,
            "\r\033[K%s %u: %" PRIu64 " reported, %" PRIu64 " created, %" PRIu64
            " updated, %" PRIu64 " unchanged",
            progress->phase, progress->iteration, progress->reported, outcomes[OUTCOME_CREATED],
            outcomes[OUTCOME_UPDATED], outcomes[OUTCOME_UNCHANGED]);
    const uint64_t trouble = outcomes[OUTCOME_FAILED] + outcomes[OUTCOME_CONFLICT];
    if (trouble)
        fprintf(stderr, ", %" PRIu64 " need attention", trouble);
    fflush(stderr);
    progress->shown = true;
}

static void request_made(void *context, const struct request *request)
{
    struct progress *const progress = context;
    const char *const phase = request->side == SIDE_INTEGRATION ? "pull" : "push";
    if (phase != progress->phase) {
        progress->reported = 0;
        for (int i = 0; i < OUTCOME_KIND_COUNT; i++)
            progress->outcomes[i] = 0;
    }
    progress->phase = phase;
    progress->iteration = request->iteration;
    show(progress);
}

static void report_received(void *context, const struct request *request,
                            const struct report *report)
{
    (void)request;
    struct progress *const progress = context;
    progress->reported += report->object_count;
    show(progress);
}

static void outcome_written(void *context, const struct outcome *outcome)
{
    struct progress *const progress = context;
    progress->outcomes[outcome->kind]++;
    show(progress);
}

void progress_init(struct progress *progress)
{
    *progress = (struct progress){.phase = NULL};
    progress->observer = (struct observer){.context = progress,
                                           .request_made = request_made,
                                           .report_received = report_received,
                                           .outcome = outcome_written};
}

const struct observer *progress_observer(const struct progress *progress)
{
    return &progress->observer;
}

void progress_clear(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    progress->shown = false;
}

bool progress_wanted(bool quiet, int verbosity)
{
    return !quiet && !verbosity && isatty(STDERR_FILENO);
}
