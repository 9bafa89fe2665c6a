/*
 * people: what the operator does about creates in doubt that nothing but people can settle: a sync
 * died, and until the next one somebody changed what the record would be known by.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_PEOPLE_H
#define TANDEM_TESTS_CONVERGENCE_PEOPLE_H

#include "convergence/world.h"

/* Look at each party whether the record is there, and link it or let it be sent again ('tandem
 * quarantine link' and 'retry'); merge what came in as another object ('tandem object merge').
 * Returns how many there were. */
unsigned people_settle(struct world *world);

#endif
