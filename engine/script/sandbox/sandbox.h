/*
 * sandbox: a Lua state in which somebody else's script can run without doing harm.
 *
 * One state per script and version. Its restrictions: no access to files, processes, the
 * environment, bytecode or debug; read-only libraries; memory counted by the allocator; CPU and
 * wall time limits that pcall, coroutines, metamethods and long C functions do not escape (docs/
 * sandbox.md says what is promised and what is not).
 *
 * Every entry into a script is a `struct sandbox_call`: a coroutine that may yield to wait for
 * HTTP. Time is counted only while the script runs, not while it waits or the engine works.
 * After a limit was exceeded the state is dead: every later call fails with ERROR_SCRIPT_LIMIT.
 *
 * Headers of script/ name `struct lua_State` without including lua.h: only engine/script does.
 */
#ifndef TANDEM_SCRIPT_SANDBOX_SANDBOX_H
#define TANDEM_SCRIPT_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <signal.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

struct lua_State;
struct sandbox;
struct sandbox_call;
struct sandbox_watchdog;

/* Zeroes stand for the defaults. */
struct sandbox_limits {
    size_t memory_bytes; /* of the whole state; default 128 MiB */
    int64_t cpu_ms;      /* of one call; default 60 000 */
    int64_t wall_ms;     /* of one call, without waiting for HTTP; default 300 000 */
};

struct sandbox_options {
    const char *name; /* for messages: "helloworld"; copied */
    struct sandbox_limits limits;
    struct sandbox_watchdog *watchdog; /* borrowed; NULL: none */
    struct log *log;                   /* borrowed, where print goes; may be NULL */
    /* nonzero: a running call is soon ended with ERROR_INTERRUPTED; NULL: never */
    const volatile sig_atomic_t *interrupt;
    uint64_t fail_allocation; /* tests: the n-th allocation and all later ones fail; 0: never */
    uint64_t kill_at_tick;    /* tests: the n-th look at the clock finds the time over; 0: never */
};

/* A new state with the libraries and nothing else. Owned: sandbox_free. */
WARN_UNUSED enum error_code sandbox_new(const struct sandbox_options *options,
                                        struct sandbox **sandbox, struct error *error);
void sandbox_free(struct sandbox *sandbox); /* accepts NULL; ends all its calls */

struct lua_State *sandbox_state(struct sandbox *sandbox); /* for script/ only */
/* The sandbox to which a state (any of its coroutines) belongs. */
struct sandbox *sandbox_of(struct lua_State *state);
/* Has a limit been exceeded? Then nothing runs in it any more. */
bool sandbox_killed(const struct sandbox *sandbox);
int64_t sandbox_cpu_ms(const struct sandbox *sandbox); /* processor time of all calls so far */

/* ---- for C functions that scripts call ---- */

/* Account for work that the instruction count does not see (bytes copied, steps of a match); looks
 * at the clock now and then, and raises a Lua error that cannot be caught if the time is over. */
void sandbox_charge(struct lua_State *state, size_t work);
/* Count memory held outside of Lua on the script's behalf. False if the limit does not allow it. */
bool sandbox_reserve(struct sandbox *sandbox, size_t bytes);
void sandbox_release(struct sandbox *sandbox, size_t bytes);
/* End the call because of its memory: the error that this raises cannot be caught. */
void sandbox_end_for_memory(struct lua_State *state);

/* Push a value that holds `size` zeroed bytes outside of Lua, which count as the script's memory;
 * returns them. `release` is called with them once, when Lua lets go of the value, at the latest
 * with sandbox_free, and may raise nothing. Raises if there is no memory. */
void *sandbox_resource_push(struct lua_State *state, size_t size, void (*release)(void *bytes));
/* The bytes of the value at `index`; raises if it is not one with this `release`, or has ended. */
void *sandbox_resource_check(struct lua_State *state, int index, void (*release)(void *bytes));
/* Release what the value at `index` holds now. */
void sandbox_resource_end(struct lua_State *state, int index);

/* What a script waits for. `ready` must not block; `block` waits until something happened (it may
 * return early) and returns an error to end the call (interrupted). */
struct sandbox_wait {
    void *context;
    bool (*ready)(void *context);
    enum error_code (*block)(void *context, struct error *error);
};
/* Called by a C function as `return sandbox_yield(state, wait, continuation)`: suspends the call
 * until wait->ready, then runs `continuation` with the stack as it was. Works in coroutines of the
 * script as well; where Lua cannot yield it blocks in place. `wait` must stay valid (it usually
 * lives in a resource on the stack). */
int sandbox_yield(struct lua_State *state, struct sandbox_wait *wait,
                  int (*continuation)(struct lua_State *state));

/* Make the table at the top of the stack read-only: replaces it by a proxy. */
void sandbox_read_only(struct lua_State *state);
/* Set a global of the scripts; pops the value. */
void sandbox_set_global(struct lua_State *state, const char *name);
/* The same for a library: the table of functions on top, made read-only. */
void sandbox_set_library(struct lua_State *state, const char *name);

/* ---- for the host ---- */

/* Run a C function that may raise in protected mode, without limits of time. */
WARN_UNUSED enum error_code sandbox_protect(struct sandbox *sandbox,
                                            int (*function)(struct lua_State *state),
                                            void *argument, struct error *error);
/* A new call: `prepare` pushes the function and its arguments on the coroutine's stack (it may
 * raise). Nothing runs yet. `what` ("report_builder.build") is for messages; static. */
WARN_UNUSED enum error_code sandbox_call_new(struct sandbox *sandbox, const char *what,
                                             int (*prepare)(struct lua_State *state),
                                             void *argument, struct sandbox_call **call,
                                             struct error *error);
/* Run until the call waits or has ended. *done tells which. */
WARN_UNUSED enum error_code sandbox_call_step(struct sandbox_call *call, bool *done,
                                              struct error *error);
/* Run to the end, waiting as needed. */
WARN_UNUSED enum error_code sandbox_call_finish(struct sandbox_call *call, struct error *error);
/* Accepts NULL; drops a call that has not ended. */
void sandbox_call_free(struct sandbox_call *call);

/* A call as a whole: `prepare` and `what` as above. `read` (NULL: nobody looks at the results) runs
 * in protected mode; on its stack are the argument (light userdata) and `results` values, which are
 * those of the script, or nil. */
struct sandbox_entry {
    const char *what;
    int (*prepare)(struct lua_State *state);
    int (*read)(struct lua_State *state);
    int results;
};
/* From `prepare` to `read`, waiting as needed; both get `argument`. */
WARN_UNUSED enum error_code sandbox_call_run(struct sandbox *sandbox,
                                             const struct sandbox_entry *entry, void *argument,
                                             struct error *error);

/* ---- the last resort ---- */

/* A thread that ends the process (message on standard error, _exit(1)) when a script is still
 * running `grace_ms` after its time was over, because the VM could not be interrupted. Only for
 * programs that may be ended this way: `tandem sync`. */
WARN_UNUSED enum error_code
sandbox_watchdog_start(int64_t grace_ms, struct sandbox_watchdog **watchdog, struct error *error);
void sandbox_watchdog_stop(struct sandbox_watchdog *watchdog); /* accepts NULL */

#endif
