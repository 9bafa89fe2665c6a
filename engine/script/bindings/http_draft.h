/*
 * http_draft: a request as a script describes it (url, query, headers, json, form, body ...).
 * Internal to script/; everything here may raise.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_HTTP_DRAFT_H
#define TANDEM_SCRIPT_BINDINGS_HTTP_DRAFT_H

#include <lua.h>

#include "net/wire/http.h"
#include "script/bindings/http_rates.h"

enum { HTTP_DRAFT_HEADERS = 200 };

/* Its texts live on the Lua stack: use it before the stack is cut back. */
struct http_draft {
    struct http_request request;
    struct http_header headers[HTTP_DRAFT_HEADERS];
    struct http_rates rates;
};

/* Read a request; method, url and options are stack positions, the options' slot may be replaced.
 * Leaves its texts on the stack. */
void http_draft_read(lua_State *L, int method, int url, int options, struct http_draft *draft);
/* http.path(start, part, ...): `start`, and each part after a slash, with all its bytes that could
 * change the path escaped. */
int http_draft_path(lua_State *L);

#endif
