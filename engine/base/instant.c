/* instant: a proleptic Gregorian calendar in UTC and the formats of decisions 5, 6 and 16. */
#include "base/instant.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define MILLISECONDS_PER_DAY INT64_C(86400000)
/* 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z */
#define INSTANT_FIRST INT64_C(-62135596800000)
#define INSTANT_LAST  INT64_C(253402300799999)

/* What is left of a text that is being read. */
struct reader {
    const char *at;
    const char *end;
};

static bool in_range(instant at)
{
    return at >= INSTANT_FIRST && at <= INSTANT_LAST;
}

static int64_t floor_divide(int64_t number, int64_t by)
{
    int64_t quotient = number / by;

    return number % by < 0 ? quotient - 1 : quotient;
}

/* ---- The calendar ---- */

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

bool instant_date_valid(struct calendar_date date)
{
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= days_of_month(date.year, date.month);
}

/* Days since 1970-01-01, by years that begin in March, so that the leap day is the last. */
static int64_t days_of_date(struct calendar_date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t month = (date.month + 9) % 12;
    int64_t leap_days = floor_divide(year, 4) - floor_divide(year, 100) + floor_divide(year, 400);

    return year * 365 + leap_days + (153 * month + 2) / 5 + date.day - 1 - 719468;
}

instant instant_of_date(struct calendar_date date)
{
    return days_of_date(date) * MILLISECONDS_PER_DAY;
}

struct calendar_date instant_date_of(instant at)
{
    int64_t days = floor_divide(at, MILLISECONDS_PER_DAY) + 719468;
    int64_t era = floor_divide(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    return (struct calendar_date){.year = (int)(year_of_era + era * 400 + (month >= 10)),
                                  .month = (int)(month < 10 ? month + 3 : month - 9),
                                  .day = (int)(day_of_year - (153 * month + 2) / 5 + 1)};
}

/* ---- Reading ---- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool read_one_of(struct reader *reader, const char *bytes, char *found)
{
    for (; reader->at < reader->end && *bytes; bytes++) {
        if (*reader->at == *bytes) {
            *found = *bytes;
            reader->at++;
            return true;
        }
    }
    return false;
}

static inline bool read_digits(struct reader *reader, int count, int *number)
{
    int sum = 0;

    if (reader->end - reader->at < count)
        return false;
    for (int i = 0; i < count; i++) {
        if (!is_digit(reader->at[i]))
            return false;
        sum = sum * 10 + (reader->at[i] - '0');
    }
    reader->at += count;
    *number = sum;
    return true;
}

static bool read_date(struct reader *reader, struct calendar_date *date)
{
    char dash = '\0';

    return read_digits(reader, 4, &date->year) && read_one_of(reader, "-", &dash) &&
           read_digits(reader, 2, &date->month) && read_one_of(reader, "-", &dash) &&
           read_digits(reader, 2, &date->day) && instant_date_valid(*date);
}

/* Up to 9 digits; what is beyond milliseconds is cut off. */
static bool read_fraction(struct reader *reader, int *milliseconds)
{
    int digits = 0, sum = 0, digit = 0;

    while (read_digits(reader, 1, &digit)) {
        if (++digits > 9)
            return false;
        sum = digits <= 3 ? sum * 10 + digit : sum;
    }
    for (int i = digits; i < 3; i++)
        sum *= 10;
    *milliseconds = sum;
    return digits > 0;
}

static bool read_time(struct reader *reader, int64_t *milliseconds)
{
    int hour = 0, minute = 0, second = 0, fraction = 0;
    char mark = '\0';

    if (!read_digits(reader, 2, &hour) || !read_one_of(reader, ":", &mark) ||
        !read_digits(reader, 2, &minute))
        return false;
    if (read_one_of(reader, ":", &mark) &&
        (!read_digits(reader, 2, &second) ||
         (read_one_of(reader, ".,", &mark) && !read_fraction(reader, &fraction))))
        return false;
    *milliseconds = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + fraction;
    return hour <= 23 && minute <= 59 && second <= 59;
}

static bool read_offset(struct reader *reader, int64_t *milliseconds)
{
    char sign = '\0', colon = '\0';
    int hour = 0, minute = 0;

    *milliseconds = 0;
    if (reader->at == reader->end)
        return true;
    read_one_of(reader, " ", &sign);
    if (read_one_of(reader, "Zz", &sign))
        return reader->at == reader->end;
    if (!read_one_of(reader, "+-", &sign) || !read_digits(reader, 2, &hour))
        return false;
    if (reader->at < reader->end) {
        read_one_of(reader, ":", &colon);
        if (!read_digits(reader, 2, &minute))
            return false;
    }
    *milliseconds = (hour * 60 + minute) * INT64_C(60000) * (sign == '-' ? -1 : 1);
    return reader->at == reader->end && hour <= 14 && minute <= 59;
}

bool instant_parse(struct text text, instant *at, struct calendar_date *written)
{
    struct text trimmed = text_trim(text);
    struct reader reader = {trimmed.bytes, trimmed.bytes ? trimmed.bytes + trimmed.length : NULL};
    struct calendar_date date = {0, 0, 0};
    int64_t time = 0, offset = 0;
    char separator = '\0';

    if (!trimmed.bytes || !read_date(&reader, &date))
        return false;
    if (reader.at < reader.end && (!read_one_of(&reader, "Tt ", &separator) ||
                                   !read_time(&reader, &time) || !read_offset(&reader, &offset)))
        return false;
    const instant found = instant_of_date(date) + time - offset;
    if (!in_range(found))
        return false;
    *at = found;
    if (written)
        *written = date;
    return true;
}

bool instant_from_epoch(double number, instant *at)
{
    /* Beyond this, nothing lies in the years 1 to 9999; it also keeps llround in range. */
    if (!(fabs(number) < 1e15))
        return false;
    const double microseconds = fabs(number) < 1e11 ? number * 1e6 : number * 1e3;
    /* Rounded first: 1770000000.123 has no exact double, and is meant to be .123 and not .122. */
    const instant found = floor_divide(llround(microseconds), 1000);
    if (!in_range(found))
        return false;
    *at = found;
    return true;
}

static bool read_epoch(struct text text, instant *at)
{
    struct text trimmed = text_trim(text);
    size_t sign = trimmed.length > 0 && trimmed.bytes[0] == '-' ? 1 : 0;
    size_t digits = trimmed.length - sign;
    int64_t number = 0;

    if (digits < 9 || digits > 15 || trimmed.bytes[sign] == '+' || trimmed.bytes[sign] == '-')
        return false;
    return text_to_integer(trimmed, &number) && instant_from_epoch((double)number, at);
}

bool instant_read(struct text text, instant *at)
{
    return read_epoch(text, at) || instant_parse(text, at, NULL);
}

/* ---- Relative moments ---- */

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t'))
        reader->at++;
}

