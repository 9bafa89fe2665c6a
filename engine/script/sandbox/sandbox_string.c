/* The string library of scripts: Lua's own where it is harmless, counted where it is not. */
#include "script/sandbox/sandbox_match.h"
#include "script/sandbox/sandbox_private.h"

#include <string.h>

/* ---------------------------------------------------------------- find and match */

static size_t start_position(lua_Integer position, size_t length)
{
    if (position > 0)
        return (size_t)position;
    if (position == 0 || position < -(lua_Integer)length)
        return 1;
    return length + (size_t)position + 1;
}

static bool has_specials(const char *pattern, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (pattern[i] != '\0' && strchr("^$*+?.([%-", pattern[i]))
            return true;
    return false;
}

static int find_plain(lua_State *L, const char *subject, size_t length, size_t from,
                      const char *wanted, size_t wanted_length)
{
    sandbox_charge(L, length - from);
    const char *const found = memmem(subject + from, length - from, wanted, wanted_length);
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - subject + 1);
    lua_pushinteger(L, found - subject + (ptrdiff_t)wanted_length);
    return 2;
}

static int find_or_match(lua_State *L, bool find)
{
    size_t length = 0, pattern_length = 0;
    const char *const subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    const size_t from = start_position(luaL_optinteger(L, 3, 1), length) - 1;
    if (from > length) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || !has_specials(pattern, pattern_length)))
        return find_plain(L, subject, length, from, pattern, pattern_length);
    struct match match;
    sandbox_match_start(&match, L, subject, length, pattern + pattern_length);
    const bool anchored = pattern_length > 0 && *pattern == '^';
    if (anchored)
        pattern++;
    for (const char *at = subject + from; at <= subject + length; at++) {
        const char *const end = sandbox_match_at(&match, at, pattern);
        if (end && !find)
            return sandbox_match_push_captures(&match, at, end, true);
        if (end) {
            lua_pushinteger(L, at - subject + 1);
            lua_pushinteger(L, end - subject);
            return sandbox_match_push_captures(&match, at, end, false) + 2;
        }
        if (anchored)
            break;
    }
    sandbox_charge(L, match.steps);
    lua_pushnil(L);
    return 1;
}

static int string_find(lua_State *L)
{
    return find_or_match(L, true);
}

static int string_match(lua_State *L)
{
    return find_or_match(L, false);
}

/* ---------------------------------------------------------------- gmatch */

/* Upvalues: subject, pattern, where to go on, end of the last match (0: none). */
static int gmatch_step(lua_State *L)
{
    size_t length = 0, pattern_length = 0;
    const char *const subject = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *const pattern = lua_tolstring(L, lua_upvalueindex(2), &pattern_length);
    const lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
    struct match match;
    sandbox_match_start(&match, L, subject, length, pattern + pattern_length);
    for (const char *at = subject + lua_tointeger(L, lua_upvalueindex(3)); at <= subject + length;
         at++) {
        const char *const end = sandbox_match_at(&match, at, pattern);
        if (end && end - subject + 1 != last) {
            lua_pushinteger(L, end - subject);
            lua_replace(L, lua_upvalueindex(3));
            lua_pushinteger(L, end - subject + 1);
            lua_replace(L, lua_upvalueindex(4));
            return sandbox_match_push_captures(&match, at, end, true);
        }
    }
    sandbox_charge(L, match.steps + 1);
    lua_pushinteger(L, (lua_Integer)length + 1);
    lua_replace(L, lua_upvalueindex(3));
    return 0;
}

static int string_gmatch(lua_State *L)
{
    size_t length = 0;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t from = start_position(luaL_optinteger(L, 3, 1), length) - 1;
    if (from > length)
        from = length + 1;
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)from);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, gmatch_step, 4);
    return 1;
}

/* ---------------------------------------------------------------- gsub */

static void add_replacement_text(struct match *match, luaL_Buffer *out, const char *from,
                                 const char *to)
{
    lua_State *const L = match->state;
    size_t length = 0;
    const char *const text = lua_tolstring(L, 3, &length);
    sandbox_charge(L, length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            luaL_addchar(out, text[i]);
            continue;
        }
        i++;
        const char escaped = i < length ? text[i] : '\0';
        if (escaped == '%') {
            luaL_addchar(out, '%');
        } else if (escaped == '0') {
            luaL_addlstring(out, from, (size_t)(to - from));
        } else if (escaped >= '1' && escaped <= '9') {
            sandbox_match_push_capture(match, escaped - '1', from, to);
            luaL_tolstring(L, -1, NULL); /* a position is a number */
            lua_remove(L, -2);
            luaL_addvalue(out);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
    }
}

