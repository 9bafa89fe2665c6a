/*
 * http: requests of scripts. The calls of one statement form a batch, held by a userdata; the
 * script's call yields until all of them are done.
 *
 * What the client refuses or the network fails with is raised as a table {kind, message} (in
 * http.all: stands in the place of the response).
 */
#include <string.h>
#include <strings.h>

#include "script/script_private.h"

static const char *const BATCH_TYPE = "http batch";
static const char key_headers = 'h';
static const char key_error = 'e';

enum { BATCH_MOST = 1000, WAIT_MS = 1000, HEADERS_MOST = 200 };

struct http_batch {
    const struct script *script;
    struct sandbox_wait wait;
    size_t count;
    struct http_call *calls[];
};

/* ---------------------------------------------------------------- waiting */

static bool batch_is_done(void *context)
{
    const struct http_batch *const batch = context;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->calls[i] != NULL && !http_call_done(batch->calls[i]))
            return false;
    }
    return true;
}

static enum error_code batch_block(void *context, struct error *error)
{
    const struct http_batch *const batch = context;
    const volatile sig_atomic_t *const interrupt = batch->script->options.interrupt;
    if (interrupt != NULL && *interrupt != 0)
        return error_set(error, ERROR_INTERRUPTED, "interrupted while waiting for an answer");
    http_client_wait(batch->script->options.http, WAIT_MS);
    return ERROR_NONE;
}

static int batch_release(lua_State *L)
{
    struct http_batch *const batch = lua_touserdata(L, 1);
    for (size_t i = 0; i < batch->count; i++) {
        http_call_free(batch->calls[i]);
        batch->calls[i] = NULL;
    }
    return 0;
}

static struct http_batch *push_batch(lua_State *L, size_t count)
{
    struct http_batch *const batch =
        lua_newuserdatauv(L, sizeof *batch + count * sizeof *batch->calls, 0);
    memset(batch, 0, sizeof *batch + count * sizeof *batch->calls);
    batch->count = count;
    batch->script = script_of(L);
    batch->wait = (struct sandbox_wait){batch, batch_is_done, batch_block};
    luaL_setmetatable(L, BATCH_TYPE);
    return batch;
}

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
            push_json_encoded(L, index);
        return true;
    }
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        return true;
    default:
        if (!is_json_null(L, index))
            luaL_error(L, "the parameter '%s' cannot be a %s", name, luaL_typename(L, index));
        return false;
    }
}

static int compare_texts(lua_State *L)
{
    lua_pushboolean(L, text_compare(text_at(L, 1), text_at(L, 2)) < 0);
    return 1;
}

/* Push an array of the keys of the table at `index`, sorted. */
static void push_sorted_keys(lua_State *L, int index, const char *what)
{
    lua_newtable(L);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "the names in '%s' must be texts", what);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, ++count);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals);
    lua_getfield(L, -1, "table");
    lua_getfield(L, -1, "sort");
    lua_replace(L, -3);
    lua_pop(L, 1); /* stack: keys, sort */
    lua_pushvalue(L, -2);
    lua_pushcfunction(L, compare_texts);
    lua_call(L, 2, 0);
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
    add_encoded(L, out, text_at(L, value));
}

/* Push name=value&... of the table at `index`; a list gives its name once per item. */
static void push_encoded_pairs(lua_State *L, int index, const char *what)
{
    sandbox_push_real(L, index);
    const int table = lua_gettop(L);
    push_sorted_keys(L, table, what);
    const int keys = lua_gettop(L);
    const lua_Integer count = (lua_Integer)lua_rawlen(L, keys);
    lua_pushnil(L); /* the name */
    lua_pushnil(L); /* its value */
    lua_pushnil(L); /* one item of it */
    const int name = keys + 1, value = keys + 2, item = keys + 3;
    luaL_checkstack(L, 8, what);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    bool first = true;
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, i);
        lua_replace(L, name);
        lua_pushvalue(L, name);
        lua_rawget(L, table);
        lua_replace(L, value);
        if (!lua_istable(L, value)) {
            add_pair(L, &out, lua_tostring(L, name), value, &first);
            continue;
        }
        sandbox_push_real(L, value);
        lua_replace(L, value);
        for (lua_Integer at = 1; at <= (lua_Integer)lua_rawlen(L, value); at++) {
            lua_rawgeti(L, value, at);
            lua_replace(L, item);
            add_pair(L, &out, lua_tostring(L, name), item, &first);
        }
    }
    luaL_pushresult(&out);
    lua_replace(L, table);
    lua_settop(L, table);
}

/* ---------------------------------------------------------------- building a request */

static const char *const option_keys[] = {"method", "url",  "query",   "headers",         "json",
                                          "form",   "body", "timeout", "idempotency_key", "reads",
                                          NULL};

