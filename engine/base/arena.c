/* arena: a list of blocks, newest first; each block knows how many bytes are used in those
 * before it. Released memory is kept for reuse: a run's arena is cleared for each page, and
 * allocating its memory again would cost more than the work that is done in it. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer, released memory is poisoned, so its use is detected. */
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
    struct block *spare; /* not in use, to be used again */
    size_t ceiling;      /* 0: none */
    size_t held;         /* sum of the blocks' capacities, spare ones included */
};

static void block_free(struct arena *arena, struct block *block)
{
    UNPOISON(block->data, block->capacity);
    arena->held -= block->capacity;
    free(block);
}

static void block_wind_back(struct block *block, size_t used)
{
    if (block->used > block->dirty)
        block->dirty = block->used;
    block->used = used;
    POISON(block->data + used, block->capacity - used);
}

/* Blocks made for one huge allocation are not worth keeping. */
static void block_retire(struct arena *arena, struct block *block)
{
    if (block->capacity > BLOCK_LARGEST) {
        block_free(arena, block);
        return;
    }
    block_wind_back(block, 0);
    block->older = arena->spare;
    arena->spare = block;
}

static void free_spare(struct arena *arena)
{
    while (arena->spare) {
        struct block *older = arena->spare->older;
        block_free(arena, arena->spare);
        arena->spare = older;
    }
}

/* The first spare block with room for `size` bytes, taken out of the list; NULL if there is none.
 */
static struct block *take_spare(struct arena *arena, size_t size)
{
    for (struct block **link = &arena->spare; *link; link = &(*link)->older) {
        struct block *block = *link;
        if (block->capacity >= size) {
            *link = block->older;
            return block;
        }
    }
    return NULL;
}

/* How much a new block for `size` bytes should hold: each about twice the one before. */
static size_t block_size(const struct arena *arena, size_t size)
{
    size_t capacity = BLOCK_FIRST;

    if (arena->newest && arena->newest->capacity >= BLOCK_LARGEST / 2)
        capacity = BLOCK_LARGEST;
    else if (arena->newest && arena->newest->capacity >= BLOCK_FIRST / 2)
        capacity = arena->newest->capacity * 2;
    return capacity < size ? size : capacity;
}

/* A block from the system; NULL if there is no memory or the ceiling is reached. */
static struct block *block_new(struct arena *arena, size_t size)
{
    size_t capacity = block_size(arena, size);

    if (arena->ceiling) {
        if (size > arena->ceiling - arena->held)
            free_spare(arena);
        const size_t left = arena->ceiling - arena->held;
        if (size > left)
            return NULL;
        if (capacity > left)
            capacity = left;
    }
    if (capacity > SIZE_MAX - sizeof(struct block))
        return NULL;
    struct block *const block = calloc(1, sizeof(struct block) + capacity);
    if (block) {
        block->capacity = capacity;
        arena->held += capacity;
        POISON(block->data, block->capacity);
    }
    return block;
}

/* A block that has room for `size` bytes, put in front; NULL if that's not possible. */
static struct block *block_add(struct arena *arena, size_t size)
{
    struct block *block = take_spare(arena, size);

    if (!block)
        block = block_new(arena, size);
    if (!block)
        return NULL;
    block->before = arena_used(arena);
    block->older = arena->newest;
    arena->newest = block;
    return block;
}

struct arena *arena_new(size_t ceiling)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (arena)
        arena->ceiling = ceiling;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_clear(arena);
    free_spare(arena);
    free(arena);
}

/* Retire the blocks that are newer than `block` (NULL: all). */
static void retire_until(struct arena *arena, const struct block *block)
{
    while (arena->newest && arena->newest != block) {
        struct block *older = arena->newest->older;
        block_retire(arena, arena->newest);
        arena->newest = older;
    }
}

void arena_clear(struct arena *arena)
{
    retire_until(arena, NULL);
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->newest, arena->newest ? arena->newest->used : 0};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    retire_until(arena, mark.block);
    if (arena->newest)
        block_wind_back(arena->newest, mark.used);
}

/* Memory that may hold the bytes of its previous user. *dirty: how many of them may not be zero. */
static inline void *take(struct arena *arena, size_t size, size_t *dirty)
{
    struct block *block = arena->newest;

    if (size > SIZE_MAX - 2 * ALIGNMENT)
        return NULL;
    const size_t rounded = size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    if (!block || rounded > block->capacity - block->used) {
        block = block_add(arena, rounded);
        if (!block)
            return NULL;
    }
    char *const memory = block->data + block->used;
    UNPOISON(memory, size);
    *dirty = block->used < block->dirty ? block->dirty - block->used : 0;
    block->used += rounded;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t dirty = 0;
    void *memory = take(arena, size, &dirty);

    if (memory && dirty)
        memset(memory, 0, dirty < size ? dirty : size);
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(arena, count * size);
}

void *arena_copy(struct arena *arena, const void *array, size_t count, size_t size)
{
    size_t dirty = 0;

    if (size && count > SIZE_MAX / size)
        return NULL;
    void *const memory = take(arena, count * size, &dirty);
    if (memory && count > 0 && size > 0)
        memcpy(memory, array, count * size);
    return memory;
}

char *arena_string(struct arena *arena, const char *bytes, size_t length)
{
    size_t dirty = 0;
    char *memory = length == SIZE_MAX ? NULL : take(arena, length + 1, &dirty);

    if (memory) {
        memcpy(memory, bytes, length);
        memory[length] = '\0';
    }
    return memory;
}

size_t arena_used(const struct arena *arena)
{
    return arena->newest ? arena->newest->before + arena->newest->used : 0;
}
