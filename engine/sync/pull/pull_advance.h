/*
 * pull_advance: does a pull get on? A report builder that gives the same page again and again would
 * else run for ever and hold its lock, and every later run would find it and go away.
 * Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_PULL_ADVANCE_H
#define TANDEM_SYNC_PULL_PULL_ADVANCE_H

#include "model/report.h"

/* So many pages are remembered, and so many in a row may bring the records of one of them. Pages
 * with a cursor and nothing else look through what is linked, 200 records at a time perhaps. */
enum { PULL_ADVANCE_KNOWN = 256, PULL_ADVANCE_IDLE = 20, PULL_ADVANCE_EMPTY = 20000 };

struct pull_advance {
    uint64_t known[PULL_ADVANCE_KNOWN]; /* hashes of which records a page had, whatever their order */
    size_t count;
    unsigned idle, empty; /* in a row */
};

/* Look at a page. ERROR_CURSOR_REPEATED if nothing new has come for too long. */
WARN_UNUSED enum error_code pull_advance_check(struct pull_advance *advance,
                                               const struct report *report, struct error *error);

#endif
