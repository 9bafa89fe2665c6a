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

#endif
