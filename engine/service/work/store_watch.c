/* inotify on the folder of the store, as its log comes and goes. */
#include "service/work/store_watch.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { PATIENT_MS = 5000, IMPATIENT_MS = 250, MOST_EDITS = 20000 };

void store_watch_open(struct store_watch *watch, struct store *store)
{
    const char *const path = store_path(store);
    const char *const slash = strrchr(path, '/');
    char folder[PATH_MAX];
    *watch = (struct store_watch){.store = store, .descriptor = -1, .version = -1};
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    snprintf(watch->file, sizeof watch->file, "%s", slash ? slash + 1 : path);
    snprintf(watch->log, sizeof watch->log, "%s-wal", watch->file);
    watch->descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->descriptor >= 0 &&
        inotify_add_watch(watch->descriptor, folder, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
        store_watch_close(watch);
}

void store_watch_close(struct store_watch *watch)
{
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    watch->descriptor = -1;
}

int store_watch_patience(const struct store_watch *watch)
{
    return watch->descriptor >= 0 ? PATIENT_MS : IMPATIENT_MS;
}

bool store_watch_take(struct store_watch *watch)
{
    _Alignas(struct inotify_event) char bytes[8192];
    bool written = false;
    if (watch->descriptor < 0)
        return false;
    for (;;) {
        const ssize_t length = read(watch->descriptor, bytes, sizeof bytes);
        if (length <= 0)
            return written;
        for (char *place = bytes; place < bytes + length;) {
            const struct inotify_event *const event = (const struct inotify_event *)(void *)place;
            written |= (event->mask & IN_Q_OVERFLOW) ||
                       (event->len > 0 && (strcmp(event->name, watch->log) == 0 ||
                                           strcmp(event->name, watch->file) == 0));
            place += sizeof *event + event->len;
        }
    }
}

enum error_code store_watch_edits(struct store_watch *watch, struct arena *arena,
                                  struct edit **edits, size_t *count, struct error *error)
{
    int64_t version = 0;
    *edits = NULL;
    *count = 0;
    const enum error_code code = edits_version(watch->store, &version, error);
    if (code || version == watch->version)
        return code;
    watch->version = version;
    return edits_since(watch->store, &watch->mark, MOST_EDITS, arena, edits, count, error);
}
