/*
 * pull_due: references that waited, set when what they lead to is linked (spec section 13.8,
 * decision 104). Private to sync/.
 *
 * Each is a write of the record that refers, in the transaction in which the other one is linked,
 * and judged as if it were reported only then.
 */
#ifndef TANDEM_SYNC_PULL_PULL_DUE_H
#define TANDEM_SYNC_PULL_PULL_DUE_H

#include "sync/run/run_context.h"

/* Set what is due; what is written goes into the batch. Inside a transaction. */
set_late_function pull_due_set;
/* The same for what others have linked since the last run, in a transaction of its own. */
WARN_UNUSED enum error_code pull_due_begin(struct run_context *context, struct error *error);

#endif
