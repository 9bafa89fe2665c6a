/*
 * pull_late: references of their records that wait until what they lead to has an object here (spec
 * section 13.8, decision 104). Private to sync/.
 *
 * What waits belongs to the link of the record that refers, until its field is reported otherwise or
 * edited here, or until it is due (pull_due.h).
 */
#ifndef TANDEM_SYNC_PULL_PULL_LATE_H
#define TANDEM_SYNC_PULL_PULL_LATE_H

#include "sync/pull/pull.h"

/* After an item was booked: what of its record waits from now on, and what does not any more. */
WARN_UNUSED enum error_code pull_late_book(struct pull_page *page, const struct pull_item *item,
                                           struct error *error);
/* The first line that brings a field of theirs here; NULL: none. */
const struct manual_line *pull_late_line(const struct manual_entry *entry, size_t field);

#endif
