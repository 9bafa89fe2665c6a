/* Cutting a window into slices of equal length. */
#include "host/slices.h"

#include <inttypes.h>
#include <stdio.h>

/* Longer than any real window; keeps sums far from overflow. */
static const int64_t longest = INT64_C(10000) * 366 * 86400000;

/* The largest first. */
static const struct {
    char letter;
    int64_t ms;
} units[] = {{'w', INT64_C(7) * 86400 * 1000},
             {'d', INT64_C(86400) * 1000},
             {'h', INT64_C(3600) * 1000},
             {'m', INT64_C(60) * 1000}};
enum { UNITS = sizeof units / sizeof *units };

bool slices_parse_length(struct text text, int64_t *length)
{
    int64_t number = 0;
    size_t i = 0;
    while (i < UNITS && (text_is_empty(text) || text.bytes[text.length - 1] != units[i].letter))
        i++;
    if (i == UNITS || text.bytes[0] == '+' ||
        !text_to_integer((struct text){text.bytes, text.length - 1}, &number) || number <= 0 ||
        number > longest / units[i].ms)
        return false;
    *length = number * units[i].ms;
    return true;
}

const char *slices_format_length(int64_t length, char text[SLICES_LENGTH_SIZE])
{
    size_t i = 0;
    while (i + 1 < UNITS && length % units[i].ms != 0)
        i++;
    snprintf(text, SLICES_LENGTH_SIZE, "%" PRId64 "%c", length / units[i].ms, units[i].letter);
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
