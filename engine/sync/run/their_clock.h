/*
 * their_clock: the offset between the other system's clock and ours (spec section 13.9). A run uses
 * our clock: windows are converted to theirs for requests, and reported instants to ours. Private
 * to sync/.
 */
#ifndef TANDEM_SYNC_RUN_THEIR_CLOCK_H
#define TANDEM_SYNC_RUN_THEIR_CLOCK_H

#include "sync/run/run_context.h"

/* Before the first request: the offset as the previous run found it. */
void their_clock_remember(struct run_context *context);
/* Update the offset by the answers so far. True: it differs from the one that this run's
 * requests used. */
bool their_clock_look(struct run_context *context);
/* An instant of theirs by our clock; INSTANT_NONE stays. */
instant their_clock_ours(const struct run_context *context, instant at);
/* The window of an object by their clock, early and late enough for records that were written
 * before that clock was set. */
instant their_clock_begin(const struct run_context *context, const struct window *window);
instant their_clock_end(const struct run_context *context, const struct window *window);

#endif
