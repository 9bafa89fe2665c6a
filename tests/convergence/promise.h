/*
 * promise: what a plan says that a sync would do, against what the sync then does.
 *
 * The plan is made as 'tandem plan' makes it: on a snapshot of the store, with cli/plan_watch
 * around both sides. The promise holds what it told and how both sides were; promise_check compares
 * them with how both sides are afterwards. Only for runs without faults and without meddling.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_PROMISE_H
#define TANDEM_TESTS_CONVERGENCE_PROMISE_H

#include "convergence/world.h"

struct promise;

/* Plan the run that `request` describes. Fails the world if the plan changes a byte of the store.
 * Owned: promise_free. NULL: the world has failed. */
struct promise *promise_make(struct world *world, const struct sync_request *request);
/* The run has been made: did it do what was told, all of it and nothing else? */
void promise_check(const struct promise *promise, const struct run_summary *done);
void promise_free(struct promise *promise); /* accepts NULL */

#endif
