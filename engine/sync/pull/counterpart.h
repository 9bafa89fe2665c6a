/*
 * counterpart: which object of ours a reported record is (spec section 6, decisions 25, 37, 39).
 * Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_COUNTERPART_H
#define TANDEM_SYNC_PULL_COUNTERPART_H

#include "sync/pull/pull.h"

enum counterpart_kind {
    COUNTERPART_NONE, /* to be created */
    COUNTERPART_MAPPED,
    COUNTERPART_MATCHED,  /* found by its identifiers: a mapping was stored at once */
    COUNTERPART_RESTORED, /* the record had been gone and is there again; its object lives */
    COUNTERPART_DELETED,  /* our object was deleted here: the record is left alone */
    COUNTERPART_AMBIGUOUS /* several objects match */
};

/* Fills item->internal_id, mapping, matched_now and tracked changes, and the values of the object.
 * Inside a transaction. */
WARN_UNUSED enum error_code counterpart_find(struct run_context *context, struct pull_item *item,
                                             const struct report_object *reported,
                                             struct arena *arena, struct counterpart *counterpart,
                                             enum counterpart_kind *kind, struct error *error);

#endif
