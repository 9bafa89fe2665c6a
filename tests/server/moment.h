/*
 * moment: a point in time of the hello.world server, UTC, milliseconds since the epoch.
 */
#ifndef HELLO_MOMENT_H
#define HELLO_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t moment;

#define MOMENT_NONE INT64_MIN
enum { MOMENT_TEXT_SIZE = 32 };

/* The system clock. */
moment moment_now(void);
/* "2026-03-10", "2026-03-10T12:00:00[.123](Z|+hh:mm)", also with a blank for the T and without an
 * offset (UTC). False if the text is anything else or no such day exists. */
bool moment_parse(const char *text, moment *at);
/* "2026-03-10T12:00:00.123Z", the milliseconds only if there are any. Returns `out`. */
const char *moment_format(moment at, char out[MOMENT_TEXT_SIZE]);

#endif
