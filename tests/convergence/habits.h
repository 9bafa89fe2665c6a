/*
 * habits: what people do now and then who do more than edit, create and delete (the manners of
 * setup.h): keys that two objects share or that change hands, values that are taken back, edits of
 * what is not ours, fields newly mapped, integrations switched off and on, objects made one.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_HABITS_H
#define TANDEM_TESTS_CONVERGENCE_HABITS_H

#include "convergence/world.h"

/* A new object gets the key of another one, or that of a record whose object is gone; false: no. */
bool habits_copy_key(struct world *world, enum object_type type, uint32_t choice,
                     struct cell *cell);
/* An edit here that is none of the ordinary ones; false: an ordinary one is to be made. */
bool habits_edit(struct world *world, const uint32_t *numbers);
/* There likewise: a record is given back, or a key changes hands. */
bool habits_party_edit(struct world *world, const uint32_t *numbers);
/* Before a sync: fields are mapped, integrations switched. False: it can't be made now. */
bool habits_before_sync(struct world *world, const uint32_t *numbers);
/* Which object or record the sync is limited to; false: none. */
bool habits_name(struct world *world, const uint32_t *numbers, struct sync_request *request);
/* The second integration is connected, unless it is. */
void habits_connect(struct world *world);
/* While a run is under way. */
void habits_meddle(struct world *world, uint32_t one, uint32_t two);
/* Every integration is on again. */
void habits_end(struct world *world);
/* Did people give this key to two objects on purpose? */
bool habits_is_twin(const struct world *world, const struct cell *key);

#endif
