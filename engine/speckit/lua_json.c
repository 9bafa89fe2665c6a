/* Tables of specs as JSON. */
#include "speckit/lua_json.h"

#include <stdbool.h>

#include <lauxlib.h>

enum { MOST_DEPTH = 100 };

const char lua_json_object[] = "tandem.object";

/* A new reference; NULL: `error` says what JSON cannot. */
static json_t *read_value(lua_State *state, int index, int depth, struct error *error);

static bool is_list(lua_State *state, int index)
{
    const lua_Unsigned length = lua_rawlen(state, index);
    if (length > 0)
        return true;
    lua_pushnil(state);
    if (lua_next(state, index)) {
        lua_pop(state, 2);
        return false;
    }
    if (!lua_getmetatable(state, index))
        return true;
    luaL_getmetatable(state, lua_json_object);
    const bool is_object = lua_rawequal(state, -1, -2);
    lua_pop(state, 2);
    return !is_object;
}

static json_t *out_of_memory(struct error *error)
{
    (void)error_memory(error, "JSON");
    return NULL;
}

static json_t *read_list(lua_State *state, int index, int depth, struct error *error)
{
    const lua_Integer count = (lua_Integer)lua_rawlen(state, index);
    json_t *const list = json_array();
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(state, index, i);
        json_t *const item = read_value(state, lua_gettop(state), depth + 1, error);
        lua_pop(state, 1);
        if (!item || json_array_append_new(list, item) != 0) {
            json_decref(list);
            return item ? out_of_memory(error) : NULL;
        }
    }
    return list ? list : out_of_memory(error);
}

/* A key is a text; numbers become texts, as in other encoders. */
static bool read_member(lua_State *state, int depth, json_t *object, struct error *error)
{
    lua_pushvalue(state, -2);
    if (lua_type(state, -1) != LUA_TSTRING && lua_type(state, -1) != LUA_TNUMBER) {
        (void)error_set(error, ERROR_INVALID, "JSON has no keys of type '%s'",
                        luaL_typename(state, -1));
        lua_pop(state, 1);
        return false;
    }
    size_t length = 0;
    const char *const key = lua_tolstring(state, -1, &length);
    json_t *const value = read_value(state, lua_gettop(state) - 1, depth + 1, error);
    const bool right = value && json_object_setn_new(object, key, length, value) == 0;
    if (!value)
        (void)error_prefix(error, "%s", key);
    else if (!right)
        (void)error_set(error, ERROR_INVALID, "the key '%.100s' is not UTF-8", key);
    lua_pop(state, 1);
    return right;
}

static json_t *read_object(lua_State *state, int index, int depth, struct error *error)
{
    json_t *const object = json_object();
    lua_pushnil(state);
    while (lua_next(state, index)) {
        const bool right = read_member(state, depth, object, error);
        lua_pop(state, 1);
        if (!right) {
            lua_pop(state, 1);
            json_decref(object);
            return NULL;
        }
    }
    return object ? object : out_of_memory(error);
}

static json_t *read_scalar(lua_State *state, int index)
{
    size_t length = 0;
    const char *bytes = NULL;
    switch (lua_type(state, index)) {
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(state, index));
    case LUA_TNUMBER:
        return lua_isinteger(state, index) ? json_integer(lua_tointeger(state, index))
                                           : json_real(lua_tonumber(state, index));
    case LUA_TSTRING:
        bytes = lua_tolstring(state, index, &length);
        return json_stringn(bytes, length);
    case LUA_TLIGHTUSERDATA:
        return lua_touserdata(state, index) ? NULL : json_null();
    default:
        return NULL;
    }
}

static json_t *read_value(lua_State *state, int index, int depth, struct error *error)
{
    json_t *json = NULL;
    if (lua_type(state, index) != LUA_TTABLE) {
        json = read_scalar(state, index);
        if (!json)
            (void)error_set(error, ERROR_INVALID,
                            "a value of type '%s' is nothing that JSON can say",
                            luaL_typename(state, index));
        return json;
    }
    if (depth > MOST_DEPTH || !lua_checkstack(state, 8)) {
        (void)error_set(error, ERROR_INVALID, "the table is nested too deeply for JSON");
        return NULL;
    }
    return is_list(state, index) ? read_list(state, index, depth, error)
                                 : read_object(state, index, depth, error);
}

json_t *lua_json_read(lua_State *state, int index, struct error *error)
{
    return read_value(state, lua_absindex(state, index), 0, error);
}