/* A request as it is put together; texts live on the Lua stack below `top`. */
struct draft {
    struct http_request request;
    struct http_header headers[HEADERS_MOST];
};

static int push_option(lua_State *L, int options, const char *name)
{
    lua_pushstring(L, name);
    return lua_rawget(L, options);
}

static bool has_header(const struct draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->request.header_count; i++) {
        const struct text given = draft->headers[i].name;
        if (given.length == strlen(name) && strncasecmp(given.bytes, name, given.length) == 0)
            return true;
    }
    return false;
}

static void add_header(lua_State *L, struct draft *draft, struct text name, struct text value)
{
    if (draft->request.header_count == HEADERS_MOST)
        luaL_error(L, "a request has at most %d headers", HEADERS_MOST);
    draft->headers[draft->request.header_count++] = (struct http_header){name, value};
}

static void add_default_header(lua_State *L, struct draft *draft, const char *name,
                               const char *value)
{
    if (!has_header(draft, name))
        add_header(L, draft, text_of(name), text_of(value));
}

/* Leaves texts on the stack. */
static void read_headers(lua_State *L, int options, struct draft *draft)
{
    if (push_option(L, options, "headers") == LUA_TNIL)
        return;
    luaL_argcheck(L, lua_istable(L, -1), 2, "'headers' must be a table");
    sandbox_push_real(L, -1);
    const int table = lua_gettop(L);
    push_sorted_keys(L, table, "headers");
    const int keys = lua_gettop(L);
    const lua_Integer count = (lua_Integer)lua_rawlen(L, keys);
    luaL_checkstack(L, (int)(count < HEADERS_MOST ? count : HEADERS_MOST) * 3 + 8, "headers");
    for (lua_Integer i = 1; i <= count && i <= HEADERS_MOST + 1; i++) {
        lua_rawgeti(L, keys, i);
        const struct text name = text_at(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        if (push_parameter(L, lua_gettop(L), name.bytes))
            add_header(L, draft, name, text_at(L, -1));
    }
}

static void read_body(lua_State *L, int options, struct draft *draft)
{
    int bodies = 0;
    luaL_checkstack(L, 16, "body");
    if (push_option(L, options, "json") != LUA_TNIL) {
        push_json_encoded(L, -1);
        draft->request.body = text_at(L, -1);
        add_default_header(L, draft, "Content-Type", "application/json");
        bodies++;
    }
    if (push_option(L, options, "form") != LUA_TNIL) {
        luaL_argcheck(L, lua_istable(L, -1), 2, "'form' must be a table");
        push_encoded_pairs(L, lua_gettop(L), "form");
        draft->request.body = text_at(L, -1);
        add_default_header(L, draft, "Content-Type", "application/x-www-form-urlencoded");
        bodies++;
    }
    if (push_option(L, options, "body") != LUA_TNIL) {
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 2, "'body' must be a text");
        draft->request.body = text_at(L, -1);
        bodies++;
    }
    if (bodies > 1)
        luaL_error(L, "a request has one of 'json', 'form' and 'body', not %d of them", bodies);
}

static void read_url(lua_State *L, int url, int options, struct draft *draft)
{
    draft->request.url = text_at(L, url);
    if (push_option(L, options, "query") == LUA_TNIL)
        return;
    luaL_argcheck(L, lua_istable(L, -1), 2, "'query' must be a table");
    push_encoded_pairs(L, lua_gettop(L), "query");
    if (lua_rawlen(L, -1) == 0)
        return;
    const char *const joint = strchr(draft->request.url.bytes, '?') == NULL ? "?" : "&";
    lua_pushvalue(L, url);
    lua_pushstring(L, joint);
    lua_pushvalue(L, -3);
    lua_concat(L, 3);
    draft->request.url = text_at(L, -1);
}

/* ---------------------------------------------------------------- results */

static int error_text(lua_State *L)
{
    lua_pushliteral(L, "message");
    lua_rawget(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
        lua_pushliteral(L, "an error of http");
    return 1;
}

static void push_http_error(lua_State *L, const char *kind, const char *message)
{
    lua_createtable(L, 0, 2);
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    lua_pushstring(L, message);
    lua_setfield(L, -2, "message");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_error);
    lua_setmetatable(L, -2);
}

static void push_fault(lua_State *L, const struct http_result *result)
{
    struct error shown = result->error;
    log_redact(sandbox_of(L)->log, shown.message);
    push_http_error(L, http_fault_name(result->fault), shown.message);
    if (shown.detail != 0) {
        lua_pushinteger(L, shown.detail);
        lua_setfield(L, -2, "status");
    }
}

