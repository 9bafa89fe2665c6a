/*
 * json_convert: JSON as Lua values and back, exact in both directions.
 *
 * Functions named push_* or read_* may raise Lua errors and therefore run inside of protected calls
 * only; what they allocate in C lives in arenas or userdata, so that nothing is lost when they do.
 */
#ifndef TANDEM_SCRIPT_CONVERT_JSON_CONVERT_H
#define TANDEM_SCRIPT_CONVERT_JSON_CONVERT_H

#include <jansson.h>
#include <lua.h>

#include "base/text.h"

void binding_json_decode(lua_State *L, struct text json); /* raises for what is not JSON */
/* For a state that is no sandbox: nothing is charged, and no table is marked. */
void binding_json_push(lua_State *L, const json_t *json);
void json_encode_push(lua_State *L, int index); /* a string; raises for what JSON can't say */
/* Sets the global `json`. */
void binding_json_open(lua_State *L);

#endif
