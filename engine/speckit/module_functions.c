/* The functions of tandem.engine that need no integration: the judge, values, instants, JSON. */
#include <stdlib.h>

#include "model/value_json.h"
#include "speckit/kit.h"
#include "speckit/lua_json.h"
#include "speckit/module.h"
#include "model/judge.h"

struct judged {
    struct arena *arena;
    struct judge_side left, right;
    struct value values[3]; /* left, right, base */
    struct judge judge;
    struct base base;
};

/* {value=, type=, certain=, possible=}: the type is "string" if none is given. */
static enum error_code read_side(struct arena *arena, const json_t *told, struct value *value,
                                 struct judge_side *judge_side, struct error *error)
{
    const struct text type = kit_text(told, "type");
    const json_t *const given = json_object_get(told, "value");
    struct raw_value raw = {.kind = RAW_NULL};
    bool readable = false;
    const enum value_type known =
        text_is_absent(type) ? VALUE_TYPE_STRING : value_type_of_name(type);
    if ((given && value_json_raw(arena, given, &raw, error)) ||
        value_normalize(arena, &raw, known, value, &readable, error))
        return error->code;
    if (!readable)
        return error_set(error, ERROR_USAGE, "a value cannot be read as %s",
                         value_type_name(known));
    judge_side->value = value;
    judge_side->fingerprint = value_fingerprint(value);
    if (kit_instant(told, "certain", &judge_side->certain, error))
        return error->code;
    return kit_instant(told, "possible", &judge_side->possible, error);
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
    const json_t *const left = json_object_get(told, "left"),
                        *const right = json_object_get(told, "right"),
                        *const base = json_object_get(told, "base");
    struct judge_side agreed;
    if (read_modes(told, &judged->judge, error) ||
        read_side(judged->arena, left, &judged->values[0], &judged->left, error) ||
        read_side(judged->arena, right, &judged->values[1], &judged->right, error) ||
        (base && read_side(judged->arena, base, &judged->values[2], &agreed, error)))
        return error->code;
    if (base)
        judged->base = (struct base){agreed.fingerprint, agreed.fingerprint};
    return ERROR_NONE;
}

/* judge{left=, right=, base=, modes=} -> "left", "right", "equal" or "unresolved", mode or nil */
static int judge(lua_State *state)
{
    json_t *const told = module_json(state, 1);
    struct error error;
    struct judged judged = {.arena = arena_new(0)};
    enum judge_mode by = JUDGE_MODE_COUNT;
    enum verdict verdict = VERDICT_EQUAL;
    const enum error_code code =
        judged.arena ? read_case(told, &judged, &error) : error_memory(&error, "a judgement");
    if (!code)
        verdict = judge_adjudicate(&judged.judge, &judged.left, &judged.right, judged.base, &by);
    arena_free(judged.arena);
    json_decref(told);
    if (code)
        return module_raise(state, &error);
    lua_pushstring(state, judge_verdict_name(verdict));
    if (by == JUDGE_MODE_COUNT)
        lua_pushnil(state);
    else
        lua_pushstring(state, judge_mode_name(by));
    return 2;
}

/* normalize(raw, type) -> value, or nil if it cannot be read */
static int normalize(lua_State *state)
{
    json_t *const told = module_json(state, 1);
    const struct text type = module_text(state, 2);
    struct arena *const arena = arena_new(0);
    struct error error;
    struct raw_value raw;
    struct value value;
    bool readable = false;
    json_t *json = NULL;
    enum error_code code =
        arena ? value_json_raw(arena, told, &raw, &error) : error_memory(&error, "a value");
    if (!code)
        code = value_normalize(arena, &raw, value_type_of_name(type), &value, &readable, &error);
    if (!code && readable)
        json = value_json_of(&value);
    arena_free(arena);
    json_decref(told);
    return module_give(state, code, &error, json);
}

/* instant(text or epoch) -> milliseconds since 1970, or nil */
static int read_instant(lua_State *state)
{
    instant at = INSTANT_NONE;
    const bool read = lua_type(state, 1) == LUA_TNUMBER
                          ? instant_from_epoch(lua_tonumber(state, 1), &at)
                          : instant_read(module_text(state, 1), &at);
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
    json_t *const json = module_json(state, 1);
    char *const text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    json_decref(json);
    if (!text)
        return luaL_error(state, "not enough memory");
    lua_pushstring(state, text);
    free(text);
    return 1;
}

static int json_decode(lua_State *state)
{
    const struct text text = module_text(state, 1);
    json_error_t error;
    json_t *const json =
        json_loadb(text.bytes, text.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (json)
        return module_give(state, ERROR_NONE, NULL, json);
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

const luaL_Reg module_functions[] = {
    {"instant", read_instant},
    {"iso", write_instant},

    {"judge", judge},
    {"normalize", normalize},
    {"json_encode", json_encode},
    {"json_decode", json_decode},
    {"object", object},
    {NULL, NULL},
};
