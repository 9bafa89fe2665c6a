/* Between Lua values and the engine's. Tables are read raw: no metamethod can change them. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "script/convert/convert.h"
#include "script/convert/json_convert.h"
#include "script/convert/json_marks.h"
#include "script/sandbox/sandbox_private.h"

enum { RAW_DEPTH = 8 };

struct text convert_text_at(lua_State *L, int index)
{
    size_t length = 0;
    const char *const bytes = lua_tolstring(L, index, &length);
    return (struct text){bytes, !bytes ? 0 : length};
}

struct text convert_check_text(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TSTRING);
    return convert_text_at(L, index);
}

struct text convert_keep(lua_State *L, struct arena *arena, struct text text)
{
    struct text copy = TEXT_ABSENT;
    struct error error;
    convert_raise_if(L, text_copy(arena, text, &copy, &error), &error);
    return copy;
}

void convert_push_text(lua_State *L, struct text text)
{
    if (!text.bytes)
        lua_pushnil(L);
    else
        lua_pushlstring(L, text.bytes, text.length);
}

void convert_push_texts(lua_State *L, const struct text *texts, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        convert_push_text(L, texts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

int convert_push_member(lua_State *L, int index, const char *name)
{
    index = lua_absindex(L, index);
    lua_pushstring(L, name);
    return lua_rawget(L, index);
}

void convert_push_instant(lua_State *L, instant at)
{
    char text[INSTANT_TEXT_SIZE];
    if (at == INSTANT_NONE)
        lua_pushnil(L);
    else
        lua_pushstring(L, instant_format(at, text));
}

bool convert_read_plain_instant(lua_State *L, int index, instant *at)
{
    const int type = lua_type(L, index);
    *at = INSTANT_NONE;
    return type <= LUA_TNIL || (type == LUA_TSTRING && lua_rawlen(L, index) > 0 &&
                                instant_read(convert_text_at(L, index), at));
}

void convert_set_text(lua_State *L, const char *name, struct text text)
{
    convert_push_text(L, text);
    lua_setfield(L, -2, name);
}

void convert_set_words(lua_State *L, const char *name, const char *words)
{
    convert_set_text(L, name, text_of(words));
}

void convert_set_integer(lua_State *L, const char *name, int64_t integer)
{
    lua_pushinteger(L, integer);
    lua_setfield(L, -2, name);
}

void convert_set_flag(lua_State *L, const char *name, bool flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

void convert_set_instant(lua_State *L, const char *name, instant at)
{
    convert_push_instant(L, at);
    lua_setfield(L, -2, name);
}

bool convert_try_instant(lua_State *L, int index, instant *at)
{
    *at = INSTANT_NONE;
    if (lua_isnoneornil(L, index) || json_marks_is_null(L, index))
        return true;
    if (lua_type(L, index) == LUA_TNUMBER)
        return instant_from_epoch(lua_tonumber(L, index), at);
    if (lua_type(L, index) != LUA_TSTRING)
        return false;
    const struct text text = convert_text_at(L, index);
    return text_is_empty(text_trim(text)) || instant_read(text, at);
}

instant convert_read_instant(lua_State *L, int index, const char *what)
{
    instant at = INSTANT_NONE;
    if (convert_try_instant(L, index, &at))
        return at;
    if (lua_type(L, index) == LUA_TNUMBER)
        luaL_error(L, "%s is not a time: %f", what, lua_tonumber(L, index));
    if (lua_type(L, index) == LUA_TSTRING)
        luaL_error(L, "%s is not a time: '%s'", what, lua_tostring(L, index));
    luaL_error(L, "%s must be a time as text or number, not a %s", what, luaL_typename(L, index));
    return at;
}

struct text convert_read_id(lua_State *L, int index, const char *what)
{
    index = lua_absindex(L, index);
    if (lua_type(L, index) == LUA_TNUMBER) {
        int exact = 0;
        const lua_Integer integer = lua_tointegerx(L, index, &exact);
        if (!exact ||
            (!lua_isinteger(L, index) && fabs(lua_tonumber(L, index)) > 9007199254740991.))
            luaL_error(L, "%s must be a text or a whole number, not %f", what,
                       lua_tonumber(L, index));
        lua_pushfstring(L, "%I", (LUAI_UACINT)integer);
        lua_replace(L, index);
    }
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "%s must be a text or a whole number, not %s", what,
                   json_marks_is_null(L, index) ? "null" : luaL_typename(L, index));
    const struct text id = convert_text_at(L, index);
    if (id.length == 0)
        luaL_error(L, "%s is empty", what);
    return id;
}

/* ---------------------------------------------------------------- raw values */

