/*
 * matching: finds the object of ours to which a reported record belongs (spec section 6, decisions
 * 25, 37, 39). Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_MATCHING_H
#define TANDEM_SYNC_PULL_MATCHING_H

#include "sync/pull/pull.h"

enum matching_kind {
    MATCHING_NONE, /* to be created */
    MATCHING_MAPPED,
    MATCHING_MATCHED,   /* found by its identifiers: a mapping was stored at once */
    MATCHING_RESTORED,  /* the record had been deleted and exists again, and so does its object */
    MATCHING_DELETED,   /* our object was deleted here: the record is ignored */
    MATCHING_AMBIGUOUS, /* several objects match */
    MATCHING_EDITED,    /* our object was deleted here, but the record was edited since */
    MATCHING_DOUBTFUL,  /* it matches an object that has a record already and another name */
    MATCHING_UNTOLD,    /* it may be one that we have sent; it is requested as a whole */
    MATCHING_LEFT_OUT,  /* it was left out before, and is told in part: the same */
    MATCHING_UNLINKED   /* it has no link: to be matched */
};

/* Both fill item->internal_id, mapping, matched_now and tracked changes, and the values of the
 * object. Inside a transaction. */

/* The record's link, if it has one. */
WARN_UNUSED enum error_code matching_find_linked(struct pull_page *page, struct pull_item *item,
                                                 struct local_object *local_object,
                                                 enum matching_kind *kind, struct error *error);
/* By the identifiers of a record that has no link, against the state after the page. */
WARN_UNUSED enum error_code matching_match(struct pull_page *page, struct pull_item *item,
                                           struct local_object *local_object,
                                           enum matching_kind *kind, struct error *error);

#endif
