/* Reading crontab fields, and walking from minute to minute, skipping days and hours that do not
 * match. */
#include "service/schedule/cron.h"

#include <string.h>
#include <strings.h>

enum { MINUTE_MS = 60000, HOUR_MINUTES = 60, DAY_MINUTES = 1440, YEARS_SEARCHED = 8 };

struct field {
    const char *name;
    int least, most;
    const char *const *names; /* of least, least + 1 ...; NULL: none */
};

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                          "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct field fields[CRON_FIELDS] = {
    {"minute", 0, 59, NULL},
    {"hour", 0, 23, NULL},
    {"day of the month", 1, 31, NULL},
    {"month", 1, 12, month_names},
    {"day of the week", 0, 7, weekday_names},
};

/* ---- reading ---- */

static bool read_value(struct text *text, const struct field *field, int *value)
{
    size_t length = 0;
    for (size_t i = 0; field->names && field->names[i]; i++) {
        length = strlen(field->names[i]);
        if (text->length >= length && strncasecmp(text->bytes, field->names[i], length) == 0) {
            *text = (struct text){text->bytes + length, text->length - length};
            *value = field->least + (int)i;
            return true;
        }
    }
    *value = 0;
    for (length = 0; length < text->length && length < 4; length++) {
        if (text->bytes[length] < '0' || text->bytes[length] > '9')
            break;
        *value = *value * 10 + (text->bytes[length] - '0');
    }
    *text = (struct text){text->bytes + length, text->length - length};
    return length > 0;
}

static bool take(struct text *text, char byte)
{
    if (text->length == 0 || text->bytes[0] != byte)
        return false;
    *text = (struct text){text->bytes + 1, text->length - 1};
    return true;
}

/* One entry of a list: `*`, 5, 1-5, each perhaps with a step. */
static bool read_entry(struct text text, const struct field *field, uint64_t *bits)
{
    static const struct field number = {"step", 1, 99, NULL};
    int first = field->least, last = field->most == 7 ? 6 : field->most, step = 1;
    if (!take(&text, '*')) {
        if (!read_value(&text, field, &first))
            return false;
        const bool range = take(&text, '-');
        if (range && !read_value(&text, field, &last))
            return false;
        if (!range && (text.length == 0 || text.bytes[0] != '/'))
            last = first; /* 5/10 goes on to the end, 5 does not */
    }
    if (take(&text, '/') && (!read_value(&text, &number, &step) || step < 1))
        return false;
    if (text.length > 0 || first < field->least || last > field->most || first > last)
        return false;
    for (int value = first; value <= last; value += step)
        *bits |= UINT64_C(1) << (field->most == 7 ? value % 7 : value);
    return true;
}

static bool read_field(struct text text, const struct field *field, uint64_t *bits)
{
    struct text entry;
    bool more = true;
    *bits = 0;
    while (more) {
        more = text_cut(text, ',', &entry, &text);
        if (!read_entry(entry, field, bits))
            return false;
    }
    return true;
}

