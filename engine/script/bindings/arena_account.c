/* See the header. */
#include "script/bindings/arena_account.h"

void arena_account_begin(struct arena_account *account, const struct arena *arena)
{
    *account = (struct arena_account){.arena = arena, .counted = arena_used(arena)};
}

void arena_account_settle(lua_State *L, struct arena_account *account)
{
    if (!account->arena)
        return;
    const size_t used = arena_used(account->arena);
    if (used <= account->counted)
        return;
    const size_t grown = used - account->counted;
    if (!sandbox_reserve(sandbox_of(L), grown))
        sandbox_end_for_memory(L);
    account->counted = used;
    account->reserved += grown;
}

void arena_account_end(struct arena_account *account, struct sandbox *sandbox)
{
    sandbox_release(sandbox, account->reserved);
    *account = (struct arena_account){.arena = NULL};
}
