/*
 * fence: what the kernel holds against a process that executes somebody else's scripts.
 *
 * The sandbox is the promise; the fence stands behind it, for the day on which the sandbox, Lua or
 * a library below it is wrong. It cannot be lifted again, so only commands that work for one
 * integration and then end put it up: sync, check, fields, plan, auth, record.
 *
 * Always: no core dump and no tracing by other processes of the user (both would show secrets), no
 * new privileges, a ceiling of address space and of CPU time. Where the kernel has them: Landlock
 * (files are written, made and removed only where the run writes; nothing is executed) and seccomp
 * (no exec, no tracing, no mounts, no namespaces, no new kernel interfaces).
 */
#ifndef TANDEM_HOST_FENCE_H
#define TANDEM_HOST_FENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { FENCE_FOLDERS = 8 };

struct fence {
    uint64_t address_space; /* bytes; 0: no ceiling */
    uint64_t cpu_seconds;   /* 0: no ceiling */
    /* Where it may write, with all that is below; those that do not exist are left out. */
    const char *folders[FENCE_FOLDERS];
    size_t folder_count;
    bool starts_processes; /* limits only: the processes that it starts put up their own fences */
};

/* Which parts of it are in force. */
struct fence_state {
    int landlock; /* the version of the kernel's interface; 0: it has none */
    bool seccomp;
};

/* Put it up, for this process and all that it starts. What the kernel does not support is left out;
 * an error (ERROR_SYSTEM) only if it refuses what every kernel has. */
WARN_UNUSED enum error_code fence_enter(const struct fence *fence, struct fence_state *state,
                                        struct error *error);

#endif
