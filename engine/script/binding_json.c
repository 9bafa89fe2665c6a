/*
 * json: exact in both directions (docs/json.md says why it is neither lua-cjson nor pure Lua).
 *
 * Decoding is jansson's; its tree is held in a userdata and counted against the script's memory
 * before it is made. Encoding writes the text directly: integers whole, other numbers with the
 * fewest digits that read back as the same number, keys sorted so that equal tables give equal
 * texts.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "script/script_private.h"

enum {
    JSON_DEPTH = 500,   /* decoding */
    ENCODE_DEPTH = 120, /* encoding recurses in C */
    NODE_BYTES = 112    /* about what jansson takes for one value with its key */
};

static const char key_array = 'a';
static const char key_object = 'o';

/* ---------------------------------------------------------------- null and marks */

void push_json_null(lua_State *L)
{
    lua_pushlightuserdata(L, NULL);
}

bool is_json_null(lua_State *L, int index)
{
    return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

static bool has_metatable(lua_State *L, int index, const char *key)
{
    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    const bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    return same;
}

bool is_json_array(lua_State *L, int index)
{
    return has_metatable(L, index, &key_array);
}

void mark_json_array(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_array);
    lua_setmetatable(L, index);
}

static int mark_table(lua_State *L, const char *key, const char *other)
{
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL && !has_metatable(L, 1, key) &&
        !has_metatable(L, 1, other))
        return luaL_error(L, "this table cannot be marked: its metatable is protected");
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    lua_setmetatable(L, 1);
    return 1;
}

static int make_array(lua_State *L)
{
    return mark_table(L, &key_array, &key_object);
}

static int make_object(lua_State *L)
{
    return mark_table(L, &key_object, &key_array);
}

/* ---------------------------------------------------------------- decode */

struct tree {
    json_t *root;
    struct sandbox *sandbox;
    size_t reserved;
};

static int tree_release(lua_State *L)
{
    struct tree *const tree = lua_touserdata(L, 1);
    json_decref(tree->root);
    tree->root = NULL;
    sandbox_release(tree->sandbox, tree->reserved);
    tree->reserved = 0;
    return 0;
}

/* At most this many values are in the text: one more than it has separators. */
static size_t count_values(struct text json)
{
    size_t count = 1;
    bool in_text = false;
    for (size_t i = 0; i < json.length; i++) {
        const char character = json.bytes[i];
        if (in_text) {
            if (character == '\\')
                i++;
            else if (character == '"')
                in_text = false;
        } else if (character == '"') {
            in_text = true;
        } else if (character == ',' || character == '[' || character == '{') {
            count++;
        }
    }
    return count;
}

static void push_node(lua_State *L, const json_t *node, int depth);

static void push_object(lua_State *L, const json_t *node, int depth)
{
    lua_createtable(L, 0, (int)json_object_size(node));
    json_t *const object = (json_t *)node; /* iterating does not change it */
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        lua_pushlstring(L, json_object_iter_key(at), json_object_iter_key_len(at));
        push_node(L, json_object_iter_value(at), depth + 1);
        lua_rawset(L, -3);
    }
    if (json_object_size(node) == 0) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key_object);
        lua_setmetatable(L, -2);
    }
}

static void push_node(lua_State *L, const json_t *node, int depth)
{
    if (depth > JSON_DEPTH)
        luaL_error(L, "JSON nested deeper than %d levels", JSON_DEPTH);
    luaL_checkstack(L, 6, "JSON");
    sandbox_charge(L, 8);
    switch (json_typeof(node)) {
    case JSON_OBJECT:
        push_object(L, node, depth);
        break;
    case JSON_ARRAY:
        lua_createtable(L, (int)json_array_size(node), 0);
        for (size_t i = 0; i < json_array_size(node); i++) {
            push_node(L, json_array_get(node, i), depth + 1);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        mark_json_array(L, -1);
        break;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(node), json_string_length(node));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, json_integer_value(node));
        break;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(node));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(L, json_is_true(node));
        break;
    case JSON_NULL:
        push_json_null(L);
        break;
    }
}

