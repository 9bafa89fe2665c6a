/*
 * merge_circle: merges that lead in a circle. Nobody can say which of the records is left, so their
 * links stay: to follow such merges would give each object the record, and the values, of the other
 * (decision 24). Private to sync/pull.
 */
#ifndef TANDEM_SYNC_PULL_MERGE_CIRCLE_H
#define TANDEM_SYNC_PULL_MERGE_CIRCLE_H

#include "sync/run/run_context.h"

/* By index of the report's merges: is the loser merged into a record that is merged into it,
 * perhaps by way of others? In time that grows with the number of merges, as long as no record is
 * merged twice. */
WARN_UNUSED enum error_code merge_circle_find(const struct report *report, bool **in_circle,
                                              struct error *error);
/* Notes that the merge is not followed, at each object that the loser is linked to; the outcome of
 * the loser is a conflict. Texts are kept in the arena. */
WARN_UNUSED enum error_code merge_circle_note(struct run_context *context,
                                              const struct report_merge *merge, struct arena *arena,
                                              struct error *error);

#endif
