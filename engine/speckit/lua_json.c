/* Tables of specs as JSON, and JSON as tables. */
#include "speckit/lua_json.h"

#include <stdbool.h>

#include <lauxlib.h>

enum { MOST_DEPTH = 100 };

const char lua_json_object[] = "tandem.object";

/* ---- JSON to Lua ---- */

static void push_object(lua_State *state, const json_t *json)
{
    const char *key = NULL;
    json_t *value = NULL;
    lua_createtable(state, 0, (int)json_object_size(json));
    json_object_foreach((json_t *)json, key, value)
    {
        lua_pushstring(state, key);
        lua_json_push(state, value);
        lua_rawset(state, -3);
    }
}

static void push_list(lua_State *state, const json_t *json)
{
    const size_t count = json_array_size(json);
    lua_createtable(state, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_json_push(state, json_array_get(json, i));
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
}

void lua_json_push(lua_State *state, const json_t *json)
{
    luaL_checkstack(state, 8, "JSON is nested too deeply");
    if (!json) {
        lua_pushnil(state);
        return;
    }
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        push_object(state, json);
        break;
    case JSON_ARRAY:
        push_list(state, json);
        break;
    case JSON_STRING:
        lua_pushlstring(state, json_string_value(json), json_string_length(json));
        break;
    case JSON_INTEGER:
        lua_pushinteger(state, json_integer_value(json));
        break;
    case JSON_REAL:
        lua_pushnumber(state, json_real_value(json));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(state, json_is_true(json));
        break;
    case JSON_NULL:
        lua_pushlightuserdata(state, NULL);
        break;
    }
}

/* ---- Lua to JSON ---- */

static enum error_code read_value(lua_State *state, int index, int depth, json_t **json,
                                  struct error *error);

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

static enum error_code read_list(lua_State *state, int index, int depth, json_t **json,
                                 struct error *error)
{
    const lua_Integer count = (lua_Integer)lua_rawlen(state, index);
    json_t *list = json_array();
    enum error_code code = list ? ERROR_NONE : error_memory(error, "JSON");
    for (lua_Integer i = 1; !code && i <= count; i++) {
        json_t *item = NULL;
        lua_rawgeti(state, index, i);
        code = read_value(state, lua_gettop(state), depth + 1, &item, error);
        lua_pop(state, 1);
        if (!code && json_array_append_new(list, item) != 0)
            code = error_memory(error, "JSON");
    }
    if (code) {
        json_decref(list);
        return code;
    }
    *json = list;
    return ERROR_NONE;
}

/* A key is a text; numbers become texts, as in other encoders. */
static enum error_code read_member(lua_State *state, int depth, json_t *object, struct error *error)
{
    json_t *value = NULL;
    lua_pushvalue(state, -2);
    if (lua_type(state, -1) != LUA_TSTRING && lua_type(state, -1) != LUA_TNUMBER) {
        lua_pop(state, 1);
        return error_set(error, ERROR_INVALID, "JSON has no keys of type '%s'",
                         luaL_typename(state, -2));
    }
    size_t length = 0;
    const char *const key = lua_tolstring(state, -1, &length);
    enum error_code code = read_value(state, lua_gettop(state) - 1, depth + 1, &value, error);
    if (code)
        error_prefix(error, "%s", key);
    else if (json_object_setn_new(object, key, length, value) != 0)
        code = error_set(error, ERROR_INVALID, "the key '%.100s' is not UTF-8", key);
    lua_pop(state, 1);
    return code;
}

static enum error_code read_object(lua_State *state, int index, int depth, json_t **json,
                                   struct error *error)
{
    json_t *object = json_object();
    enum error_code code = object ? ERROR_NONE : error_memory(error, "JSON");
    lua_pushnil(state);
    while (!code && lua_next(state, index)) {
        code = read_member(state, depth, object, error);
        lua_pop(state, 1);
    }
    if (code) {
        lua_pop(state, 1);
        json_decref(object);
        return code;
    }
    *json = object;
    return ERROR_NONE;
}

static enum error_code read_scalar(lua_State *state, int index, json_t **json, struct error *error)
{
    size_t length = 0;
    const char *bytes = NULL;
    switch (lua_type(state, index)) {
    case LUA_TBOOLEAN:
        *json = json_boolean(lua_toboolean(state, index));
        break;
    case LUA_TNUMBER:
        *json = lua_isinteger(state, index) ? json_integer(lua_tointeger(state, index))
                                            : json_real(lua_tonumber(state, index));
        break;
    case LUA_TSTRING:
        bytes = lua_tolstring(state, index, &length);
        *json = json_stringn(bytes, length);
        break;
    case LUA_TLIGHTUSERDATA:
        *json = lua_touserdata(state, index) ? NULL : json_null();
        break;
    default:
        *json = NULL;
    }
    if (!*json)
        return error_set(error, ERROR_INVALID, "a value of type '%s' is nothing that JSON can say",
                         luaL_typename(state, index));
    return ERROR_NONE;
}

static enum error_code read_value(lua_State *state, int index, int depth, json_t **json,
                                  struct error *error)
{
    *json = NULL;
    if (lua_type(state, index) != LUA_TTABLE)
        return read_scalar(state, index, json, error);
    if (depth > MOST_DEPTH || !lua_checkstack(state, 8))
        return error_set(error, ERROR_INVALID, "the table is nested too deeply for JSON");
    return is_list(state, index) ? read_list(state, index, depth, json, error)
                                 : read_object(state, index, depth, json, error);
}

enum error_code lua_json_read(lua_State *state, int index, json_t **json, struct error *error)
{
    return read_value(state, lua_absindex(state, index), 0, json, error);
}
