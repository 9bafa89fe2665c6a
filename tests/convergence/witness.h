/*
 * witness: what must hold at the very moment at which the engine makes an order, or at which a run
 * ends, though the end of a history would not show it any more.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_WITNESS_H
#define TANDEM_TESTS_CONVERGENCE_WITNESS_H

#include "convergence/world.h"

/* The engine sends a change of a record. What nobody won is not sent (spec 6), what a record
 * brought is not sent back to it (11), what was refused is sent again only after an edit (13.3),
 * and words that no number of ours can hold are not emptied (13.1). */
void witness_update(struct party *party, size_t index, const struct order_change *change);
/* An order was made. What a pull is about to write here is no old version that the party shows for
 * a while (13.2). */
void witness_order(struct world *world, const struct party *party, const struct order *order);
/* A run without faults has ended well: nothing that it could have sent waits (5, 10, 13.3). What
 * was edited at the very instant at which it began is sent by an ordinary run, and waits after a
 * full one (decision 33). */
void witness_waiting(struct world *world, const struct party *party, bool full);
/* A run has ended well: it knows how wrong the party's clock is, or that it does not know (13.9).
 */
void witness_clock(struct world *world, const struct party *party,
                   const struct run_summary *summary);

#endif
