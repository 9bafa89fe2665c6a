/*
 * pull_matters: open matters that a record raises or resolves, and values of ours that it is to be
 * sent (spec sections 13.1 to 13.4). Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_PULL_MATTERS_H
#define TANDEM_SYNC_PULL_PULL_MATTERS_H

#include "sync/pull/pull.h"

/* After the order was executed, inside the transaction: withheld, held and unkept fields, values
 * to be sent, and edits that were not tracked. */
WARN_UNUSED enum error_code pull_matters_book(struct pull_page *page, const struct pull_item *item,
                                              struct error *error);
/* Nobody won the field. Their value is remembered, so that a tie that somebody resolves stays
 * resolved. */
WARN_UNUSED enum error_code pull_matters_tie(struct pull_page *page, const struct pull_item *item,
                                             int64_t sequence, size_t field, struct error *error);

#endif
