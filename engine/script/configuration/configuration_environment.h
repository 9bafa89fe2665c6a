/*
 * configuration_environment: HOME/config/environment, the variables that `env` knows besides those
 * of the process.
 *
 * NAME=value lines as systemd's EnvironmentFile and a shell read them: blank lines and lines that
 * begin with # are comments, 'single' quotes keep everything, in "double" quotes a backslash takes
 * the next character as it is. The file holds credentials, so it must be readable by its owner
 * only. The process's own environment comes first.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_ENVIRONMENT_H
#define TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_ENVIRONMENT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct environment_variable {
    const char *name, *value;
};

struct environment_file {
    struct environment_variable *variables; /* in the arena */
    size_t count;
};

/* Read it; none are there if there is no file. ERROR_CONFIGURATION that names the line, or says
 * that others can read the file. */
WARN_UNUSED enum error_code configuration_environment_read(const char *home, struct arena *arena,
                                                           struct environment_file *file,
                                                           struct error *error);
/* The value of a variable; NULL if it is not in the file. */
const char *configuration_environment_value(const struct environment_file *file, const char *name);
/* Write a variable into the file, in the place of an older one; the file is made with mode 0600,
 * all or nothing. ERROR_INVALID for a value of more than one line. */
WARN_UNUSED enum error_code configuration_environment_set(const char *home, const char *name,
                                                          const char *value, struct error *error);

#endif
