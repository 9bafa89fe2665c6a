/*
 * http: requests of scripts. The calls of one statement form a batch, held by a resource; the
 * script's call yields until all of them are done.
 *
 * Refusals of the client and failures of the network are raised as a table {kind, message} (in
 * http.all: returned in place of the response).
 */
#include <string.h>

#include "script/bindings/http_answer.h"
#include "script/bindings/http_draft.h"
#include "script/bindings/bindings.h"

enum { BATCH_MOST = 1000, WAIT_MS = 1000 };

/* A request, and how much of the script's memory is reserved for it and for its answer. */
struct batch_call {
    struct http_call *call; /* NULL: it could not be started, or its answer is in Lua */
    size_t reserved;
    bool counted; /* the answer is in `reserved` */
};

struct http_batch {
    const struct script *script;
    struct sandbox_wait wait;
    bool too_large; /* the answers need more memory than there is; all calls are ended */
    size_t count;
    struct batch_call calls[];
};

/* ---------------------------------------------------------------- waiting */

static void end_call(struct http_batch *batch, size_t i)
{
    struct batch_call *const call = &batch->calls[i];
    http_call_free(call->call);
    sandbox_release(batch->script->sandbox, call->reserved);
    *call = (struct batch_call){NULL, 0, false};
}

static bool reserve(struct http_batch *batch, struct batch_call *call, size_t bytes)
{
    if (!sandbox_reserve(batch->script->sandbox, bytes))
        return false;
    call->reserved += bytes;
    return true;
}

static size_t answer_size(const struct http_response *response)
{
    size_t size = response->body.length;
    for (size_t i = 0; i < response->header_count; i++)
        size += sizeof *response->headers + response->headers[i].name.length +
                response->headers[i].value.length;
    return size;
}

/* Answers wait in C until all have come. */
static bool count_answer(struct http_batch *batch, struct batch_call *call)
{
    if (call->counted || !call->call || !http_call_done(call->call))
        return true;
    call->counted = true;
    return reserve(batch, call, answer_size(&http_call_result(call->call)->response));
}

static bool batch_is_done(void *context)
{
    struct http_batch *const batch = context;
    bool done = true;
    for (size_t i = 0; i < batch->count; i++) {
        batch->too_large = !count_answer(batch, &batch->calls[i]) || batch->too_large;
        done = done && (!batch->calls[i].call || http_call_done(batch->calls[i].call));
    }
    for (size_t i = 0; i < batch->count && batch->too_large; i++)
        end_call(batch, i);
    return done || batch->too_large;
}

static enum error_code batch_block(void *context, struct error *error)
{
    const struct http_batch *const batch = context;
    const volatile sig_atomic_t *const interrupt = batch->script->options.interrupt;
    if (interrupt && *interrupt != 0)
        return error_set(error, ERROR_INTERRUPTED, "interrupted while waiting for an answer");
    http_client_wait(batch->script->options.http, WAIT_MS);
    return ERROR_NONE;
}

static void batch_release(void *bytes)
{
    struct http_batch *const batch = bytes;
    for (size_t i = 0; i < batch->count; i++)
        end_call(batch, i);
}

static struct http_batch *push_batch(lua_State *L, size_t count)
{
    struct http_batch *const batch =
        sandbox_resource_push(L, sizeof *batch + count * sizeof *batch->calls, batch_release);
    batch->count = count;
    batch->script = script_of(L);
    batch->wait = (struct sandbox_wait){batch, batch_is_done, batch_block};
    return batch;
}

/* ---------------------------------------------------------------- results */

/* Push the response of call i, or its error; tells which. The call is freed: its body is in Lua. */
static bool push_result(lua_State *L, struct http_batch *batch, size_t i)
{
    struct batch_call *const call = &batch->calls[i];
    if (!http_call_done(call->call))
        luaL_error(L, "this request is still in progress");
    const struct http_result *const result = http_call_result(call->call);
    const bool ok = result->fault == HTTP_FAULT_NONE;
    /* From here on Lua's own memory counts. */
    sandbox_release(batch->script->sandbox, call->reserved);
    call->reserved = 0;
    if (ok)
        http_answer_push(L, &result->response);
    else
        http_answer_push_fault(L, result);
    end_call(batch, i);
    return ok;
}

