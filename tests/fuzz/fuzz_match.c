/*
 * The sandbox's matcher of patterns against Lua's own: string.find, match, gmatch and gsub.
 *
 * Input: bytes from which a pattern, a subject and the other arguments are chosen; an input that
 * has ended gives zeros.
 *
 * Promise: the same results, or the same refusal. What is chosen is short, because Lua's own
 * matcher is not bounded.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/sandbox/sandbox_private.h"

enum { ITEMS = 8, SUBJECT = 20, RAW_PATTERN = 12, TEXT_SIZE = 256, STEPS = 40, NESTING = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* ---------------------------------------------------------------- choosing */

struct choice {
    const uint8_t *at, *end;
};

struct built {
    char bytes[TEXT_SIZE];
    size_t length;
};

static unsigned choose(struct choice *choice, unsigned from)
{
    return choice->at < choice->end ? *choice->at++ % from : 0;
}

static void add_bytes(struct built *built, const char *bytes, size_t length)
{
    if (built->length + length > sizeof built->bytes)
        return;
    memcpy(built->bytes + built->length, bytes, length);
    built->length += length;
}

static void add(struct built *built, const char *text)
{
    add_bytes(built, text, strlen(text));
}

/* What subjects are made of, and the plain characters of patterns. */
static void add_character(struct built *built, struct choice *choice)
{
    static const char characters[] = "aaabbc0 1-]^%A\n\xc3\xa9\xff";
    const unsigned i = choose(choice, sizeof characters); /* its NUL counts */
    add_bytes(built, characters + i, 1);
}

static void add_class(struct built *built, struct choice *choice)
{
    static const char classes[] = "acdglpsuwxACDGLPSUWX%.-]z";
    add(built, "%");
    add_bytes(built, classes + choose(choice, sizeof classes - 1), 1);
}

static void add_set(struct built *built, struct choice *choice)
{
    add(built, choose(choice, 3) == 0 ? "[^" : "[");
    for (unsigned i = choose(choice, 4); i > 0; i--) {
        const unsigned kind = choose(choice, 4);
        if (kind == 0) {
            add_class(built, choice);
        } else {
            add_character(built, choice);
            if (kind == 1)
                add(built, "-");
        }
    }
    add(built, choose(choice, 16) == 0 ? "" : "]");
}

static void add_single(struct built *built, struct choice *choice)
{
    switch (choose(choice, 5)) {
    case 0:
        add(built, ".");
        break;
    case 1:
        add_class(built, choice);
        break;
    case 2:
        add_set(built, choice);
        break;
    default:
        add_character(built, choice);
    }
}

static void add_items(struct built *built, struct choice *choice, unsigned nesting);

static void add_item(struct built *built, struct choice *choice, unsigned nesting)
{
    static const char *const quantifiers[] = {"", "", "", "*", "+", "-", "?", "$"};
    static const char *const special[] = {"%1",    "%2", "%b()", "%bab", "%b",
                                          "%f[a]", "%f", "()",   ")",    "("};
    const unsigned kind = choose(choice, 10);
    if (kind == 0 && nesting < NESTING) {
        add(built, "(");
        add_items(built, choice, nesting + 1);
        add(built, ")");
    } else if (kind == 1) {
        add(built, special[choose(choice, sizeof special / sizeof *special)]);
    } else if (kind == 2) {
        add(built, "%f");
        add_set(built, choice);
    } else {
        add_single(built, choice);
        add(built, quantifiers[choose(choice, sizeof quantifiers / sizeof *quantifiers)]);
    }
}

static void add_items(struct built *built, struct choice *choice, unsigned nesting)
{
    for (unsigned i = 1 + choose(choice, ITEMS >> nesting); i > 0; i--)
        add_item(built, choice, nesting);
}

static void make_pattern(struct built *built, struct choice *choice)
{
    static const char raw[] = "%[]()^$.*+-?ab1fbw0";
    if (choose(choice, 5) == 0) {
        for (unsigned i = choose(choice, RAW_PATTERN); i > 0; i--)
            add_bytes(built, raw + choose(choice, sizeof raw), 1);
        return;
    }
    if (choose(choice, 6) == 0)
        add(built, "^");
    add_items(built, choice, 0);
    if (choose(choice, 6) == 0)
        add(built, "$");
}

static void make_subject(struct built *built, struct choice *choice)
{
    for (unsigned i = choose(choice, SUBJECT); i > 0; i--)
        choose(choice, 6) == 0 ? add(built, "(a)") : add_character(built, choice);
}

/* ---------------------------------------------------------------- asking both */

enum { AT_OURS = 1, AT_NATIVE, AT_SUBJECT, AT_PATTERN, AT_LAST = AT_PATTERN };

/* What a replacing function is: 'false' for some, else what it was given. */
static int replace(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING && lua_rawlen(L, 1) % 2 == 1)
        return 0;
    lua_settop(L, 1);
    return 1;
}

static void push_replacement(lua_State *L, struct choice *choice)
{
    static const char *const parts[] = {"%0", "%1", "%2", "x", "%%", "%", "-"};
    struct built text = {.length = 0};
    switch (choose(choice, 4)) {
    case 0:
        lua_pushcfunction(L, replace);
        break;
    case 1:
        lua_newtable(L);
        lua_pushliteral(L, "A");
        lua_setfield(L, -2, "a");
        lua_pushboolean(L, (int)choose(choice, 2));
        lua_setfield(L, -2, "b");
        break;
    default:
        for (unsigned i = choose(choice, 4); i > 0; i--)
            add(&text, parts[choose(choice, sizeof parts / sizeof *parts)]);
        lua_pushlstring(L, text.bytes, text.length);
    }
}

