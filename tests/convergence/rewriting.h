/*
 * rewriting: something at each party that writes one field again in a way of its own (manner
 * rewrites): what either writes comes to the other, which writes it again, and so on. The engine
 * notices, holds the field and says so (13.18).
 */
#ifndef TANDEM_TESTS_CONVERGENCE_REWRITING_H
#define TANDEM_TESTS_CONVERGENCE_REWRITING_H

#include "convergence/world.h"

/* The field that this setup's parties write again; 0: none. */
size_t rewriting_field(const struct setup *setup);
/* It runs at both parties. True: it has written something. */
bool rewriting_work(struct world *world);
/* Is it the same value, but for who wrote it last? */
bool rewriting_is_same(const struct cell *left, const struct cell *right);
/* Nothing that somebody here edited since is held for it. */
void rewriting_check(struct world *world);

#endif
