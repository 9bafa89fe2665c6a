/*
 * script_options: what a script is given, which version of it runs, and which fields its fields.lua
 * lists.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_SCRIPT_OPTIONS_H
#define TANDEM_SCRIPT_BINDINGS_SCRIPT_OPTIONS_H

#include <signal.h>

#include "net/client/http_client.h"
#include "script/bindings/script_cache.h"
#include "script/bindings/script_links.h"
#include "script/sandbox/sandbox.h"
#include "model/value.h"

/* A field as fields.lua describes it. */
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
    const struct script_cache *cache;  /* NULL: its functions raise */
    const struct script_links *links;  /* NULL: there are none */
    struct log *log;                   /* may be NULL */
    instant (*now)(void *context);     /* datetime.now; NULL: functions that need it raise */
    void *now_context;
    const volatile sig_atomic_t
        *interrupt; /* nonzero: waits end with ERROR_INTERRUPTED; may be NULL */
};

#endif
