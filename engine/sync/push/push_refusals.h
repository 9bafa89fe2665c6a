/*
 * push_refusals: edits of ours that a record does not take (spec section 13.3, decisions 97 and
 * 98). Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_REFUSALS_H
#define TANDEM_SYNC_PUSH_PUSH_REFUSALS_H

#include "sync/push/push.h"

/* The change was answered with issues, and with nothing that says it is done: its edits stay as
 * refused. *again: they are only some, and the others are sent once more in this run. */
WARN_UNUSED enum error_code push_refusals_book(struct push_page *page, struct push_item *item,
                                               struct push_target *target, bool *again,
                                               struct error *error);

#endif