static void push_position(lua_State *L, struct choice *choice)
{
    const unsigned position = choose(choice, 3 * SUBJECT);
    if (position < SUBJECT)
        lua_pushnil(L);
    else
        lua_pushinteger(L, (lua_Integer)position - 2 * SUBJECT);
}

/* The arguments after subject and pattern. */
static void push_rest(lua_State *L, const char *function, struct choice *choice)
{
    if (strcmp(function, "gsub") == 0) {
        push_replacement(L, choice);
        push_position(L, choice);
        return;
    }
    push_position(L, choice);
    if (strcmp(function, "find") == 0)
        lua_pushboolean(L, choose(choice, 8) == 0);
}

/* Call what is `depth` below the top, with all above as arguments; the results are left, after
 * whether it went well. */
static void call(lua_State *L, int arguments)
{
    const int base = lua_gettop(L) - arguments;
    lua_pushboolean(L, lua_pcall(L, arguments, LUA_MULTRET, 0) == LUA_OK);
    lua_insert(L, base);
}

static void fail(lua_State *L, const char *function)
{
    fprintf(stderr, "string.%s differs: subject '", function);
    (void)fwrite(lua_tostring(L, AT_SUBJECT), 1, lua_rawlen(L, AT_SUBJECT), stderr);
    fprintf(stderr, "', pattern '");
    (void)fwrite(lua_tostring(L, AT_PATTERN), 1, lua_rawlen(L, AT_PATTERN), stderr);
    fprintf(stderr, "'\n");
    for (int i = AT_LAST + 1; i <= lua_gettop(L); i++)
        fprintf(stderr, "  %d: %s\n", i, luaL_tolstring(L, i, NULL)), lua_pop(L, 1);
    abort();
}

/* From `ours` to before `native`, and from there to the top. Functions stand for the iterators of
 * gmatch, which are run by the caller. */
static void compare(lua_State *L, const char *function, int ours, int native)
{
    const int count = native - ours;
    if (lua_gettop(L) - native + 1 != count)
        fail(L, function);
    for (int i = 0; i < count; i++) {
        const bool same = lua_rawequal(L, ours + i, native + i) != 0 ||
                          (lua_isfunction(L, ours + i) && lua_isfunction(L, native + i));
        if (!same || lua_isinteger(L, ours + i) != lua_isinteger(L, native + i))
            fail(L, function);
    }
}

/* Both iterators of gmatch, step by step. */
static void compare_steps(lua_State *L, int ours, int native)
{
    const int top = lua_gettop(L);
    for (int step = 0; step < STEPS; step++) {
        lua_settop(L, top);
        lua_pushvalue(L, ours);
        call(L, 0);
        const int second = lua_gettop(L) + 1;
        lua_pushvalue(L, native);
        call(L, 0);
        compare(L, "gmatch", top + 1, second);
        if (!lua_toboolean(L, top + 1) || second == top + 2 || lua_isnil(L, top + 2))
            return;
    }
}

static void push_call(lua_State *L, int library, const char *function, int rest, int count)
{
    lua_getfield(L, library, function);
    lua_pushvalue(L, AT_SUBJECT);
    lua_pushvalue(L, AT_PATTERN);
    for (int i = 0; i < count; i++)
        lua_pushvalue(L, rest + i);
    call(L, 2 + count);
}

static void compare_function(lua_State *L, const char *function, struct choice *choice)
{
    lua_settop(L, AT_LAST);
    push_rest(L, function, choice);
    const int rest = AT_LAST + 1, count = lua_gettop(L) - AT_LAST, ours = lua_gettop(L) + 1;
    push_call(L, AT_OURS, function, rest, count);
    const int native = lua_gettop(L) + 1;
    push_call(L, AT_NATIVE, function, rest, count);
    compare(L, function, ours, native);
    if (strcmp(function, "gmatch") == 0 && lua_isfunction(L, ours + 1))
        compare_steps(L, ours + 1, native + 1);
}

static int compare_all(lua_State *L)
{
    static const char *const functions[] = {"find", "match", "gmatch", "gsub", NULL};
    struct choice *const choice = lua_touserdata(L, 1);
    struct built subject = {.length = 0}, pattern = {.length = 0};
    make_pattern(&pattern, choice);
    make_subject(&subject, choice);
    lua_settop(L, 0);
    luaL_checkstack(L, 400, "captures");
    sandbox_open_string(L);
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lua_pushlstring(L, subject.bytes, subject.length);
    lua_pushlstring(L, pattern.bytes, pattern.length);
    for (const char *const *function = functions; *function; function++)
        compare_function(L, *function, choice);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct sandbox_options options = {.name = "fuzz"};
    struct choice choice = {bytes, bytes + length};
    struct sandbox *sandbox = NULL;
    struct error error = {0};
    if (sandbox_new(&options, &sandbox, &error) ||
        sandbox_protect(sandbox, compare_all, &choice, &error))
        abort();
    sandbox_free(sandbox);
    return 0;
}
