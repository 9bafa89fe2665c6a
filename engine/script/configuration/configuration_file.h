/*
 * configuration_file: a configuration file as a text, and what a folder holds. Private to script/.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_FILE_H
#define TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* Into *text (malloc'ed). ERROR_NOT_FOUND if there is none. */
WARN_UNUSED enum error_code configuration_file_read(const char *path, struct text *text,
                                                    struct error *error);

/* Is an entry of the folder (its descriptor) one, and how many bytes of its name count? 0: none. */
typedef size_t configuration_file_filter(int folder, const char *name);
/* The names in a folder, sorted, in the arena; none if there is no such folder. Hidden files do not
 * count. */
WARN_UNUSED enum error_code configuration_file_names(const char *path,
                                                     configuration_file_filter *filter,
                                                     struct arena *arena, struct text **names,
                                                     size_t *count, struct error *error);

#endif
