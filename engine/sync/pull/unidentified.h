/*
 * unidentified: records without a link, of which a report tells nothing by which they could be
 * matched, because it only tells what has changed. Private to sync/pull.
 *
 * Such a record becomes a new object, unless it may be one that is known: it is doubtful (spec
 * 13.7), or a create was sent whose outcome is unknown. Then it is requested by its id, so that it
 * is judged as a whole. If it tells no identifiers then, either, it becomes a new object with a
 * note, and people decide about the create. (One that was ambiguous becomes a new object: three
 * conformance cases want it, generated_20082, 20097 and 20178.)
 */
#ifndef TANDEM_SYNC_PULL_UNIDENTIFIED_H
#define TANDEM_SYNC_PULL_UNIDENTIFIED_H

#include "sync/pull/matching.h"

/* *kind: MATCHING_NONE, or why it is not created now. Inside a transaction. */
WARN_UNUSED enum error_code unidentified_meet(struct pull_page *page, const struct pull_item *item,
                                              enum matching_kind *kind, struct error *error);

#endif
