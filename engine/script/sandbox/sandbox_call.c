/* Entries into a script: coroutines that run, wait, and end, with their time measured. */
#include "script/sandbox/sandbox_private.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- protected host code */

struct protected_call {
    int (*function)(lua_State *state);
    void *argument;
};

/* For lua_pcall: the function with nothing but its argument on the stack. */
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
        return sandbox_error_memory(sandbox, "loading", error);
    lua_pushcfunction(L, run_protected);
    lua_pushlightuserdata(L, &call);
    const int status = lua_pcall(L, 1, 0, 0);
    if (status == LUA_OK)
        return ERROR_NONE;
    const enum error_code code = sandbox_error_of_status(sandbox, L, status, "loading", error);
    lua_settop(L, top);
    return code;
}

/* ---------------------------------------------------------------- calls */

static int make_thread(lua_State *L)
{
    struct sandbox_call *const call = lua_touserdata(L, 1);
    call->thread = lua_newthread(L);
    sandbox_mark_waiting(L, -1, true); /* for good: also when the call was dropped or has ended */
    call->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

enum error_code sandbox_call_new(struct sandbox *sandbox, const char *what,
                                 int (*prepare)(lua_State *state), void *argument,
                                 struct sandbox_call **out, struct error *error)
{
    *out = NULL;
    if (sandbox->killed != KILL_NONE)
        return sandbox_error_killed(sandbox, what, error);
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
    struct protected_call prepared = {prepare, argument};
    lua_pushcfunction(call->thread, run_protected);
    lua_pushlightuserdata(call->thread, &prepared);
    const int status = lua_pcall(call->thread, 1, LUA_MULTRET, 0);
    if (status != LUA_OK) {
        code = sandbox_error_of_status(sandbox, call->thread, status, what, error);
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
        return sandbox_error_killed(sandbox, call->what, error);
    call->wait = NULL;
    int results = 0;
    enter(call);
    const int status = lua_resume(call->thread, NULL, call->arguments, &results);
    leave(call);
    call->arguments = 0;
    if (sandbox->killed != KILL_NONE) {
        call->ended = true;
        return sandbox_error_killed(sandbox, call->what, error);
    }
    if (status == LUA_YIELD) {
        lua_pop(call->thread, results);
        call->wait = sandbox->waiting;
        sandbox->waiting = NULL;
        return ERROR_NONE;
    }
    call->ended = true;
    if (status != LUA_OK)
        return sandbox_error_of_status(sandbox, call->thread, status, call->what, error);
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

/* ---------------------------------------------------------------- whole calls */

struct results {
    lua_State *from;
    const struct sandbox_entry *entry;
    void *argument;
};

static int read_results(lua_State *L)
{
    const struct results *const results = lua_touserdata(L, 1);
    const int count = results->entry->results;
    lua_settop(L, 0);
    lua_pushlightuserdata(L, results->argument);
    lua_settop(results->from, count);
    lua_xmove(results->from, L, count);
    return results->entry->read(L);
}

enum error_code sandbox_call_run(struct sandbox *sandbox, const struct sandbox_entry *entry,
                                 void *argument, struct error *error)
{
    struct sandbox_call *call = NULL;
    enum error_code code =
        sandbox_call_new(sandbox, entry->what, entry->prepare, argument, &call, error);
    if (!code)
        code = sandbox_call_finish(call, error);
    if (!code && entry->read) {
        struct results results = {call->thread, entry, argument};
        code = sandbox_protect(sandbox, read_results, &results, error);
    }
    sandbox_call_free(call);
    return code;
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
