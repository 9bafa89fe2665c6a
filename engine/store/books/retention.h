/*
 * retention: what runs wrote down for people is kept for a while, not for ever.
 *
 * A run that is older than `days`, or that is not among the newest `runs` of its integration, is
 * forgotten with its outcomes, judgments and notes. The newest run of an integration always stays.
 */
#ifndef TANDEM_STORE_BOOKS_RETENTION_H
#define TANDEM_STORE_BOOKS_RETENTION_H

#include "store/schema/store.h"

struct retention {
    unsigned days; /* 0: 30 */
    unsigned runs; /* 0: 200 */
};

/* Of one integration (its key), or of all (0). *forgotten (may be NULL): how many runs. The time it
 * takes depends on what is forgotten, not on what is kept. */
WARN_UNUSED enum error_code retention_apply(struct store *store, int64_t integration,
                                            const struct retention *keep, uint64_t *forgotten,
                                            struct error *error);

#endif
