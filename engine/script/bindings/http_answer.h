/*
 * http_answer: what a script receives for a request. Internal to script/.
 *
 * A response is a table {status, ok, headers, body, json(), elapsed_ms}; header names are found in
 * any letter case. An error is a table {kind, message, status} that shows its message as a text.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_HTTP_ANSWER_H
#define TANDEM_SCRIPT_BINDINGS_HTTP_ANSWER_H

#include <lua.h>

#include "base/error_number.h"
#include "net/wire/http.h"

/* Once for each state, before the others. */
void http_answer_open(lua_State *L);
void http_answer_push(lua_State *L, const struct http_response *response);
/* The error of a request that failed; secrets are taken out. */
void http_answer_push_fault(lua_State *L, const struct http_result *result);
void http_answer_push_error(lua_State *L, const char *kind, const char *message,
                            enum error_number number);

#endif
