/* inotify on the folder of the store, as its log comes and goes. */
#include "service/work/store_watch.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    COALESCE_MS = 20,          /* several edits of one moment are one run */
    LONGEST_COMMIT_MS = 10000, /* for a slow disk; later ones are found by the regular checks */
    PATIENT_MS = 5000,
    IMPATIENT_MS = 250, /* where the kernel reports nothing */
    MOST_EDITS = 20000
};

void store_watch_open(struct store_watch *watch, struct store *store)
{
    const char *const path = store_path(store);
    const char *const slash = strrchr(path, '/');
    char folder[PATH_MAX];
    *watch = (struct store_watch){
        .store = store, .descriptor = -1, .version = -1, .look_at = instant_now()};
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

/* Did the kernel report a write? */
static bool take_events(const struct store_watch *watch)
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

bool store_watch_is_time(struct store_watch *watch, instant now)
{
    if (take_events(watch)) {
        watch->again = COALESCE_MS;
        if (watch->look_at > now + COALESCE_MS)
            watch->look_at = now + COALESCE_MS;
    }
    /* later than it can be: somebody has set the clock back */
    return now >= watch->look_at || watch->look_at > now + LONGEST_COMMIT_MS;
}

static void plan_look(struct store_watch *watch)
{
    const int64_t regular = watch->descriptor >= 0 ? PATIENT_MS : IMPATIENT_MS;
    const int64_t again = watch->again;
    watch->again = again < LONGEST_COMMIT_MS / 2 ? 2 * again : 0;
    watch->look_at = instant_now() + (again > 0 && again < regular ? again : regular);
}

enum error_code store_watch_edits(struct store_watch *watch, struct arena *arena,
                                  struct edit **edits, size_t *count, struct error *error)
{
    int64_t version = 0;
    *edits = NULL;
    *count = 0;
    plan_look(watch);
    if (edits_version(watch->store, &version, error) || version == watch->version ||
        edits_since(watch->store, &watch->mark, MOST_EDITS, arena, edits, count, error))
        return error->code;
    watch->version = version;
    return ERROR_NONE;
}
