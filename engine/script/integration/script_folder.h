/*
 * script_folder: the files of an integration and of lua/lib, read once.
 *
 * A version is loaded from this snapshot, so a file that changes meanwhile changes nothing, and
 * scripts reach no file at all. Only regular files named *.lua; folders `spec` and hidden ones are
 * left out; symbolic links inside of the folders are not followed.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_FOLDER_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_FOLDER_H

#include "base/arena.h"
#include "script/integration/loader.h"

struct source_file {
    struct text path;  /* relative: "client.lua", "api/paging.lua" */
    struct text chunk; /* as messages name it: "helloworld/client.lua", "lib/paging.lua" */
    bool is_lib;
    struct text content;
};

struct script_folder {
    struct source_file *files; /* own ones sorted by path, then lib's */
    size_t count, capacity;
};

/* ERROR_NOT_FOUND if the integration has no folder. */
WARN_UNUSED enum error_code script_folder_read(const struct script_options *options,
                                               struct arena *arena, struct script_folder *folder,
                                               struct error *error);
/* NULL if there is none. */
const struct source_file *script_folder_file(const struct script_folder *folder, bool is_lib,
                                             const char *path);
void script_folder_hash(const struct script_folder *folder, char sha256[65]);

#endif
