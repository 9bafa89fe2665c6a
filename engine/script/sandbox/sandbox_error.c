/* What a script that failed has raised, as an error. */
#include "base/error_number.h"
#include "script/sandbox/sandbox_private.h"

#include <string.h>

void sandbox_place(lua_State *L, const char *end, char *place, size_t size)
{
    lua_Debug at;
    place[0] = '\0';
    for (int level = 0; lua_getstack(L, level, &at); level++) {
        if (lua_getinfo(L, "Sl", &at) && at.currentline > 0) {
            (void)snprintf(place, size, "%s:%d%s", at.short_src, at.currentline, end);
            return;
        }
    }
}

void sandbox_push_member(lua_State *L, int index, const char *name)
{
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        if (lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), name) == 0) {
            lua_remove(L, -2);
            return;
        }
        lua_pop(L, 1);
    }
    lua_pushnil(L);
}

/* The text of a raised value, without running any script code or allocating. Borrowed from the
 * stack, or written to `fallback` with its place, which Lua adds to texts only. */
static const char *raised_text(lua_State *L, int index, char *fallback, size_t size)
{
    /* in a C function such as the iterator of ipairs */
    static const char from_vm[] = "attempt to ";
    char place[LUA_IDSIZE + 16];
    sandbox_place(L, ": ", place, sizeof place);
    if (lua_type(L, index) == LUA_TSTRING) {
        const char *const text = lua_tostring(L, index);
        if (strncmp(text, from_vm, sizeof from_vm - 1) != 0)
            return text;
        (void)snprintf(fallback, size, "%s%s", place, text);
        return fallback;
    }
    if (lua_type(L, index) == LUA_TTABLE && lua_checkstack(L, 3)) {
        index = lua_absindex(L, index);
        sandbox_push_member(L, index, "message");
        if (lua_type(L, -1) == LUA_TSTRING)
            return lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    if (lua_type(L, index) == LUA_TNUMBER) {
        (void)snprintf(fallback, size, "%.14g", lua_tonumber(L, index));
        return fallback;
    }
    (void)snprintf(fallback, size,
                   "%serror() was given a %s: give it a text, or a table with a 'message'", place,
                   luaL_typename(L, index));
    return fallback;
}

static enum error_code raised_code(lua_State *L, int index, long *status)
{
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 4))
        return ERROR_SCRIPT;
    enum error_code code = ERROR_SCRIPT;
    index = lua_absindex(L, index);
    sandbox_push_member(L, index, "kind");
    if (lua_type(L, -1) == LUA_TSTRING) {
        const char *const kind = lua_tostring(L, -1);
        if (strcmp(kind, "authentication") == 0)
            code = ERROR_AUTHENTICATION;
        else if (strcmp(kind, "cancelled") == 0)
            code = ERROR_INTERRUPTED;
        else if (strcmp(kind, "decode") != 0)
            code = ERROR_TRANSPORT;
    }
    sandbox_push_member(L, index, "status");
    if (lua_isinteger(L, -1))
        *status = (long)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return code;
}

enum error_code sandbox_error_killed(const struct sandbox *sandbox, const char *what,
                                     struct error *error)
{
    if (sandbox->killed == KILL_HOST) {
        if (error)
            *error = sandbox->host_error;
        return sandbox->host_error.code;
    }
    const bool cpu = sandbox->killed == KILL_CPU;
    return error_set(error, ERROR_SCRIPT_LIMIT,
                     "'%s' was ended in %s%s%s: it used more than %.3g s of %s time", sandbox->name,
                     what, sandbox->killed_at[0] ? " at " : "", sandbox->killed_at,
                     (double)(cpu ? sandbox->limits.cpu_ms : sandbox->limits.wall_ms) / 1000,
                     cpu ? "CPU" : "wall clock");
}

enum error_code sandbox_error_memory(const struct sandbox *sandbox, const char *what,
                                     struct error *error)
{
    return error_set(error, ERROR_SCRIPT_LIMIT,
                     "'%s' needs more memory in %s than its limit of %zu MiB", sandbox->name, what,
                     sandbox->limits.memory_bytes >> 20);
}

/* The network's error, if the script has passed it on. */
static enum error_number raised_number(lua_State *L, int index)
{
    enum error_number number = ERROR_NUMBER_NONE;
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 2))
        return number;
    sandbox_push_member(L, lua_absindex(L, index), "number");
    if (lua_isinteger(L, -1) && lua_tointeger(L, -1) > 0 && lua_tointeger(L, -1) < 10000)
        number = (enum error_number)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

enum error_code sandbox_error_of_status(struct sandbox *sandbox, lua_State *L, int status,
                                        const char *what, struct error *error)
{
    if (sandbox->killed != KILL_NONE)
        return sandbox_error_killed(sandbox, what, error);
    if (status == LUA_ERRMEM)
        return sandbox_error_memory(sandbox, what, error);
    char fallback[256];
    long http_status = 0;
    const int top = lua_gettop(L);
    const enum error_code code = raised_code(L, top, &http_status);
    const char *const text = raised_text(L, top, fallback, sizeof fallback);
    const enum error_code result = error_set(error, code, "%s", text);
    if (error) {
        (void)error_number_set(error, raised_number(L, top), code);
        error->detail = http_status;
        error->retry = code == ERROR_TRANSPORT ? ERROR_RETRY_LATER : ERROR_RETRY_NEVER;
    }
    lua_settop(L, top);
    return result;
}