static void push_lower(lua_State *L, struct text text)
{
    luaL_Buffer out;
    char *const room = luaL_buffinitsize(L, &out, text.length + 1);
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.bytes[i];
        room[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
    }
    luaL_pushresultsize(&out, text.length);
}

/* response.headers["Content-Type"]: letter case does not count. */
static int header_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    push_lower(L, text_at(L, 2));
    lua_rawget(L, 1);
    return 1;
}

static void push_headers(lua_State *L, const struct http_response *response)
{
    lua_createtable(L, 0, (int)response->header_count);
    for (size_t i = 0; i < response->header_count; i++) {
        push_lower(L, response->headers[i].name);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) == LUA_TSTRING) {
            lua_pushliteral(L, ", ");
            push_text(L, response->headers[i].value);
            lua_concat(L, 3);
        } else {
            lua_pop(L, 1);
            push_text(L, response->headers[i].value);
        }
        lua_rawset(L, -3);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_headers);
    lua_setmetatable(L, -2);
}

static int decode_body(lua_State *L)
{
    lua_settop(L, 1);
    push_json_decoded(L, text_at(L, 1));
    return 1;
}

/* response.json(): upvalue is the body. Raises {kind = "decode"} for what is not JSON. */
static int response_json(lua_State *L)
{
    lua_settop(L, 0);
    lua_pushcfunction(L, decode_body);
    lua_pushvalue(L, lua_upvalueindex(1));
    const int status = lua_pcall(L, 1, 1, 0);
    sandbox_check_killed(L);
    if (status == LUA_OK)
        return 1;
    if (status == LUA_ERRMEM)
        return lua_error(L);
    const struct text body = text_at(L, lua_upvalueindex(1));
    char message[512];
    (void)snprintf(message, sizeof message, "the answer (status %d) is %s; it begins with '%.80s'",
                   (int)lua_tointeger(L, lua_upvalueindex(2)), lua_tostring(L, -1),
                   body.length > 0 ? body.bytes : "");
    push_http_error(L, "decode", message);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_setfield(L, -2, "status");
    return lua_error(L);
}

static void push_response(lua_State *L, const struct http_response *response)
{
    lua_createtable(L, 0, 6);
    lua_pushinteger(L, response->status);
    lua_setfield(L, -2, "status");
    lua_pushboolean(L, response->status >= 200 && response->status < 300);
    lua_setfield(L, -2, "ok");
    push_headers(L, response);
    lua_setfield(L, -2, "headers");
    sandbox_charge(L, response->body.length);
    lua_pushlstring(L, response->body.bytes != NULL ? response->body.bytes : "",
                    response->body.length);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "body");
    lua_pushinteger(L, response->status);
    lua_pushcclosure(L, response_json, 2);
    lua_setfield(L, -2, "json");
    lua_pushinteger(L, response->elapsed_ms);
    lua_setfield(L, -2, "elapsed_ms");
}

/* Push the response of call i, or its error; tells which. The call is freed: its body is in Lua. */
static bool push_result(lua_State *L, struct http_batch *batch, size_t i)
{
    const struct http_result *const result = http_call_result(batch->calls[i]);
    const bool ok = result->fault == HTTP_FAULT_NONE;
    if (ok)
        push_response(L, &result->response);
    else
        push_fault(L, result);
    http_call_free(batch->calls[i]);
    batch->calls[i] = NULL;
    return ok;
}

static int finish_one(lua_State *L)
{
    struct http_batch *const batch = luaL_checkudata(L, -1, BATCH_TYPE);
    return push_result(L, batch, 0) ? 1 : lua_error(L);
}

