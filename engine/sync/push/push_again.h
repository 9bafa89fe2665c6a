/*
 * push_again: objects that are sent again in the same run: without the fields that were refused
 * (spec section 13.3, decision 98), or on top of what somebody else has written meanwhile; and
 * records that are read again. Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_AGAIN_H
#define TANDEM_SYNC_PUSH_PUSH_AGAIN_H

#include "sync/run/run_context.h"

/* What was refused as a whole is left out in this run, even if the object is sent again for another
 * of its records. */
WARN_UNUSED enum error_code push_again_leave_out(struct run_context *context,
                                                 const struct order_change *change,
                                                 struct error *error);
/* Send the change's object again, without these fields (indexes of the integration's) at this
 * record, in addition to those of earlier calls. */
WARN_UNUSED enum error_code push_again_add(struct run_context *context,
                                           const struct order_change *change, const size_t *fields,
                                           size_t count, struct error *error);
/* The fields that are left out, by index of the integration object's fields; NULL: none.
 * `record` absent: of the record to be created. */
const bool *push_again_left_out(const struct run_context *context, const struct manual_entry *entry,
                                struct text internal_id, struct text record);

/* Somebody was faster with the change's record: read and judge it again, and send the object
 * again, unless that has been done in this run or the run has no pull (*again). */
WARN_UNUSED enum error_code push_again_read(struct run_context *context,
                                            const struct order_change *change, bool *again,
                                            struct error *error);
/* What the record has of a field is to come here: it is read in this run (without a pull: by the
 * first that has one, a day later at the latest), whatever the window is. Nothing is sent to it,
 * but the object's other records get it in the same run. */
WARN_UNUSED enum error_code push_again_ask(struct run_context *context,
                                           const struct mapping *mapping, size_t field,
                                           struct error *error);

#endif
