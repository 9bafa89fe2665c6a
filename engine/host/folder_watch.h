/*
 * folder_watch: waits until a Lua file in one of some folders was saved (inotify).
 */
#ifndef TANDEM_HOST_FOLDER_WATCH_H
#define TANDEM_HOST_FOLDER_WATCH_H

#include <stddef.h>

#include "base/error.h"

enum { FOLDER_WATCH_MOST = 16, FOLDER_WATCH_NAME = 256 };

struct folder_watch {
    int descriptor; /* -1: not open */
    struct {
        int watch;
        const char *only; /* NULL: all Lua files of the folder */
    } folders[FOLDER_WATCH_MOST];
    size_t count;
};

/* Watches nothing yet. folder_watch_close must follow, unless it fails. */
WARN_UNUSED enum error_code folder_watch_open(struct folder_watch *watch, struct error *error);
/* `only` (may be NULL) is borrowed: look at the file of this name alone. A folder that is not there
 * is left out. */
WARN_UNUSED enum error_code folder_watch_add(struct folder_watch *watch, const char *folder,
                                             const char *only, struct error *error);
/* Wait for a save, and until nothing has been saved for a moment: editors write several files.
 * `name` gets the first file's. ERROR_INTERRUPTED at a signal. */
WARN_UNUSED enum error_code folder_watch_wait(struct folder_watch *watch,
                                              char name[FOLDER_WATCH_NAME], struct error *error);
void folder_watch_close(struct folder_watch *watch);

#endif
