#include "moment.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

moment moment_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (moment)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads exactly `digits` digits and moves the cursor behind them. */
static bool read_number(const char **cursor, int digits, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++, (*cursor)++) {
        if (!isdigit((unsigned char)**cursor)) {
            return false;
        }
        *number = *number * 10 + (**cursor - '0');
    }
    return true;
}

static bool read_character(const char **cursor, const char *allowed)
{
    if (**cursor == '\0' || !strchr(allowed, **cursor)) {
        return false;
    }
    (*cursor)++;
    return true;
}

static bool day_exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* ".123456" cut to milliseconds; nothing there is 0. */
static bool read_fraction(const char **cursor, int *milliseconds)
{
    *milliseconds = 0;
    if (!read_character(cursor, ".")) {
        return true;
    }
    int scale = 100;
    if (!isdigit((unsigned char)**cursor)) {
        return false;
    }
    for (; isdigit((unsigned char)**cursor); (*cursor)++, scale /= 10) {
        *milliseconds += (**cursor - '0') * scale;
    }
    return true;
}

static bool read_offset(const char **cursor, int *minutes)
{
    *minutes = 0;
    if (**cursor == '\0' || read_character(cursor, "Zz")) {
        return true;
    }
    const int sign = **cursor == '-' ? -1 : 1;
    int hour = 0, minute = 0;
    if (!read_character(cursor, "+-") || !read_number(cursor, 2, &hour)) {
        return false;
    }
    (void)read_character(cursor, ":");
    if (!read_number(cursor, 2, &minute) || hour > 14 || minute > 59) {
        return false;
    }
    *minutes = sign * (hour * 60 + minute);
    return true;
}

bool moment_parse(const char *text, moment *at)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milliseconds = 0,
        offset = 0;
    const char *cursor = text;
    if (!read_number(&cursor, 4, &year) || !read_character(&cursor, "-") ||
        !read_number(&cursor, 2, &month) || !read_character(&cursor, "-") ||
        !read_number(&cursor, 2, &day) || !day_exists(year, month, day)) {
        return false;
    }
    if (*cursor != '\0') {
        if (!read_character(&cursor, "Tt ") || !read_number(&cursor, 2, &hour) ||
            !read_character(&cursor, ":") || !read_number(&cursor, 2, &minute)) {
            return false;
        }
        if (read_character(&cursor, ":") &&
            (!read_number(&cursor, 2, &second) || !read_fraction(&cursor, &milliseconds))) {
            return false;
        }
        if (!read_offset(&cursor, &offset) || hour > 23 || minute > 59 || second > 59) {
            return false;
        }
    }
    struct tm calendar = {.tm_year = year - 1900,
                          .tm_mon = month - 1,
                          .tm_mday = day,
                          .tm_hour = hour,
                          .tm_min = minute,
                          .tm_sec = second};
    *at = ((moment)timegm(&calendar) - (moment)offset * 60) * 1000 + milliseconds;
    return *cursor == '\0';
}

const char *moment_format(moment at, char out[MOMENT_TEXT_SIZE])
{
    const int milliseconds = (int)((at % 1000 + 1000) % 1000);
    const time_t seconds = (time_t)((at - milliseconds) / 1000);
    struct tm calendar = {0};
    gmtime_r(&seconds, &calendar);
    const size_t length = strftime(out, MOMENT_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &calendar);
    if (milliseconds != 0) {
        snprintf(out + length, MOMENT_TEXT_SIZE - length, ".%03dZ", milliseconds);
    } else {
        snprintf(out + length, MOMENT_TEXT_SIZE - length, "Z");
    }
    return out;
}
