/*
 * Encoding JSON: the text is written directly: integers whole, other numbers with the fewest digits
 * that read back as the same number, keys sorted so that equal tables give equal texts.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "script/convert/convert.h"
#include "script/convert/json_convert.h"
#include "script/convert/json_marks.h"
#include "script/sandbox/sandbox_private.h"

enum { ENCODE_DEPTH = 120 }; /* encoding recurses in C */

/* The text so far: memory of a userdata in a stack slot, so that an error loses nothing. */
struct writer {
    lua_State *state;
    int slot;
    char *data;
    size_t length, capacity;
};

/* The tables around the present one, to find cycles. */
struct ancestor {
    const void *table;
    const struct ancestor *above;
    int depth;
};

static void add_value(struct writer *out, int index, const struct ancestor *above);

static void add_bytes(struct writer *out, const char *bytes, size_t length)
{
    if (length > out->capacity - out->length) {
        const size_t capacity = (out->length + length) * 2 + 256;
        char *const data = lua_newuserdatauv(out->state, capacity, 0);
        if (out->length > 0)
            memcpy(data, out->data, out->length);
        lua_replace(out->state, out->slot);
        out->data = data;
        out->capacity = capacity;
    }
    memcpy(out->data + out->length, bytes, length);
    out->length += length;
}

static void add_string(struct writer *out, const char *string)
{
    add_bytes(out, string, strlen(string));
}

static void add_escaped(struct writer *out, unsigned char byte)
{
    static const char *const short_names[] = {"\\b", "\\t", "\\n", NULL, "\\f", "\\r"};
    char escape[8];
    if (byte >= '\b' && byte <= '\r' && short_names[byte - '\b']) {
        add_string(out, short_names[byte - '\b']);
    } else if (byte == '"' || byte == '\\') {
        const char pair[2] = {'\\', (char)byte};
        add_bytes(out, pair, sizeof pair);
    } else {
        (void)snprintf(escape, sizeof escape, "\\u%04x", byte);
        add_string(out, escape);
    }
}

static void add_text(struct writer *out, struct text text)
{
    if (!text_is_utf8(text))
        luaL_error(out->state, "cannot encode as JSON: a text is not valid UTF-8");
    sandbox_charge(out->state, text.length);
    add_bytes(out, "\"", 1);
    size_t plain = 0; /* from here on nothing needs an escape */
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        if (byte >= ' ' && byte != '"' && byte != '\\' && byte != 0x7f)
            continue;
        add_bytes(out, text.bytes + plain, i - plain);
        add_escaped(out, byte);
        plain = i + 1;
    }
    add_bytes(out, text.bytes + plain, text.length - plain);
    add_bytes(out, "\"", 1);
}

static void add_number(struct writer *out, int index)
{
    lua_State *const L = out->state;
    char text[40];
    if (lua_isinteger(L, index)) {
        (void)snprintf(text, sizeof text, LUA_INTEGER_FMT, lua_tointeger(L, index));
        add_string(out, text);
        return;
    }
    const double number = lua_tonumber(L, index);
    if (!isfinite(number))
        luaL_error(L, "cannot encode %s as JSON", isnan(number) ? "NaN" : "infinity");
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    add_string(out, text);
    if (!strpbrk(text, ".e"))
        add_string(out, ".0"); /* it stays a float */
}

static void add_array(struct writer *out, int table, const struct ancestor *self)
{
    lua_State *const L = out->state;
    const lua_Integer count = (lua_Integer)lua_rawlen(L, table);
    add_bytes(out, "[", 1);
    for (lua_Integer i = 1; i <= count; i++) {
        if (i > 1)
            add_bytes(out, ",", 1);
        lua_rawgeti(L, table, i);
        add_value(out, lua_gettop(L), self);
        lua_pop(L, 1);
    }
    add_bytes(out, "]", 1);
}

static void add_object(struct writer *out, int table, const struct ancestor *self)
{
    lua_State *const L = out->state;
    size_t count = 0;
    const struct text *const keys = convert_sorted_keys(
        L, table, "cannot encode as JSON: a table has keys that are not texts", &count);
    add_bytes(out, "{", 1);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            add_bytes(out, ",", 1);
        add_text(out, keys[i]);
        add_bytes(out, ":", 1);
        lua_pushlstring(L, keys[i].bytes, keys[i].length);
        lua_rawget(L, table);
        add_value(out, lua_gettop(L), self);
        lua_pop(L, 1);
    }
    add_bytes(out, "}", 1);
    lua_pop(L, 1);
}

/* An array: marked as one, or with the keys 1 to n and no others. Raises for what is neither an
 * array nor an object. */
static bool is_array(lua_State *L, int table)
{
    const size_t length = lua_rawlen(L, table);
    size_t count = 0;
    bool others = false;
    lua_Integer greatest = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        count++;
        if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1)
            greatest = lua_tointeger(L, -1) > greatest ? lua_tointeger(L, -1) : greatest;
        else
            others = true;
    }
    sandbox_charge(L, count);
    const bool marked = json_marks_is_array(L, table);
    if (others && (marked || greatest > 0))
        luaL_error(L, "cannot encode as JSON: a table has both positions and other keys");
    if (greatest > 0 && ((size_t)greatest != count || length != count))
        luaL_error(L,
                   "cannot encode a sparse array as JSON (%I entries, the last at %I): put "
                   "json.null into the gaps",
                   (LUAI_UACINT)count, (LUAI_UACINT)greatest);
    return marked || greatest > 0;
}

static void add_table(struct writer *out, int index, const struct ancestor *above)
{
    lua_State *const L = out->state;
    sandbox_push_real(L, index);
    const int table = lua_gettop(L);
    const struct ancestor self = {lua_topointer(L, table), above, !above ? 1 : above->depth + 1};
    for (const struct ancestor *at = above; at; at = at->above)
        if (at->table == self.table)
            luaL_error(L, "cannot encode as JSON: a table contains itself");
    if (self.depth > ENCODE_DEPTH)
        luaL_error(L, "cannot encode as JSON: a table is nested deeper than %d levels",
                   ENCODE_DEPTH);
    if (is_array(L, table))
        add_array(out, table, &self);
    else
        add_object(out, table, &self);
    lua_pop(L, 1);
}

static void add_value(struct writer *out, int index, const struct ancestor *above)
{
    lua_State *const L = out->state;
    luaL_checkstack(L, 10, "JSON");
    sandbox_charge(L, 8);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        add_string(out, "null");
        break;
    case LUA_TBOOLEAN:
        add_string(out, lua_toboolean(L, index) ? "true" : "false");
        break;
    case LUA_TNUMBER:
        add_number(out, index);
        break;
    case LUA_TSTRING:
        add_text(out, convert_text_at(L, index));
        break;
    case LUA_TTABLE:
        add_table(out, index, above);
        break;
    default:
        if (!json_marks_is_null(L, index))
            luaL_error(L, "cannot encode a %s as JSON", luaL_typename(L, index));
        add_string(out, "null");
    }
}

void json_encode_push(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, "JSON");
    lua_pushnil(L);
    struct writer out = {L, lua_gettop(L), NULL, 0, 0};
    add_value(&out, index, NULL);
    lua_pushlstring(L, out.data, out.length);
    lua_replace(L, out.slot);
}
