/*
 * script_folder: the files that an integration is made of, read once: its own folder, lua/lib, and
 * of lua/vendor (what only some integrations use) those that it requires. So a change of one
 * vendor's files makes a new version of that vendor's integration only.
 *
 * A version is loaded from this snapshot, so a file that changes meanwhile changes nothing, and
 * scripts reach no file at all. Only regular files named *.lua; folders `spec` and hidden ones are
 * left out; symbolic links inside of the folders are not followed.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_FOLDER_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_FOLDER_H

#include "base/arena.h"
#include "script/integration/script_loader.h"

/* Where a file is from; in this order they are looked up and hashed. */
enum source_place { SOURCE_OWN, SOURCE_LIB, SOURCE_VENDOR, SOURCE_PLACE_COUNT };

struct source_file {
    struct text path;  /* relative: "client.lua", "api/paging.lua" */
    struct text chunk; /* as messages name it: "helloworld/client.lua", "lib/paging.lua" */
    enum source_place place;
    bool required; /* of a vendor: the integration needs it */
    struct text content;
};

struct script_folder {
    struct source_file *files; /* by place, each sorted by path */
    size_t count, capacity;
};

/* ERROR_NOT_FOUND if the integration has no folder. */
WARN_UNUSED enum error_code script_folder_read(const struct script_options *options,
                                               struct arena *arena, struct script_folder *folder,
                                               struct error *error);
/* The first file of this path, place by place up to `last`; NULL if there is none. */
const struct source_file *script_folder_file(const struct script_folder *folder,
                                             enum source_place last, const char *path);
void script_folder_hash(const struct script_folder *folder, char sha256[65]);

#endif
