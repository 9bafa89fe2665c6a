/*
 * tracked_change: what is remembered about an edit of ours, mapping by mapping (decisions 30, 41,
 * 65). The rows themselves are part of a report (model/report.h).
 */
#ifndef TANDEM_MODEL_TRACKED_CHANGE_H
#define TANDEM_MODEL_TRACKED_CHANGE_H

#include "model/order.h"

/* Does the mapping (key) have a mark of this kind at the change? */
bool tracked_change_has_mark(const struct tracked_change *tracked, int64_t mapping,
                             enum change_mark_kind kind);
/* Did nobody win between this change and exactly this value of theirs? */
bool tracked_change_is_tied_with(const struct tracked_change *tracked, int64_t mapping,
                                 uint64_t theirs);
/* Did somebody resolve a tie at this change in favor of our value, against exactly this value of
 * theirs? */
bool tracked_change_is_ours_over(const struct tracked_change *tracked, int64_t mapping,
                                 uint64_t theirs);
/* Does the mapping have this change already, because it came from there or was sent there? */
bool tracked_change_has_reached(const struct tracked_change *tracked, int64_t mapping);
/* Does every live mapping that sends the field have it, apart from `except` (key; 0: none)? */
bool tracked_change_is_complete(const struct tracked_change *tracked,
                                const struct mappings *mappings, int64_t except);

#endif
