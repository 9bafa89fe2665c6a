/*
 * pull_matters: what a record leaves open, or heals, and what of ours it is owed (spec
 * sections 13.1 to 13.4). Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_PULL_MATTERS_H
#define TANDEM_SYNC_PULL_PULL_MATTERS_H

#include "sync/pull/pull.h"

/* After the order was executed, inside the transaction: withheld, held and not kept fields, changes
 * that are owed, and edits that nobody had tracked. */
WARN_UNUSED enum error_code pull_matters_book(struct pull_page *page, const struct pull_item *item,
                                              struct error *error);
/* Nobody won the field. What ours stood against is kept, so that a tie that somebody settles stays
 * settled. */
WARN_UNUSED enum error_code pull_matters_tie(struct pull_page *page, const struct pull_item *item,
                                             int64_t sequence, size_t field, struct error *error);

#endif
