/*
 * arena: memory that lives and dies together.
 *
 * Everything that belongs to one iteration of a run is allocated in that
 * iteration's arena and released at once, so memory does not grow with the
 * number of objects. Not thread safe: one arena, one thread.
 */
#ifndef TANDEM_BASE_ARENA_H
#define TANDEM_BASE_ARENA_H

#include <stddef.h>

struct arena; /* opaque */

/* A point to which an arena can be wound back. */
struct arena_mark {
    void *block;
    size_t used;
};

/* A new arena; `ceiling` is the most bytes it may ever hold (0: no ceiling). NULL if out of
 * memory. Owned by the caller: arena_free. */
struct arena *arena_new(size_t ceiling);
void arena_free(struct arena *arena); /* accepts NULL */

/* Forget everything; the memory is kept for reuse (but for huge single allocations). Marks made
 * before are void. */
void arena_clear(struct arena *arena);
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Zeroed memory, aligned for any type; NULL if out of memory or over the ceiling.
 * size 0 gives a valid pointer. Borrowed: lives until clear, rewind or free. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same for an array; NULL also if count * size overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy of `count` elements of `size` bytes; NULL if out of memory or over the ceiling. */
void *arena_copy(struct arena *arena, const void *array, size_t count, size_t size);
/* A copy of `length` bytes, and a zero byte behind it. */
char *arena_string(struct arena *arena, const char *bytes, size_t length);
/* Bytes handed out and not taken back; each allocation is rounded up to the alignment. */
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
