/*
 * pull_late: references of their records to records that have no object here yet (spec section
 * 13.8, decision 104). Private to sync/.
 *
 * A waiting reference belongs to the link of the referring record, until the field is reported with
 * another value or edited here, or until it is due (pull_due.h).
 */
#ifndef TANDEM_SYNC_PULL_PULL_LATE_H
#define TANDEM_SYNC_PULL_PULL_LATE_H

#include "sync/pull/pull.h"

/* After an item was stored: which references of its record wait from now on, and which no longer
 * do. */
WARN_UNUSED enum error_code pull_late_book(struct pull_page *page, const struct pull_item *item,
                                           struct error *error);

#endif
