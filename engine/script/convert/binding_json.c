/*
 * json: exact in both directions (docs/json.md says why it is neither lua-cjson nor pure Lua).
 *
 * Decoding is jansson's; its tree is held in a userdata and counted against the script's memory
 * before it is made. Encoding is in json_encode.c.
 */
#include <jansson.h>
#include <string.h>

#include "script/convert/convert.h"
#include "script/convert/json_convert.h"
#include "script/convert/json_marks.h"
#include "script/convert/json_mend.h"
#include "script/sandbox/sandbox_private.h"

enum {
    JSON_DEPTH = 500, /* decoding */
    NODE_BYTES = 112  /* about what jansson takes for one value with its key */
};

/* ---------------------------------------------------------------- marks */

static int mark_table(lua_State *L, const char *key, const char *other)
{
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL && !json_marks_has(L, 1, key) &&
        !json_marks_has(L, 1, other))
        return luaL_error(L, "this table cannot be marked: its metatable is protected");
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    lua_setmetatable(L, 1);
    return 1;
}

static int make_array(lua_State *L)
{
    return mark_table(L, &json_mark_array, &json_mark_object);
}

static int make_object(lua_State *L)
{
    return mark_table(L, &json_mark_object, &json_mark_array);
}

/* ---------------------------------------------------------------- decode */

/* Jansson's tree of a text, and how much of the script's memory is reserved for it. */
struct tree {
    json_t *root;
    struct sandbox *sandbox;
    size_t reserved;
};

static void tree_release(void *bytes)
{
    struct tree *const tree = bytes;
    json_decref(tree->root);
    sandbox_release(tree->sandbox, tree->reserved);
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

static void push_node(lua_State *L, const json_t *node, int depth, bool sandboxed);

static void push_object(lua_State *L, const json_t *node, int depth, bool sandboxed)
{
    lua_createtable(L, 0, (int)json_object_size(node));
    json_t *const object = (json_t *)node; /* iterating does not change it */
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        lua_pushlstring(L, json_object_iter_key(at), json_object_iter_key_len(at));
        push_node(L, json_object_iter_value(at), depth + 1, sandboxed);
        lua_rawset(L, -3);
    }
    if (sandboxed && json_object_size(node) == 0) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &json_mark_object);
        lua_setmetatable(L, -2);
    }
}

static void push_node(lua_State *L, const json_t *node, int depth, bool sandboxed)
{
    if (depth > JSON_DEPTH)
        luaL_error(L, "JSON nested deeper than %d levels", JSON_DEPTH);
    luaL_checkstack(L, 6, "JSON");
    if (sandboxed)
        sandbox_charge(L, 8);
    switch (json_typeof(node)) {
    case JSON_OBJECT:
        push_object(L, node, depth, sandboxed);
        break;
    case JSON_ARRAY:
        lua_createtable(L, (int)json_array_size(node), 0);
        for (size_t i = 0; i < json_array_size(node); i++) {
            push_node(L, json_array_get(node, i), depth + 1, sandboxed);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        if (sandboxed)
            json_marks_set_array(L, -1);
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
        json_marks_push_null(L);
        break;
    }
}

void binding_json_push(lua_State *L, const json_t *json)
{
    push_node(L, json, 0, false);
}

/* One bad value must not cost a whole answer. NULL: it cannot be read at all. */
static json_t *load_mended(struct text json)
{
    struct buffer mended = BUFFER(SIZE_MAX / 4);
    json_t *root = NULL;
    if (!json_mend(json, &mended, NULL) && mended.length > 0)
        root = json_loadb(mended.data, mended.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    buffer_release(&mended);
    return root;
}

void binding_json_decode(lua_State *L, struct text json)
{
    struct sandbox *const sandbox = sandbox_of(L);
    struct tree *const tree = sandbox_resource_push(L, sizeof *tree, tree_release);
    tree->sandbox = sandbox;
    sandbox_charge(L, json.length);
    const size_t needed = count_values(json) * NODE_BYTES + json.length;
    if (!sandbox_reserve(sandbox, needed))
        luaL_error(L, "JSON of %I bytes needs more memory than the script's limit",
                   (LUAI_UACINT)json.length);
    tree->reserved = needed;
    json_error_t problem;
    tree->root = json_loadb(json.bytes ? json.bytes : "", json.length,
                            JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
    if (!tree->root)
        tree->root = load_mended(json);
    if (!tree->root)
        luaL_error(L, "not JSON: %s, at line %d, column %d", problem.text, problem.line,
                   problem.column);
    push_node(L, tree->root, 0, true);
    sandbox_resource_end(L, -2);
    lua_remove(L, -2);
}

static int decode(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    binding_json_decode(L, convert_text_at(L, 1));
    return 1;
}

/* ---------------------------------------------------------------- the library */

static int encode(lua_State *L)
{
    luaL_checkany(L, 1);
    json_encode_push(L, 1);
    return 1;
}

static int null_text(lua_State *L)
{
    lua_pushliteral(L, "null");
    return 1;
}

static void make_mark(lua_State *L, const char *key, const char *name)
{
    lua_createtable(L, 0, 2);
    convert_set_flag(L, "__metatable", 0);
    convert_set_words(L, "__name", name);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void binding_json_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"decode", decode},      {"encode", encode}, {"array", make_array},
        {"object", make_object}, {NULL, NULL},
    };
    make_mark(L, &json_mark_array, "array");
    make_mark(L, &json_mark_object, "object");
    json_marks_push_null(L); /* stack: null; its metatable is that of all light userdata */
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, null_text);
    lua_setfield(L, -2, "__tostring");
    convert_set_words(L, "__name", "json.null");
    convert_set_flag(L, "__metatable", 0);
    lua_setmetatable(L, -2);
    luaL_newlib(L, functions);
    lua_insert(L, -2);
    lua_setfield(L, -2, "null");
    sandbox_read_only(L);
    sandbox_set_global(L, "json");
}
