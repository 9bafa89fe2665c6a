/*
 * guard: ends a run before it does great harm (the issue "nothing lost, nothing doubled").
 * Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_GUARD_H
#define TANDEM_SYNC_RUN_GUARD_H

#include "sync/run/run_context.h"

/* One more link of this integration object is to be undone or its record deleted. ERROR_MASS_CHANGE
 * if the run would then have undone more than the operator's share. */
WARN_UNUSED enum error_code guard_remove(struct run_context *context,
                                         const struct manual_object *object, struct error *error);
/* The whole window came back empty although many records are linked. */
WARN_UNUSED enum error_code guard_empty(struct run_context *context, struct error *error);
/* Deletions of ours that wait to be passed on. */
WARN_UNUSED enum error_code guard_deletions(struct run_context *context, struct error *error);
/* ERROR_OUTAGE if most of what the run met has failed. */
WARN_UNUSED enum error_code guard_outage(const struct run_context *context, struct error *error);

#endif