static struct text expand(struct text text)
{
    static const char *const known[][2] = {{"@hourly", "0 * * * *"},   {"@daily", "0 0 * * *"},
                                           {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
                                           {"@monthly", "0 0 1 * *"},  {"@yearly", "0 0 1 1 *"},
                                           {"@annually", "0 0 1 1 *"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (text_equal(text, text_of(known[i][0])))
            return text_of(known[i][1]);
    }
    return text;
}

static struct text next_word(struct text *text)
{
    size_t begin = 0, end = 0;
    while (begin < text->length && (text->bytes[begin] == ' ' || text->bytes[begin] == '\t'))
        begin++;
    end = begin;
    while (end < text->length && text->bytes[end] != ' ' && text->bytes[end] != '\t')
        end++;
    const struct text word = {text->bytes + begin, end - begin};
    *text = (struct text){text->bytes + end, text->length - end};
    return word;
}

enum error_code cron_parse(struct text text, struct cron *cron, struct error *error)
{
    struct text rest = expand(text_trim(text));
    for (size_t i = 0; i < CRON_FIELDS; i++) {
        const struct text word = next_word(&rest);
        cron->any[i] = word.length > 0 && word.bytes[0] == '*';
        if (word.length == 0 || !read_field(word, &fields[i], &cron->bits[i]))
            return error_set(error, ERROR_CONFIGURATION,
                             "'%.*s' is not a cron schedule: its %s is '%.*s', which must be *, or "
                             "numbers from %d to %d",
                             TEXT_PRINT(text), fields[i].name, TEXT_PRINT(word), fields[i].least,
                             fields[i].most);
    }
    if (next_word(&rest).length > 0)
        return error_set(error, ERROR_CONFIGURATION,
                         "'%.*s' is not a cron schedule: it has more than five fields",
                         TEXT_PRINT(text));
    if (cron_next(cron, NULL, 0) == INSTANT_NONE)
        return error_set(error, ERROR_CONFIGURATION,
                         "the cron schedule '%.*s' never matches: none of its months has such a "
                         "day",
                         TEXT_PRINT(text));
    return ERROR_NONE;
}

/* ---- matching ---- */

static int64_t floor_divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

/* Never below 0. */
static int64_t remainder_of(int64_t number, int64_t by)
{
    return number - floor_divide(number, by) * by;
}

/* `minute` counts those that a local clock has shown since 1970. */
static bool day_matches(const struct cron *cron, int64_t minute)
{
    const int64_t day = floor_divide(minute, DAY_MINUTES);
    const struct calendar_date date = instant_date_of(day * DAY_MINUTES * MINUTE_MS);
    const int weekday = (int)remainder_of(day + 4, 7);
    const bool by_day = cron->bits[CRON_DAY] >> date.day & 1,
               by_weekday = cron->bits[CRON_WEEKDAY] >> weekday & 1;
    if (!(cron->bits[CRON_MONTH] >> date.month & 1))
        return false;
    return cron->any[CRON_DAY] || cron->any[CRON_WEEKDAY] ? by_day && by_weekday
                                                          : by_day || by_weekday;
}

static bool hour_matches(const struct cron *cron, int64_t minute)
{
    return cron->bits[CRON_HOUR] >> remainder_of(floor_divide(minute, HOUR_MINUTES), 24) & 1;
}

static bool minute_matches(const struct cron *cron, int64_t minute)
{
    return cron->bits[CRON_MINUTE] >> remainder_of(minute, HOUR_MINUTES) & 1 &&
           hour_matches(cron, minute) && day_matches(cron, minute);
}

/* Does any local minute from `first` to before `end` match? */
static bool matches_within(const struct cron *cron, int64_t first, int64_t end)
{
    for (int64_t minute = first; minute < end; minute++) {
        if (minute_matches(cron, minute))
            return true;
    }
    return false;
}

instant cron_next(const struct cron *cron, const struct zone *zone, instant after)
{
    const int64_t begin = floor_divide(after, MINUTE_MS) + 1;
    const int64_t end = begin + (int64_t)YEARS_SEARCHED * 366 * DAY_MINUTES;
    int64_t before = begin - 1 + zone_offset(zone, (begin - 1) * MINUTE_MS) / 60; /* local */
    /* The clock has shown these before it was set back; fixed times do not match twice. */
    int64_t highest = before;
    for (int64_t back = begin - 180; back < begin; back++) {
        const int64_t shown = back + zone_offset(zone, back * MINUTE_MS) / 60;
        highest = shown > highest ? shown : highest;
    }
    for (int64_t minute = begin; minute < end; minute++) {
        const int64_t local = minute + zone_offset(zone, minute * MINUTE_MS) / 60;
        const bool again = local <= highest && !cron->any[CRON_HOUR];
        if (local > before + 1 && !cron->any[CRON_HOUR] && matches_within(cron, before + 1, local))
            return minute * MINUTE_MS;
        if (!again && minute_matches(cron, local))
            return minute * MINUTE_MS;
        before = local;
        highest = local > highest ? local : highest;
        /* Skip what cannot match, but never over a change of the clock. */
        int64_t skip = 0;
        if (!day_matches(cron, local))
            skip = DAY_MINUTES - 1 - remainder_of(local, DAY_MINUTES);
        else if (!hour_matches(cron, local))
            skip = HOUR_MINUTES - 1 - remainder_of(local, HOUR_MINUTES);
        if (skip > 0 && zone_offset(zone, (minute + skip) * MINUTE_MS) / 60 == local - minute) {
            minute += skip;
            before = local + skip;
            highest = before > highest ? before : highest;
        }
    }
    return INSTANT_NONE;
}
