/* http_draft: the options of http.get, http.post ... as a request. */
#include "script/bindings/http_draft.h"

#include <string.h>
#include <strings.h>

#include "script/bindings/bindings.h"

/* ---------------------------------------------------------------- percent encoding */

static void add_encoded(lua_State *L, luaL_Buffer *out, struct text text)
{
    static const char digits[] = "0123456789ABCDEF";
    sandbox_charge(L, text.length);
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        const bool plain = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
                           byte == '_' || byte == '~';
        if (plain) {
            luaL_addchar(out, (char)byte);
        } else {
            luaL_addchar(out, '%');
            luaL_addchar(out, digits[byte >> 4]);
            luaL_addchar(out, digits[byte & 15]);
        }
    }
}

/* Push a parameter's value as text; false (nothing pushed) for null. */
static bool push_parameter(lua_State *L, int index, const char *name)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        return true;
    case LUA_TNUMBER: {
        int exact = 0;
        const lua_Integer integer = lua_tointegerx(L, index, &exact);
        if (exact)
            lua_pushfstring(L, "%I", (LUAI_UACINT)integer);
        else
            json_encode_push(L, index);
        return true;
    }
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        return true;
    default:
        if (!json_marks_is_null(L, index))
            luaL_error(L, "the parameter '%s' cannot be a %s", name, luaL_typename(L, index));
        return false;
    }
}

int http_draft_path(lua_State *L)
{
    const int count = lua_gettop(L);
    luaL_checktype(L, 1, LUA_TSTRING);
    luaL_checkstack(L, count + 4, "path");
    for (int i = 2; i <= count; i++) {
        if (lua_isnil(L, i) || lua_isboolean(L, i) || !push_parameter(L, i, "path"))
            return luaL_error(L, "part %d of the path must be an id: a text or a number", i - 1);
        lua_replace(L, i);
        const struct text part = convert_text_at(L, i);
        if (part.length == 0 || text_equal(part, TEXT(".")) || text_equal(part, TEXT("..")))
            return luaL_error(L, "part %d of the path is '%s', which names something else", i - 1,
                              part.bytes);
    }
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    luaL_addlstring(&out, lua_tostring(L, 1), lua_rawlen(L, 1));
    for (int i = 2; i <= count; i++) {
        luaL_addchar(&out, '/');
        add_encoded(L, &out, convert_text_at(L, i));
    }
    luaL_pushresult(&out);
    return 1;
}

static const struct text *push_sorted_names(lua_State *L, int table, const char *what,
                                            size_t *count)
{
    char message[64];
    (void)snprintf(message, sizeof message, "the names in '%s' must be texts", what);
    return convert_sorted_keys(L, table, message, count);
}

static void add_pair(lua_State *L, luaL_Buffer *out, const char *name, int value, bool *first)
{
    if (!push_parameter(L, value, name))
        return;
    lua_replace(L, value);
    if (!*first)
        luaL_addchar(out, '&');
    *first = false;
    add_encoded(L, out, text_of(name));
    luaL_addchar(out, '=');
    add_encoded(L, out, convert_text_at(L, value));
}

/* Push name=value&... of the table at `index`; a list gives its name once per item. */
static void push_encoded_pairs(lua_State *L, int index, const char *what)
{
    size_t count = 0;
    sandbox_push_real(L, index);
    const int table = lua_gettop(L), value = table + 2, item = table + 3;
    const struct text *const names = push_sorted_names(L, table, what, &count);
    lua_pushnil(L); /* the value of a name */
    lua_pushnil(L); /* one item of it */
    luaL_checkstack(L, 8, what);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        convert_push_text(L, names[i]);
        lua_rawget(L, table);
        lua_replace(L, value);
        if (!lua_istable(L, value)) {
            add_pair(L, &out, names[i].bytes, value, &first);
            continue;
        }
        sandbox_unwrap(L, value);
        for (lua_Integer at = 1; at <= (lua_Integer)lua_rawlen(L, value); at++) {
            lua_rawgeti(L, value, at);
            lua_replace(L, item);
            add_pair(L, &out, names[i].bytes, item, &first);
        }
    }
    luaL_pushresult(&out);
    lua_replace(L, table);
    lua_settop(L, table);
}

/* ---------------------------------------------------------------- a request and its options */

static const char *const option_keys[] = {
    "method",          "url",   "query",       "headers", "json",  "form", "body", "timeout",
    "idempotency_key", "reads", "credentials", "costs",   "waits", NULL};

static bool has_header(const struct http_draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->request.header_count; i++) {
        const struct text given = draft->headers[i].name;
        if (given.length == strlen(name) && strncasecmp(given.bytes, name, given.length) == 0)
            return true;
    }
    return false;
}

static void add_header(lua_State *L, struct http_draft *draft, struct text name, struct text value)
{
    if (draft->request.header_count == HTTP_DRAFT_HEADERS)
        luaL_error(L, "a request has at most %d headers", HTTP_DRAFT_HEADERS);
    draft->headers[draft->request.header_count++] = (struct http_header){name, value};
}

