/* log.debug, info, warn, error: several values, or a format with its arguments. */
#include <string.h>

#include "script/bindings/bindings.h"

enum { LINE_MOST = 4096 };

/* With a format: a text that contains a '%' and arguments after it. Otherwise the values, with
 * blanks between them. Leaves the text on the stack. */
static struct text push_message(lua_State *L)
{
    const int count = lua_gettop(L);
    if (count > 1 && lua_type(L, 1) == LUA_TSTRING && strchr(lua_tostring(L, 1), '%') != NULL) {
        lua_pushvalue(L, lua_upvalueindex(2)); /* string.format */
        lua_insert(L, 1);
        lua_call(L, count, 1);
        return text_at(L, -1);
    }
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        if (i > 1)
            luaL_addchar(&line, ' ');
        sandbox_push_text(L, i);
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
    return text_at(L, -1);
}

static int write_log(lua_State *L)
{
    const enum log_level level = (enum log_level)lua_tointeger(L, lua_upvalueindex(1));
    struct log *const log = sandbox_of(L)->log;
    if (log == NULL || !log_enabled(log, level))
        return 0;
    const struct text message = push_message(L);
    sandbox_charge(L, message.length + 256);
    const int length = message.length < LINE_MOST ? (int)message.length : LINE_MOST;
    log_write(log, level, "script", "%.*s", length, message.bytes);
    return 0;
}

void open_log(lua_State *L)
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
    sandbox_read_only(L);
    sandbox_set_global(L, "log");
}
