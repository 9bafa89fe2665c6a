/*
 * pull_advance: does a pull make progress? A report builder that returned the same page again and
 * again would otherwise run for ever and hold the lock, so that no later run could start. Private
 * to sync/.
 */
#ifndef TANDEM_SYNC_PULL_PULL_ADVANCE_H
#define TANDEM_SYNC_PULL_PULL_ADVANCE_H

#include "model/report.h"

/* How many pages are remembered, and how many in a row may repeat the records of one of them. A
 * script may return empty pages with a cursor while it looks through linked records, perhaps 200
 * at a time. */
enum { PULL_ADVANCE_KNOWN = 256, PULL_ADVANCE_IDLE = 20, PULL_ADVANCE_EMPTY = 20000 };

struct pull_advance {
    uint64_t known[PULL_ADVANCE_KNOWN]; /* a hash of each page's records, independent of their
                                         * order */
    size_t count;
    unsigned idle, empty; /* in a row */
};

/* Look at a page. ERROR_CURSOR_REPEATED if nothing new has come for too long. */
WARN_UNUSED enum error_code pull_advance_check(struct pull_advance *advance,
                                               const struct report *report, struct error *error);

#endif
