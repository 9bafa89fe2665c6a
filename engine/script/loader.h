/*
 * loader: an integration's folder, as one version, in a sandbox of its own.
 *
 * HOME/lua/integrations/NAME with integration.lua (the manifest), fields.lua, report_builder.lua,
 * order_executioner.lua, value_normalizer.lua, hooks.lua; all but the manifest are optional in
 * principle, but an integration must have a report builder or an order executioner. `require` finds
 * modules in that folder and in HOME/lua/lib, nowhere else.
 *
 * The version is the SHA-256 over the sorted names and contents of the folder's .lua files (spec/
 * left out) and of HOME/lua/lib's. A script is loaded whole and checked, or not at all.
 */
#ifndef TANDEM_SCRIPT_LOADER_H
#define TANDEM_SCRIPT_LOADER_H

#include <signal.h>

#include "net/client.h"
#include "script/sandbox.h"
#include "script/script_cache.h"
#include "sync/value.h"

struct manifest_object {
    struct text name;     /* "citizen" */
    struct text internal; /* "contact" */
};
/* integration.lua: name, display_name, version, api, objects, idempotent_creates,
 * independent_pages. */
struct manifest {
    struct text name, display_name, version;
    const struct manifest_object *objects; /* in the order in which they sync */
    size_t object_count;
    bool idempotent_creates; /* the API knows a create by its idempotency key */
    bool independent_pages;  /* one can be asked for before the one before it has come */
};

/* What fields.lua says of a field. */
struct script_field {
    struct text name, label;
    enum value_type type;
    bool required, writable;
};

/* Which code runs: for the run's record and --json. Texts live as long as the script. */
struct script_version {
    struct text name, version;
    char sha256[65];
};

enum { SCRIPT_API = 1 };

/* What scripts are given. All pointers are borrowed. */
struct script_options {
    const char *home;   /* holds lua/ */
    const char *name;   /* the integration: its folder's name */
    const char *lib;    /* NULL: HOME/lua/lib */
    struct text config; /* JSON: what the script sees as `config`; absent: {} */
    struct sandbox_limits limits;
    struct sandbox_watchdog *watchdog; /* may be NULL */
    struct http_client *http;          /* NULL: http functions raise */
    const struct script_cache *cache;  /* NULL: kept in memory with the script */
    struct log *log;                   /* may be NULL */
    instant (*now)(void *context);     /* datetime.now; NULL: functions that need it raise */
    void *now_context;
    const volatile sig_atomic_t
        *interrupt; /* nonzero: waits end with ERROR_INTERRUPTED; may be NULL */
};

struct script; /* one loaded version */

/* Load and check. The error names file:line, or the key of the manifest. Owned: script_free. */
WARN_UNUSED enum error_code script_load(const struct script_options *options,
                                        struct script **script, struct error *error);
void script_free(struct script *script); /* accepts NULL */
const struct manifest *script_manifest(const struct script *script);
const struct script_version *script_version(const struct script *script);

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
