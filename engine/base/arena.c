/* arena: a list of blocks, newest first; each block knows how much lies in those before it. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What was taken back is poisoned under AddressSanitizer, so that using it is found. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(address, size)   ASAN_POISON_MEMORY_REGION((address), (size))
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION((address), (size))
#else
#define POISON(address, size)   ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
#endif

enum { ALIGNMENT = alignof(max_align_t), BLOCK_FIRST = 64 * 1024, BLOCK_LARGEST = 1024 * 1024 };

struct block {
    struct block *older;
    size_t capacity;
    size_t used;
    size_t dirty;  /* bytes from here on were never handed out: still zero from calloc */
    size_t before; /* bytes used in all older blocks */
    alignas(max_align_t) char data[];
};

struct arena {
    struct block *newest;
    size_t ceiling; /* 0: none */
    size_t held;    /* sum of the blocks' capacities */
};

static void block_free(struct arena *arena, struct block *block)
{
    UNPOISON(block->data, block->capacity);
    arena->held -= block->capacity;
    free(block);
}

/* A block that has room for `size` bytes, put in front; NULL if that's not possible. */
static struct block *block_add(struct arena *arena, size_t size)
{
    size_t capacity = BLOCK_FIRST;
    struct block *block = NULL;

    if (arena->newest && arena->newest->capacity >= BLOCK_LARGEST / 2) {
        capacity = BLOCK_LARGEST;
    } else if (arena->newest && arena->newest->capacity >= BLOCK_FIRST / 2) {
        capacity = arena->newest->capacity * 2;
    }
    if (capacity < size) {
        capacity = size;
    }
    if (arena->ceiling) {
        size_t left = arena->ceiling - arena->held;
        if (size > left) {
            return NULL;
        }
        if (capacity > left) {
            capacity = left;
        }
    }
    if (capacity > SIZE_MAX - sizeof(struct block)) {
        return NULL;
    }
    block = calloc(1, sizeof(struct block) + capacity);
    if (!block) {
        return NULL;
    }
    block->capacity = capacity;
    block->older = arena->newest;
    block->before = arena_used(arena);
    POISON(block->data, block->capacity);
    arena->newest = block;
    arena->held += capacity;
    return block;
}

static void block_wind_back(struct block *block, size_t used)
{
    if (block->used > block->dirty) {
        block->dirty = block->used;
    }
    block->used = used;
    POISON(block->data + used, block->capacity - used);
}

struct arena *arena_new(size_t ceiling)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (arena) {
        arena->ceiling = ceiling;
    }
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena) {
        return;
    }
    while (arena->newest) {
        struct block *older = arena->newest->older;
        block_free(arena, arena->newest);
        arena->newest = older;
    }
    free(arena);
}

void arena_clear(struct arena *arena)
{
    struct block *kept = NULL;
    struct block *block = arena->newest;

    /* Blocks made for one huge allocation are not worth keeping. */
    while (block) {
        struct block *older = block->older;
        if (block->capacity <= BLOCK_LARGEST && (!kept || block->capacity > kept->capacity)) {
            if (kept) {
                block_free(arena, kept);
            }
            kept = block;
        } else {
            block_free(arena, block);
        }
        block = older;
    }
    if (kept) {
        kept->older = NULL;
        kept->before = 0;
        block_wind_back(kept, 0);
    }
    arena->newest = kept;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->newest, arena->newest ? arena->newest->used : 0};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    if (!mark.block) {
        arena_clear(arena);
        return;
    }
    while (arena->newest && arena->newest != mark.block) {
        struct block *older = arena->newest->older;
        block_free(arena, arena->newest);
        arena->newest = older;
    }
    if (arena->newest) {
        block_wind_back(arena->newest, mark.used);
    }
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = 0;
    struct block *block = arena->newest;
    char *memory = NULL;

    if (size > SIZE_MAX - 2 * ALIGNMENT) {
        return NULL;
    }
    rounded = size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    if (!block || rounded > block->capacity - block->used) {
        block = block_add(arena, rounded);
        if (!block) {
            return NULL;
        }
    }
    memory = block->data + block->used;
    UNPOISON(memory, size);
    if (block->used < block->dirty) {
        size_t dirty = block->dirty - block->used;
        memset(memory, 0, dirty < size ? dirty : size);
    }
    block->used += rounded;
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        return NULL;
    }
    return arena_alloc(arena, count * size);
}

size_t arena_used(const struct arena *arena)
{
    return arena->newest ? arena->newest->before + arena->newest->used : 0;
}
