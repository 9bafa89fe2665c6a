/*
 * lua_json: tables of the specs as JSON. Private to speckit/.
 *
 * null is a light userdata of NULL, as in lua-cjson. An empty table is a list, unless it has the
 * metatable `object` that the module gives to tandem.object {}.
 */
#ifndef TANDEM_SPECKIT_LUA_JSON_H
#define TANDEM_SPECKIT_LUA_JSON_H

#include <jansson.h>
#include <lua.h>

#include "base/error.h"

/* Key of the registry: the metatable of what is an object even if it is empty. */
extern const char lua_json_object[];

/* The value at `index` as JSON, a new reference. NULL for what JSON cannot express: `error` says.
 */
WARN_UNUSED json_t *lua_json_read(lua_State *state, int index, struct error *error);

#endif
