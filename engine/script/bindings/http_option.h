/*
 * http_option: a member of the table that a script hands over with a request. Internal to script/.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_HTTP_OPTION_H
#define TANDEM_SCRIPT_BINDINGS_HTTP_OPTION_H

#include <lua.h>

/* Push the member `name` of the table at `options`, raw; gives its type. */
static inline int http_option_push(lua_State *L, int options, const char *name)
{
    lua_pushstring(L, name);
    return lua_rawget(L, options);
}

#endif
