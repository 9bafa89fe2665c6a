/*
 * users: what those who do something here have in common.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_USERS_H
#define TANDEM_TESTS_CONVERGENCE_USERS_H

#include "convergence/world.h"
#include "store/inspect/status.h"

struct raw_value users_raw(const struct cell *cell);
/* All links, in the world's scratch; the world fails if they cannot be read. */
struct status_mapping *users_mappings(struct world *world, size_t *count);
/* The parties that the object has no record of, and never had (bits). */
unsigned users_strangers(struct world *world, enum object_type type, struct text id);
/* Does the link lead to this record? */
bool users_is_link(const struct status_mapping *mapping, const struct party *party, size_t index);
/* A new value that nobody else has given to any field, and that is not empty. */
struct cell users_value(struct world *world, enum object_type type, size_t field);
/* Is there an object of ours with this key? */
bool users_have_key(struct world *world, enum object_type type, const char *key);
/* A create whose answer was lost is found again by its key: nobody changes it meanwhile. */
bool users_key_is_in_doubt(const struct world *world, enum object_type type, struct text id);
/* Write a field of an object of ours, and note it as an edit. `excused`: nobody can be asked to
 * keep it. */
void users_write(struct world *world, enum object_type type, const struct object_row *row,
                 size_t field, const struct cell *cell, bool excused);

#endif
