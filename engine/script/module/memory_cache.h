/*
 * memory_cache: a script's `cache` that lives as long as a spec's integration. Private to
 * script/module. Values do not expire: a spec's clock stands still.
 */
#ifndef TANDEM_SCRIPT_MODULE_MEMORY_CACHE_H
#define TANDEM_SCRIPT_MODULE_MEMORY_CACHE_H

#include "script/script_cache.h"

struct memory_cache_entry;

struct memory_cache {
    struct memory_cache_entry *first;
    struct arena *arena; /* borrowed */
};

/* The table over `cache`, which must not move. */
struct script_cache memory_cache_table(struct memory_cache *cache);

#endif
