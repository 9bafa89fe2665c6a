/* array: doubling, so that n items cost at most 2n in the arena. */
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

/* 0: more than there can be. */
static size_t doubled(size_t capacity)
{
    if (capacity > SIZE_MAX / 2)
        return 0;
    return capacity ? capacity * 2 : FIRST_CAPACITY;
}

void *array_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return items;
    const size_t wanted = doubled(*capacity);
    void *const grown = wanted ? arena_array(arena, wanted, item_size) : NULL;
    if (!grown)
        return NULL;
    if (count > 0)
        memcpy(grown, items, count * item_size);
    *capacity = wanted;
    return grown;
}

void *array_grow_heap(void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return items;
    const size_t wanted = doubled(*capacity);
    void *const grown = wanted ? reallocarray(items, wanted, item_size) : NULL;
    if (grown)
        *capacity = wanted;
    return grown;
}
