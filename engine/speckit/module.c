/*
 * tandem.engine: the engine as a Lua module, for specs in plain busted (lua/speckit/tandem.lua).
 *
 * It is the engine's own library, nothing of it is written again: scripts run in the real sandbox,
 * values are normalized and judged by the real code, runs write into a real store. Errors are
 * raised as texts, but for execute and sync, which return what happened so far and the message.
 */
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "script/convert/convert.h"
#include "speckit/kit.h"
#include "speckit/lua_json.h"
#include "speckit/module.h"

static const char kit_type[] = "tandem.integration";

/* The function that requests of a kit are given to lives in the registry as long as the kit. */
struct handle {
    struct kit kit;
    int respond;
    bool open;
};

static struct kit *kit_of(lua_State *state)
{
    struct handle *const handle = luaL_checkudata(state, 1, kit_type);
    if (!handle->open)
        luaL_error(state, "this integration is closed");
    handle->kit.transport.host = state;
    return &handle->kit;
}

static struct text optional_text(lua_State *state, int index)
{
    return lua_isnoneornil(state, index) ? TEXT_ABSENT : module_text(state, index);
}

/* The same, for what has a result although it failed: result, nil or result, message. */
static int give_both(lua_State *state, enum error_code code, const struct error *error,
                     json_t *json)
{
    module_give(state, ERROR_NONE, NULL, json);
    if (!code)
        return 1;
    lua_pushstring(state, error->message);
    return 2;
}

/* ---- integrations ---- */

static int close_kit(lua_State *state)
{
    struct handle *const handle = luaL_checkudata(state, 1, kit_type);
    if (handle->open) {
        handle->open = false;
        handle->kit.transport.host = state;
        kit_close(&handle->kit);
        luaL_unref(state, LUA_REGISTRYINDEX, handle->respond);
    }
    return 0;
}

static struct text field_text(lua_State *state, int index, const char *key)
{
    lua_getfield(state, index, key); /* stays on the stack: the text is borrowed */
    return module_text(state, lua_gettop(state));
}

static instant check_instant(lua_State *state, struct text text)
{
    instant at = INSTANT_NONE;
    if (!instant_read(text, &at))
        luaL_error(state, "'%s' is no instant: give a text like \"2026-03-10T12:00:00Z\"",
                   text.bytes);
    return at;
}

/* open{home=, name=, configuration=, now=, respond=} */
static int open_kit(lua_State *state)
{
    luaL_checktype(state, 1, LUA_TTABLE);
    struct kit_options options = {
        .home = field_text(state, 1, "home"),
        .name = field_text(state, 1, "name"),
        .configuration = field_text(state, 1, "configuration"),
    };
    options.now = check_instant(state, field_text(state, 1, "now"));
    struct handle *const handle = lua_newuserdatauv(state, sizeof *handle, 0);
    memset(handle, 0, sizeof *handle);
    luaL_setmetatable(state, kit_type);
    lua_getfield(state, 1, "respond");
    luaL_checktype(state, -1, LUA_TFUNCTION);
    options.respond = handle->respond = luaL_ref(state, LUA_REGISTRYINDEX);
    struct error error;
    handle->open = true;
    if (kit_open(&handle->kit, &options, state, &error))
        return module_raise(state, &error);
    return 1;
}

static int use_mapping(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const schema = module_json(state, 2);
    struct error error;
    const enum error_code code = kit_use_mapping(kit, schema, &error);
    json_decref(schema);
    if (code)
        return module_raise(state, &error);
    convert_push_texts(state, kit->warnings.messages, kit->warnings.count);
    return 1;
}

static int manifest(lua_State *state)
{
    const struct kit *const kit = kit_of(state);
    const struct manifest *const told = script_exchange_manifest(kit->exchange);
    json_t *const objects = json_array();
    json_t *const json = KIT_ROW({"name", told->name}, {"display_name", told->display_name},
                                 {"version", told->version});
    for (size_t i = 0; i < told->object_count; i++)
        json_array_append_new(objects, KIT_ROW({"name", told->objects[i].name},
                                               {"internal", told->objects[i].internal}));
    json_object_set_new(json, "objects", objects);
    return module_give(state, ERROR_NONE, NULL, json);
}

static int has(lua_State *state)
{
    const struct kit *const kit = kit_of(state);
    lua_pushboolean(state, script_exchange_has(kit->exchange, luaL_checkstring(state, 2),
                                               luaL_checkstring(state, 3)));
    return 1;
}

