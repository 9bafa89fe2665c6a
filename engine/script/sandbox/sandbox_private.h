/*
 * What the files of the sandbox share among themselves; nobody else includes it.
 */
#ifndef TANDEM_SCRIPT_SANDBOX_SANDBOX_PRIVATE_H
#define TANDEM_SCRIPT_SANDBOX_SANDBOX_PRIVATE_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdatomic.h>
#include <time.h>

#include "script/sandbox/sandbox.h"

enum {
    HOOK_INSTRUCTIONS = 10000, /* between two looks at the clock */
    WORK_BETWEEN_LOOKS = 1 << 16,
    ALLOCATION_BETWEEN_LOOKS = 1 << 22,
    LINE_MOST = 4096, /* of a line in the log */
    LOGGED_MOST = 64 << 20,
    COROUTINE_COST = HOOK_INSTRUCTIONS / 4, /* each one starts with a fresh instruction count */
    NANOSECONDS = 1000000                   /* of a millisecond */
};

/* How long a script may continue after an interrupt: it may be nearly finished. */
static const int64_t INTERRUPT_GRACE = INT64_C(2000000000); /* nanoseconds */

/* Small blocks that the state gave back, to be handed out again: a list for each size. */
enum { SANDBOX_SMALL_CLASSES = 32 };
struct sandbox_block {
    struct sandbox_block *next;
};
struct sandbox_reuse {
    struct sandbox_block *kept[SANDBOX_SMALL_CLASSES];
    size_t bytes; /* in all lists */
    bool ended;   /* the system has refused memory: nothing is kept any more */
};

enum kill_reason { KILL_NONE, KILL_CPU, KILL_WALL, KILL_HOST };

struct sandbox {
    lua_State *state;
    char *name;
    struct sandbox_limits limits;
    struct log *log;
    struct sandbox_watchdog *watchdog;
    const volatile sig_atomic_t *interrupt;
    int64_t interrupted_at; /* when a look first saw it, monotonic nanoseconds; 0: not yet */

    size_t memory; /* of Lua and reserved */
    struct sandbox_reuse reuse;
    uint64_t allocations, fail_allocation;
    bool allocation_failed;

    uint64_t ticks, kill_at_tick;
    size_t work, allocated; /* since the last look at the clock */
    enum kill_reason killed;
    char killed_at[96];      /* "report_builder.lua:12" */
    struct error host_error; /* KILL_HOST: why */

    struct sandbox_call *active; /* the one that runs now; NULL: the host */
    lua_State *volatile running; /* its coroutine; read by the alarm's handler */
    timer_t alarm;
    bool has_alarm;
    struct sandbox_call *calls;
    int64_t cpu_end, wall_end; /* of the active call, nanoseconds on their clocks */
    int64_t cpu_used;          /* of all calls, nanoseconds */

    size_t logged; /* bytes that the script has written to the log */

    struct sandbox_resource *resources; /* that have not been released */

    struct sandbox_wait *waiting; /* set by a yield to the engine, taken by the host */
};

struct sandbox_call {
    struct sandbox *sandbox;
    struct sandbox_call *next;
    lua_State *thread;
    int anchor;
    const char *what;
    int64_t cpu_left, wall_left; /* nanoseconds */
    int arguments;               /* of the next resume */
    bool ended;
    struct sandbox_wait *wait; /* what it waits for; NULL: can go on */
};

/* Registry keys, by address. */
extern const char sandbox_key_globals; /* the real table of globals */
extern const char sandbox_key_scope;   /* the proxy that is every chunk's _ENV */
extern const char sandbox_key_waiting; /* weak set of coroutines that only the engine resumes */
extern const char sandbox_key_killed;  /* the error value of a kill */
extern const char sandbox_key_kept;    /* texts that must exist when there is no memory for them */
extern const char sandbox_key_mark;    /* in the metatables of read-only proxies */

/* The allocator of the state, which counts (lua_Alloc). */
void *sandbox_allocate(void *context, void *block, size_t old_size, size_t new_size);
/* Give back what the allocator kept for reuse. */
void sandbox_give_back(struct sandbox_reuse *reuse);
int64_t sandbox_clock(clockid_t clock); /* nanoseconds */

