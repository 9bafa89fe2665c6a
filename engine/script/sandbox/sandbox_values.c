/* Values of scripts as the libraries see them. */
#include "script/sandbox/sandbox_private.h"

/* ---------------------------------------------------------------- texts without addresses */

void sandbox_push_text(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1))
            luaL_error(L, "'__tostring' must return a string");
        return;
    }
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            char digits[TEXT_DIGITS];
            const struct text text = text_digits(lua_tointeger(L, index), digits);
            lua_pushlstring(L, text.bytes, text.length);
            break;
        }
        lua_pushvalue(L, index);
        lua_tostring(L, -1);
        break;
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        break;
    case LUA_TNIL:
    case LUA_TNONE:
        lua_pushliteral(L, "nil");
        break;
    default: {
        const int type = luaL_getmetafield(L, index, "__name");
        if (type == LUA_TSTRING)
            break;
        if (type != LUA_TNIL)
            lua_pop(L, 1);
        lua_pushstring(L, luaL_typename(L, index));
    }
    }
}

void sandbox_push_joined(lua_State *L, char separator)
{
    const int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        if (i > 1)
            luaL_addchar(&line, separator);
        sandbox_push_text(L, i);
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
}

/* ---------------------------------------------------------------- metatables */

bool sandbox_is_read_only(lua_State *L, int index)
{
    if (!lua_getmetatable(L, index))
        return false;
    const bool marked = lua_rawgetp(L, -1, &sandbox_key_mark) != LUA_TNIL;
    lua_pop(L, 2);
    return marked;
}

/* ---------------------------------------------------------------- native functions */

/* A native function whose work is the length of its text arguments. */
static int call_charged(lua_State *L)
{
    size_t work = 0;
    for (int i = lua_gettop(L); i > 0; i--)
        work += lua_type(L, i) == LUA_TSTRING ? lua_rawlen(L, i) : 1;
    sandbox_charge(L, work);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void sandbox_wrap(lua_State *L, const char *name, lua_CFunction wrapper)
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, wrapper, 1);
    lua_setfield(L, -2, name);
}

void sandbox_wrap_charged(lua_State *L, const char *const *names)
{
    for (; *names; names++)
        sandbox_wrap(L, *names, call_charged);
}
