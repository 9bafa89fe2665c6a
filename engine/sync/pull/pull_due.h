/*
 * pull_due: sets waiting references once the record that they refer to is linked (spec section
 * 13.8, decision 104). Private to sync/.
 *
 * Each is a write to the referring object, in the transaction that links the other record, and
 * judged as if it were reported only then.
 */
#ifndef TANDEM_SYNC_PULL_PULL_DUE_H
#define TANDEM_SYNC_PULL_PULL_DUE_H

#include "sync/run/run_context.h"

/* Set the references that are due; writes go into the batch. Inside a transaction. */
set_late_function pull_due_set;
/* The same for records that others have linked since the last run, in its own transaction. */
WARN_UNUSED enum error_code pull_due_begin(struct run_context *context, struct error *error);

#endif
