/* What values of Lua hold in C: released when the collector finds them, at the latest with the
 * sandbox. */
#include "script/sandbox/sandbox_private.h"

#include <stdlib.h>

static const char *const RESOURCE_TYPE = "resource";

/* The list is the owner and the userdata only points here. Lua takes a value that has a finalizer
 * off its list before it calls the finalizer; where memory or the stack of C does not suffice for
 * this call, it is never made. */
struct sandbox_resource {
    struct sandbox_resource *next, **from;
    void (*release)(void *bytes);
    size_t size;
    max_align_t bytes[];
};

static void end_resource(struct sandbox *sandbox, struct sandbox_resource *resource)
{
    *resource->from = resource->next;
    if (resource->next)
        resource->next->from = resource->from;
    resource->release(resource->bytes);
    sandbox_release(sandbox, resource->size);
    free(resource);
}

static int finalize(lua_State *L)
{
    struct sandbox_resource **const held = lua_touserdata(L, 1);
    if (*held)
        end_resource(sandbox_of(L), *held);
    *held = NULL;
    return 0;
}

void sandbox_resource_open(lua_State *L)
{
    luaL_newmetatable(L, RESOURCE_TYPE);
    lua_pushcfunction(L, finalize);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void *sandbox_resource_push(lua_State *L, size_t size, void (*release)(void *bytes))
{
    struct sandbox *const sandbox = sandbox_of(L);
    struct sandbox_resource **const held = lua_newuserdatauv(L, sizeof(void *), 0);
    *held = NULL;
    luaL_setmetatable(L, RESOURCE_TYPE);
    if (!sandbox_reserve(sandbox, size))
        sandbox_end_for_memory(L);
    struct sandbox_resource *const resource = calloc(1, sizeof *resource + size);
    if (!resource) {
        sandbox_release(sandbox, size);
        sandbox_end_for_memory(L);
        return NULL; /* not reached */
    }
    resource->release = release;
    resource->size = size;
    resource->next = sandbox->resources;
    resource->from = &sandbox->resources;
    if (resource->next)
        resource->next->from = &resource->next;
    sandbox->resources = resource;
    *held = resource;
    return resource->bytes;
}

void *sandbox_resource_check(lua_State *L, int index, void (*release)(void *bytes))
{
    struct sandbox_resource **const held = luaL_checkudata(L, index, RESOURCE_TYPE);
    if (!*held || (*held)->release != release)
        luaL_error(L, "this value is not what it should be, or has ended");
    return (*held)->bytes;
}

void sandbox_resource_end(lua_State *L, int index)
{
    struct sandbox_resource **const held = luaL_checkudata(L, index, RESOURCE_TYPE);
    if (*held)
        end_resource(sandbox_of(L), *held);
    *held = NULL;
}

void sandbox_resource_end_all(struct sandbox *sandbox)
{
    while (sandbox->resources)
        end_resource(sandbox, sandbox->resources);
}
