/* config: the operator's file as the script may see it, read-only at every level. */
#include "script/bindings/bindings.h"

static const char *const hidden[] = {"auth", "mapping", NULL};

/* Replace the table on top, and those in it, by read-only proxies. */
static void protect(lua_State *L, int depth)
{
    luaL_checkstack(L, 8, "config");
    if (depth > 32)
        luaL_error(L, "the configuration is nested too deeply");
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        if (!lua_istable(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        protect(L, depth + 1);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4); /* assigning to an existing key is allowed in a traversal */
    }
    sandbox_read_only(L);
}

void binding_config_open(lua_State *L)
{
    const struct text config = script_of(L)->options.config;
    if (!config.bytes)
        lua_newtable(L);
    else
        binding_json_decode(L, config);
    if (!lua_istable(L, -1))
        luaL_error(L, "the configuration must be a table");
    for (const char *const *name = hidden; *name; name++) {
        lua_pushstring(L, *name);
        lua_pushnil(L);
        lua_rawset(L, -3);
    }
    protect(L, 0);
    sandbox_set_global(L, "config");
}
