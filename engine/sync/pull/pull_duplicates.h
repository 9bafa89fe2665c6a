/*
 * pull_duplicates: several records of one object of ours on one page (decision 65). Private to sync/.
 *
 * What one record brings is tracked for its twins; a twin that was seen to have that very value on
 * this page has it already and must not be sent it.
 */
#ifndef TANDEM_SYNC_PULL_PULL_DUPLICATES_H
#define TANDEM_SYNC_PULL_PULL_DUPLICATES_H

#include "sync/pull/pull.h"

/* After the order was executed and the verdicts were booked. Inside the transaction. */
WARN_UNUSED enum error_code pull_duplicates_acknowledge(struct pull_page *page, struct error *error);

#endif
