/*
 * world_process: what happens in a world happens in a process, and in another one after it was
 * killed.
 *
 * Each process opens the store anew. The world is in shared memory, so what the parties have done,
 * what users know and how far the history came outlive it.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_WORLD_PROCESS_H
#define TANDEM_TESTS_CONVERGENCE_WORLD_PROCESS_H

#include <stddef.h>

#include "convergence/world.h"

/* Zeroed memory that a process shares with those that it starts; NULL if there is none. Owned:
 * world_unshare. */
void *world_share(size_t size);
void world_unshare(void *memory, size_t size); /* accepts NULL */

/* Call `live` in a process, and again in a new one each time that it is killed by world->death,
 * until it returns. A process that ends otherwise fails the world. The store is closed when this
 * returns. */
typedef void world_life(struct world *world, const void *context);
void world_process(struct world *world, world_life *live, const void *context);

#endif
