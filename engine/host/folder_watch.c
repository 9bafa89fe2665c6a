/* Watching folders with inotify, until a Lua file was written. */
#include "host/folder_watch.h"

#include <errno.h>
#include <poll.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { QUIET_MS = 150, EVENT_BYTES = 4096 };

enum error_code folder_watch_open(struct folder_watch *watch, struct error *error)
{
    *watch = (struct folder_watch){.descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (watch->descriptor < 0)
        return error_system(error, "cannot watch files");
    return ERROR_NONE;
}

enum error_code folder_watch_add(struct folder_watch *watch, const char *folder, const char *only,
                                 struct error *error)
{
    if (watch->count == FOLDER_WATCH_MOST)
        return error_set(error, ERROR_INTERNAL, "too many folders to watch");
    const int added = inotify_add_watch(watch->descriptor, folder,
                                        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE);
    if (added < 0 && errno == ENOENT)
        return ERROR_NONE;
    if (added < 0)
        return error_system(error, "cannot watch the folder '%s'", folder);
    watch->folders[watch->count].watch = added;
    watch->folders[watch->count++].only = only;
    return ERROR_NONE;
}

static bool is_wanted(const struct folder_watch *watch, const struct inotify_event *event)
{
    const size_t length = event->len ? strlen(event->name) : 0;
    if (length < 4 || event->name[0] == '.' || strcmp(event->name + length - 4, ".lua") != 0)
        return false;
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->folders[i].watch == event->wd &&
            (!watch->folders[i].only || strcmp(watch->folders[i].only, event->name) == 0))
            return true;
    }
    return false;
}

/* Read what has happened; was a wanted file among it? */
static bool take_events(const struct folder_watch *watch, char name[FOLDER_WATCH_NAME])
{
    alignas(struct inotify_event) char bytes[EVENT_BYTES];
    bool found = false;
    for (;;) {
        const ssize_t length = read(watch->descriptor, bytes, sizeof bytes);
        if (length <= 0)
            return found;
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *const event =
                (const struct inotify_event *)(const void *)(bytes + at);
            if (is_wanted(watch, event) && !found) {
                snprintf(name, FOLDER_WATCH_NAME, "%s", event->name);
                found = true;
            }
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
}

enum error_code folder_watch_wait(struct folder_watch *watch, char name[FOLDER_WATCH_NAME],
                                  struct error *error)
{
    struct pollfd waiting = {.fd = watch->descriptor, .events = POLLIN};
    char other[FOLDER_WATCH_NAME];
    bool saved = false;
    for (;;) {
        const int ready = poll(&waiting, 1, saved ? QUIET_MS : -1);
        if (ready < 0 && errno == EINTR)
            return error_set(error, ERROR_INTERRUPTED, "interrupted");
        if (ready < 0)
            return error_system(error, "cannot watch files");
        if (ready == 0)
            return ERROR_NONE;
        if (saved)
            (void)take_events(watch, other);
        else
            saved = take_events(watch, name);
    }
}

void folder_watch_close(struct folder_watch *watch)
{
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    watch->descriptor = -1;
}
