/* Values and errors of the Lua module, as its functions take and give them. */
#include "speckit/module.h"

#include "base/error.h"
#include "script/convert/json_convert.h"
#include "speckit/lua_json.h"

int module_raise(lua_State *state, const struct error *error)
{
    lua_pushstring(state, error->message);
    return lua_error(state);
}

struct text module_text(lua_State *state, int index)
{
    size_t length = 0;
    const char *const bytes = luaL_checklstring(state, index, &length);
    return (struct text){bytes, length};
}

/* The table at `index` as JSON; nothing at all becomes an empty object. */
json_t *module_json(lua_State *state, int index)
{
    struct error error;
    if (lua_isnoneornil(state, index))
        return json_object();
    json_t *const json = lua_json_read(state, index, &error);
    if (!json)
        module_raise(state, &error);
    return json;
}

static int push_json(lua_State *state)
{
    const json_t *const json = lua_touserdata(state, 1);
    if (json)
        binding_json_push(state, json);
    else
        lua_pushnil(state);
    return 1;
}

int module_give(lua_State *state, enum error_code code, const struct error *error, json_t *json)
{
    if (code) {
        json_decref(json);
        return module_raise(state, error);
    }
    lua_pushcfunction(state, push_json);
    lua_pushlightuserdata(state, json);
    const int status = lua_pcall(state, 1, 1, 0);
    json_decref(json);
    return status == LUA_OK ? 1 : lua_error(state);
}
