/* What every binding needs of its script: finding it, its functions, and the handles it keeps. */
#include "script/bindings/script.h"

enum { SCRATCH_CEILING = 4 << 20 };

static const char key_script = 's';

static const char *const part_names[PART_COUNT] = {
    [PART_FIELDS] = "fields",
    [PART_REPORT_BUILDER] = "report_builder",
    [PART_ORDER_EXECUTIONER] = "order_executioner",
    [PART_VALUE_NORMALIZER] = "value_normalizer",
    [PART_HOOKS] = "hooks",
    [PART_WEBHOOK_READER] = "webhook_reader",
};

const char *script_part_name(enum script_part part)
{
    return part_names[part];
}

struct script *script_of(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_script);
    struct script *const script = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return script;
}

void script_bind(struct script *script, lua_State *L)
{
    lua_pushlightuserdata(L, script);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_script);
}

struct arena *script_scratch(lua_State *L, const char *what)
{
    struct script *const script = script_of(L);
    if (!script->scratch)
        script->scratch = arena_new(SCRATCH_CEILING);
    if (!script->scratch)
        luaL_error(L, "not enough memory for %s", what);
    arena_clear(script->scratch);
    return script->scratch;
}

void script_keep(lua_State *L, const void *handle)
{
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, handle);
}

void script_drop(struct script *script, const void *handle)
{
    lua_State *const L = sandbox_state(script->sandbox);
    if (!handle || !lua_checkstack(L, 2))
        return;
    /* Only a key that exists is written: that allocates nothing. */
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, handle) != LUA_TNIL) {
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, handle);
    }
    lua_pop(L, 1);
}

bool script_push_function(struct script *script, lua_State *L, enum script_part part,
                          const char *function)
{
    if (script->parts[part] == LUA_NOREF)
        return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->parts[part]);
    lua_pushstring(L, function);
    const int type = lua_rawget(L, -2);
    lua_remove(L, -2);
    if (type == LUA_TFUNCTION)
        return true;
    lua_pop(L, 1);
    return false;
}

void script_need_function(struct script *script, lua_State *L, enum script_part part,
                          const char *function)
{
    if (!script_push_function(script, L, part, function))
        luaL_error(L, "there is no %s.lua with a function '%s'", part_names[part], function);
}

bool script_has_function(struct script *script, enum script_part part, const char *function)
{
    lua_State *const L = sandbox_state(script->sandbox);
    if (script->parts[part] == LUA_NOREF || !lua_checkstack(L, 4))
        return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->parts[part]);
    sandbox_push_member(L, lua_gettop(L), function); /* nothing can raise here */
    const bool found = lua_type(L, -1) == LUA_TFUNCTION;
    lua_pop(L, 2);
    return found;
}
