/*
 * cache.get(key) -> value or nil, cache.set(key, value, ttl_seconds?), cache.delete(key).
 *
 * Values are anything that JSON can express.
 */
#include "script/bindings/bindings.h"

enum { KEY_MOST = 512, VALUE_MOST = 1 << 20 };

/* The cache, and the key that is the first argument. */
static const struct script_cache *check_cache(lua_State *L, struct text *key)
{
    const struct script_cache *const cache = script_of(L)->options.cache;
    *key = convert_check_text(L, 1);
    luaL_argcheck(L, key->length > 0 && key->length <= KEY_MOST, 1, "a key has 1 to 512 bytes");
    if (!cache)
        luaL_error(L, "the cache is not available here");
    sandbox_charge(L, 4096);
    return cache;
}

static int get_cached(lua_State *L)
{
    struct text key, value = TEXT_ABSENT;
    struct error error;
    const struct script_cache *const cache = check_cache(L, &key);
    struct arena *const arena = script_scratch(L, "the cache");
    convert_raise_if(L, cache->get(cache->context, key, arena, &value, &error), &error);
    if (!value.bytes)
        lua_pushnil(L);
    else
        binding_json_decode(L, value);
    return 1;
}

static int delete_cached(lua_State *L)
{
    struct text key;
    struct error error;
    const struct script_cache *const cache = check_cache(L, &key);
    convert_raise_if(L, cache->remove(cache->context, key, &error), &error);
    return 0;
}

static int set_cached(lua_State *L)
{
    struct text key;
    struct error error;
    const struct script_cache *const cache = check_cache(L, &key);
    lua_settop(L, 3);
    const double ttl = lua_isnil(L, 3) ? 0 : luaL_checknumber(L, 3);
    luaL_argcheck(L, ttl >= 0 && ttl < 1e10, 3, "the time to live is a number of seconds");
    if (lua_isnil(L, 2))
        return delete_cached(L);
    json_encode_push(L, 2);
    const struct text value = convert_text_at(L, -1);
    if (value.length > VALUE_MOST)
        return luaL_error(L, "a cached value has at most 1 MiB as JSON");
    convert_raise_if(L, cache->set(cache->context, key, value, (int64_t)(ttl * 1000), &error),
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
    sandbox_set_library(L, "cache");
}
