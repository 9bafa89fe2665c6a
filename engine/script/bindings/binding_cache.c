/*
 * cache.get(key) -> value or nil, cache.set(key, value, ttl_seconds?), cache.delete(key).
 *
 * Values are anything that JSON can express. Without a store (specs) they are kept in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "script/bindings/bindings.h"

enum { KEY_MOST = 512, VALUE_MOST = 1 << 20, MEMORY_ENTRIES_MOST = 10000 };

/* ---------------------------------------------------------------- in memory */

struct memory_entry {
    struct memory_entry *next;
    char *key, *value;
    size_t key_length, value_length;
};
struct memory_cache {
    struct memory_entry *entries;
    size_t count;
};

static void entry_free(struct memory_entry *entry)
{
    free(entry->key);
    free(entry->value);
    free(entry);
}

void binding_cache_free_memory(struct memory_cache *cache)
{
    if (!cache)
        return;
    while (cache->entries) {
        struct memory_entry *const next = cache->entries->next;
        entry_free(cache->entries);
        cache->entries = next;
    }
    free(cache);
}

static struct memory_entry **memory_find(struct memory_cache *cache, struct text key)
{
    struct memory_entry **link = &cache->entries;
    while (*link && !text_equal((struct text){(*link)->key, (*link)->key_length}, key))
        link = &(*link)->next;
    return link;
}

static char *copy_bytes(struct text text)
{
    char *const copy = malloc(text.length + 1);
    if (copy) {
        memcpy(copy, text.bytes, text.length);
        copy[text.length] = '\0';
    }
    return copy;
}

static void memory_remove(struct memory_cache *cache, struct text key)
{
    struct memory_entry **const link = memory_find(cache, key);
    if (!*link)
        return;
    struct memory_entry *const entry = *link;
    *link = entry->next;
    entry_free(entry);
    cache->count--;
}

static enum error_code memory_set(struct script *script, struct text key, struct text value,
                                  struct error *error)
{
    if (!script->memory_cache)
        script->memory_cache = calloc(1, sizeof *script->memory_cache);
    if (!script->memory_cache || script->memory_cache->count >= MEMORY_ENTRIES_MOST)
        return error_memory(error, "the cache");
    memory_remove(script->memory_cache, key);
    struct memory_entry *const entry = calloc(1, sizeof *entry);
    if (!entry)
        return error_memory(error, "the cache");
    entry->key = copy_bytes(key);
    entry->value = copy_bytes(value);
    if (!entry->key || !entry->value) {
        entry_free(entry);
        return error_memory(error, "the cache");
    }
    entry->key_length = key.length;
    entry->value_length = value.length;
    entry->next = script->memory_cache->entries;
    script->memory_cache->entries = entry;
    script->memory_cache->count++;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the library */

static struct text check_key(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    const struct text key = convert_text_at(L, 1);
    luaL_argcheck(L, key.length > 0 && key.length <= KEY_MOST, 1, "a key has 1 to 512 bytes");
    sandbox_charge(L, 4096);
    return key;
}

static int get_cached(lua_State *L)
{
    struct script *const script = script_of(L);
    const struct text key = check_key(L);
    const struct script_cache *const cache = script->options.cache;
    struct text value = TEXT_ABSENT;
    if (!cache) {
        const struct memory_entry *const entry =
            !script->memory_cache ? NULL : *memory_find(script->memory_cache, key);
        if (entry)
            value = (struct text){entry->value, entry->value_length};
    } else {
        struct error error;
        struct arena *const arena = script_scratch(L, "the cache");
        convert_raise_if(L, cache->get(cache->context, key, arena, &value, &error), &error);
    }
    if (!value.bytes)
        lua_pushnil(L);
    else
        binding_json_decode(L, value);
    return 1;
}

static int delete_cached(lua_State *L)
{
    struct script *const script = script_of(L);
    const struct text key = check_key(L);
    const struct script_cache *const cache = script->options.cache;
    struct error error;
    if (cache)
        convert_raise_if(L, cache->remove(cache->context, key, &error), &error);
    else if (script->memory_cache)
        memory_remove(script->memory_cache, key);
    return 0;
}

static int set_cached(lua_State *L)
{
    struct script *const script = script_of(L);
    const struct text key = check_key(L);
    lua_settop(L, 3);
    const double ttl = lua_isnil(L, 3) ? 0 : luaL_checknumber(L, 3);
    luaL_argcheck(L, ttl >= 0 && ttl < 1e10, 3, "the time to live is a number of seconds");
    if (lua_isnil(L, 2))
        return delete_cached(L);
    json_encode_push(L, 2);
    const struct text value = convert_text_at(L, -1);
    if (value.length > VALUE_MOST)
        return luaL_error(L, "a cached value has at most 1 MiB as JSON");
    const struct script_cache *const cache = script->options.cache;
    struct error error;
    convert_raise_if(L,
                     !cache ? memory_set(script, key, value, &error)
                            : cache->set(cache->context, key, value, (int64_t)(ttl * 1000), &error),
                     &error);
    return 0;
}

void binding_cache_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"get", get_cached},
        {"set", set_cached},
        {"delete", delete_cached},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    sandbox_read_only(L);
    sandbox_set_global(L, "cache");
}
