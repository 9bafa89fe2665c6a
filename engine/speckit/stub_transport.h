/*
 * stub_transport: requests that a function of the specs answers. Private to speckit/.
 *
 * A struct http_transport whose `send` calls a Lua function of the spec's state with
 * {method=, url=, headers=, body=, idempotency_key=} and takes {status=, headers=, body=} or
 * {fault=, message=, sent=} for the answer. Everything happens on the calling thread, inside
 * `send`.
 */
#ifndef TANDEM_SPECKIT_STUB_TRANSPORT_H
#define TANDEM_SPECKIT_STUB_TRANSPORT_H

#include <lua.h>

#include "net/wire/http.h"

struct stub_transport {
    struct http_transport transport;
    lua_State *host; /* of the spec; set by whoever enters the engine from there */
    int respond;     /* reference of the function in the registry of `host` */
};

/* `respond` is borrowed. */
void stub_transport_init(struct stub_transport *stub, int respond);

#endif
