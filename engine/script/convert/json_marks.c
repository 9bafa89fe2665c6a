/* How a Lua value is marked as JSON's null, an array or an object. */
#include "script/convert/json_marks.h"

#include <lauxlib.h>

const char json_mark_array = 'a', json_mark_object = 'o';

void json_marks_push_null(lua_State *L)
{
    lua_pushlightuserdata(L, NULL);
}

bool json_marks_is_null(lua_State *L, int index)
{
    return lua_islightuserdata(L, index) && !lua_touserdata(L, index);
}

bool json_marks_has(lua_State *L, int index, const char *key)
{
    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    const bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    return same;
}

bool json_marks_is_array(lua_State *L, int index)
{
    return json_marks_has(L, index, &json_mark_array);
}

void json_marks_set_array(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &json_mark_array);
    lua_setmetatable(L, index);
}
