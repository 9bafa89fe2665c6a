/* lock_file: the folder of locks beside a store. */
#include "host/lock_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/home.h"

/* The default name of the store: its locks need no extra name. */
static const char usual_name[] = "tandem.db";

enum error_code lock_file_path(const char *store, const char *name, char path[PATH_MAX],
                               struct error *error)
{
    char real[PATH_MAX];
    int length = 0;
    if (!realpath(store, real))
        (void)snprintf(real, sizeof real, "%s", store);
    char *const slash = strrchr(real, '/');
    const char *const folder = slash ? real : ".", *const base = slash ? slash + 1 : real;
    const bool usual = strcmp(base, usual_name) == 0;
    if (slash)
        *slash = '\0';
    length = snprintf(path, PATH_MAX, "%s/lock", folder);
    if (length < PATH_MAX && home_make_folder(path, error))
        return error->code;
    length += snprintf(path + length, length < PATH_MAX ? (size_t)(PATH_MAX - length) : 0,
                       "/%s%s%s", usual ? "" : base, usual ? "" : ".", name);
    if (length >= PATH_MAX)
        return error_set(error, ERROR_CONFIGURATION,
                         "the path of the store '%.200s...' is too long", store);
    return ERROR_NONE;
}
