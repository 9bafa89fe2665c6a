/* A cache in memory, for specs. */
#include "speckit/kit_cache.h"

struct kit_cache_entry {
    struct kit_cache_entry *next;
    struct text key, value; /* value absent: removed */
};

static struct kit_cache_entry *find_entry(const struct kit_cache *cache, struct text key)
{
    struct kit_cache_entry *entry = cache->first;
    while (entry && !text_equal(entry->key, key))
        entry = entry->next;
    return entry;
}

static enum error_code get(void *context, struct text key, struct arena *arena, struct text *value,
                           struct error *error)
{
    const struct kit_cache *const cache = context;
    const struct kit_cache_entry *const entry = find_entry(cache, key);
    return text_copy(arena, entry ? entry->value : TEXT_ABSENT, value, error);
}

static enum error_code set(void *context, struct text key, struct text value, int64_t ttl_ms,
                           struct error *error)
{
    (void)ttl_ms;
    struct kit_cache *const cache = context;
    struct kit_cache_entry *entry = find_entry(cache, key);
    if (!entry) {
        entry = ARENA_NEW(cache->arena, struct kit_cache_entry);
        if (!entry)
            return error_memory(error, "a value of the cache");
        if (text_copy(cache->arena, key, &entry->key, error))
            return error->code;
        entry->next = cache->first;
        cache->first = entry;
    }
    return text_copy(cache->arena, value, &entry->value, error);
}

static enum error_code forget(void *context, struct text key, struct error *error)
{
    (void)error;
    struct kit_cache_entry *const entry = find_entry(context, key);
    if (entry)
        entry->value = TEXT_ABSENT;
    return ERROR_NONE;
}

struct script_cache kit_cache_table(struct kit_cache *cache)
{
    return (struct script_cache){.context = cache, .get = get, .set = set, .remove = forget};
}
