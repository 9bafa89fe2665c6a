/*
 * push_refusals: edits of ours that the integration refused (spec section 13.3, decisions 97 and
 * 98). Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_REFUSALS_H
#define TANDEM_SYNC_PUSH_PUSH_REFUSALS_H

#include "sync/push/push.h"

/* The change was answered with issues only: its edits are kept, marked as refused. *again: only
 * some fields were refused, and the others are sent again in this run. */
WARN_UNUSED enum error_code push_refusals_book(struct push_page *page, struct push_item *item,
                                               struct push_target *target, bool *again,
                                               struct error *error);

#endif
