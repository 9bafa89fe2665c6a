/*
 * store_watch: wakes the service when somebody writes to the store, whoever it is.
 *
 * The kernel tells of writes to the file (inotify); where it cannot (a network file system), the
 * store's version is asked for several times a second, which reads no table.
 */
#ifndef TANDEM_SERVICE_WORK_STORE_WATCH_H
#define TANDEM_SERVICE_WORK_STORE_WATCH_H

#include "store/schema/store.h"
#include "store/service/edits.h"

struct store_watch {
    struct store *store;      /* borrowed */
    int descriptor;           /* of inotify; -1: the kernel cannot tell */
    char file[256], log[260]; /* names of the store's file and of its write-ahead log */
    int64_t version;
    struct edits_mark mark;
};

/* Begins with everything that waits as new. */
void store_watch_open(struct store_watch *watch, struct store *store);
void store_watch_close(struct store_watch *watch);
/* How long to sleep at most, in milliseconds, so that no edit waits for longer than a moment. */
int store_watch_patience(const struct store_watch *watch);
/* Take what the kernel told; true if the store may have been written to. */
bool store_watch_take(struct store_watch *watch);
/* New edits since the last call (none if nobody has committed); in the arena. */
WARN_UNUSED enum error_code store_watch_edits(struct store_watch *watch, struct arena *arena,
                                              struct edit **edits, size_t *count,
                                              struct error *error);

#endif