static struct http_batch *check_batch(lua_State *L)
{
    struct http_batch *const batch = sandbox_resource_check(L, -1, batch_release);
    if (batch->too_large)
        sandbox_end_for_memory(L);
    return batch;
}

static int finish_one(lua_State *L)
{
    struct http_batch *const batch = check_batch(L);
    const bool ok = push_result(L, batch, 0);
    sandbox_resource_end(L, -2);
    return ok ? 1 : lua_error(L);
}

static int finish_all(lua_State *L)
{
    struct http_batch *const batch = check_batch(L);
    lua_createtable(L, (int)batch->count, 0);
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->calls[i].call) /* it could not be started: the error is at hand */
            lua_rawgeti(L, 2, (lua_Integer)i + 1);
        else
            (void)push_result(L, batch, i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    sandbox_resource_end(L, -2);
    return 1;
}

/* ---------------------------------------------------------------- the functions */

static struct http_client *check_client(lua_State *L)
{
    struct http_client *const client = script_of(L)->options.http;
    if (!client)
        luaL_error(L, "http is not available here");
    if (script_of(L)->loading)
        luaL_error(L, "http is not available while the script is loaded");
    return client;
}

static size_t request_size(const struct http_request *request)
{
    size_t size = request->url.length + request->body.length;
    for (size_t i = 0; i < request->header_count; i++)
        size += request->headers[i].name.length + request->headers[i].value.length;
    return size;
}

/* What the script noted about a write is kept before the write goes out. */
static enum error_code keep_notes(lua_State *L, const struct http_request *request,
                                  struct error *error)
{
    const struct script_cache *const cache = script_of(L)->options.cache;
    if (!cache || !cache->keep || request->reads || http_method_is_safe(request->method))
        return ERROR_NONE;
    return cache->keep(cache->context, error);
}

/* Start the request that the options at `options` describe; url and method are stack positions. On
 * failure the error (a table) is left on the stack instead. */
static bool start(lua_State *L, int method, int url, int options, struct http_batch *batch,
                  struct batch_call *call)
{
    struct http_client *const client = check_client(L);
    struct http_draft draft;
    http_draft_read(L, method, url, options, &draft);
    struct error error;
    if (!reserve(batch, call, request_size(&draft.request)))
        sandbox_end_for_memory(L);
    if (!keep_notes(L, &draft.request, &error) &&
        !http_client_start(client, &draft.request, &call->call, &error))
        return true;
    end_call(batch, (size_t)(call - batch->calls));
    /* Not redacted: it repeats what the script has written, and redaction would reveal whether that
     * is a secret. */
    http_answer_push_error(L, http_fault_name(HTTP_FAULT_REFUSED), error.message,
                           error_number_of(&error));
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
    if (!start(L, 1, 2, 3, batch, &batch->calls[0]))
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
    if (convert_push_member(L, options, "method") == LUA_TNIL) {
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
    convert_push_member(L, 1, "url");
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
        luaL_argcheck(L, convert_push_member(L, 4, "url") == LUA_TSTRING, 1,
                      "each request has a 'url'");
        if (!start(L, 5, 6, 4, batch, &batch->calls[i]))
            lua_rawseti(L, 2, (lua_Integer)i + 1);
        lua_settop(L, 3);
    }
    return sandbox_yield(L, &batch->wait, finish_all);
}

/* http.told{bucket=, limit=, remaining=, resets_in=} */
static int http_told(lua_State *L)
{
    struct rate_told told;
    lua_settop(L, 1);
    http_rates_told(L, 1, &told);
    client_rate_told(check_client(L), &told);
    return 0;
}

void binding_http_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"request", http_request},
                                         {"all", http_all},
                                         {"path", http_draft_path},
                                         {"told", http_told},
                                         {NULL, NULL}};
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    static const char *const names[] = {"get", "post", "put", "patch", "delete"};
    http_answer_open(L);
    luaL_newlib(L, functions);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        lua_pushstring(L, methods[i]);
        lua_pushcclosure(L, send_method, 1);
        lua_setfield(L, -2, names[i]);
    }
    sandbox_set_library(L, "http");
}
