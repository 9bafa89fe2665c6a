/*
 * clock_bounds: how far another clock is behind ours, as far as it is known: what each sight of it
 * allows, narrowed by the next one.
 */
#ifndef TANDEM_BASE_CLOCK_BOUNDS_H
#define TANDEM_BASE_CLOCK_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds; negative: ahead. Zeroed: not known. */
struct clock_bounds {
    bool known;
    int64_t least, most;
};

/* It was seen to be behind by `least` to `most`. What that contradicts was true before the clock
 * was set, and is forgotten. */
void clock_bounds_narrow(struct clock_bounds *bounds, int64_t least, int64_t most);
/* How far it is behind, if it was `last` before (0: not known): that, where it may still be, else
 * the least difference possible. Two seconds are none. */
int64_t clock_bounds_behind(const struct clock_bounds *bounds, int64_t last);

#endif
