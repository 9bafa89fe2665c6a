/*
 * push_again: objects that are sent once more in the same run: without the fields that were refused
 * (spec section 13.3, decision 98), or on top of what somebody else wrote meanwhile. Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_AGAIN_H
#define TANDEM_SYNC_PUSH_PUSH_AGAIN_H

#include "sync/run/run_context.h"

/* The change's object comes once more, and these fields of the integration's (indexes) are left out
 * at this record, besides those of earlier calls. */
WARN_UNUSED enum error_code push_again_add(struct run_context *context,
                                           const struct order_change *change, const size_t *fields,
                                           size_t count, struct error *error);
/* What is left out, by index of the integration object's fields; NULL: nothing. `record` absent: of
 * the record that is to be created. */
const bool *push_again_left_out(const struct run_context *context, const struct manual_entry *entry,
                                struct text internal_id, struct text record);

/* Somebody was faster with the change's record: it is read and judged anew, and the object comes once
 * more, if neither happened in this run yet and it pulls at all (*again). */
WARN_UNUSED enum error_code push_again_read(struct run_context *context,
                                            const struct order_change *change, bool *again,
                                            struct error *error);

#endif
