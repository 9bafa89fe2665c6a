/*
 * typed: no value that somebody typed disappears from both sides, unless somebody wrote over it who
 * could see it, or a later one was judged against it and 'tandem explain' says so.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_TYPED_H
#define TANDEM_TESTS_CONVERGENCE_TYPED_H

#include "convergence/world.h"

/* At the end of a history. */
void typed_check(struct world *world);

#endif
