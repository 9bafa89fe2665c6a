/* array: doubling, so that n items cost at most 2n in the arena. */
#include "base/array.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

void *array_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t wanted = *capacity ? *capacity * 2 : FIRST_CAPACITY;
    void *grown = NULL;

    if (count < *capacity) {
        return items;
    }
    if (*capacity > SIZE_MAX / 2) {
        return NULL;
    }
    grown = arena_array(arena, wanted, item_size);
    if (!grown) {
        return NULL;
    }
    if (count > 0) {
        memcpy(grown, items, count * item_size);
    }
    *capacity = wanted;
    return grown;
}
