/* log.debug, info, warn, error: several values, or a format with its arguments. */
#include <string.h>

#include "script/bindings/bindings.h"

/* Push the first text with the others inserted; false (nothing pushed) if it is not a format for
 * them. It may be any text with a '%' in it, and that must not end a run. */
static bool push_formatted(lua_State *L, int count)
{
    if (count < 2 || lua_type(L, 1) != LUA_TSTRING || !strchr(lua_tostring(L, 1), '%'))
        return false;
    luaL_checkstack(L, count + 1, "log");
    lua_pushvalue(L, lua_upvalueindex(2)); /* string.format */
    for (int i = 1; i <= count; i++)
        lua_pushvalue(L, i);
    const int status = lua_pcall(L, count, 1, 0);
    sandbox_check_killed(L);
    if (status == LUA_ERRMEM)
        lua_error(L);
    if (status != LUA_OK)
        lua_pop(L, 1);
    return status == LUA_OK;
}

static int write_log(lua_State *L)
{
    const enum log_level level = (enum log_level)lua_tointeger(L, lua_upvalueindex(1));
    struct log *const log = sandbox_of(L)->log;
    if (!log || !log_enabled(log, level))
        return 0;
    if (!push_formatted(L, lua_gettop(L)))
        sandbox_push_joined(L, ' ');
    sandbox_charge(L, lua_rawlen(L, -1) + 256);
    convert_push_redacted(L, LINE_MOST);
    sandbox_log(L, level, convert_text_at(L, -1));
    return 0;
}

void binding_log_open(lua_State *L)
{
    static const enum log_level levels[] = {LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR};
    static const char *const names[] = {"debug", "info", "warn", "error"};
    lua_newtable(L);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        lua_pushinteger(L, levels[i]);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals);
        lua_getfield(L, -1, "string");
        lua_getfield(L, -1, "format");
        lua_replace(L, -3);
        lua_pop(L, 1);
        lua_pushcclosure(L, write_log, 2);
        lua_setfield(L, -2, names[i]);
    }
    sandbox_set_library(L, "log");
}
