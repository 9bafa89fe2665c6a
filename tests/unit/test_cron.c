/* cron and zone: against a matcher that looks at every minute, and the C library's local time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "service/schedule/cron.h"

enum { MINUTE_MS = 60000, YEARS = 4 };

static instant at(const char *text)
{
    instant moment = 0;
    assert_true(instant_parse(text_of(text), &moment, NULL));
    return moment;
}

static struct cron parsed(const char *text)
{
    struct cron cron;
    struct error error = {.code = ERROR_NONE};
    if (cron_parse(text_of(text), &cron, &error))
        fail_msg("%s", error.message);
    return cron;
}

/* What crontab(5) says, asked minute by minute. */
static bool naive(const struct cron *cron, const struct tm *local)
{
    const bool day = cron->bits[CRON_DAY] >> local->tm_mday & 1,
               weekday = cron->bits[CRON_WEEKDAY] >> local->tm_wday & 1;
    return cron->bits[CRON_MINUTE] >> local->tm_min & 1 &&
           cron->bits[CRON_HOUR] >> local->tm_hour & 1 &&
           cron->bits[CRON_MONTH] >> (local->tm_mon + 1) & 1 &&
           (cron->any[CRON_DAY] || cron->any[CRON_WEEKDAY] ? day && weekday : day || weekday);
}

static void test_cron__agrees_with_a_naive_matcher_for_four_years(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "*/5 7-19 * * 1-5",       "0 0 29 2 *", "17 3 1,15 * fri", "@hourly", "59 23 31 dec *",
        "5/20 */6 * jan-mar sun", "0 12 * * 7"};
    const instant begin = at("2026-01-01T00:00:00Z"), end = at("2030-01-01T00:00:00Z");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct cron cron = parsed(lines[i]);
        instant expected = cron_next(&cron, NULL, begin - 1);
        for (instant minute = begin; minute < end; minute += MINUTE_MS) {
            struct tm utc;
            const time_t seconds = minute / 1000;
            gmtime_r(&seconds, &utc);
            if (!naive(&cron, &utc))
                continue;
            if (expected != minute)
                fail_msg("'%s' should come at %lld, not %lld", lines[i], (long long)minute,
                         (long long)expected);
            expected = cron_next(&cron, NULL, minute);
        }
        assert_true(expected >= end);
    }
}

static void test_zone__tells_the_time_that_the_c_library_tells(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Berlin",    "America/New_York",  "Australia/Lord_Howe",
        "Asia/Kolkata",     "Africa/Casablanca", "America/Sao_Paulo",
        "Pacific/Auckland", "Europe/Dublin",     "UTC"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone *zone = NULL;
        struct error error;
        if (zone_open(text_of(names[i]), &zone, &error))
            fail_msg("%s", error.message);
        setenv("TZ", names[i], 1);
        tzset();
        for (instant moment = at("1990-01-01T00:00:00Z"); moment < at("2060-01-01T00:00:00Z");
             moment += INT64_C(7) * 3600 * 1000 + 13 * MINUTE_MS) {
            struct tm local;
            const time_t seconds = moment / 1000;
            localtime_r(&seconds, &local);
            if (local.tm_gmtoff != zone_offset(zone, moment))
                fail_msg("%s at %lld: %ld, not %d", names[i], (long long)seconds, local.tm_gmtoff,
                         zone_offset(zone, moment));
        }
        zone_free(zone);
    }
    unsetenv("TZ");
    tzset();
}

static void assert_next(const struct cron *cron, const struct zone *zone, const char *after,
                        const char *expected)
{
    char shown[INSTANT_TEXT_SIZE];
    assert_string_equal(instant_format(cron_next(cron, zone, at(after)), shown), expected);
}

static void test_cron__hour_left_out_in_spring_comes_afterwards(void **state)
{
    (void)state;
    struct zone *zone = NULL;
    assert_int_equal(zone_open(TEXT("Europe/Berlin"), &zone, NULL), ERROR_NONE);
    const struct cron nightly = parsed("30 2 * * *"), often = parsed("*/15 * * * *");
    /* 2026-03-29: after 01:59 comes 03:00 (01:00 UTC) */
    assert_next(&nightly, zone, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z");
    assert_next(&nightly, zone, "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    assert_next(&often, zone, "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z");
    zone_free(zone);
}

static void test_cron__hour_that_comes_twice_in_autumn_counts_once(void **state)
{
    (void)state;
    struct zone *zone = NULL;
    assert_int_equal(zone_open(TEXT("Europe/Berlin"), &zone, NULL), ERROR_NONE);
    const struct cron nightly = parsed("30 2 * * *"), often = parsed("30 * * * *");
    /* 2026-10-25: after 02:59 summer time (00:59 UTC) comes 02:00 again */
    assert_next(&nightly, zone, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z");
    assert_next(&nightly, zone, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    assert_next(&often, zone, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
    zone_free(zone);
}

static void test_cron__refuses_what_is_no_schedule(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",           "* * * *",   "* * * * * *", "60 * * * *",  "* 24 * * *", "* * 0 * *",
        "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "a * * * *",  "1,,2 * * * *",
        "0 0 30 2 *", "@never",    "1- * * * *",  "-1 * * * *"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct cron cron;
        struct error error;
        if (cron_parse(text_of(lines[i]), &cron, &error) != ERROR_CONFIGURATION)
            fail_msg("'%s' is read", lines[i]);
    }
}

static void test_zone__refuses_what_is_no_zone(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "/etc/passwd", "../../../etc/passwd", "Mars/Olympus", "Europe", "tzdata.zi"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone *zone = NULL;
        assert_int_equal(zone_open(text_of(names[i]), &zone, NULL), ERROR_CONFIGURATION);
        assert_null(zone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cron__agrees_with_a_naive_matcher_for_four_years),
        cmocka_unit_test(test_zone__tells_the_time_that_the_c_library_tells),
        cmocka_unit_test(test_cron__hour_left_out_in_spring_comes_afterwards),
        cmocka_unit_test(test_cron__hour_that_comes_twice_in_autumn_counts_once),
        cmocka_unit_test(test_cron__refuses_what_is_no_schedule),
        cmocka_unit_test(test_zone__refuses_what_is_no_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