static int finish_all(lua_State *L)
{
    struct http_batch *const batch = luaL_checkudata(L, -1, BATCH_TYPE);
    lua_createtable(L, (int)batch->count, 0);
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->calls[i] == NULL) /* it could not be started: the error is at hand */
            lua_rawgeti(L, 2, (lua_Integer)i + 1);
        else
            (void)push_result(L, batch, i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---------------------------------------------------------------- the functions */

static struct http_client *check_client(lua_State *L)
{
    struct http_client *const client = script_of(L)->options.http;
    if (client == NULL)
        luaL_error(L, "http is not available here");
    if (script_of(L)->loading)
        luaL_error(L, "http is not available while the script is loaded");
    return client;
}

/* Start the request that the options at `options` describe; url and method are stack positions. On
 * failure the error (a table) is left on the stack instead. */
static bool start(lua_State *L, int method, int url, int options, struct http_call **call)
{
    struct http_client *const client = check_client(L);
    struct draft draft;
    memset(&draft.request, 0, sizeof draft.request);
    draft.request.method = text_at(L, method);
    draft.request.headers = draft.headers;
    luaL_checkstack(L, 16, "request");
    sandbox_push_real(L, options);
    lua_replace(L, options);
    check_keys(L, options, option_keys, "a request");
    read_url(L, url, options, &draft);
    read_headers(L, options, &draft);
    read_body(L, options, &draft);
    add_default_header(L, &draft, "Accept", "application/json");
    if (push_option(L, options, "timeout") != LUA_TNIL) {
        const double seconds = luaL_checknumber(L, -1);
        luaL_argcheck(L, seconds > 0 && seconds <= 86400, 2, "'timeout' is a number of seconds");
        draft.request.timeout_ms = (int64_t)(seconds * 1000);
    }
    if (push_option(L, options, "idempotency_key") != LUA_TNIL)
        draft.request.idempotency_key = read_id(L, -1, "'idempotency_key'");
    push_option(L, options, "reads");
    draft.request.reads = lua_toboolean(L, -1);
    sandbox_charge(L, draft.request.body.length);
    struct error error;
    if (http_client_start(client, &draft.request, call, &error) == ERROR_NONE)
        return true;
    log_redact(sandbox_of(L)->log, error.message);
    push_http_error(L, http_fault_name(HTTP_FAULT_REFUSED), error.message);
    return false;
}

/* Stack: method, url, options. */
static int send_one(lua_State *L)
{
    luaL_argcheck(L, lua_type(L, 2) == LUA_TSTRING, 1, "a URL expected");
    if (lua_isnil(L, 3)) {
        lua_newtable(L);
        lua_replace(L, 3);
    }
    luaL_argcheck(L, lua_istable(L, 3), 2, "a table of options expected");
    struct http_batch *const batch = push_batch(L, 1); /* at 4 */
    if (!start(L, 1, 2, 3, &batch->calls[0]))
        return lua_error(L);
    lua_settop(L, 4);
    return sandbox_yield(L, &batch->wait, finish_one);
}

static int send_method(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    return send_one(L);
}

/* Push the method of the request table at `options`, upper case; GET if it has none. */
static void push_method(lua_State *L, int options)
{
    if (push_option(L, options, "method") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushliteral(L, "GET");
    }
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1, "'method' must be a text");
    size_t length = 0;
    const char *const method = lua_tolstring(L, -1, &length);
    luaL_Buffer out;
    char *const room = luaL_buffinitsize(L, &out, length + 1);
    for (size_t i = 0; i < length; i++)
        room[i] = (char)(method[i] >= 'a' && method[i] <= 'z' ? method[i] - 32 : method[i]);
    luaL_pushresultsize(&out, length);
    lua_remove(L, -2);
}

/* http.request{method=, url=, ...} or http.request(url, {method=, ...}) */
static int http_request(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING) {
        lua_settop(L, 2);
        if (lua_isnil(L, 2)) {
            lua_newtable(L);
            lua_replace(L, 2);
        }
        luaL_checktype(L, 2, LUA_TTABLE);
        push_method(L, 2);
        lua_insert(L, 1); /* stack: method, url, options */
        return send_one(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    push_method(L, 1);
    push_option(L, 1, "url");
    lua_rotate(L, 1, -1); /* stack: method, url, options */
    return send_one(L);
}

/* http.all{ {url=, ...}, ... }: responses in the same order. */
static int http_all(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    const size_t count = lua_rawlen(L, 1);
    luaL_argcheck(L, count <= BATCH_MOST, 1, "at most 1000 requests at once");
    check_client(L);
    lua_newtable(L); /* at 2: errors of those that could not be started */
    struct http_batch *const batch = push_batch(L, count);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        luaL_argcheck(L, lua_istable(L, 4), 1, "each request is a table");
        push_method(L, 4);
        luaL_argcheck(L, push_option(L, 4, "url") == LUA_TSTRING, 1, "each request has a 'url'");
        if (!start(L, 5, 6, 4, &batch->calls[i]))
            lua_rawseti(L, 2, (lua_Integer)i + 1);
        lua_settop(L, 3);
    }
    return sandbox_yield(L, &batch->wait, finish_all);
}

static void make_metatables(lua_State *L)
{
    luaL_newmetatable(L, BATCH_TYPE);
    lua_pushcfunction(L, batch_release);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushcfunction(L, header_index);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_headers);
    lua_newtable(L);
    lua_pushcfunction(L, error_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "http error");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_error);
}

void open_http(lua_State *L)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    static const char *const names[] = {"get", "post", "put", "patch", "delete"};
    make_metatables(L);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        lua_pushstring(L, methods[i]);
        lua_pushcclosure(L, send_method, 1);
        lua_setfield(L, -2, names[i]);
    }
    lua_pushcfunction(L, http_request);
    lua_setfield(L, -2, "request");
    lua_pushcfunction(L, http_all);
    lua_setfield(L, -2, "all");
    sandbox_read_only(L);
    sandbox_set_global(L, "http");
}
