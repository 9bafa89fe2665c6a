/*
 * progress: how far a run has come. Written with each iteration, and read when an interrupted run
 * is resumed. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_PROGRESS_H
#define TANDEM_SYNC_RUN_PROGRESS_H

#include "sync/run/run_context.h"

/* Inside the iteration's transaction. `cursor` is the pull's; absent in a push. */
WARN_UNUSED enum error_code progress_store(const struct run_context *context, const char *phase,
                                           unsigned iteration, struct text cursor,
                                           struct error *error);
/* Take over positions and paging of the resumed run, after window_open. */
WARN_UNUSED enum error_code progress_restore(struct run_context *context, struct error *error);
/* Was the pull complete when the resumed run was interrupted? */
bool progress_pull_is_done(const struct run_context *context);

#endif
