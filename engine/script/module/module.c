/*
 * tandem.engine: the engine as a Lua module, for specs in plain busted (lua/lib/tandem.lua).
 *
 * It is the engine's own library, nothing of it is written again: scripts run in the real sandbox,
 * values are normalized and judged by the real code, runs write into a real store. Errors are raised
 * as texts, but for execute and sync, which return what happened so far and the message.
 */
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "cli/value_json.h"
#include "script/module/kit.h"
#include "script/module/lua_json.h"
#include "sync/judge.h"

static const char kit_type[] = "tandem.integration";

/* The function that requests of a kit are given to lives in the registry as long as the kit. */
struct handle {
    struct kit kit;
    int respond;
    bool open;
};

/* ---- helpers ---- */

static int raise_error(lua_State *state, const struct error *error)
{
    lua_pushstring(state, error->message);
    return lua_error(state);
}

static struct kit *kit_of(lua_State *state)
{
    struct handle *const handle = luaL_checkudata(state, 1, kit_type);
    if (!handle->open)
        luaL_error(state, "this integration is closed");
    handle->kit.transport.host = state;
    return &handle->kit;
}

static struct text check_text(lua_State *state, int index)
{
    size_t length = 0;
    const char *const bytes = luaL_checklstring(state, index, &length);
    return (struct text){ bytes, length };
}

static struct text optional_text(lua_State *state, int index)
{
    return lua_isnoneornil(state, index) ? TEXT_ABSENT : check_text(state, index);
}

/* The table at `index` as JSON; nothing at all becomes an empty object. */
static json_t *check_json(lua_State *state, int index)
{
    struct error error;
    json_t *json = NULL;
    if (lua_isnoneornil(state, index))
        json = json_object();
    else if (lua_json_read(state, index, &json, &error))
        raise_error(state, &error);
    return json;
}

static int push_pair(lua_State *state)
{
    lua_json_push(state, lua_touserdata(state, 1));
    return 1;
}

/* Push and let go of `json`, also if memory is out; returns 1, or raises `error` if it is not NULL. */
static int give(lua_State *state, enum error_code code, const struct error *error, json_t *json)
{
    if (code) {
        json_decref(json);
        return raise_error(state, error);
    }
    lua_pushcfunction(state, push_pair);
    lua_pushlightuserdata(state, json);
    const int status = lua_pcall(state, 1, 1, 0);
    json_decref(json);
    return status == LUA_OK ? 1 : lua_error(state);
}

/* The same, for what has a result although it failed: result, nil or result, message. */
static int give_both(lua_State *state, enum error_code code, const struct error *error,
                     json_t *json)
{
    give(state, ERROR_NONE, NULL, json);
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
    return check_text(state, lua_gettop(state));
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
        return raise_error(state, &error);
    return 1;
}

static int know_fields(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const told = check_json(state, 2);
    struct error error;
    const enum error_code code = kit_know_fields(kit, told, &error);
    json_decref(told);
    return code ? raise_error(state, &error) : 0;
}

static int use_fields(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const fields = check_json(state, 2);
    struct error error;
    const enum error_code code = kit_use_fields(kit, fields, &error);
    json_decref(fields);
    return code ? raise_error(state, &error) : 0;
}

