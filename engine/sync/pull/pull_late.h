/*
 * pull_late: references of their records that wait until what they lead to has an object here (spec
 * section 13.8, decision 104). Private to sync/.
 *
 * What waits belongs to the link of the record that refers. It is set as a write of that record, in
 * the transaction in which the other one is linked, and judged as if it were reported only then.
 */
#ifndef TANDEM_SYNC_PULL_PULL_LATE_H
#define TANDEM_SYNC_PULL_PULL_LATE_H

#include "sync/pull/pull.h"

/* After an item was booked: what of its record waits from now on, and what does not any more. */
WARN_UNUSED enum error_code pull_late_book(struct pull_page *page, const struct pull_item *item,
                                           struct error *error);
/* Set what is due; what is written goes into the batch. Inside a transaction. */
set_late_function pull_late_set;
/* The same for what others have linked since the last run, in a transaction of its own. */
WARN_UNUSED enum error_code pull_late_begin(struct run_context *context, struct error *error);

#endif
