/*
 * push_created: what a "created" answer does to the books (spec section 10, decisions 61, 97, 109).
 * Private to sync/push/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_CREATED_H
#define TANDEM_SYNC_PUSH_PUSH_CREATED_H

#include "sync/push/push_booking.h"

/* The object now has a mapping to the record, a new or an existing one. */
WARN_UNUSED enum error_code push_created_book(struct push_booking *booking,
                                              const struct order_answer *answer,
                                              struct error *error);

#endif