static void add_default_header(lua_State *L, struct http_draft *draft, const char *name,
                               const char *value)
{
    if (!has_header(draft, name))
        add_header(L, draft, text_of(name), text_of(value));
}

/* Leaves texts on the stack. */
static void read_headers(lua_State *L, int options, struct http_draft *draft)
{
    size_t count = 0;
    if (convert_push_member(L, options, "headers") == LUA_TNIL)
        return;
    luaL_argcheck(L, lua_istable(L, -1), 2, "'headers' must be a table");
    sandbox_push_real(L, -1);
    const int table = lua_gettop(L);
    const struct text *const names = push_sorted_names(L, table, "headers", &count);
    luaL_checkstack(L, (int)(count < HTTP_DRAFT_HEADERS ? count : HTTP_DRAFT_HEADERS) * 3 + 8,
                    "headers");
    for (size_t i = 0; i < count && i <= HTTP_DRAFT_HEADERS; i++) {
        convert_push_text(L, names[i]);
        lua_rawget(L, table);
        if (push_parameter(L, lua_gettop(L), names[i].bytes))
            add_header(L, draft, names[i], convert_text_at(L, -1));
    }
}

static void read_body(lua_State *L, int options, struct http_draft *draft)
{
    int bodies = 0;
    luaL_checkstack(L, 16, "body");
    if (convert_push_member(L, options, "json") != LUA_TNIL) {
        json_encode_push(L, -1);
        draft->request.body = convert_text_at(L, -1);
        add_default_header(L, draft, "Content-Type", "application/json");
        bodies++;
    }
    if (convert_push_member(L, options, "form") != LUA_TNIL) {
        luaL_argcheck(L, lua_istable(L, -1), 2, "'form' must be a table");
        push_encoded_pairs(L, lua_gettop(L), "form");
        draft->request.body = convert_text_at(L, -1);
        add_default_header(L, draft, "Content-Type", "application/x-www-form-urlencoded");
        bodies++;
    }
    if (convert_push_member(L, options, "body") != LUA_TNIL) {
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 2, "'body' must be a text");
        draft->request.body = convert_text_at(L, -1);
        bodies++;
    }
    if (bodies > 1)
        luaL_error(L, "a request has one of 'json', 'form' and 'body', not %d of them", bodies);
}

static void read_url(lua_State *L, int url, int options, struct http_draft *draft)
{
    draft->request.url = convert_text_at(L, url);
    if (convert_push_member(L, options, "query") == LUA_TNIL)
        return;
    luaL_argcheck(L, lua_istable(L, -1), 2, "'query' must be a table");
    push_encoded_pairs(L, lua_gettop(L), "query");
    if (lua_rawlen(L, -1) == 0)
        return;
    const char *const joint = !strchr(draft->request.url.bytes, '?') ? "?" : "&";
    lua_pushvalue(L, url);
    lua_pushstring(L, joint);
    lua_pushvalue(L, -3);
    lua_concat(L, 3);
    draft->request.url = convert_text_at(L, -1);
}

/* false: none; a text: those with this name. */
static void read_credentials(lua_State *L, int options, struct http_draft *draft)
{
    const int type = convert_push_member(L, options, "credentials");
    luaL_argcheck(L, type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TSTRING, 2,
                  "'credentials' must be a name, or false");
    if (type == LUA_TSTRING)
        draft->request.credentials = convert_text_at(L, -1);
    else if (type == LUA_TBOOLEAN)
        draft->request.without_credentials = !lua_toboolean(L, -1);
}

void http_draft_read(lua_State *L, int method, int url, int options, struct http_draft *draft)
{
    memset(&draft->request, 0, sizeof draft->request);
    draft->request.method = convert_text_at(L, method);
    draft->request.headers = draft->headers;
    luaL_checkstack(L, 16, "request");
    sandbox_unwrap(L, options);
    convert_check_keys(L, options, option_keys, "a request");
    read_url(L, url, options, draft);
    read_headers(L, options, draft);
    read_body(L, options, draft);
    add_default_header(L, draft, "Accept", "application/json");
    if (convert_push_member(L, options, "timeout") != LUA_TNIL) {
        const double seconds = luaL_checknumber(L, -1);
        luaL_argcheck(L, seconds > 0 && seconds <= 86400, 2, "'timeout' is a number of seconds");
        draft->request.timeout_ms = (int64_t)(seconds * 1000);
    }
    if (convert_push_member(L, options, "idempotency_key") != LUA_TNIL)
        draft->request.idempotency_key = convert_read_id(L, -1, "'idempotency_key'");
    convert_push_member(L, options, "reads");
    draft->request.reads = lua_toboolean(L, -1);
    read_credentials(L, options, draft);
    http_rates_read(L, options, &draft->rates, &draft->request);
    sandbox_charge(L, draft->request.body.length);
}
