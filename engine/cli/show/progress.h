/*
 * progress: one line on a terminal: how far the run is, how fast, and how long it will take.
 *
 * At most five times a second; only if standard error is a terminal. The remaining number is known
 * if the integration's report gives a total (report:set_total); for a push we count it ourselves.
 */
#ifndef TANDEM_CLI_SHOW_PROGRESS_H
#define TANDEM_CLI_SHOW_PROGRESS_H

#include <jansson.h>

#include "store/schema/store.h"
#include "model/observer.h"
#include "model/outcome.h"

enum { PROGRESS_OBJECTS = 32, PROGRESS_SAMPLES = 12, PROGRESS_LINE = 256 };

/* Of one object, in the phase under way. */
struct progress_object {
    bool asked, total_known;
    uint64_t reported, total;
};

struct progress {
    struct observer observer; /* for run->observers */
    struct store *store; /* where a push is counted; may be NULL. Borrowed */
    struct text integration;
    int report;        /* a descriptor for lines of JSON instead of the screen; -1: none */
    bool shown;        /* is a line on the screen? */
    int64_t shown_at;  /* milliseconds of a clock that only goes forward, like all below */
    const char *phase; /* "pull", "push" or NULL */
    unsigned iteration, first_iteration; /* the first one is later in a run that was resumed */
    uint64_t reported;
    uint64_t outcomes[OUTCOME_KIND_COUNT];
    struct progress_object objects[PROGRESS_OBJECTS]; /* by index in the manual */
    /* How many had been reported at which time, for the rate of the last seconds. */
    struct {
        int64_t at;
        uint64_t reported;
    } samples[PROGRESS_SAMPLES];
    size_t sample_count;
};

/* `progress` must not move afterwards; everything is borrowed. */
void progress_init(struct progress *progress, struct text integration, struct store *store);
/* Write one JSON object per line to `descriptor`, {"phase", "iteration", "reported", "total",
 * "failed"}, for a program that watches. A reader that is too slow misses some. */
void progress_report_to(struct progress *progress, int descriptor);
/* Something else on that descriptor, as {"NAME": ...}; takes ownership. NULL is not written. */
void progress_report_json(const struct progress *progress, const char *name, json_t *json);
/* The line as it would be shown at `now`; "" before the first request. */
void progress_line(const struct progress *progress, int64_t now, char line[PROGRESS_LINE]);
/* Take the line off the screen. */
void progress_clear(struct progress *progress);
/* Is this a run that shows one? */
bool progress_wanted(bool quiet, int verbosity);

/* What the observer does, with a clock given (for tests). */
void progress_note_request(struct progress *progress, const struct request *request, int64_t now);
void progress_note_report(struct progress *progress, const struct report *report, int64_t now);

#endif