static struct raw_value read_raw_deep(lua_State *L, int index, struct arena *arena,
                                      const char *what, int depth);

static struct raw_value read_raw_list(lua_State *L, int index, struct arena *arena,
                                      const char *what, int depth)
{
    const size_t count = lua_rawlen(L, index);
    struct raw_value *const items = ARENA_ARRAY(arena, count, struct raw_value);
    if (!items)
        luaL_error(L, "not enough memory for %s", what);
    sandbox_charge(L, count);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        items[i] = read_raw_deep(L, -1, arena, what, depth);
        lua_pop(L, 1);
    }
    return (struct raw_value){.kind = RAW_LIST, .as.list = {items, count}};
}

/* {reference = {object = "world", id = 5}}; any other object has no meaning. */
static struct raw_value read_raw_object(lua_State *L, int index, struct arena *arena,
                                        const char *what)
{
    struct raw_value raw = {.kind = RAW_OBJECT, .as.reference = {TEXT_ABSENT, TEXT_ABSENT}};
    if (convert_push_member(L, index, "reference") == LUA_TTABLE) {
        sandbox_unwrap(L, -1);
        const int object = convert_push_member(L, -1, "object");
        if (convert_push_member(L, -2, "id") != LUA_TNIL && object == LUA_TSTRING) {
            raw.as.reference.object = convert_keep(L, arena, convert_text_at(L, -2));
            raw.as.reference.id = convert_keep(L, arena, convert_read_id(L, -1, what));
        }
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return raw;
}

static struct raw_value read_raw_table(lua_State *L, int index, struct arena *arena,
                                       const char *what, int depth)
{
    if (depth >= RAW_DEPTH)
        luaL_error(L, "%s is nested too deeply", what);
    luaL_checkstack(L, 8, "value");
    sandbox_push_real(L, index);
    const int real = lua_gettop(L);
    lua_pushnil(L);
    const bool empty = lua_next(L, real) == 0;
    if (!empty)
        lua_pop(L, 2);
    struct raw_value raw;
    if (empty || lua_rawlen(L, real) > 0 || json_marks_is_array(L, real))
        raw = read_raw_list(L, real, arena, what, depth + 1);
    else
        raw = read_raw_object(L, real, arena, what);
    lua_settop(L, real - 1);
    return raw;
}

static struct raw_value read_raw_deep(lua_State *L, int index, struct arena *arena,
                                      const char *what, int depth)
{
    struct raw_value raw = {.kind = RAW_NULL};
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        raw.kind = RAW_BOOLEAN;
        raw.as.boolean = lua_toboolean(L, index) != 0;
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            raw.kind = RAW_INTEGER;
            raw.as.integer = lua_tointeger(L, index);
        } else {
            raw.kind = RAW_NUMBER;
            raw.as.number = lua_tonumber(L, index);
            if (!isfinite(raw.as.number))
                luaL_error(L, "%s is not a finite number", what);
        }
        break;
    case LUA_TSTRING:
        raw.kind = RAW_TEXT;
        raw.as.text = convert_keep(L, arena, convert_text_at(L, index));
        if (!text_is_utf8(raw.as.text))
            luaL_error(L, "%s is not valid UTF-8", what);
        break;
    case LUA_TTABLE:
        return read_raw_table(L, lua_absindex(L, index), arena, what, depth);
    default:
        if (!json_marks_is_null(L, index))
            luaL_error(L, "%s cannot be a %s", what, luaL_typename(L, index));
    }
    return raw;
}

