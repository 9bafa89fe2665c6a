/*
 * emptied: no value that is not empty gives way to an empty one unless somebody emptied it (13.1).
 */
#ifndef TANDEM_TESTS_CONVERGENCE_EMPTIED_H
#define TANDEM_TESTS_CONVERGENCE_EMPTIED_H

#include "convergence/world.h"

/* Of an order that a run is about to carry out with this party. */
void emptied_check(struct world *world, const struct party *party, const struct order *order);

#endif
