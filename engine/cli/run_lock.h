/*
 * run_lock: one run at a time of each integration (spec section 2).
 *
 * A lock on var/lock/NAME.lock that the kernel releases when the process ends, however it ends; the
 * file stays and tells who holds it. Its age means nothing.
 */
#ifndef TANDEM_CLI_RUN_LOCK_H
#define TANDEM_CLI_RUN_LOCK_H

#include "base/instant.h"
#include "cli/home.h"

struct run_lock {
    int descriptor; /* -1: not held */
};

/* ERROR_LOCKED, with process id and start of the run under way, if another process holds it. */
WARN_UNUSED enum error_code run_lock_take(const struct home *home, const char *integration,
                                          instant now, struct run_lock *lock, struct error *error);
void run_lock_release(struct run_lock *lock);

#endif
