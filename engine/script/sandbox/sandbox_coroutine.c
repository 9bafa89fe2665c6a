/*
 * The coroutine library of scripts. The engine's own yields (a wait for HTTP) pass through the
 * script's coroutines up to the engine and back, unseen; a coroutine that is suspended like that
 * can't be resumed or closed by the script.
 */
#include "script/sandbox/sandbox_private.h"

static lua_State *check_coroutine(lua_State *L)
{
    lua_State *const coroutine = lua_tothread(L, 1);
    luaL_argexpected(L, coroutine != NULL, 1, "coroutine");
    return coroutine;
}

static const char *status_of(lua_State *L, lua_State *coroutine)
{
    if (L == coroutine)
        return "running";
    switch (lua_status(coroutine)) {
    case LUA_YIELD:
        return "suspended";
    case LUA_OK: {
        lua_Debug activation;
        if (lua_getstack(coroutine, 0, &activation))
            return "normal"; /* it has resumed another one */
        return lua_gettop(coroutine) == 0 ? "dead" : "suspended";
    }
    default:
        return "dead";
    }
}

/* Resume until the coroutine yields or ends by itself; `index`: where it is on L's stack (kept
 * there as continuation context). Leaves its results, or the error, on L; returns how many, or -1
 * with the error. A wait of the engine is yielded on, then *suspended is set. */
static int resume_until_own(lua_State *L, int index, int arguments, bool *suspended)
{
    struct sandbox *const sandbox = sandbox_of(L);
    lua_State *const coroutine = lua_tothread(L, index);
    *suspended = false;
    for (;;) {
        int results = 0;
        sandbox->running = coroutine;
        const int status = lua_resume(coroutine, L, arguments, &results);
        sandbox->running = L;
        sandbox_check_killed(L);
        if (status == LUA_YIELD && sandbox->waiting) {
            sandbox_mark_waiting(L, index, true);
            if (lua_isyieldable(L)) {
                *suspended = true;
                return 0;
            }
            struct sandbox_wait *const wait = sandbox->waiting;
            sandbox->waiting = NULL;
            sandbox_block(L, wait);
            sandbox_mark_waiting(L, index, false);
            arguments = 0;
            continue;
        }
        if (status != LUA_OK && status != LUA_YIELD) {
            lua_xmove(coroutine, L, 1);
            return -1;
        }
        if (!lua_checkstack(L, results + 1)) {
            lua_pop(coroutine, results);
            lua_pushliteral(L, "too many results to resume");
            return -1;
        }
        lua_xmove(coroutine, L, results);
        return results;
    }
}

/* Move the arguments on top of L to the coroutine; false (with a message on L) if it can't run. */
static bool pass_arguments(lua_State *L, int index, int arguments)
{
    lua_State *const coroutine = lua_tothread(L, index);
    const char *problem = NULL;
    if (sandbox_is_waiting(L, index))
        problem = "cannot resume a coroutine of the engine, or one that waits for it";
    else if (lua_status(coroutine) == LUA_OK && lua_gettop(coroutine) == 0)
        problem = "cannot resume dead coroutine";
    else if (!lua_checkstack(coroutine, arguments))
        problem = "too many arguments to resume";
    if (problem) {
        lua_pushstring(L, problem);
        return false;
    }
    lua_xmove(L, coroutine, arguments);
    return true;
}

static int resume_again(lua_State *L, int status, lua_KContext context);

static int resume_step(lua_State *L, int arguments)
{
    bool suspended = false;
    const int results = resume_until_own(L, 1, arguments, &suspended);
    if (suspended)
        return lua_yieldk(L, 0, 0, resume_again);
    lua_pushboolean(L, results >= 0);
    lua_insert(L, results >= 0 ? -(results + 1) : -2);
    return results >= 0 ? results + 1 : 2;
}

static int resume_again(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    sandbox_mark_waiting(L, 1, false);
    return resume_step(L, 0);
}

static int coroutine_resume(lua_State *L)
{
    check_coroutine(L);
    const int arguments = lua_gettop(L) - 1;
    if (!pass_arguments(L, 1, arguments)) {
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    return resume_step(L, arguments);
}

static int wrap_again(lua_State *L, int status, lua_KContext context);

static int wrap_step(lua_State *L, int arguments)
{
    bool suspended = false;
    const int coroutine = lua_upvalueindex(1);
    const int results = resume_until_own(L, coroutine, arguments, &suspended);
    if (suspended)
        return lua_yieldk(L, 0, 0, wrap_again);
    if (results >= 0)
        return results;
    lua_State *const thread = lua_tothread(L, coroutine);
    const int status = lua_status(thread);
    if (status != LUA_OK && status != LUA_YIELD) {
        /* It ended with an error: close what it left open, as Lua's own wrap does. */
        if (lua_resetthread(thread) != LUA_OK) {
            lua_pop(L, 1);
            lua_xmove(thread, L, 1);
        }
        sandbox_check_killed(L);
    }
    return lua_error(L);
}

static int wrap_again(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    sandbox_mark_waiting(L, lua_upvalueindex(1), false);
    return wrap_step(L, 0);
}

static int call_wrapped(lua_State *L)
{
    const int arguments = lua_gettop(L);
    if (!pass_arguments(L, lua_upvalueindex(1), arguments))
        return lua_error(L);
    return wrap_step(L, arguments);
}

static int coroutine_create(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    sandbox_charge(L, COROUTINE_COST);
    lua_State *const coroutine = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, coroutine, 1);
    return 1;
}

static int coroutine_wrap(lua_State *L)
{
    coroutine_create(L);
    lua_pushcclosure(L, call_wrapped, 1);
    return 1;
}

static int coroutine_yield(lua_State *L)
{
    const struct sandbox *const sandbox = sandbox_of(L);
    if (!sandbox->active || L == sandbox->active->thread)
        return luaL_error(L, "attempt to yield from outside a coroutine");
    return lua_yield(L, lua_gettop(L));
}

static int coroutine_status(lua_State *L)
{
    lua_pushstring(L, status_of(L, check_coroutine(L)));
    return 1;
}

static int coroutine_running(lua_State *L)
{
    const struct sandbox *const sandbox = sandbox_of(L);
    lua_pushthread(L);
    lua_pushboolean(L, !sandbox->active || L == sandbox->active->thread);
    return 2;
}

static int coroutine_isyieldable(lua_State *L)
{
    const struct sandbox *const sandbox = sandbox_of(L);
    const lua_State *const coroutine = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
    lua_pushboolean(L, sandbox->active && coroutine != sandbox->active->thread &&
                           lua_isyieldable((lua_State *)coroutine));
    return 1;
}

static int coroutine_close(lua_State *L)
{
    lua_State *const coroutine = check_coroutine(L);
    if (sandbox_is_waiting(L, 1))
        return luaL_error(L, "cannot close a coroutine of the engine, or one that waits for it");
    const char *const status = status_of(L, coroutine);
    if (status[0] != 's' && status[0] != 'd')
        return luaL_error(L, "cannot close a %s coroutine", status);
    const int result = lua_resetthread(coroutine);
    sandbox_check_killed(L);
    lua_pushboolean(L, result == LUA_OK);
    if (result == LUA_OK)
        return 1;
    lua_xmove(coroutine, L, 1);
    return 2;
}

void sandbox_open_coroutine(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"create", coroutine_create},
        {"wrap", coroutine_wrap},
        {"resume", coroutine_resume},
        {"yield", coroutine_yield},
        {"status", coroutine_status},
        {"running", coroutine_running},
        {"close", coroutine_close},
        {"isyieldable", coroutine_isyieldable},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
}
