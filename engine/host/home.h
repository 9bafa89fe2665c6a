/*
 * home: the folder that holds config/, lua/ and var/ (design: "Command line").
 */
#ifndef TANDEM_HOST_HOME_H
#define TANDEM_HOST_HOME_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct home {
    char path[PATH_MAX]; /* absolute, without symbolic links */
};

/* Find an existing home: a folder with config/ in it. ERROR_CONFIGURATION that says what to do. */
WARN_UNUSED enum error_code home_open(const char *folder, struct home *home, struct error *error);
/* "HOME/" and the formatted rest; ERROR_CONFIGURATION if it is too long. */
WARN_UNUSED enum error_code home_path(const struct home *home, char out[PATH_MAX],
                                      struct error *error, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* Make a folder and those above it, like mkdir -p. */
WARN_UNUSED enum error_code home_make_folder(const char *path, struct error *error);
/* Where the files that every home starts from are: TANDEM_DATA, else beside the program, else where
 * the build said (TANDEM_DATA_DIR: the source's folder, or /usr/share/tandem of a package).
 * ERROR_CONFIGURATION if they are nowhere. */
WARN_UNUSED enum error_code home_data_folder(char out[PATH_MAX], struct error *error);

/* Files below var that others can open: homes of earlier versions. *open: how many; narrowed to the
 * operator alone if `mend`. */
WARN_UNUSED enum error_code home_narrow(const struct home *home, bool mend, size_t *open,
                                        struct error *error);

#endif
