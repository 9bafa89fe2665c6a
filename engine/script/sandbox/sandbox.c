/* The state itself: time, and the kill that nothing catches. */
#include "script/sandbox/sandbox_private.h"

#include <string.h>

const char sandbox_key_globals = 'g';
const char sandbox_key_scope = 's';
const char sandbox_key_waiting = 'w';
const char sandbox_key_killed = 'k';
const char sandbox_key_kept = 't';
const char sandbox_key_mark = 'm';

int64_t sandbox_clock(clockid_t clock)
{
    struct timespec now = {0, 0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct sandbox *sandbox_of(lua_State *L)
{
    return *(struct sandbox **)lua_getextraspace(L);
}

int64_t sandbox_cpu_ms(const struct sandbox *sandbox)
{
    return sandbox->cpu_used / 1000000;
}

/* ---------------------------------------------------------------- time */

/* Is an interrupt pending while the script keeps computing? */
static bool is_interrupted(struct sandbox *sandbox)
{
    if (!sandbox->interrupt || *sandbox->interrupt == 0)
        return false;
    const int64_t now = sandbox_clock(CLOCK_MONOTONIC);
    if (sandbox->interrupted_at == 0)
        sandbox->interrupted_at = now;
    return now - sandbox->interrupted_at > INTERRUPT_GRACE;
}

void sandbox_look(struct sandbox *sandbox)
{
    if (!sandbox->active || sandbox->killed != KILL_NONE)
        return;
    sandbox->ticks++;
    if (is_interrupted(sandbox)) {
        struct error error;
        (void)error_set(&error, ERROR_INTERRUPTED, "interrupted while the script was running");
        sandbox_kill_host(sandbox, &error);
        return;
    }
    if (sandbox->kill_at_tick != 0 && sandbox->ticks >= sandbox->kill_at_tick)
        sandbox->killed = KILL_CPU;
    else if (sandbox_clock(CLOCK_THREAD_CPUTIME_ID) > sandbox->cpu_end)
        sandbox->killed = KILL_CPU;
    else if (sandbox_clock(CLOCK_MONOTONIC) > sandbox->wall_end)
        sandbox->killed = KILL_WALL;
}

void sandbox_check_killed(lua_State *L)
{
    struct sandbox *const sandbox = sandbox_of(L);
    if (sandbox->killed == KILL_NONE || !sandbox->active)
        return;
    if (sandbox->killed_at[0] == '\0') /* only the first place is kept */
        sandbox_place(L, "", sandbox->killed_at, sizeof sandbox->killed_at);
    /* From now on every instruction of this coroutine leads here again. (Setting a hook walks over
     * all frames, so it is done once.) */
    if (lua_gethookcount(L) != 1)
        lua_sethook(L, sandbox_hook, LUA_MASKCOUNT, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_killed);
    lua_error(L);
}

void sandbox_hook(lua_State *L, lua_Debug *activation)
{
    (void)activation;
    sandbox_look(sandbox_of(L));
    sandbox_check_killed(L);
    if (lua_gethookcount(L) != HOOK_INSTRUCTIONS) /* the alarm's check is done */
        lua_sethook(L, sandbox_hook, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
}

void sandbox_charge(lua_State *L, size_t work)
{
    struct sandbox *const sandbox = sandbox_of(L);
    sandbox->work = sandbox->work > SIZE_MAX - work ? SIZE_MAX : sandbox->work + work;
    if (sandbox->work < WORK_BETWEEN_LOOKS)
        return;
    sandbox->work = 0;
    sandbox_look(sandbox);
    sandbox_check_killed(L);
}

void sandbox_kill_host(struct sandbox *sandbox, const struct error *error)
{
    if (sandbox->killed != KILL_NONE)
        return;
    sandbox->killed = KILL_HOST;
    sandbox->host_error = *error;
}

void sandbox_end_for_memory(lua_State *L)
{
    struct sandbox *const sandbox = sandbox_of(L);
    struct error error;
    (void)error_set(&error, ERROR_SCRIPT_LIMIT,
                    "'%s' needs more memory than its limit of %zu MiB, with what it asked for and "
                    "handed over",
                    sandbox->name, sandbox->limits.memory_bytes >> 20);
    sandbox_kill_host(sandbox, &error);
    sandbox_check_killed(L);
    luaL_error(L, "%s", error.message);
}

bool sandbox_killed(const struct sandbox *sandbox)
{
    return sandbox->killed != KILL_NONE;
}

/* ---------------------------------------------------------------- log */

/* Lines that are not logged cost nothing; those that are kept are limited. */
void sandbox_log(lua_State *L, enum log_level level, struct text line)
{
    struct sandbox *const sandbox = sandbox_of(L);
    if (!log_enabled(sandbox->log, level) || sandbox->logged > LOGGED_MOST)
        return;
    sandbox->logged += line.length;
    if (sandbox->logged > LOGGED_MOST)
        log_write(sandbox->log, LOG_WARN, "script",
                  "the script has written %d MiB to the log; its further output is left out",
                  LOGGED_MOST >> 20);
    else
        log_write(sandbox->log, level, "script", "%.*s", TEXT_PRINT(line));
}

lua_State *sandbox_state(struct sandbox *sandbox)
{
    return sandbox->state;
}

/* ---------------------------------------------------------------- chunks */

void sandbox_push_chunk(lua_State *L, struct text source, const char *chunk)
{
    char name[LUA_IDSIZE + 1];
    (void)snprintf(name, sizeof name, "=%s", chunk);
    const char *bytes = source.bytes ? source.bytes : "";
    size_t length = source.length;
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    if (length > 0 && bytes[0] == LUA_SIGNATURE[0])
        luaL_error(L, "%s: bytecode is not accepted, only Lua source", chunk);
    sandbox_charge(L, length * 4);
    luaL_checkstack(L, 4, chunk);
    if (luaL_loadbufferx(L, bytes, length, name, "t") != LUA_OK)
        lua_error(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_scope);
    lua_setupvalue(L, -2, 1);
}
