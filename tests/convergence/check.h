/*
 * check: what must hold once edits have stopped and syncs have run quiet. Each notes the first
 * failure in the world.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_CHECK_H
#define TANDEM_TESTS_CONVERGENCE_CHECK_H

#include "convergence/world.h"

/* Sync without faults until nothing is written any more, and a little longer. */
void check_quiet(struct world *world);
/* Fields agree in their direction, nothing is lost, doubled, waiting, or overwritten by something
 * older. */
void check_all(struct world *world);

/* The operator says at last that the integration wins ties: what is tied is looked at again, as no
 * position and no change token has passed it (spec 3, 6), and nothing stays held. */
void check_ties(struct world *world);

/* Whoever syncs right after a run that has settled everything writes nothing (spec 13.10). */
void check_second(struct world *world, const struct sync_request *first,
                  const struct sync_result *result);

#endif
