/*
 * module: what the files of the Lua module share. Private to speckit/.
 *
 * These functions may raise Lua errors; they release JSON arguments where they say so.
 */
#ifndef TANDEM_SPECKIT_MODULE_H
#define TANDEM_SPECKIT_MODULE_H

#include <jansson.h>
#include <lauxlib.h>
#include <lua.h>

#include "base/text.h"

/* The functions of the module that need no integration. */
extern const luaL_Reg module_functions[];

/* Raise the error's message. */
int module_raise(lua_State *state, const struct error *error);
/* The text at `index`; raises if it is not a text. Borrowed from the stack. */
struct text module_text(lua_State *state, int index);
/* The value at `index` as JSON, a new reference; nothing at all becomes an empty object. */
json_t *module_json(lua_State *state, int index);
/* Push `json` (NULL: nil) and release it, also if memory is out; returns 1. Raises `error`
 * instead if `code` is one. */
int module_give(lua_State *state, enum error_code code, const struct error *error, json_t *json);

#endif
