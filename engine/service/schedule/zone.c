/* Reading TZif files: the table of transitions, and the rule for the time after the last of them.
 */
#include "service/schedule/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 20, HEADER = 44, SECONDS_OF_DAY = 86400 };

/* When summer time begins or ends in each year: Mm.w.d (day 0 is Sunday), or a day of the year. */
struct rule {
    enum { RULE_MONTH, RULE_JULIAN, RULE_DAY } kind; /* Jn never counts February 29, n does */
    int month, week, day;
    int seconds; /* after midnight, local time */
};

struct zone {
    unsigned char *file;                        /* owned */
    const unsigned char *times, *kinds, *types; /* of the second, 64-bit part; inside the file */
    size_t transitions, type_count;
    /* the footer */
    int standard, daylight; /* seconds ahead of UTC */
    bool has_footer, has_daylight;
    struct rule begins, ends;
};

static uint32_t read_32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int64_t read_64(const unsigned char *bytes)
{
    return (int64_t)((uint64_t)read_32(bytes) << 32 | read_32(bytes + 4));
}

/* ---- the footer: a TZ variable such as CET-1CEST,M3.5.0,M10.5.0/3 ---- */

static bool skip_name(const char **text)
{
    const char *const begin = *text;
    if (**text == '<') {
        *text += strcspn(*text, ">\n");
        if (**text != '>')
            return false;
        ++*text;
        return true;
    }
    while ((**text >= 'a' && **text <= 'z') || (**text >= 'A' && **text <= 'Z'))
        ++*text;
    return *text - begin >= 3;
}

