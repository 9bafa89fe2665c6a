/*
 * left_out: records without a link of which a report tells only some fields, although they were
 * reported before. Private to sync/pull.
 *
 * Who reports only what has changed tells all of a record once, when it is new. If it was doubtful
 * then, or has lost its object since, a later report of a part makes no object of it: the rest
 * would never come. It is requested by its id, and judged as a whole. (What is told of a record
 * that was ambiguous, or lacked something required, is taken as it is, and so is what matches an
 * object now: conformance cases want it, ident_ambiguous_then_merged and generated_20040, 20002.)
 */
#ifndef TANDEM_SYNC_PULL_LEFT_OUT_H
#define TANDEM_SYNC_PULL_LEFT_OUT_H

#include "sync/pull/matching.h"

/* It matches no object. *kind: MATCHING_LEFT_OUT if it is to be requested first, else as it was.
 * Inside a transaction. */
WARN_UNUSED enum error_code left_out_meet(struct pull_page *page, const struct pull_item *item,
                                          enum matching_kind *kind, struct error *error);
/* The record has lost the object that it had. Inside a transaction. */
WARN_UNUSED enum error_code left_out_remember(struct pull_page *page, const struct pull_item *item,
                                              struct error *error);

#endif