/* Why the kill happened, in `what`; that the memory does not suffice; and what lua_resume or
 * lua_pcall, which gave `status`, left on top of L. */
enum error_code sandbox_error_killed(const struct sandbox *sandbox, const char *what,
                                     struct error *error);
enum error_code sandbox_error_memory(const struct sandbox *sandbox, const char *what,
                                     struct error *error);
enum error_code sandbox_error_of_status(struct sandbox *sandbox, lua_State *L, int status,
                                        const char *what, struct error *error);

/* "file:line" and `end` of the innermost Lua function, for messages; "" if there is none. The stack
 * of a coroutine that failed is still there. */
void sandbox_place(lua_State *L, const char *end, char *place, size_t size);
/* Raise the kill if there is one; to be called wherever an error has been caught. */
void sandbox_check_killed(lua_State *L);
/* Look at the clock; sets killed, raises nothing. */
void sandbox_look(struct sandbox *sandbox);
void sandbox_hook(lua_State *L, lua_Debug *activation);
void sandbox_kill_host(struct sandbox *sandbox, const struct error *error);

/* Block in place, time not counted; raises if the wait was ended by the host. */
void sandbox_block(lua_State *L, struct sandbox_wait *wait);
/* Mark or unmark a coroutine (index of the thread on the stack) as one that only the engine resumes
 * and closes: while the engine has suspended it, and the thread of a call for good. Otherwise a
 * script that kept the thread of a dropped call could continue with handles that no longer
 * exist. */
void sandbox_mark_waiting(lua_State *L, int index, bool waiting);
bool sandbox_is_waiting(lua_State *L, int index);

/* Write a line of the script's to the log, as long as it has not written too much. */
void sandbox_log(lua_State *L, enum log_level level, struct text line);

/* tostring without addresses; pushes a string. */
void sandbox_push_text(lua_State *L, int index);
void sandbox_push_joined(lua_State *L, char separator); /* the same of all that is on the stack */
bool sandbox_is_read_only(lua_State *L, int index);
/* Push the table behind a read-only proxy; of anything else a copy of the value. */
void sandbox_push_real(lua_State *L, int index);
/* Replace the value at `index` by it. */
void sandbox_unwrap(lua_State *L, int index);

/* Push a member of the table at `index` (absolute), nil if there is none; raw. It compares names,
 * so that nothing is allocated: the script may have used up its memory, and nobody would catch what
 * a push of the name raises then. */
void sandbox_push_member(lua_State *L, int index, const char *name);

/* Compile a text chunk with the scripts' environment and push it; raises. */
void sandbox_push_chunk(lua_State *L, struct text source, const char *chunk);

/* Make the metatable of resources. */
void sandbox_resource_open(lua_State *L);
/* Release what Lua did not: for the end, when the state is closed. */
void sandbox_resource_end_all(struct sandbox *sandbox);

/* The libraries; each pushes its table. */
void sandbox_open_string(lua_State *L);
void sandbox_open_table(lua_State *L);
void sandbox_open_coroutine(lua_State *L);
void sandbox_open_all(lua_State *L);
/* Replace a native function of the table on top by one that has it as its upvalue. */
void sandbox_wrap(lua_State *L, const char *name, lua_CFunction wrapper);
/* The same for these functions, by one that charges for the length of their texts. */
void sandbox_wrap_charged(lua_State *L, const char *const *names);

/* ---- the alarm of the active call: the hook runs at least so often, whatever the script is doing
 * in C. For the thread that runs it; sandbox_alarm_clear before it leaves. ---- */
void sandbox_alarm_set(struct sandbox *sandbox);
void sandbox_alarm_clear(struct sandbox *sandbox);

/* ---- the watchdog's slot ---- */
void sandbox_watchdog_enter(struct sandbox_watchdog *watchdog, const char *name, int64_t cpu_end,
                            int64_t wall_end);
void sandbox_watchdog_leave(struct sandbox_watchdog *watchdog);

#endif
