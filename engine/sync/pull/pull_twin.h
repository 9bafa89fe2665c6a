/*
 * pull_twin: an object that has two records of one kind over there since two of ours were merged, of
 * which one refuses what the object is known by.
 *
 * Where e-mail addresses are unique, the second record cannot become a copy of the first: it goes on
 * being what it was. What is edited there would be written over what was merged, so it is not taken.
 */
#ifndef TANDEM_SYNC_PULL_PULL_TWIN_H
#define TANDEM_SYNC_PULL_PULL_TWIN_H

#include "sync/pull/pull.h"

/* Is the item's record, which is linked, such a one? */
WARN_UNUSED enum error_code pull_twin_refuses(const struct pull_page *page,
                                              const struct pull_item *item, bool *refuses,
                                              struct error *error);

#endif
