/*
 * run_lock: one run at a time of each integration (spec section 2).
 *
 * A lock on the file lock/NAME.lock beside the store itself, wherever a home, a symbolic link or
 * another configuration stands, so that all processes that work on it meet (spec section 13.13).
 * The kernel releases it when the process ends, however it ends; the file is never removed and says
 * who holds it. Its age means nothing.
 */
#ifndef TANDEM_HOST_RUN_LOCK_H
#define TANDEM_HOST_RUN_LOCK_H

#include <limits.h>

#include "base/instant.h"
#include "base/error.h"

struct run_lock {
    int descriptor; /* -1: not held */
    bool shared;    /* with the parent, whose name stays in the file */
};

/* The lock file NAME.KIND ("helloworld.lock") for the store at this path; makes the folder. */
WARN_UNUSED enum error_code run_lock_path(const char *store, const char *integration,
                                          const char *kind, char path[PATH_MAX],
                                          struct error *error);
/* `store` is the store's path. `purpose` appears in the messages of others: "run", "backfill".
 * ERROR_LOCKED, with the purpose, process id and start time of the process that holds it. */
WARN_UNUSED enum error_code run_lock_take(const char *store, const char *integration,
                                          const char *purpose, instant now, struct run_lock *lock,
                                          struct error *error);
/* The lock that the parent holds, by the descriptor that it left open: it is free only when
 * parent and children have ended. ERROR_USAGE if the descriptor is not one of this lock,
 * ERROR_LOCKED if another process holds it. */
WARN_UNUSED enum error_code run_lock_share(const char *store, const char *integration,
                                           int descriptor, struct run_lock *lock,
                                           struct error *error);
/* Does a live process claim to hold it? Checked without taking the lock, so it may be wrong for a
 * moment: for people only. */
bool run_lock_is_held(const char *store, const char *integration);
void run_lock_release(struct run_lock *lock);

#endif
