/*
 * pull_duplicates: several records of one object of ours on one page (decision 65). Private to
 * sync/.
 *
 * A value from one record is tracked for its duplicates; a duplicate that has the same value on
 * this page must not be sent it.
 */
#ifndef TANDEM_SYNC_PULL_PULL_DUPLICATES_H
#define TANDEM_SYNC_PULL_PULL_DUPLICATES_H

#include "sync/pull/pull.h"

/* After the order was executed and the verdicts were stored. Inside the transaction. */
WARN_UNUSED enum error_code pull_duplicates_acknowledge(struct pull_page *page,
                                                        struct error *error);

#endif
