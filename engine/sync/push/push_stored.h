/*
 * push_stored: what both sides agree on once a change has been answered (spec section 13.2,
 * decisions 91 and 93). Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_STORED_H
#define TANDEM_SYNC_PUSH_PUSH_STORED_H

#include "sync/push/push_booking.h"

/* Both sides now agree on every field that was sent because it changed (decisions 47, 91): the
 * base versions of the mapping, which is still to be written. The record as stored, if the answer
 * shows it, becomes `theirs` at once; booking->not_kept: they stored something else. */
WARN_UNUSED enum error_code push_stored_agree(struct push_booking *booking,
                                              const struct order_answer *answer,
                                              struct mapping *mapping, struct error *error);
/* After the mapping was written: matters of the sent fields are resolved, unless the value was
 * not kept. */
WARN_UNUSED enum error_code push_stored_book(const struct push_booking *booking,
                                             const struct order_answer *answer,
                                             const struct mapping *mapping, struct error *error);

#endif
