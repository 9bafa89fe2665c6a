/* What scripts see: the allow-list, with safe versions of functions that are unsafe in standard
 * Lua. */
#include "script/sandbox/sandbox_private.h"

#include <string.h>

enum { PCALL_DEPTH = 2000 };

static int base_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    sandbox_push_text(L, 1);
    return 1;
}

static int base_print(lua_State *L)
{
    size_t length = 0;
    sandbox_push_joined(L, '\t');
    const char *const text = lua_tolstring(L, -1, &length);
    sandbox_charge(L, length);
    sandbox_log(L, LOG_INFO, (struct text){text, length < LINE_MOST ? length : LINE_MOST});
    return 0;
}

/* ---------------------------------------------------------------- protected calls */

/* Catches errors, but not the end of the script's time. Stack: true, results or error. */
static int pcall_over(lua_State *L, int status, lua_KContext context)
{
    (void)context;
    sandbox_check_killed(L);
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L);
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
}

/* Each error that is caught costs Lua a walk over all frames. In a coroutine pcall is not bounded
 * by the C stack: a hundred thousand of them would take a minute to unwind. */
static void check_depth(lua_State *L)
{
    lua_Debug activation;
    if (lua_getstack(L, PCALL_DEPTH, &activation))
        luaL_error(L, "pcall is called more than %d calls deep", PCALL_DEPTH);
}

static int base_pcall(lua_State *L)
{
    luaL_checkany(L, 1);
    check_depth(L);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return pcall_over(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, pcall_over), 0);
}

static int handler_over(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    sandbox_check_killed(L);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

/* Stack: handler, true, results or error. The handler runs after the error has been unwound:
 * inside of it Lua would run it without instruction counting. */
static int xpcall_over(lua_State *L, int status, lua_KContext context)
{
    (void)context;
    sandbox_check_killed(L);
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L) - 1;
    lua_pushvalue(L, 1);
    lua_insert(L, -2); /* stack: ..., handler, error */
    return handler_over(L, lua_pcallk(L, 1, 1, 0, 0, handler_over), 0);
}

static int base_xpcall(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    check_depth(L);
    lua_pushvalue(L, 2);
    lua_insert(L, 1);
    lua_remove(L, 3); /* stack: handler, function, arguments */
    lua_pushboolean(L, 1);
    lua_insert(L, 2);
    return xpcall_over(L, lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 0, 0, xpcall_over), 0);
}

void sandbox_push_real(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    while (sandbox_is_read_only(L, -1)) {
        lua_getmetatable(L, -1);
        lua_getfield(L, -1, "__index");
        lua_replace(L, -3);
        lua_pop(L, 1);
    }
}

void sandbox_unwrap(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    sandbox_push_real(L, index);
    lua_replace(L, index);
}

static int base_setmetatable(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_type(L, 2) == LUA_TNIL || lua_type(L, 2) == LUA_TTABLE, 2,
                     "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    if (lua_type(L, 2) == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        /* Finalizers would run where nothing can stop them. */
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "a metatable with '__gc' is not allowed; use '__close'");
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

static int base_rawset(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    if (sandbox_is_read_only(L, 1))
        return luaL_error(L, "this table is read-only");
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

static int base_collectgarbage(lua_State *L)
{
    const char *const what = luaL_optstring(L, 1, "count");
    if (strcmp(what, "count") != 0)
        return luaL_error(L, "collectgarbage knows only 'count' here");
    lua_pushnumber(L, (lua_Number)sandbox_of(L)->memory / 1024);
    return 1;
}

/* ---------------------------------------------------------------- read-only tables */

static int refuse_write(lua_State *L)
{
    sandbox_push_text(L, 2);
    return luaL_error(L, "'%s' cannot be set: this table is read-only", lua_tostring(L, -1));
}

static int next_of_real(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    if (lua_next(L, 1))
        return 2;
    lua_pushnil(L);
    return 1;
}

static int pairs_of_real(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, next_of_real, 1);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int length_of_real(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)));
    return 1;
}

void sandbox_read_only(lua_State *L)
{
    luaL_checkstack(L, 4, "read-only table"); /* stack: real */
    lua_newtable(L);
    lua_createtable(L, 0, 6); /* stack: real, proxy, metatable */
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, pairs_of_real, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, length_of_real, 1);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &sandbox_key_mark);
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* ---------------------------------------------------------------- globals */

static int undefined_global(lua_State *L)
{
    sandbox_push_text(L, 2);
    return luaL_error(L, "there is no global '%s' here", lua_tostring(L, -1));
}

static int refuse_global(lua_State *L)
{
    sandbox_push_text(L, 2);
    return luaL_error(L, "'%s' is not declared: globals are read-only, use a local variable",
                      lua_tostring(L, -1));
}

void sandbox_set_global(lua_State *L, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals);
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void sandbox_set_library(lua_State *L, const char *name)
{
    sandbox_read_only(L);
    sandbox_set_global(L, name);
}

/* Copy the named functions from the table at `from` into the table on top. */
static void copy_names(lua_State *L, int from, const char *const *names)
{
    from = lua_absindex(L, from);
    for (; *names; names++) {
        lua_getfield(L, from, *names);
        lua_setfield(L, -2, *names);
    }
}

static void open_base(lua_State *L)
{
    static const char *const native[] = {"assert",   "error",    "getmetatable", "ipairs", "next",
                                         "pairs",    "rawequal", "rawget",       "rawlen", "select",
                                         "tonumber", "type",     "_VERSION",     NULL};
    static const luaL_Reg own[] = {
        {"tostring", base_tostring},
        {"print", base_print},
        {"pcall", base_pcall},
        {"xpcall", base_xpcall},
        {"setmetatable", base_setmetatable},
        {"rawset", base_rawset},
        {"collectgarbage", base_collectgarbage},
        {NULL, NULL},
    };
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1); /* stack: Lua's _G */
    lua_newtable(L);
    copy_names(L, -2, native);
    luaL_setfuncs(L, own, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals);
    lua_pop(L, 1);
}

/* _ENV of all chunks: an empty proxy, so that neither rawset nor next reach the real table. */
static void open_scope(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals); /* stack: globals */
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, undefined_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    sandbox_read_only(L); /* stack: globals, proxy */
    lua_getmetatable(L, -1);
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "_G");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sandbox_key_scope);
    lua_pop(L, 1);
}

static void open_waiting(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sandbox_key_waiting);
}

static void open_utf8(lua_State *L)
{
    static const char *const charged[] = {"char", "codepoint", "len", "offset", NULL};
    lua_pushcfunction(L, luaopen_utf8);
    lua_call(L, 0, 1);
    sandbox_wrap_charged(L, charged);
}

void sandbox_open_all(lua_State *L)
{
    open_base(L);
    open_scope(L);
    open_waiting(L);
    sandbox_open_string(L);
    sandbox_set_library(L, "string");
    sandbox_open_table(L);
    sandbox_set_library(L, "table");
    sandbox_open_coroutine(L);
    sandbox_set_library(L, "coroutine");
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    sandbox_set_library(L, "math");
    open_utf8(L);
    sandbox_set_library(L, "utf8");
    /* Nothing of ours uses Lua's own globals; leave none behind. */
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