/* Returns whether anything was replaced. */
static bool add_replacement(struct match *match, luaL_Buffer *out, const char *from, const char *to)
{
    lua_State *const L = match->state;
    switch (lua_type(L, 3)) {
    case LUA_TFUNCTION:
        lua_pushvalue(L, 3);
        lua_call(L, sandbox_match_push_captures(match, from, to, true), 1);
        break;
    case LUA_TTABLE:
        sandbox_match_push_capture(match, 0, from, to);
        lua_gettable(L, 3);
        break;
    default:
        add_replacement_text(match, out, from, to);
        return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, from, (size_t)(to - from));
        return false;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(out);
    return true;
}

static int string_gsub(lua_State *L)
{
    size_t length = 0, pattern_length = 0;
    const char *const subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    const int kind = lua_type(L, 3);
    luaL_argexpected(L,
                     kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION ||
                         kind == LUA_TTABLE,
                     3, "string/function/table");
    const lua_Integer limit = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    struct match match;
    sandbox_match_start(&match, L, subject, length, pattern + pattern_length);
    const bool anchored = pattern_length > 0 && *pattern == '^';
    if (anchored)
        pattern++;
    if (kind == LUA_TNUMBER)
        lua_tostring(L, 3);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    lua_Integer count = 0;
    const char *at = subject;
    const char *last = NULL;
    while (count < limit) {
        const char *const end = sandbox_match_at(&match, at, pattern);
        if (end && end != last) {
            count++;
            (void)add_replacement(&match, &out, at, end);
            at = last = end;
        } else if (at < subject + length) {
            luaL_addchar(&out, *at);
            at++;
        } else {
            break;
        }
        if (anchored)
            break;
    }
    luaL_addlstring(&out, at, (size_t)(subject + length - at));
    luaL_pushresult(&out);
    sandbox_charge(L, length + match.steps);
    lua_pushinteger(L, count);
    return 2;
}

/* ---------------------------------------------------------------- rep and format */

static int string_rep(lua_State *L)
{
    size_t length = 0, separator_length = 0;
    luaL_checklstring(L, 1, &length);
    const lua_Integer count = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &separator_length);
    if (count <= 0 || length + separator_length == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    const size_t limit = sandbox_of(L)->limits.memory_bytes;
    if (length + separator_length > limit / (size_t)count)
        return luaL_error(L, "resulting string too large");
    sandbox_charge(L, (length + separator_length) * (size_t)count);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* Lua's own format, after its texts were made without addresses; %p is refused. */
static int string_format(lua_State *L)
{
    size_t length = 0;
    const char *const format = luaL_checklstring(L, 1, &length);
    const int top = lua_gettop(L);
    int argument = 1;
    sandbox_charge(L, length);
    for (size_t i = 0; i < length; i++) {
        if (format[i] != '%')
            continue;
        i++;
        if (i < length && format[i] == '%')
            continue;
        while (i < length && format[i] != '\0' && strchr("-+ #0123456789.", format[i]))
            i++;
        argument++;
        const char conversion = i < length ? format[i] : '\0';
        if (conversion == 'p')
            return luaL_error(L, "invalid conversion '%%p' to 'format': addresses are not shown");
        if (conversion == 's' && argument <= top && lua_type(L, argument) != LUA_TSTRING) {
            sandbox_push_text(L, argument);
            lua_replace(L, argument);
        }
        if (argument <= top && lua_type(L, argument) == LUA_TSTRING)
            sandbox_charge(L, lua_rawlen(L, argument));
    }
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* ---------------------------------------------------------------- the library */

void sandbox_open_string(lua_State *L)
{
    static const luaL_Reg own[] = {
        {"find", string_find},
        {"match", string_match},
        {"gmatch", string_gmatch},
        {"gsub", string_gsub},
        {NULL, NULL},
    };
    static const char *const charged[] = {"byte",    "char", "lower",  "pack",  "packsize",
                                          "reverse", "sub",  "unpack", "upper", NULL};
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    luaL_setfuncs(L, own, 0);
    sandbox_wrap(L, "rep", string_rep);
    sandbox_wrap(L, "format", string_format);
    sandbox_wrap_charged(L, charged);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    /* The metatable of all strings: nobody looks at it. Its __index is the real table. */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}
