/* Cutting a window into slices of equal length. */
#include "host/slices.h"

#include <inttypes.h>
#include <stdio.h>

/* Longer than any real window; keeps sums far from overflow. */
static const int64_t longest = INT64_C(10000) * 366 * 86400000;

static int64_t unit_of(char letter)
{
    switch (letter) {
    case 'm':
        return INT64_C(60) * 1000;
    case 'h':
        return INT64_C(3600) * 1000;
    case 'd':
        return INT64_C(86400) * 1000;
    case 'w':
        return INT64_C(7) * 86400 * 1000;
    default:
        return 0;
    }
}

bool slices_parse_length(struct text text, int64_t *length)
{
    int64_t number = 0;
    if (text_is_empty(text))
        return false;
    const int64_t unit = unit_of(text.bytes[text.length - 1]);
    for (size_t i = 0; i + 1 < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        number = number * 10 + (text.bytes[i] - '0');
        if (unit == 0 || number > longest / unit)
            return false;
    }
    if (number == 0)
        return false;
    *length = number * unit;
    return true;
}

const char *slices_format_length(int64_t length, char text[SLICES_LENGTH_SIZE])
{
    static const char units[] = {'w', 'd', 'h', 'm'};
    size_t i = 0;
    while (i + 1 < sizeof units && length % unit_of(units[i]) != 0)
        i++;
    snprintf(text, SLICES_LENGTH_SIZE, "%" PRId64 "%c", length / unit_of(units[i]), units[i]);
    return text;
}

enum error_code slices_cut(instant from, instant to, int64_t length, struct slices *slices,
                           struct error *error)
{
    char start[INSTANT_TEXT_SIZE], end[INSTANT_TEXT_SIZE];
    if (from >= to)
        return error_set(error, ERROR_REFUSED,
                         "the window is empty: the start '%s' is not before the end '%s'",
                         instant_format(from, start), instant_format(to, end));
    const int64_t count = (to - from + length - 1) / length;
    if (count > SLICES_MOST)
        return error_set(error, ERROR_REFUSED,
                         "the window from '%s' to '%s' has more than %d slices; take longer ones "
                         "with --slice",
                         instant_format(from, start), instant_format(to, end), SLICES_MOST);
    *slices = (struct slices){.from = from, .to = to, .length = length, .count = (size_t)count};
    return ERROR_NONE;
}

void slices_nth(const struct slices *slices, size_t n, instant *from, instant *to)
{
    *from = slices->from + (int64_t)n * slices->length;
    *to = slices->to - *from > slices->length ? *from + slices->length : slices->to;
}
