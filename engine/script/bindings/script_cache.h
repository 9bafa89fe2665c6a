/*
 * script_cache: where a script's `cache` keeps its values between runs.
 *
 * Implemented over the store by host/, in memory by specs; per integration. Values are JSON text.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_SCRIPT_CACHE_H
#define TANDEM_SCRIPT_BINDINGS_SCRIPT_CACHE_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/text.h"

struct script_cache {
    void *context;
    /* *value absent: nothing stored, or its time is over. The value lives in the arena. */
    enum error_code (*get)(void *context, struct text key, struct arena *arena, struct text *value,
                           struct error *error);
    /* Replaces; ttl_ms 0: without end. */
    enum error_code (*set)(void *context, struct text key, struct text value, int64_t ttl_ms,
                           struct error *error);
    /* A missing value is not an error. */
    enum error_code (*remove)(void *context, struct text key, struct error *error);
    /* Called before a request that writes: what was set until now survives a crash, so that a
     * script can note what it is about to send. NULL: it does so at once. */
    enum error_code (*keep)(void *context, struct error *error);
};

#endif
