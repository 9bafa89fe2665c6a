/*
 * triggers_tracking: what a trigger does about tracked changes. For store/schema only.
 *
 * A write is tracked for every integration that is told of the field. It is not for those that are
 * off; but at what already waits for one of them it is noted when the value was written again, for
 * the day on which it is back (spec section 13.4, store/books/returned.c).
 */
#ifndef TANDEM_STORE_SCHEMA_TRIGGERS_TRACKING_H
#define TANDEM_STORE_SCHEMA_TRIGGERS_TRACKING_H

#include "store/schema/store_layout.h"
#include "store/sql/composed.h"

struct triggers_tracking {
    bool any;     /* some integration is told of a field of the object */
    bool any_off; /* some integration is off */
};

/* Adds the statements for the row NEW, which is inserted, or was OLD before. */
void triggers_tracking_add(struct composed *trigger, const struct store_object *object, bool insert,
                           struct triggers_tracking tracking);

#endif
