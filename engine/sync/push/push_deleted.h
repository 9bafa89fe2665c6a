/*
 * push_deleted: the answer to a change is that its record is gone there. Private to sync/push/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_DELETED_H
#define TANDEM_SYNC_PUSH_PUSH_DELETED_H

#include "sync/push/push_booking.h"

/* End the record's links. Where the policy is to delete our object as well, and the object was
 * edited, the edit decides as it does when a report tells of the deletion (spec 13.5). */
WARN_UNUSED enum error_code push_deleted_book(struct push_booking *booking, struct error *error);

#endif
