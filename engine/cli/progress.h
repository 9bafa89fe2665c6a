/*
 * progress: one line on a terminal that says how far a run is.
 *
 * At most five times a second; only if standard error is a terminal.
 */
#ifndef TANDEM_CLI_PROGRESS_H
#define TANDEM_CLI_PROGRESS_H

#include <time.h>

#include "sync/exchange.h"

struct progress {
    struct observer observer;
    bool shown; /* is a line on the screen? */
    struct timespec last;
    const char *phase;
    unsigned iteration;
    uint64_t reported;
    uint64_t outcomes[OUTCOME_KIND_COUNT];
};

/* `progress` must not move afterwards. */
void progress_init(struct progress *progress);
/* For run->observers; borrowed. */
const struct observer *progress_observer(const struct progress *progress);
/* Take the line off the screen. */
void progress_clear(struct progress *progress);
/* Is this a run that shows one? */
bool progress_wanted(bool quiet, int verbosity);

#endif
