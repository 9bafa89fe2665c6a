/*
 * array: growing arrays, in an arena or on the heap.
 *
 * The smaller arrays stay in the arena until it is cleared, so pointers to items may become stale
 * but never dangle. To keep items for longer, keep an array of pointers.
 */
#ifndef TANDEM_BASE_ARRAY_H
#define TANDEM_BASE_ARRAY_H

#include "base/arena.h"

/* An array with room for one item more than `count`: `items` itself if it has some, else a copy of
 * twice the size, with *capacity set. NULL if out of memory; then nothing has changed. */
void *array_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
                 size_t item_size);
/* The same on the heap, for the caller to free: older pointers to items become invalid. */
void *array_grow_heap(void *items, size_t count, size_t *capacity, size_t item_size);

#endif
