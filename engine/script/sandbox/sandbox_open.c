/* A sandbox from its creation to its end. */
#include "script/sandbox/sandbox_private.h"

#include <stdlib.h>
#include <string.h>

enum { MEBIBYTE = 1 << 20 };
static const struct sandbox_limits default_limits = {(size_t)128 * MEBIBYTE, 60000, 300000};

/* Lua creates these texts in unprotected places: as the result of a resume, or of an error while
 * handling an error. Short texts are interned, so nothing is allocated for those that are kept. */
static void keep_texts(lua_State *L)
{
    static const char *const texts[] = {"cannot resume dead coroutine",
                                        "cannot resume non-suspended coroutine", "C stack overflow",
                                        "error in error handling"};
    lua_createtable(L, (int)(sizeof texts / sizeof *texts), 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        lua_pushstring(L, texts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sandbox_key_kept);
}

/* ---------------------------------------------------------------- life */

static int open_state(lua_State *L)
{
    keep_texts(L);
    lua_pushliteral(L, "the script's time is over");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sandbox_key_killed);
    sandbox_resource_open(L);
    sandbox_open_all(L);
    return 0;
}

static int on_panic(lua_State *L)
{
    (void)L;
    return 0; /* every entry is protected; there is nothing better to do than Lua's abort */
}

static struct sandbox_limits limits_or_default(const struct sandbox_limits *limits)
{
    return (struct sandbox_limits){
        .memory_bytes = limits->memory_bytes ? limits->memory_bytes : default_limits.memory_bytes,
        .cpu_ms = limits->cpu_ms ? limits->cpu_ms : default_limits.cpu_ms,
        .wall_ms = limits->wall_ms ? limits->wall_ms : default_limits.wall_ms,
    };
}

static enum error_code open_lua(struct sandbox *sandbox, struct error *error)
{
    sandbox->state = lua_newstate(sandbox_allocate, sandbox);
    if (!sandbox->state)
        return error_set(error, ERROR_SCRIPT_LIMIT, "not enough memory for the Lua state of '%s'",
                         sandbox->name);
    lua_atpanic(sandbox->state, on_panic);
    *(struct sandbox **)lua_getextraspace(sandbox->state) = sandbox;
    /* Before any script code exists: all coroutines inherit it. */
    lua_sethook(sandbox->state, sandbox_hook, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
    return sandbox_protect(sandbox, open_state, NULL, error);
}

enum error_code sandbox_new(const struct sandbox_options *options, struct sandbox **out,
                            struct error *error)
{
    *out = NULL;
    struct sandbox *const sandbox = calloc(1, sizeof *sandbox);
    if (!sandbox)
        return error_memory(error, "a sandbox");
    sandbox->limits = limits_or_default(&options->limits);
    sandbox->log = options->log;
    sandbox->watchdog = options->watchdog;
    sandbox->interrupt = options->interrupt;
    sandbox->fail_allocation = options->fail_allocation;
    sandbox->kill_at_tick = options->kill_at_tick;
    sandbox->name = strdup(options->name ? options->name : "script");
    const enum error_code code =
        sandbox->name ? open_lua(sandbox, error) : error_memory(error, "a sandbox");
    if (code)
        sandbox_free(sandbox);
    else
        *out = sandbox;
    return code;
}

void sandbox_free(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    while (sandbox->calls)
        sandbox_call_free(sandbox->calls);
    sandbox->active = NULL;
    if (sandbox->state)
        lua_close(sandbox->state);
    sandbox_resource_end_all(sandbox);
    sandbox_give_back(&sandbox->reuse);
    free(sandbox->name);
    free(sandbox);
}
