/*
 * kit_cache: a script's `cache` that lives as long as a spec's integration. Private to
 * speckit/. Values do not expire: a spec's clock stands still.
 */
#ifndef TANDEM_SPECKIT_KIT_CACHE_H
#define TANDEM_SPECKIT_KIT_CACHE_H

#include "script/bindings/script_cache.h"

struct kit_cache_entry;

struct kit_cache {
    struct kit_cache_entry *first;
    struct arena *arena; /* borrowed */
};

/* The table over `cache`, which must not move. */
struct script_cache kit_cache_table(struct kit_cache *cache);

#endif
