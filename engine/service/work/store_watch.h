/*
 * store_watch: wakes the service when any process writes to the store.
 *
 * The kernel reports writes to the file (inotify); where it cannot (a network file system), the
 * store's version is read several times a second, which reads no table.
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
    instant look_at; /* for edits; the supervisor sleeps no longer than until then */
    /* what was written may not be committed yet: how long until the next look, in milliseconds,
     * longer each time; 0: there is none but the next regular one */
    int64_t again;
};

/* Begins with everything that waits as new. */
void store_watch_open(struct store_watch *watch, struct store *store);
void store_watch_close(struct store_watch *watch);
/* Take the kernel's reports; is it time to look? A writer's log grows before its disk has it and
 * others see it, which may take long: after a write it checks several times. */
bool store_watch_is_time(struct store_watch *watch, instant now);
/* New edits since the last call (none if nobody has committed); in the arena. Sets `look_at`. */
WARN_UNUSED enum error_code store_watch_edits(struct store_watch *watch, struct arena *arena,
                                              struct edit **edits, size_t *count,
                                              struct error *error);

#endif