static bool read_number(const char **text, int most, int *number)
{
    const char *const begin = *text;
    *number = 0;
    while (**text >= '0' && **text <= '9' && *number <= most)
        *number = *number * 10 + (*(*text)++ - '0');
    return *text > begin && *number <= most;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool read_time(const char **text, int *seconds)
{
    enum { MOST_HOURS = 167 };
    int sign = 1, part = 0;
    if (**text == '-' || **text == '+')
        sign = *(*text)++ == '-' ? -1 : 1;
    if (!read_number(text, MOST_HOURS, &part))
        return false;
    *seconds = part * 3600;
    for (int unit = 60; unit > 0 && **text == ':'; unit /= 60) {
        ++*text;
        if (!read_number(text, 59, &part))
            return false;
        *seconds += part * unit;
    }
    *seconds *= sign;
    return true;
}

static bool read_rule(const char **text, struct rule *rule)
{
    rule->seconds = 2 * 3600;
    if (*(*text)++ != ',')
        return false;
    if (**text == 'M') {
        rule->kind = RULE_MONTH;
        ++*text;
        if (!read_number(text, 12, &rule->month) || *(*text)++ != '.' ||
            !read_number(text, 5, &rule->week) || *(*text)++ != '.' ||
            !read_number(text, 6, &rule->day) || rule->month < 1 || rule->week < 1)
            return false;
    } else {
        rule->kind = **text == 'J' ? RULE_JULIAN : RULE_DAY;
        *text += **text == 'J';
        if (!read_number(text, 365, &rule->day))
            return false;
    }
    if (**text != '/')
        return true;
    ++*text;
    return read_time(text, &rule->seconds);
}

/* False if we cannot read it; then the last transition applies for ever. */
static bool read_footer(struct zone *zone, const char *text)
{
    int behind = 0;
    if (!skip_name(&text) || !read_time(&text, &behind))
        return false;
    zone->standard = -behind;
    if (*text == '\n' || *text == '\0')
        return true;
    zone->daylight = zone->standard + 3600;
    if (!skip_name(&text))
        return false;
    if (*text != ',') {
        if (!read_time(&text, &behind))
            return false;
        zone->daylight = -behind;
    }
    zone->has_daylight = read_rule(&text, &zone->begins) && read_rule(&text, &zone->ends);
    return zone->has_daylight;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Seconds since 1970 of the rule's moment in that year, counted by a clock that shows local time.
 */
static int64_t rule_moment(const struct rule *rule, int year)
{
    struct calendar_date date = {year, 1, 1};
    int64_t days = 0;
    if (rule->kind == RULE_MONTH) {
        date.month = rule->month;
        days = instant_of_date(date) / 1000 / SECONDS_OF_DAY;
        const int first = (int)(((days + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
        days += (rule->day - first + 7) % 7 + 7 * (rule->week - 1);
        date.month = rule->month % 12 + 1;
        date.year += rule->month == 12;
        while (days >= instant_of_date(date) / 1000 / SECONDS_OF_DAY)
            days -= 7; /* week 5 is the last one */
    } else {
        days = instant_of_date(date) / 1000 / SECONDS_OF_DAY + rule->day;
        if (rule->kind == RULE_JULIAN)
            days += (rule->day > 59 && is_leap(year)) - 1;
    }
    return days * SECONDS_OF_DAY + rule->seconds;
}

static int footer_offset(const struct zone *zone, int64_t seconds)
{
    if (!zone->has_daylight)
        return zone->standard;
    const int year = instant_date_of((seconds + zone->standard) * 1000).year;
    const int64_t begins = rule_moment(&zone->begins, year) - zone->standard,
                  ends = rule_moment(&zone->ends, year) - zone->daylight;
    const bool summer =
        begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends;
    return summer ? zone->daylight : zone->standard;
}

/* ---- the file ---- */

/* Where each part of the file is; false if its contents do not match its headers. */
static bool lay_out(struct zone *zone, size_t length)
{
    size_t begin = 0;
    for (int part = 0; part < 2; part++) {
        const unsigned char *const head = zone->file + begin;
        if (length < begin + HEADER || memcmp(head, "TZif", 4) != 0 || head[4] < '2')
            return false;
        const size_t width = part == 0 ? 4 : 8;
        const size_t utc = read_32(head + 20), standard = read_32(head + 24),
                     leaps = read_32(head + 28), times = read_32(head + 32),
                     types = read_32(head + 36), names = read_32(head + 40);
        if (utc > length || standard > length || leaps > length || times > length ||
            types > length || names > length)
            return false;
        zone->transitions = times;
        zone->type_count = types;
        zone->times = head + HEADER;
        zone->kinds = zone->times + times * width;
        zone->types = zone->kinds + times;
        begin += HEADER + times * width + times + types * 6 + names + leaps * (width + 4) +
                 standard + utc;
        if (begin > length)
            return false;
    }
    for (size_t i = 0; i < zone->transitions; i++) {
        if (zone->kinds[i] >= zone->type_count)
            return false;
    }
    zone->has_footer =
        begin + 1 < length && read_footer(zone, (const char *)zone->file + begin + 1);
    return zone->type_count > 0;
}

static bool is_name(struct text name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-+";
    bool fine = name.length > 0 && name.length < 64 && name.bytes[0] != '/';
    for (size_t i = 0; fine && i < name.length; i++)
        fine = memchr(letters, name.bytes[i], sizeof letters - 1) != NULL;
    return fine;
}

static bool read_file(struct zone *zone, struct text name)
{
    char path[128];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", TEXT_PRINT(name));
    FILE *const file = fopen(path, "rbe");
    zone->file = file ? malloc(FILE_MOST) : NULL;
    const size_t length = zone->file ? fread(zone->file, 1, FILE_MOST - 1, file) : 0;
    if (file)
        fclose(file);
    if (!zone->file)
        return false;
    zone->file[length] = '\0';
    unsigned char *const shrunk = realloc(zone->file, length + 1);
    zone->file = shrunk ? shrunk : zone->file;
    return lay_out(zone, length);
}

enum error_code zone_open(struct text name, struct zone **result, struct error *error)
{
    *result = NULL;
    struct zone *const zone = calloc(1, sizeof *zone);
    if (!zone)
        return error_memory(error, "a time zone");
    if (text_equal(name, TEXT("UTC"))) {
        zone->has_footer = true;
    } else if (!is_name(name) || !read_file(zone, name)) {
        zone_free(zone);
        return error_set(error, ERROR_CONFIGURATION,
                         "there is no time zone '%.*s' in /usr/share/zoneinfo; use a name such "
                         "as 'UTC' or 'Europe/Berlin'",
                         TEXT_PRINT(name));
    }
    *result = zone;
    return ERROR_NONE;
}

void zone_free(struct zone *zone)
{
    if (!zone)
        return;
    free(zone->file);
    free(zone);
}

static int type_offset(const struct zone *zone, size_t type)
{
    return (int)(int32_t)read_32(zone->types + type * 6);
}

int zone_offset(const struct zone *zone, instant at)
{
    if (!zone)
        return 0;
    const int64_t seconds = at / 1000 - (at % 1000 < 0);
    size_t low = 0, high = zone->transitions;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (read_64(zone->times + middle * 8) <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->transitions && zone->has_footer)
        return footer_offset(zone, seconds);
    return type_offset(zone, low > 0 ? zone->kinds[low - 1] : 0);
}
