/*
 * arena_account: what a script's call puts into an arena of the engine counts towards its memory
 * limit.
 *
 * Reports and the answers of orders live in arenas of the run. The account looks at how an arena
 * has grown since the call began and reserves as much of the sandbox's memory; when the call has
 * ended it gives it back, because from then on the arena belongs to the engine.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_ARENA_ACCOUNT_H
#define TANDEM_SCRIPT_BINDINGS_ARENA_ACCOUNT_H

#include <lua.h>

#include "base/arena.h"
#include "script/sandbox/sandbox.h"

struct arena_account {
    const struct arena *arena; /* borrowed; NULL: nothing is counted */
    size_t counted;            /* bytes of it that are not the call's, or already reserved */
    size_t reserved;
};

/* A call begins; `arena` is borrowed until its end. */
void arena_account_begin(struct arena_account *account, const struct arena *arena);
/* Reserve what the arena has grown by; if the limit does not allow it, ends the call for good. */
void arena_account_settle(lua_State *L, struct arena_account *account);
/* The call has ended: give back what was reserved. */
void arena_account_end(struct arena_account *account, struct sandbox *sandbox);

#endif
