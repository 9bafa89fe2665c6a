/*
 * instant: a point in time, UTC, milliseconds since 1970-01-01T00:00:00Z.
 *
 * Years 1 to 9999. INSTANT_NONE means "no instant". Nothing here reads the
 * machine's time zone or locale. Formats: decisions 5, 6 and 16.
 */
#ifndef TANDEM_BASE_INSTANT_H
#define TANDEM_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

typedef int64_t instant;

#define INSTANT_NONE INT64_MIN
enum { INSTANT_TEXT_SIZE = 32 };

struct calendar_date {
    int year, month, day;
};

/* The system clock. Only cli/, log and tests call it; all other code gets the time as an
 * argument. */
instant instant_now(void);

/* Milliseconds of a clock that nobody sets: for waits and durations. */
int64_t instant_monotonic_ms(void);

/* Extended ISO 8601 or "YYYY-MM-DD HH:MM:SS" (UTC without offset), decision 5; no epoch numbers.
 * A date alone is its midnight. If `written` is not NULL it gets the day as written, before any
 * offset is applied (decision 7). False if the text is anything else; blanks at the ends ignored.
 */
bool instant_parse(struct text text, instant *at, struct calendar_date *written);
/* A number of seconds (|n| < 1e11) or milliseconds since the epoch, decision 6; false if outside
 * the years 1 to 9999. */
bool instant_from_epoch(double number, instant *at);
/* An instant as reports and scripts give it: ISO text, or epoch text of 9 to 15 digits. */
bool instant_read(struct text text, instant *at);
/* A start or end option: absolute as above, or relative to `now` (decision 16). */
bool instant_parse_moment(struct text text, instant now, instant *at);

/* "2026-03-10T12:00:00Z", with ".123" only if there are milliseconds. Returns `out`. */
const char *instant_format(instant at, char out[INSTANT_TEXT_SIZE]);
/* The unit in which it seems to be given, in milliseconds: a day, a minute, a second or 1; the
 * zeros below it were cut off. */
int64_t instant_unit(instant at);
/* So much later, though not beyond the years above; INSTANT_NONE stays. */
instant instant_shift(instant at, int64_t ms);
/* "2026-03-10 12:00:00" in UTC for people. Returns `out`; "-" for INSTANT_NONE. */
const char *instant_format_human(instant at, char out[INSTANT_TEXT_SIZE]);

/* Is it a day of the calendar, in the years that an instant can have? */
bool instant_date_valid(struct calendar_date date);
struct calendar_date instant_date_of(instant at);   /* the UTC day */
instant instant_of_date(struct calendar_date date); /* its first instant, UTC */

#endif
