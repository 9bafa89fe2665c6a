/*
 * push_answers: applies the integration's answers for one change to the books (spec section 10,
 * decisions 59 to 64). Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_ANSWERS_H
#define TANDEM_SYNC_PUSH_PUSH_ANSWERS_H

#include "sync/push/push.h"

/* Sets target->settled, the item's outcome, the batch result. Inside a transaction. */
WARN_UNUSED enum error_code push_answers_book(struct push_page *page, struct push_item *item,
                                              struct push_target *target, struct error *error);

#endif
