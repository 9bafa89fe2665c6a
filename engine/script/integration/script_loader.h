/*
 * script_loader: an integration's folder, as one version, in a sandbox of its own.
 *
 * HOME/lua/integrations/NAME with integration.lua (the manifest), fields.lua, report_builder.lua,
 * order_executioner.lua, value_normalizer.lua, hooks.lua; all but the manifest are optional in
 * principle, but an integration must have a report builder or an order executioner. `require` finds
 * modules in that folder, in HOME/lua/lib and in HOME/lua/vendor, nowhere else.
 *
 * The version is the SHA-256 over the sorted names and contents of the folder's .lua files (spec/
 * left out), of HOME/lua/lib's, and of those in HOME/lua/vendor that it requires. A script is
 * loaded whole and checked, or not at all.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_LOADER_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_LOADER_H

#include "script/bindings/manifest.h"
#include "script/bindings/script_options.h"

struct script; /* one loaded version */

/* Load and check. The error names file:line, or the key of the manifest. Owned: script_free. */
WARN_UNUSED enum error_code script_load(const struct script_options *options,
                                        struct script **script, struct error *error);
void script_free(struct script *script); /* accepts NULL */

/* A cheap look at names, sizes and times of the files: does it differ from `stamp`? */
struct script_stamp {
    uint64_t hash;
};
WARN_UNUSED enum error_code script_stamp_read(const struct script_options *options,
                                              struct script_stamp *stamp, struct error *error);
/* The version's hash, in hexadecimal, without loading anything. */
WARN_UNUSED enum error_code script_hash(const struct script_options *options, char sha256[65],
                                        struct error *error);

/* Names of the folders in HOME/lua/integrations that have an integration.lua, sorted. */
WARN_UNUSED enum error_code script_names(const char *home, struct arena *arena, struct text **names,
                                         size_t *count, struct error *error);

#endif
