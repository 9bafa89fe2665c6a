/*
 * untold: records that may be what a create has made whose answer was lost, and of which a report
 * told no identifiers. Private to sync/.
 *
 * The pull requests them by their ids. What has told none until its end leaves open whether the
 * create happened (sync/push/unknown_outcome.h).
 */
#ifndef TANDEM_SYNC_RUN_UNTOLD_H
#define TANDEM_SYNC_RUN_UNTOLD_H

#include "sync/run/run_context.h"

/* It told none; it is remembered until the run ends. */
WARN_UNUSED enum error_code untold_remember(struct run_context *context,
                                            const struct manual_entry *entry, struct text id,
                                            struct error *error);
/* It has told now by what it is recognized, or that it has nothing of the kind. */
void untold_told(struct run_context *context, const struct manual_entry *entry, struct text id);
/* Does any record of this entry remain that has told none? */
bool untold_remains(const struct run_context *context, const struct manual_entry *entry);

#endif
