/*
 * promise: what a plan says that a sync would do, against what the sync then does.
 *
 * The plan is made as 'tandem plan' makes it: on a snapshot of the store, with host/plan_watch
 * around both sides. The promise holds what it told; promise_check compares that with what the run
 * has sent, with our objects, links and open matters afterwards, and with the run's outcomes and
 * counts. What a party makes of what it is sent is its own affair, and so is how it answers: no
 * plan foretells a refusal, or that a record is gone. Only for runs without faults and without
 * meddling.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_PROMISE_H
#define TANDEM_TESTS_CONVERGENCE_PROMISE_H

#include "convergence/world.h"

struct promise;

/* Plan the run that `request` describes. Fails the world if the plan changes a byte of the store.
 * Owned: promise_free. NULL: the world has failed. */
struct promise *promise_make(struct world *world, const struct sync_request *request);
/* The run is to use this instead of the party's exchange, and to tell this observer. */
struct exchange *promise_exchange(struct promise *promise);
struct observer promise_observer(struct promise *promise);
/* The run has been made: did it do what was told, all of it and nothing else? */
void promise_check(struct promise *promise, const struct run_summary *done);
void promise_free(struct promise *promise); /* accepts NULL */

#endif
