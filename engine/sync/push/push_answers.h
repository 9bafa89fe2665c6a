/*
 * push_answers: what the integration answered for one change, carried out in the books (spec
 * section 10, decisions 59 to 64). Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_ANSWERS_H
#define TANDEM_SYNC_PUSH_PUSH_ANSWERS_H

#include "sync/push/push.h"

/* Sets target->settled, the item's outcome, the batch result. Inside a transaction. */
WARN_UNUSED enum error_code push_answers_book(struct push_page *page, struct push_item *item,
                                              struct push_target *target, struct error *error);

#endif
