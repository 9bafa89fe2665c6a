/*
 * pull_withheld: what 'explain' tells of a value of theirs that is withheld (spec section 13.1).
 *
 * An edit of ours may be sent over it one day, and then this alone tells what was there.
 */
#ifndef TANDEM_SYNC_PULL_PULL_WITHHELD_H
#define TANDEM_SYNC_PULL_PULL_WITHHELD_H

#include "sync/pull/pull.h"

/* Our side could not keep what the record said on this line. What was judged before, and what is
 * no single value (a list, an object), is not told. Inside the transaction. */
WARN_UNUSED enum error_code pull_withheld_explain(struct pull_page *page,
                                                  const struct pull_item *item,
                                                  const struct manual_line *line,
                                                  struct error *error);

#endif
