/*
 * clock_bounds: how far another clock is behind ours, as far as it is known: each observation gives
 * a range, which the next one narrows.
 */
#ifndef TANDEM_BASE_CLOCK_BOUNDS_H
#define TANDEM_BASE_CLOCK_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_UNNOTICED_MS = 2000 };

/* Milliseconds; negative: ahead. Zeroed: not known. */
struct clock_bounds {
    bool known;
    bool undated; /* not known although there were observations: none of them bears a date */
    int64_t least, most;
};

/* It was seen to be behind by `least` to `most`. Earlier observations that contradict it date from
 * before the clock was set, and are forgotten. */
void clock_bounds_narrow(struct clock_bounds *bounds, int64_t least, int64_t most);
/* How far it is behind: `last` (the previous offset; 0: not known) if that is still possible, else
 * the smallest possible offset. At most CLOCK_UNNOTICED_MS count as none. */
int64_t clock_bounds_behind(const struct clock_bounds *bounds, int64_t last);

#endif
