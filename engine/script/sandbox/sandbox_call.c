/* Entries into a script: coroutines that run, wait, and end, with their time measured. */
#include "base/error_number.h"
#include "script/sandbox/sandbox_private.h"

#include <stdlib.h>
#include <string.h>

enum { NANOSECONDS = 1000000 }; /* of a millisecond */

/* ---------------------------------------------------------------- errors */

/* "file:line: " of the innermost Lua function, or "" : the stack of a coroutine that failed is
 * still there. */
static void raised_at(lua_State *L, char *place, size_t size)
{
    lua_Debug at;
    place[0] = '\0';
    for (int level = 0; lua_getstack(L, level, &at); level++) {
        if (lua_getinfo(L, "Sl", &at) && at.currentline > 0) {
            (void)snprintf(place, size, "%s:%d: ", at.short_src, at.currentline);
            return;
        }
    }
}

/* Push a member of the table at `index` (absolute), nil if there is none; raw. It compares names,
 * because nothing may allocate here: the script may have used up its memory, and nobody would catch
 * what a push of the name raises then. */
static void push_member(lua_State *L, int index, const char *name)
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
    static const char from_vm[] =
        "attempt to "; /* in a C function such as the iterator of ipairs */
    char place[LUA_IDSIZE + 16];
    raised_at(L, place, sizeof place);
    if (lua_type(L, index) == LUA_TSTRING) {
        const char *const text = lua_tostring(L, index);
        if (strncmp(text, from_vm, sizeof from_vm - 1) != 0)
            return text;
        (void)snprintf(fallback, size, "%s%s", place, text);
        return fallback;
    }
    if (lua_type(L, index) == LUA_TTABLE && lua_checkstack(L, 3)) {
        index = lua_absindex(L, index);
        push_member(L, index, "message");
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
    push_member(L, index, "kind");
    if (lua_type(L, -1) == LUA_TSTRING) {
        const char *const kind = lua_tostring(L, -1);
        if (strcmp(kind, "authentication") == 0)
            code = ERROR_AUTHENTICATION;
        else if (strcmp(kind, "cancelled") == 0)
            code = ERROR_INTERRUPTED;
        else if (strcmp(kind, "decode") != 0)
            code = ERROR_TRANSPORT;
    }
    push_member(L, index, "status");
    if (lua_isinteger(L, -1))
        *status = (long)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return code;
}

