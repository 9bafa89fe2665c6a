/*
 * lock_file: where the processes that work on one store meet (spec section 13.13).
 *
 * Beside the store itself, wherever a home, a symbolic link or another configuration stands, in a
 * folder `lock`. The files are never removed.
 */
#ifndef TANDEM_HOST_LOCK_FILE_H
#define TANDEM_HOST_LOCK_FILE_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"

/* The lock file of this name ("helloworld.lock") for the store at this path; makes the folder. */
WARN_UNUSED enum error_code lock_file_path(const char *store, const char *name, char path[PATH_MAX],
                                           struct error *error);

#endif
