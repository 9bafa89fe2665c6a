/*
 * push_stored: what both sides agree on once a change has been answered (spec section 13.2,
 * decisions 91 and 93). Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_STORED_H
#define TANDEM_SYNC_PUSH_PUSH_STORED_H

#include "sync/push/push.h"

/* Into the base versions of the mapping that answers for the change; it is still to be written.
 * What the answer shows of the record as it was stored becomes theirs at once. *not_kept: it is
 * something else; the matter is booked by push_stored_book. */
WARN_UNUSED enum error_code push_stored_agree(const struct push_page *page,
                                              const struct order_change *change,
                                              const struct order_answer *answer,
                                              struct mapping *mapping, bool *not_kept,
                                              struct error *error);
/* The mapping is written: what was sent is open no more, unless it was not kept. */
WARN_UNUSED enum error_code push_stored_book(const struct push_page *page,
                                             const struct order_change *change,
                                             const struct order_answer *answer,
                                             const struct mapping *mapping, struct error *error);

#endif
