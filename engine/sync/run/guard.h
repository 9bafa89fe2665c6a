/*
 * guard: ends a run before it does damage on a large scale. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_GUARD_H
#define TANDEM_SYNC_RUN_GUARD_H

#include "sync/run/run_context.h"

/* One more link of this integration object is to be ended, or its record deleted.
 * ERROR_MASS_CHANGE if the run would then exceed the share that the operator allows. */
WARN_UNUSED enum error_code guard_remove(struct run_context *context,
                                         const struct manual_object *object, struct error *error);
/* Look at what an order of a pull would empty here: ERROR_MASS_CHANGE if the run would then empty
 * one field in a greater share of the linked objects than the operator allows. That is what it
 * looks like from here when somebody takes away the right to read a field there. */
WARN_UNUSED enum error_code guard_emptied(struct run_context *context, const struct order *order,
                                          struct error *error);
/* ERROR_MASS_CHANGE if the whole window was empty although many records are linked. */
WARN_UNUSED enum error_code guard_empty(struct run_context *context, struct error *error);
/* Check the deletions of ours that wait to be passed on. */
WARN_UNUSED enum error_code guard_deletions(struct run_context *context, struct error *error);
/* ERROR_OUTAGE if most objects of the run have failed. */
WARN_UNUSED enum error_code guard_outage(const struct run_context *context, struct error *error);

#endif