/* A method with one argument, a text or anything that JSON can say, and its result. */
struct method {
    const char *name;
    enum error_code (*of_text)(struct kit *kit, struct text given, json_t **result,
                               struct error *error);
    enum error_code (*of_json)(struct kit *kit, const json_t *given, json_t **result,
                               struct error *error);
    enum error_code (*without_result)(struct kit *kit, const json_t *given, struct error *error);
    bool both; /* its result is given together with what failed */
};

static const struct method plain_methods[] = {
    {.name = "fields", .of_text = kit_fields},
    {.name = "read_webhook", .of_text = kit_read_webhook},
    {.name = "store_books", .of_text = kit_store_books},
    {.name = "report", .of_json = kit_report},
    {.name = "find", .of_json = kit_find},
    {.name = "execute", .of_json = kit_execute, .both = true},
    {.name = "sync", .of_json = kit_sync, .both = true},
    {.name = "know_fields", .without_result = kit_know_fields},
    {.name = "use_fields", .without_result = kit_use_fields},
};

/* Upvalue: the method. */
static int call_plain(lua_State *state)
{
    const struct method *const method = lua_touserdata(state, lua_upvalueindex(1));
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *result = NULL;
    if (method->of_text) {
        const enum error_code code = method->of_text(kit, module_text(state, 2), &result, &error);
        return module_give(state, code, &error, result);
    }
    json_t *const given = module_json(state, 2);
    const enum error_code code = method->of_json ? method->of_json(kit, given, &result, &error)
                                                 : method->without_result(kit, given, &error);
    json_decref(given);
    return method->both ? give_both(state, code, &error, result)
                        : module_give(state, code, &error, result);
}

static int set_now(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    kit->now = check_instant(state, module_text(state, 2));
    return 0;
}

static int log_lines(lua_State *state)
{
    const struct kit *const kit = kit_of(state);
    lua_pushlstring(state, kit->lines.data ? kit->lines.data : "", kit->lines.length);
    return 1;
}

static int store_add(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    const struct text object = module_text(state, 2);
    json_t *const values = module_json(state, 3);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_store_add(kit, object, values, &json, &error);
    json_decref(values);
    return module_give(state, code, &error, json);
}

static int store_set(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    const struct text object = module_text(state, 2), id = module_text(state, 3);
    json_t *const values = module_json(state, 4);
    struct error error;
    const enum error_code code = kit_store_set(kit, object, id, values, &error);
    json_decref(values);
    return code ? module_raise(state, &error) : 0;
}

static int store_delete(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    return kit_store_delete(kit, module_text(state, 2), module_text(state, 3), &error)
               ? module_raise(state, &error)
               : 0;
}

static int store_get(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *json = NULL;
    const enum error_code code =
        kit_store_get(kit, module_text(state, 2), module_text(state, 3), &json, &error);
    return module_give(state, code, &error, json);
}

static int store_list(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_store_list(kit, module_text(state, 2), optional_text(state, 3),
                                                optional_text(state, 4), &json, &error);
    return module_give(state, code, &error, json);
}

static const luaL_Reg methods[] = {
    {"close", close_kit},           {"use_mapping", use_mapping},
    {"manifest", manifest},         {"has", has},
    {"set_now", set_now},           {"log", log_lines},
    {"store_add", store_add},       {"store_set", store_set},
    {"store_get", store_get},       {"store_list", store_list},
    {"store_delete", store_delete}, {NULL, NULL},
};

int luaopen_tandem_engine(lua_State *state);

__attribute__((visibility("default"))) int luaopen_tandem_engine(lua_State *state)
{
    luaL_newmetatable(state, lua_json_object);
    luaL_newmetatable(state, kit_type);
    lua_pushcfunction(state, close_kit);
    lua_setfield(state, -2, "__gc");
    luaL_newlib(state, methods);
    for (size_t i = 0; i < sizeof plain_methods / sizeof *plain_methods; i++) {
        lua_pushlightuserdata(state, (void *)&plain_methods[i]);
        lua_pushcclosure(state, call_plain, 1);
        lua_setfield(state, -2, plain_methods[i].name);
    }
    lua_setfield(state, -2, "__index");
    lua_newtable(state);
    luaL_setfuncs(state, module_functions, 0);
    lua_pushcfunction(state, open_kit);
    lua_setfield(state, -2, "open");
    lua_pushlightuserdata(state, NULL);
    lua_setfield(state, -2, "null");
    return 1;
}
