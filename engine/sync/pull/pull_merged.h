/*
 * pull_merged: pairs of records that remain separate there although their objects were merged here,
 * because one of them refuses the object's identifiers.
 *
 * Where e-mail addresses are unique, the second record cannot become a copy of the first: it stays
 * what it was. What is edited in it would overwrite what was merged, so it is not taken.
 */
#ifndef TANDEM_SYNC_PULL_PULL_MERGED_H
#define TANDEM_SYNC_PULL_PULL_MERGED_H

#include "sync/pull/pull.h"

/* Is the item's record, which is linked, such a one? */
WARN_UNUSED enum error_code pull_merged_refuses(const struct pull_page *page,
                                                const struct pull_item *item, bool *refuses,
                                                struct error *error);

#endif
