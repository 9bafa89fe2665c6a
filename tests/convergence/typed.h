/*
 * typed: no value that somebody typed disappears from both sides, unless somebody wrote over it who
 * could see it, or a later one was judged against it and 'tandem explain' says so.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_TYPED_H
#define TANDEM_TESTS_CONVERGENCE_TYPED_H

#include "convergence/world.h"

/* People merge two contacts, and can see both: what the loser has and the winner has otherwise is
 * what they give up. */
void typed_merged(struct world *world, const struct object_row *winner,
                  const struct object_row *loser);
/* At the end of a history. */
void typed_check(struct world *world);

#endif
