/* The memory of a state: bounded, and small blocks are used again.
 *
 * A script makes and drops a few dozen small blocks for each record, and its collector gives them
 * back thousands at a time, which is what malloc is slowest at. So some of them are kept in lists,
 * one for each size. What is kept is bounded, and does not count as the script's. */
#include "script/sandbox/sandbox_private.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- small blocks */

#if defined(__SANITIZE_ADDRESS__)
enum { SMALL_MOST = 0 }; /* so that the use of what was given back is found */
#else
enum { SMALL_MOST = SANDBOX_SMALL_CLASSES * 16 + 8 };
#endif
enum { KEPT_MOST = 1 << 20 };

/* Sizes that malloc has anyway: 24, 40, 56 ... bytes. */
static size_t class_of(size_t size)
{
    return size <= 24 ? 0 : (size - 9) / 16;
}

static size_t size_of_class(size_t class)
{
    return class * 16 + 24;
}

void sandbox_give_back(struct sandbox_reuse *reuse)
{
    for (size_t class = 0; class < SANDBOX_SMALL_CLASSES; class ++) {
        while (reuse->kept[class]) {
            struct sandbox_block *const block = reuse->kept[class];
            reuse->kept[class] = block->next;
            free(block);
        }
    }
    reuse->bytes = 0;
}

/* The system has no memory: it gets back what is kept, and nothing is kept any more. */
static void *out_of_memory(struct sandbox_reuse *reuse)
{
    sandbox_give_back(reuse);
    reuse->ended = true;
    return NULL;
}

static void *obtain(struct sandbox_reuse *reuse, size_t size)
{
    const bool is_small = size <= SMALL_MOST;
    const size_t class = is_small ? class_of(size) : 0;
    struct sandbox_block *const block = is_small ? reuse->kept[class] : NULL;
    if (!block) {
        void *const made = malloc(is_small ? size_of_class(class) : size);
        return made ? made : out_of_memory(reuse);
    }
    reuse->kept[class] = block->next;
    reuse->bytes -= size_of_class(class);
    return block;
}

static void release(struct sandbox_reuse *reuse, void *memory, size_t size)
{
    if (!memory)
        return;
    const size_t class = class_of(size);
    if (size > SMALL_MOST || reuse->ended || reuse->bytes + size_of_class(class) > KEPT_MOST) {
        free(memory);
        return;
    }
    struct sandbox_block *const block = memory;
    block->next = reuse->kept[class];
    reuse->kept[class] = block;
    reuse->bytes += size_of_class(class);
}

/* A block never fails to become smaller: Lua relies on it. */
static void *resize(struct sandbox_reuse *reuse, void *memory, size_t old_size, size_t new_size)
{
    if (!memory)
        return obtain(reuse, new_size);
    if (old_size > SMALL_MOST && new_size > SMALL_MOST) {
        void *const grown = realloc(memory, new_size);
        return grown ? grown : out_of_memory(reuse);
    }
    if (old_size <= SMALL_MOST && new_size <= SMALL_MOST &&
        class_of(old_size) == class_of(new_size))
        return memory;
    void *const moved = obtain(reuse, new_size);
    if (!moved)
        return new_size < old_size ? memory : NULL;
    memcpy(moved, memory, old_size < new_size ? old_size : new_size);
    release(reuse, memory, old_size);
    return moved;
}

/* ---------------------------------------------------------------- what is allowed */

static bool has_room(const struct sandbox *sandbox, size_t bytes)
{
    return bytes <= sandbox->limits.memory_bytes &&
           sandbox->memory <= sandbox->limits.memory_bytes - bytes;
}

static bool allocation_allowed(struct sandbox *sandbox, size_t growth)
{
    sandbox->allocations++;
    if (sandbox->fail_allocation != 0 && sandbox->allocations >= sandbox->fail_allocation)
        return false;
    sandbox->allocated += growth;
    if (sandbox->allocated > ALLOCATION_BETWEEN_LOOKS) {
        sandbox->allocated = 0;
        sandbox_look(sandbox);
    }
    return !(sandbox->killed != KILL_NONE && sandbox->active) && has_room(sandbox, growth);
}

void *sandbox_allocate(void *context, void *block, size_t old_size, size_t new_size)
{
    struct sandbox *const sandbox = context;
    if (!block)
        old_size = 0; /* Lua passes a type here */
    if (new_size == 0) {
        release(&sandbox->reuse, block, old_size);
        sandbox->memory -= old_size;
        return NULL;
    }
    if (new_size > old_size && !allocation_allowed(sandbox, new_size - old_size)) {
        sandbox->allocation_failed = true;
        return NULL;
    }
    void *const moved = resize(&sandbox->reuse, block, old_size, new_size);
    if (!moved)
        return NULL;
    sandbox->memory = sandbox->memory - old_size + new_size;
    return moved;
}

/* Lua collects its garbage before it fails, so this does as well. */
bool sandbox_reserve(struct sandbox *sandbox, size_t bytes)
{
    if (!has_room(sandbox, bytes))
        lua_gc(sandbox->running ? sandbox->running : sandbox->state, LUA_GCCOLLECT, 0);
    if (!has_room(sandbox, bytes))
        return false;
    sandbox->memory += bytes;
    return true;
}

void sandbox_release(struct sandbox *sandbox, size_t bytes)
{
    sandbox->memory -= bytes;
}