static int use_mapping(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const schema = check_json(state, 2);
    struct error error;
    const enum error_code code = kit_use_mapping(kit, schema, &error);
    json_decref(schema);
    if (code)
        return raise_error(state, &error);
    lua_createtable(state, (int)kit->warnings.count, 0);
    for (size_t i = 0; i < kit->warnings.count; i++) {
        lua_pushlstring(state, kit->warnings.messages[i].bytes, kit->warnings.messages[i].length);
        lua_rawseti(state, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int manifest(lua_State *state)
{
    const struct kit *const kit = kit_of(state);
    const struct manifest *const told = script_exchange_manifest(kit->exchange);
    json_t *const json = json_object(), *const objects = json_array();
    if (json && kit_set_text(json, "name", told->name) &&
        kit_set_text(json, "display_name", told->display_name) &&
        kit_set_text(json, "version", told->version))
        json_object_set_new(json, "objects", objects);
    for (size_t i = 0; i < told->object_count; i++) {
        json_t *const object = json_object();
        if (object && kit_set_text(object, "name", told->objects[i].name) &&
            kit_set_text(object, "internal", told->objects[i].internal))
            json_array_append_new(objects, object);
    }
    return give(state, ERROR_NONE, NULL, json);
}

static int has(lua_State *state)
{
    const struct kit *const kit = kit_of(state);
    lua_pushboolean(state, script_exchange_has(kit->exchange, luaL_checkstring(state, 2),
                                               luaL_checkstring(state, 3)));
    return 1;
}

static int fields(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_fields(kit, check_text(state, 2), &json, &error);
    return give(state, code, &error, json);
}

static int report(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const asked = check_json(state, 2);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_report(kit, asked, &json, &error);
    json_decref(asked);
    return give(state, code, &error, json);
}

static int execute(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const changes = check_json(state, 2);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_execute(kit, changes, &json, &error);
    json_decref(changes);
    return give_both(state, code, &error, json);
}

static int run_sync(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    json_t *const asked = check_json(state, 2);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_sync(kit, asked, &json, &error);
    json_decref(asked);
    return give_both(state, code, &error, json);
}

static int set_now(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    kit->now = check_instant(state, check_text(state, 2));
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
    const struct text object = check_text(state, 2);
    json_t *const values = check_json(state, 3);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_store_add(kit, object, values, &json, &error);
    json_decref(values);
    return give(state, code, &error, json);
}

static int store_set(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    const struct text object = check_text(state, 2), id = check_text(state, 3);
    json_t *const values = check_json(state, 4);
    struct error error;
    const enum error_code code = kit_store_set(kit, object, id, values, &error);
    json_decref(values);
    return code ? raise_error(state, &error) : 0;
}

static int store_delete(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    return kit_store_delete(kit, check_text(state, 2), check_text(state, 3), &error)
               ? raise_error(state, &error)
               : 0;
}

static int store_get(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *json = NULL;
    const enum error_code code =
        kit_store_get(kit, check_text(state, 2), check_text(state, 3), &json, &error);
    return give(state, code, &error, json);
}

static int store_list(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_store_list(kit, check_text(state, 2), optional_text(state, 3),
                                                optional_text(state, 4), &json, &error);
    return give(state, code, &error, json);
}

static int store_books(lua_State *state)
{
    struct kit *const kit = kit_of(state);
    struct error error;
    json_t *json = NULL;
    const enum error_code code = kit_store_books(kit, check_text(state, 2), &json, &error);
    return give(state, code, &error, json);
}

/* ---- without an integration ---- */

struct judged {
    struct arena *arena;
    struct testimony left, right;
    struct value values[3]; /* left, right, base */
    struct judge judge;
    uint64_t base;
};

/* {value=, type=, certain=, possible=}: the type is "string" if none is given. */
static enum error_code read_side(struct arena *arena, const json_t *told, struct value *value,
                                 struct testimony *testimony, struct error *error)
{
    const struct text type = kit_text(told, "type");
    const json_t *const given = json_object_get(told, "value");
    struct raw_value raw = { .kind = RAW_NULL };
    bool readable = false;
    enum error_code code = ERROR_NONE;
    if (given && (code = value_raw_of_json(arena, given, &raw, error)))
        return code;
    const enum value_type known =
        text_is_absent(type) ? VALUE_TYPE_STRING : value_type_of_name(type);
    if ((code = value_normalize(arena, &raw, known, value, &readable, error)))
        return code;
    if (!readable)
        return error_set(error, ERROR_USAGE, "a value cannot be read as %s",
                         value_type_name(known));
    testimony->value = value;
    testimony->fingerprint = value_fingerprint(value);
    if ((code = kit_instant(told, "certain", &testimony->certain, error)))
        return code;
    return kit_instant(told, "possible", &testimony->possible, error);
}

static enum error_code read_modes(const json_t *told, struct judge *judge, struct error *error)
{
    const json_t *const modes = json_object_get(told, "modes");
    *judge = judge_default();
    if (!modes)
        return ERROR_NONE;
    judge->mode_count = 0;
    for (size_t i = 0; i < json_array_size(modes); i++) {
        const char *const name = json_string_value(json_array_get(modes, i));
        enum judge_mode mode = JUDGE_MODE_COUNT;
        if (judge->mode_count == JUDGE_MODE_COUNT || !judge_mode_of_name(text_of(name), &mode))
            return error_set(error, ERROR_USAGE,
                             "'%s' is no mode of the judge: base, hard, best or fuzzy",
                             name ? name : "?");
        judge->modes[judge->mode_count++] = mode;
    }
    return ERROR_NONE;
}

static enum error_code read_case(const json_t *told, struct judged *judged, struct error *error)
{
    struct testimony base;
    enum error_code code = read_modes(told, &judged->judge, error);
    if (!code)
        code = read_side(judged->arena, json_object_get(told, "left"), &judged->values[0],
                         &judged->left, error);
    if (!code)
        code = read_side(judged->arena, json_object_get(told, "right"), &judged->values[1],
                         &judged->right, error);
    if (code || !json_object_get(told, "base"))
        return code;
    code = read_side(judged->arena, json_object_get(told, "base"), &judged->values[2], &base, error);
    judged->base = code ? 0 : base.fingerprint;
    return code;
}

/* judge{left=, right=, base=, modes=} -> "left", "right", "equal" or "unresolved", mode or nil */
static int judge(lua_State *state)
{
    json_t *const told = check_json(state, 1);
    struct error error;
    struct judged judged = { .arena = arena_new(0) };
    enum judge_mode by = JUDGE_MODE_COUNT;
    enum verdict verdict = VERDICT_EQUAL;
    const enum error_code code = judged.arena ? read_case(told, &judged, &error)
                                              : error_memory(&error, "a judgement");
    if (!code)
        verdict =
            judge_adjudicate(&judged.judge, &judged.left, &judged.right, judged.base, &by);
    arena_free(judged.arena);
    json_decref(told);
    if (code)
        return raise_error(state, &error);
    lua_pushstring(state, verdict_name(verdict));
    if (by == JUDGE_MODE_COUNT)
        lua_pushnil(state);
    else
        lua_pushstring(state, judge_mode_name(by));
    return 2;
}

/* normalize(raw, type) -> value, or nil if it cannot be read */
static int normalize(lua_State *state)
{
    json_t *const told = check_json(state, 1);
    const struct text type = check_text(state, 2);
    struct arena *const arena = arena_new(0);
    struct error error;
    struct raw_value raw;
    struct value value;
    bool readable = false;
    json_t *json = NULL;
    enum error_code code =
        arena ? value_raw_of_json(arena, told, &raw, &error) : error_memory(&error, "a value");
    if (!code)
        code = value_normalize(arena, &raw, value_type_of_name(type), &value, &readable, &error);
    if (!code && readable)
        json = value_to_json(&value);
    arena_free(arena);
    json_decref(told);
    return give(state, code, &error, json);
}

/* instant(text or epoch) -> milliseconds since 1970, or nil */
static int read_instant(lua_State *state)
{
    instant at = INSTANT_NONE;
    const bool read = lua_type(state, 1) == LUA_TNUMBER
                          ? instant_from_epoch(lua_tonumber(state, 1), &at)
                          : instant_read(check_text(state, 1), &at);
    if (read)
        lua_pushinteger(state, at);
    else
        lua_pushnil(state);
    return 1;
}

/* iso(milliseconds) -> "2026-03-10T12:00:00Z" */
static int write_instant(lua_State *state)
{
    char text[INSTANT_TEXT_SIZE];
    lua_pushstring(state, instant_format(luaL_checkinteger(state, 1), text));
    return 1;
}

static int json_encode(lua_State *state)
{
    json_t *const json = check_json(state, 1);
    char *const text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(json);
    if (!text)
        return luaL_error(state, "not enough memory");
    lua_pushstring(state, text);
    free(text);
    return 1;
}

static int json_decode(lua_State *state)
{
    const struct text text = check_text(state, 1);
    json_error_t error;
    json_t *const json =
        json_loadb(text.bytes, text.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (json)
        return give(state, ERROR_NONE, NULL, json);
    lua_pushnil(state);
    lua_pushstring(state, error.text);
    return 2;
}

/* A table that is {} in JSON even if it is empty. */
static int object(lua_State *state)
{
    lua_settop(state, 1);
    if (lua_isnil(state, 1)) {
        lua_newtable(state);
        lua_replace(state, 1);
    }
    luaL_checktype(state, 1, LUA_TTABLE);
    luaL_setmetatable(state, lua_json_object);
    return 1;
}

static const luaL_Reg methods[] = {
    { "close", close_kit },        { "use_fields", use_fields }, { "use_mapping", use_mapping },
    { "manifest", manifest },      { "has", has },               { "fields", fields },
    { "report", report },          { "execute", execute },       { "sync", run_sync },
    { "set_now", set_now },        { "log", log_lines },         { "store_add", store_add },
    { "store_set", store_set },    { "store_get", store_get },   { "store_list", store_list },
    { "know_fields", know_fields }, { "store_delete", store_delete }, { "store_books", store_books }, { NULL, NULL },
};

static const luaL_Reg functions[] = {
    { "instant", read_instant },    { "iso", write_instant },
    { "open", open_kit },           { "judge", judge },             { "normalize", normalize },
    { "json_encode", json_encode }, { "json_decode", json_decode }, { "object", object },
    { NULL, NULL },
};

int luaopen_tandem_engine(lua_State *state);

__attribute__((visibility("default"))) int luaopen_tandem_engine(lua_State *state)
{
    luaL_newmetatable(state, lua_json_object);
    luaL_newmetatable(state, kit_type);
    lua_pushcfunction(state, close_kit);
    lua_setfield(state, -2, "__gc");
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    luaL_newlib(state, functions);
    lua_pushlightuserdata(state, NULL);
    lua_setfield(state, -2, "null");
    return 1;
}
