/*
 * window: the time window that a run reads, and where the next one begins (spec section 3,
 * decisions 18 to 21). Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_WINDOW_H
#define TANDEM_SYNC_RUN_WINDOW_H

#include "sync/run/run_context.h"

/* Determine the windows of all objects before the first request. ERROR_REFUSED if an option is
 * not understood or a window is empty. */
WARN_UNUSED enum error_code window_open(struct run_context *context, struct error *error);
/* An object failed, or nobody won one of its fields: the position must not pass it. */
void window_set_floor(struct run_context *context, const struct manual_object *object, instant at);
/* The windows were pulled completely: store the positions. Inside a transaction. */
WARN_UNUSED enum error_code window_store(struct run_context *context, struct error *error);

/* Keep the change tokens that came with a report, for window_store. */
WARN_UNUSED enum error_code window_note_positions(struct run_context *context,
                                                  const struct report *report, struct error *error);

#endif
