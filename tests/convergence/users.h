/*
 * users: what those who do something here have in common.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_USERS_H
#define TANDEM_TESTS_CONVERGENCE_USERS_H

#include "convergence/world.h"

struct raw_value users_raw(const struct cell *cell);
/* Is there an object of ours with this key? */
bool users_have_key(struct world *world, enum object_type type, const char *key);
/* A create whose answer was lost is found again by its key: nobody changes it meanwhile. */
bool users_key_is_in_doubt(const struct world *world, enum object_type type, struct text id);
/* Write a field of an object of ours, and note it as an edit. `excused`: nobody can be asked to
 * keep it. */
void users_write(struct world *world, enum object_type type, const struct object_row *row,
                 size_t field, const struct cell *cell, bool excused);

#endif
