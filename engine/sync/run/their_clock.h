/*
 * their_clock: the third party's clock beside ours (spec section 13.9). A run thinks in ours:
 * windows are asked for by theirs, and the instants that come back are made ours. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_THEIR_CLOCK_H
#define TANDEM_SYNC_RUN_THEIR_CLOCK_H

#include "sync/run/run_context.h"

/* Before the first request: as the run before found it. */
void their_clock_remember(struct run_context *context);
/* What do its answers say by now? True: it is another than this run has asked by. */
bool their_clock_look(struct run_context *context);
/* An instant of theirs by our clock; INSTANT_NONE stays. */
instant their_clock_ours(const struct run_context *context, instant at);
/* From when and to when an object is asked for, by their clock: early and late enough for records
 * that were written before it was set. */
instant their_clock_begin(const struct run_context *context, const struct window *window);
instant their_clock_end(const struct run_context *context, const struct window *window);

#endif