/* The letters that follow are `word`, in any case. */
static bool read_word(struct reader *reader, const char *word)
{
    const char *at = reader->at;

    for (; *word; word++, at++)
        if (at == reader->end || lower(*at) != *word)
            return false;
    if (at < reader->end && lower(*at) >= 'a' && lower(*at) <= 'z')
        return false;
    reader->at = at;
    return true;
}

static bool read_unit(struct reader *reader, int64_t *milliseconds)
{
    static const struct {
        const char *name;
        int64_t milliseconds;
    } units[] = {
        {"second", 1000},   {"seconds", 1000},  {"sec", 1000},       {"minute", 60000},
        {"minutes", 60000}, {"min", 60000},     {"hour", 3600000},   {"hours", 3600000},
        {"day", 86400000},  {"days", 86400000}, {"week", 604800000}, {"weeks", 604800000},
    };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (read_word(reader, units[i].name)) {
            *milliseconds = units[i].milliseconds;
            return true;
        }
    }
    return false;
}

bool instant_parse_moment(struct text text, instant now, instant *at)
{
    struct text trimmed = text_trim(text);
    int64_t count = 0, unit = 0;
    char sign = '\0';
    instant found = 0;

    if (text_is_empty(trimmed))
        return false;
    if (instant_read(trimmed, at))
        return true;
    struct reader reader = {trimmed.bytes, trimmed.bytes + trimmed.length};
    read_one_of(&reader, "+-", &sign);
    const char *const digits = reader.at;
    while (reader.at < reader.end && is_digit(*reader.at))
        reader.at++;
    const struct text number = {digits, (size_t)(reader.at - digits)};
    skip_blanks(&reader);
    if (!text_to_integer(number, &count) || !read_unit(&reader, &unit))
        return false;
    skip_blanks(&reader);
    if (sign == '\0' && read_word(&reader, "ago"))
        sign = '-';
    if (reader.at != reader.end || __builtin_mul_overflow(count, unit, &found) ||
        __builtin_add_overflow(now, sign == '-' ? -found : found, &found) || !in_range(found))
        return false;
    *at = found;
    return true;
}

/* ---- Writing ---- */

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = {0, 0};

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

instant instant_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t instant_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static const char *print(instant at, char separator, const char *end, char out[INSTANT_TEXT_SIZE])
{
    if (!in_range(at)) {
        snprintf(out, INSTANT_TEXT_SIZE, "-");
        return out;
    }
    const struct calendar_date date = instant_date_of(at);
    const int seconds = (int)(floor_divide(at, 1000) - instant_of_date(date) / 1000);
    snprintf(out, INSTANT_TEXT_SIZE, "%04d-%02d-%02d%c%02d:%02d:%02d%s", date.year % 10000,
             date.month, date.day, separator, seconds / 3600, seconds / 60 % 60, seconds % 60, end);
    return out;
}

const char *instant_format(instant at, char out[INSTANT_TEXT_SIZE])
{
    const unsigned milliseconds = (unsigned)((at % 1000 + 1000) % 1000);
    char end[8] = "Z";

    if (milliseconds != 0)
        snprintf(end, sizeof(end), ".%03uZ", milliseconds);
    return print(at, 'T', end, out);
}

const char *instant_format_human(instant at, char out[INSTANT_TEXT_SIZE])
{
    return print(at, ' ', "", out);
}

int64_t instant_unit(instant at)
{
    enum { SECOND = 1000, MINUTE = 60 * SECOND, DAY = 24 * 60 * MINUTE };
    static const int64_t units[] = {DAY, MINUTE, SECOND};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (at % units[i] == 0)
            return units[i];
    return 1;
}

instant instant_shift(instant at, int64_t ms)
{
    if (at == INSTANT_NONE)
        return at;
    if (ms > 0 ? at > INSTANT_LAST - ms : at < INSTANT_FIRST - ms)
        return ms > 0 ? INSTANT_LAST : INSTANT_FIRST;
    return at + ms;
}
