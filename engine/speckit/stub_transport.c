/* Passes each request to a function of the spec and takes its answer. */
#include "speckit/stub_transport.h"

#include "script/convert/convert.h"

#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

/* What one request needs, across a protected call. */
struct exchange_of_messages {
    const struct stub_transport *stub;
    const struct http_request *request;
    struct http_result *result;
    struct error *error; /* of `send` */
    enum error_code code;
};

static void push_request(lua_State *state, const struct http_request *request)
{
    lua_createtable(state, 0, 6);
    convert_set_text(state, "method", request->method);
    convert_set_text(state, "url", request->url);
    convert_set_text(state, "body", request->body);
    convert_set_text(state, "idempotency_key", request->idempotency_key);
    lua_createtable(state, 0, (int)request->header_count);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *const header = &request->headers[i];
        convert_push_text(state, header->name);
        convert_push_text(state, header->value.bytes ? header->value : TEXT(""));
        lua_rawset(state, -3);
    }
    lua_setfield(state, -2, "headers");
}

/* ---- the answer ---- */

/* A separate block, as http_result_release needs it. */
static bool copy_text(struct text text, struct text *copy)
{
    char *const block = calloc(1, text.length + 1);
    if (!block)
        return false;
    if (text.length)
        memcpy(block, text.bytes, text.length);
    *copy = (struct text){block, text.length};
    return true;
}

static bool copy_headers(lua_State *state, int index, struct http_response *response)
{
    size_t count = 0;
    for (lua_pushnil(state); lua_next(state, index); lua_pop(state, 1))
        count++;
    response->headers = calloc(count ? count : 1, sizeof *response->headers);
    if (!response->headers)
        return false;
    lua_pushnil(state);
    while (lua_next(state, index)) {
        struct http_header *const header = &response->headers[response->header_count++];
        lua_pushvalue(state, -2); /* tolstring would change a key that is a number */
        const bool copied = copy_text(convert_text_at(state, -1), &header->name) &&
                            copy_text(convert_text_at(state, -2), &header->value);
        lua_pop(state, 2);
        if (!copied) {
            lua_pop(state, 1);
            return false;
        }
    }
    return true;
}

static void fail(lua_State *state, int index, const char *name, struct http_result *result)
{
    static const enum http_fault faults[] = {
#define X(constant, text) constant,
        HTTP_FAULTS(X)
#undef X
    };
    enum http_fault fault = HTTP_FAULT_REFUSED;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (strcmp(http_fault_name(faults[i]), name) == 0)
            fault = faults[i];
    }
    lua_getfield(state, index, "sent");
    result->sent = lua_toboolean(state, -1);
    lua_getfield(state, index, "message");
    const char *const message = lua_tostring(state, -1);
    http_result_fail(result, fault, ERROR_TRANSPORT, "%s", message ? message : name);
    lua_pop(state, 2);
}

static void read_answer(lua_State *state, struct exchange_of_messages *messages)
{
    struct http_result *const result = messages->result;
    struct http_response *const response = &result->response;
    const int index = lua_gettop(state);
    lua_getfield(state, index, "fault");
    if (lua_isstring(state, -1)) {
        fail(state, index, lua_tostring(state, -1), result);
        return;
    }
    result->sent = true;
    lua_getfield(state, index, "status");
    response->status = (int)luaL_optinteger(state, -1, 200);
    lua_getfield(state, index, "body");
    bool copied = copy_text(convert_text_at(state, -1), &response->body) &&
                  copy_text(messages->request->url, &response->url);
    lua_getfield(state, index, "headers");
    if (copied && lua_istable(state, -1))
        copied = copy_headers(state, lua_gettop(state), response);
    response->bytes_in = response->body.length;
    response->bytes_out = messages->request->body.length;
    if (!copied)
        messages->code = error_memory(messages->error, "the answer of a stub");
}

static int respond(lua_State *state)
{
    struct exchange_of_messages *const messages = lua_touserdata(state, 1);
    lua_rawgeti(state, LUA_REGISTRYINDEX, messages->stub->respond);
    push_request(state, messages->request);
    lua_call(state, 1, 1);
    luaL_checktype(state, -1, LUA_TTABLE);
    read_answer(state, messages);
    return 0;
}

static enum error_code send_request(struct http_transport *transport,
                                    const struct http_request *request,
                                    const struct http_limits *limits, http_done *done,
                                    void *context, uint64_t *ticket, struct error *error)
{
    (void)limits;
    struct stub_transport *const stub = (struct stub_transport *)transport;
    struct http_result result = {.fault = HTTP_FAULT_NONE};
    struct exchange_of_messages messages = {
        .stub = stub, .request = request, .result = &result, .error = error};
    lua_State *const host = stub->host;
    *ticket = 0;
    if (!host || !lua_checkstack(host, 20))
        return error_set(error, ERROR_INTERNAL, "a request was sent while no spec is running");
    lua_pushcfunction(host, respond);
    lua_pushlightuserdata(host, &messages);
    if (lua_pcall(host, 1, 0, 0) != LUA_OK) {
        const char *const message = lua_tostring(host, -1);
        http_result_fail(&result, HTTP_FAULT_REFUSED, ERROR_TRANSPORT, "%s",
                         message ? message : "the stub failed");
        lua_pop(host, 1);
    }
    if (messages.code) {
        http_result_release(&result);
        return messages.code;
    }
    done(context, &result);
    return ERROR_NONE;
}

static void close_transport(struct http_transport *transport)
{
    (void)transport;
}

void stub_transport_init(struct stub_transport *stub, int respond_reference)
{
    *stub = (struct stub_transport){
        .transport = {.send = send_request, .close = close_transport},
        .respond = respond_reference,
    };
}