void push_json_decoded(lua_State *L, struct text json)
{
    struct sandbox *const sandbox = sandbox_of(L);
    struct tree *const tree = lua_newuserdatauv(L, sizeof *tree, 0);
    *tree = (struct tree){NULL, sandbox, 0};
    static const luaL_Reg methods[] = {{"__gc", tree_release}, {NULL, NULL}};
    if (luaL_newmetatable(L, "json tree"))
        luaL_setfuncs(L, methods, 0);
    lua_setmetatable(L, -2);
    sandbox_charge(L, json.length);
    const size_t needed = count_values(json) * NODE_BYTES + json.length;
    if (!sandbox_reserve(sandbox, needed))
        luaL_error(L, "JSON of %I bytes needs more memory than the script's limit",
                   (LUAI_UACINT)json.length);
    tree->reserved = needed;
    json_error_t problem;
    tree->root = json_loadb(json.bytes != NULL ? json.bytes : "", json.length,
                            JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
    if (tree->root == NULL)
        luaL_error(L, "not JSON: %s, at line %d, column %d", problem.text, problem.line,
                   problem.column);
    push_node(L, tree->root, 0);
    json_decref(tree->root);
    tree->root = NULL;
    sandbox_release(sandbox, tree->reserved);
    tree->reserved = 0;
    lua_remove(L, -2);
}

static int decode(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    push_json_decoded(L, text_at(L, 1));
    return 1;
}

/* ---------------------------------------------------------------- encode */

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
    if (byte >= '\b' && byte <= '\r' && short_names[byte - '\b'] != NULL) {
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
        luaL_error(out->state, "cannot encode a text as JSON that is not valid UTF-8");
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
    if (strpbrk(text, ".e") == NULL)
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

static int compare_keys(const void *left, const void *right)
{
    const struct text *const a = left;
    const struct text *const b = right;
    return text_compare(*a, *b);
}

/* Leaves the sorted keys in a userdata on the stack. */
static struct text *sorted_keys(lua_State *L, int table, size_t *count)
{
    *count = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "cannot encode a table as JSON whose keys are not all texts");
        (*count)++;
    }
    struct text *const keys = lua_newuserdatauv(L, (*count + 1) * sizeof *keys, 0);
    size_t i = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        keys[i++] = text_at(L, -1); /* the table keeps its keys alive */
    }
    sandbox_charge(L, *count * 16);
    qsort(keys, *count, sizeof *keys, compare_keys);
    return keys;
}

static void add_object(struct writer *out, int table, const struct ancestor *self)
{
    lua_State *const L = out->state;
    size_t count = 0;
    const struct text *const keys = sorted_keys(L, table, &count);
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
    const bool marked = is_json_array(L, table);
    if (others && (marked || greatest > 0))
        luaL_error(L, "cannot encode a table as JSON that has positions and other keys");
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
    const struct ancestor self = {lua_topointer(L, table), above,
                                  above == NULL ? 1 : above->depth + 1};
    for (const struct ancestor *at = above; at != NULL; at = at->above) {
        if (at->table == self.table)
            luaL_error(L, "cannot encode a table as JSON that contains itself");
    }
    if (self.depth > ENCODE_DEPTH)
        luaL_error(L, "cannot encode a table as JSON that is nested deeper than %d levels",
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
        add_text(out, text_at(L, index));
        break;
    case LUA_TTABLE:
        add_table(out, index, above);
        break;
    default:
        if (!is_json_null(L, index))
            luaL_error(L, "cannot encode a %s as JSON", luaL_typename(L, index));
        add_string(out, "null");
    }
}

void push_json_encoded(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, "JSON");
    lua_pushnil(L);
    struct writer out = {L, lua_gettop(L), NULL, 0, 0};
    add_value(&out, index, NULL);
    lua_pushlstring(L, out.data, out.length);
    lua_replace(L, out.slot);
}

static int encode(lua_State *L)
{
    luaL_checkany(L, 1);
    push_json_encoded(L, 1);
    return 1;
}

/* ---------------------------------------------------------------- the library */

static int null_text(lua_State *L)
{
    lua_pushliteral(L, "null");
    return 1;
}

static void make_mark(lua_State *L, const char *key, const char *name)
{
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void open_json(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"decode", decode},      {"encode", encode}, {"array", make_array},
        {"object", make_object}, {NULL, NULL},
    };
    make_mark(L, &key_array, "array");
    make_mark(L, &key_object, "object");
    push_json_null(L); /* stack: null; its metatable is that of all light userdata */
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, null_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "json.null");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    luaL_newlib(L, functions);
    lua_insert(L, -2);
    lua_setfield(L, -2, "null");
    sandbox_read_only(L);
    sandbox_set_global(L, "json");
}