static enum error_code killed_error(const struct sandbox *sandbox, const char *what,
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

static enum error_code memory_error(const struct sandbox *sandbox, const char *what,
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
    push_member(L, lua_absindex(L, index), "number");
    if (lua_isinteger(L, -1) && lua_tointeger(L, -1) > 0 && lua_tointeger(L, -1) < 10000)
        number = (enum error_number)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

/* Turn what lua_resume or lua_pcall left on top of L into an error. */
static enum error_code error_of_status(struct sandbox *sandbox, lua_State *L, int status,
                                       const char *what, struct error *error)
{
    if (sandbox->killed != KILL_NONE)
        return killed_error(sandbox, what, error);
    if (status == LUA_ERRMEM)
        return memory_error(sandbox, what, error);
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

/* ---------------------------------------------------------------- protected host code */

struct protected_call {
    int (*function)(lua_State *state);
    void *argument;
};

static int run_protected(lua_State *L)
{
    const struct protected_call *const call = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_pushlightuserdata(L, call->argument);
    return call->function(L);
}

enum error_code sandbox_protect(struct sandbox *sandbox, int (*function)(lua_State *state),
                                void *argument, struct error *error)
{
    lua_State *const L = sandbox->state;
    struct protected_call call = {function, argument};
    const int top = lua_gettop(L);
    if (!lua_checkstack(L, 4))
        return memory_error(sandbox, "loading", error);
    lua_pushcfunction(L, run_protected);
    lua_pushlightuserdata(L, &call);
    const int status = lua_pcall(L, 1, 0, 0);
    if (status == LUA_OK)
        return ERROR_NONE;
    const enum error_code code = error_of_status(sandbox, L, status, "loading", error);
    lua_settop(L, top);
    return code;
}

/* ---------------------------------------------------------------- calls */

struct new_call {
    struct sandbox_call *call;
    int (*prepare)(lua_State *state);
    void *argument;
};

static int make_thread(lua_State *L)
{
    struct sandbox_call *const call = lua_touserdata(L, 1);
    call->thread = lua_newthread(L);
    sandbox_mark_waiting(L, -1, true); /* for good: also when the call was dropped or has ended */
    call->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

static int fill_thread(lua_State *L)
{
    const struct new_call *const new_call = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_pushlightuserdata(L, new_call->argument);
    return new_call->prepare(L);
}

enum error_code sandbox_call_new(struct sandbox *sandbox, const char *what,
                                 int (*prepare)(lua_State *state), void *argument,
                                 struct sandbox_call **out, struct error *error)
{
    *out = NULL;
    if (sandbox->killed != KILL_NONE)
        return killed_error(sandbox, what, error);
    struct sandbox_call *call = calloc(1, sizeof *call);
    if (!call)
        return error_memory(error, what);
    call->sandbox = sandbox;
    call->what = what;
    call->anchor = LUA_NOREF;
    call->cpu_left = sandbox->limits.cpu_ms * NANOSECONDS;
    call->wall_left = sandbox->limits.wall_ms * NANOSECONDS;
    call->next = sandbox->calls;
    sandbox->calls = call;
    enum error_code code = sandbox_protect(sandbox, make_thread, call, error);
    if (code)
        goto out;
    struct new_call new_call = {call, prepare, argument};
    lua_pushcfunction(call->thread, fill_thread);
    lua_pushlightuserdata(call->thread, &new_call);
    const int status = lua_pcall(call->thread, 1, LUA_MULTRET, 0);
    if (status != LUA_OK) {
        code = error_of_status(sandbox, call->thread, status, what, error);
        goto out;
    }
    call->arguments = lua_gettop(call->thread) - 1;
    *out = call;
    call = NULL;
out:
    sandbox_call_free(call);
    return code;
}

static void enter(struct sandbox_call *call)
{
    struct sandbox *const sandbox = call->sandbox;
    sandbox->active = call;
    sandbox->waiting = NULL;
    sandbox->allocation_failed = false;
    sandbox->cpu_end = sandbox_clock(CLOCK_THREAD_CPUTIME_ID) + call->cpu_left;
    sandbox->wall_end = sandbox_clock(CLOCK_MONOTONIC) + call->wall_left;
    sandbox_watchdog_enter(sandbox->watchdog, sandbox->name, sandbox->cpu_end, sandbox->wall_end);
    sandbox->running = call->thread;
    sandbox_alarm_set(sandbox);
}

static void leave(struct sandbox_call *call)
{
    struct sandbox *const sandbox = call->sandbox;
    sandbox_alarm_clear(sandbox);
    /* A limit exceeded since the last check counts, too. */
    sandbox_look(sandbox);
    sandbox_watchdog_leave(sandbox->watchdog);
    const int64_t left = sandbox->cpu_end - sandbox_clock(CLOCK_THREAD_CPUTIME_ID);
    sandbox->cpu_used += call->cpu_left - left;
    call->cpu_left = left;
    call->wall_left = sandbox->wall_end - sandbox_clock(CLOCK_MONOTONIC);
    sandbox->active = NULL;
}

enum error_code sandbox_call_step(struct sandbox_call *call, bool *done, struct error *error)
{
    struct sandbox *const sandbox = call->sandbox;
    *done = call->ended;
    if (call->ended || (call->wait && !call->wait->ready(call->wait->context)))
        return ERROR_NONE;
    if (sandbox->killed != KILL_NONE)
        return killed_error(sandbox, call->what, error);
    call->wait = NULL;
    int results = 0;
    enter(call);
    const int status = lua_resume(call->thread, NULL, call->arguments, &results);
    leave(call);
    call->arguments = 0;
    if (sandbox->killed != KILL_NONE) {
        call->ended = true;
        return killed_error(sandbox, call->what, error);
    }
    if (status == LUA_YIELD) {
        lua_pop(call->thread, results);
        call->wait = sandbox->waiting;
        sandbox->waiting = NULL;
        return ERROR_NONE;
    }
    call->ended = true;
    if (status != LUA_OK)
        return error_of_status(sandbox, call->thread, status, call->what, error);
    *done = true;
    return ERROR_NONE;
}

enum error_code sandbox_call_finish(struct sandbox_call *call, struct error *error)
{
    bool done = false;
    for (;;) {
        enum error_code code = sandbox_call_step(call, &done, error);
        if (code || done)
            return code;
        if (!call->wait)
            continue;
        code = call->wait->block(call->wait->context, error);
        if (code) {
            call->ended = true;
            return code;
        }
    }
}

lua_State *sandbox_call_state(struct sandbox_call *call)
{
    return call->thread;
}

void sandbox_call_free(struct sandbox_call *call)
{
    if (!call)
        return;
    struct sandbox_call **link = &call->sandbox->calls;
    while (*link && *link != call)
        link = &(*link)->next;
    if (*link == call)
        *link = call->next;
    if (call->anchor != LUA_NOREF)
        luaL_unref(call->sandbox->state, LUA_REGISTRYINDEX, call->anchor);
    free(call);
}

/* ---------------------------------------------------------------- waiting */

static int wait_over(lua_State *L, int status, lua_KContext continuation)
{
    (void)status;
    sandbox_check_killed(L);
    int (*const next)(lua_State *) = (int (*)(lua_State *))continuation;
    return next(L);
}

int sandbox_yield(lua_State *L, struct sandbox_wait *wait, int (*continuation)(lua_State *state))
{
    if (wait->ready(wait->context))
        return continuation(L);
    if (!lua_isyieldable(L)) {
        sandbox_block(L, wait);
        return continuation(L);
    }
    sandbox_of(L)->waiting = wait;
    return lua_yieldk(L, 0, (lua_KContext)continuation, wait_over);
}

void sandbox_block(lua_State *L, struct sandbox_wait *wait)
{
    struct sandbox *const sandbox = sandbox_of(L);
    const int64_t started = sandbox_clock(CLOCK_MONOTONIC);
    struct error error;
    enum error_code code = ERROR_NONE;
    sandbox_watchdog_leave(sandbox->watchdog);
    while (!code && !wait->ready(wait->context))
        code = wait->block(wait->context, &error);
    sandbox->wall_end += sandbox_clock(CLOCK_MONOTONIC) - started;
    if (sandbox->active)
        sandbox_watchdog_enter(sandbox->watchdog, sandbox->name, sandbox->cpu_end,
                               sandbox->wall_end);
    if (code) {
        sandbox_kill_host(sandbox, &error);
        sandbox_check_killed(L);
        luaL_error(L, "%s", error.message);
    }
}

void sandbox_mark_waiting(lua_State *L, int index, bool waiting)
{
    lua_pushvalue(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_waiting);
    lua_insert(L, -2); /* stack: ..., set, thread */
    if (waiting)
        lua_pushboolean(L, 1);
    else
        lua_pushnil(L);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

bool sandbox_is_waiting(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_waiting);
    lua_insert(L, -2);
    lua_rawget(L, -2);
    const bool waiting = lua_toboolean(L, -1) != 0;
    lua_pop(L, 2);
    return waiting;
}
