/* The table library of scripts: every loop in C is counted. */
#include "script/sandbox/sandbox_private.h"

#include <limits.h>

enum { SORT_COUNTED = 4096, SORT_MOST = 10000000, COMPARISON_COST = 16 };

/* Arguments are tables; what has metamethods instead is not supported here. */
static void check_writable(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    if (sandbox_is_read_only(L, index))
        luaL_error(L, "this table is read-only");
}

static int table_concat(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t separator_length = 0;
    const char *const separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer i = luaL_optinteger(L, 3, 1);
    const lua_Integer last = luaL_opt(L, luaL_checkinteger, 4, luaL_len(L, 1));
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (; i <= last; i++) {
        lua_geti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "invalid value (at index %I) in table for 'concat': a %s",
                              (LUAI_UACINT)i, luaL_typename(L, -1));
        sandbox_charge(L, lua_rawlen(L, -1) + separator_length + 8);
        luaL_addvalue(&out);
        if (i == last)
            break; /* i + 1 could overflow */
        luaL_addlstring(&out, separator, separator_length);
    }
    luaL_pushresult(&out);
    return 1;
}

static int table_insert(lua_State *L)
{
    check_writable(L, 1);
    const lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1);
    lua_Integer position = end;
    switch (lua_gettop(L)) {
    case 2:
        break;
    case 3:
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2,
                      "position out of bounds");
        for (lua_Integer i = end; i > position; i--) {
            sandbox_charge(L, 1);
            lua_geti(L, 1, i - 1);
            lua_seti(L, 1, i);
        }
        break;
    default:
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

static int table_remove(lua_State *L)
{
    check_writable(L, 1);
    const lua_Integer size = luaL_len(L, 1);
    lua_Integer position = luaL_optinteger(L, 2, size);
    if (lua_gettop(L) > 1)
        luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)size, 2,
                      "position out of bounds");
    lua_geti(L, 1, position);
    for (; position < size; position++) {
        sandbox_charge(L, 1);
        lua_geti(L, 1, position + 1);
        lua_seti(L, 1, position);
    }
    lua_pushnil(L);
    lua_seti(L, 1, position);
    return 1;
}

static int table_move(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    const lua_Integer from = luaL_checkinteger(L, 2);
    const lua_Integer end = luaL_checkinteger(L, 3);
    const lua_Integer to = luaL_checkinteger(L, 4);
    const int target = lua_isnoneornil(L, 5) ? 1 : 5;
    check_writable(L, target);
    if (end >= from) {
        luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements to move");
        const lua_Integer count = end - from + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        const bool forward =
            to > end || to <= from || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
        for (lua_Integer step = 0; step < count; step++) {
            const lua_Integer i = forward ? step : count - 1 - step;
            sandbox_charge(L, 1);
            lua_geti(L, 1, from + i);
            lua_seti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static int table_unpack(lua_State *L)
{
    const lua_Integer from = luaL_optinteger(L, 2, 1);
    const lua_Integer end = luaL_opt(L, luaL_checkinteger, 3, luaL_len(L, 1));
    if (from > end)
        return 0;
    const lua_Unsigned count = (lua_Unsigned)end - (lua_Unsigned)from;
    if (count >= (lua_Unsigned)INT_MAX || !lua_checkstack(L, (int)(count + 1)))
        return luaL_error(L, "too many results to unpack");
    sandbox_charge(L, (size_t)count);
    for (lua_Unsigned i = 0; i <= count; i++)
        lua_geti(L, 1, (lua_Integer)((lua_Unsigned)from + i));
    return (int)(count + 1);
}

/* ---------------------------------------------------------------- sort */

static int compare_default(lua_State *L)
{
    sandbox_charge(L, COMPARISON_COST);
    lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
    return 1;
}

static int compare_given(lua_State *L)
{
    sandbox_charge(L, COMPARISON_COST);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

static int table_sort(lua_State *L)
{
    check_writable(L, 1);
    const lua_Integer size = luaL_len(L, 1);
    luaL_argcheck(L, size <= SORT_MOST, 1, "too many elements to sort");
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (size > SORT_COUNTED)
        lua_pushcclosure(L, lua_isnil(L, 2) ? compare_default : compare_given, 1);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void sandbox_open_table(lua_State *L)
{
    static const luaL_Reg own[] = {
        {"concat", table_concat}, {"insert", table_insert}, {"remove", table_remove},
        {"move", table_move},     {"unpack", table_unpack}, {NULL, NULL},
    };
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    luaL_setfuncs(L, own, 0);
    sandbox_wrap(L, "sort", table_sort);
}