bool convert_read_plain(lua_State *L, int index, struct raw_value *raw)
{
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        *raw = (struct raw_value){.kind = RAW_BOOLEAN, .as.boolean = lua_toboolean(L, index) != 0};
        return true;
    case LUA_TSTRING:
        *raw = (struct raw_value){.kind = RAW_TEXT, .as.text = convert_text_at(L, index)};
        return text_is_utf8(raw->as.text);
    default:
        return false;
    }
}

struct raw_value convert_read_raw(lua_State *L, int index, struct arena *arena, const char *what)
{
    return read_raw_deep(L, index, arena, what, 0);
}

/* ---------------------------------------------------------------- values */

void convert_push_value(lua_State *L, const struct value *value)
{
    luaL_checkstack(L, 4, "value");
    switch (value->kind) {
    case VALUE_NULL:
        json_marks_push_null(L);
        break;
    case VALUE_BOOLEAN:
        lua_pushboolean(L, value->as.boolean);
        break;
    case VALUE_INTEGER:
        lua_pushinteger(L, value->as.integer);
        break;
    case VALUE_NUMBER:
        lua_pushnumber(L, value->as.number);
        break;
    case VALUE_TEXT:
        convert_push_text(L, value->as.text);
        break;
    case VALUE_INSTANT:
        convert_push_instant(L, value->as.at);
        break;
    case VALUE_LIST:
        convert_push_texts(L, value->as.list.items, value->as.list.count);
        json_marks_set_array(L, -1);
        break;
    case VALUE_REFERENCE:
        lua_createtable(L, 0, 2);
        convert_set_text(L, "object", value->as.reference.object);
        convert_set_text(L, "id", value->as.reference.id);
        break;
    }
}

/* ---------------------------------------------------------------- errors */

void convert_push_redacted(lua_State *L, size_t most)
{
    const struct secrets *const secrets = log_secrets(sandbox_of(L)->log);
    const struct text text = convert_text_at(L, -1);
    size_t length = text.length;
    char *const copy = lua_newuserdatauv(L, length + 1, 0);
    memcpy(copy, text.bytes, length);
    if (secrets) /* before it is cut: half a secret is not recognized */
        length = secrets_redact_bytes(secrets, copy, length);
    if (length > most) {
        for (length = most; length > 0 && ((unsigned char)copy[length] & 0xC0) == 0x80;)
            length--; /* not in the middle of a character */
    }
    lua_pushlstring(L, copy, length);
    lua_remove(L, -2);
    lua_remove(L, -2);
}

void convert_raise_if(lua_State *L, enum error_code code, const struct error *error)
{
    if (code)
        luaL_error(L, "%s", error->message);
}

void convert_check_keys(lua_State *L, int index, const char *const *known, const char *what)
{
    index = lua_absindex(L, index);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            sandbox_push_text(L, -1);
            luaL_error(L, "%s does not take the key [%s]", what, lua_tostring(L, -1));
        }
        const char *const key = lua_tostring(L, -1);
        const char *const *name = known;
        while (*name && strcmp(*name, key) != 0)
            name++;
        if (!*name)
            luaL_error(L, "%s does not know the key '%s'", what, key);
    }
}

const struct text *convert_sorted_keys(lua_State *L, int table, const char *message, size_t *count)
{
    *count = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "%s", message);
        (*count)++;
    }
    struct text *const keys = lua_newuserdatauv(L, (*count + 1) * sizeof *keys, 0);
    size_t i = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        keys[i++] = convert_text_at(L, -1);
    }
    sandbox_charge(L, *count * 16);
    text_sort(keys, *count);
    return keys;
}
