/*
 * slices: a window of time, cut into pieces of equal length; the last one may be shorter.
 */
#ifndef TANDEM_HOST_SLICES_H
#define TANDEM_HOST_SLICES_H

#include "base/error.h"
#include "base/instant.h"

enum { SLICES_MOST = 1000000 };

struct slices {
    instant from, to; /* from <= date < to */
    int64_t length;   /* milliseconds, more than 0 */
    size_t count;
};

/* A length: a whole number, not 0, and one of m (minutes), h (hours), d (days of 24 hours),
 * w (weeks): "30m", "1d". False if it is anything else. `length` is in milliseconds. */
bool slices_parse_length(struct text text, int64_t *length);
enum { SLICES_LENGTH_SIZE = 24 };
/* The reverse, in the largest unit that it is whole in. */
const char *slices_format_length(int64_t length, char text[SLICES_LENGTH_SIZE]);
/* Cut it. ERROR_REFUSED if the window is empty or gives more than SLICES_MOST slices. */
WARN_UNUSED enum error_code slices_cut(instant from, instant to, int64_t length,
                                       struct slices *slices, struct error *error);
/* The nth (from 0, n < count). Where one ends the next begins. */
void slices_nth(const struct slices *slices, size_t n, instant *from, instant *to);

#endif
