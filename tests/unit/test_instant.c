/* instant: reading, writing, the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <time.h>

#include "base/instant.h"

static void assert_reads(const char *text, const char *expected)
{
    instant at = 0;
    char shown[INSTANT_TEXT_SIZE];

    if (!instant_parse(text_of(text), &at, NULL)) {
        fail_msg("'%s' is not read", text);
    }
    assert_string_equal(instant_format(at, shown), expected);
}

static void test_instant__reads_iso(void **state)
{
    (void)state;
    assert_reads("2026-03-10T12:00:00Z", "2026-03-10T12:00:00Z");
    assert_reads(" 2026-03-10 12:00:00 \n", "2026-03-10T12:00:00Z");
    assert_reads("2026-03-10", "2026-03-10T00:00:00Z");
    assert_reads("2026-03-10t12:00z", "2026-03-10T12:00:00Z");
    assert_reads("2026-03-10T12:00:00,5", "2026-03-10T12:00:00.500Z");
    assert_reads("2026-03-10T12:00:00.123456789+01:30", "2026-03-10T10:30:00.123Z");
    assert_reads("2026-03-10T12:00-0130", "2026-03-10T13:30:00Z");
    assert_reads("2026-01-01T00:30:00+14", "2025-12-31T10:30:00Z");
    assert_reads("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
    assert_reads("0001-01-01", "0001-01-01T00:00:00Z");
    assert_reads("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z");
    assert_reads("2024-02-29", "2024-02-29T00:00:00Z");
    assert_reads("2000-02-29", "2000-02-29T00:00:00Z");
}

static void test_instant__refuses_the_rest(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "2026",
        "2026-03",
        "20260310",
        "2026-3-10",
        "2026-W10",
        "2026-069",
        "2026-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026-00-01",
        "2026-13-01",
        "2026-01-00",
        "0000-01-01",
        "10000-01-01",
        "2026-03-10T",
        "2026-03-10T12",
        "2026-03-10T24:00:00",
        "2026-03-10T12:60:00",
        "2026-03-10T12:00:60",
        "2026-03-10T12:00:00.",
        "2026-03-10T12:00:00.1234567890",
        "2026-03-10T12:00.5",
        "2026-03-10T12:00:00+",
        "2026-03-10T12:00:00+1",
        "2026-03-10T12:00:00+15",
        "2026-03-10T12:00:00+01:60",
        "2026-03-10T12:00:00+01:",
        "2026-03-10T12:00:00+01:0",
        "2026-03-10T12:00:00ZZ",
        "2026-03-10T12:00:00Z+01:00",
        "2026-03-10Z",
        "2026-03-10 12:00:00 UTC",
        "1773140400",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2026-03-10T12:00:00 ",
        "now",
        "-2026-03-10",
        "2026-03-10T-1:00:00",
        "2026-03-10T12:00:00  Z",
    };
    instant at = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        bool read = instant_parse(text_of(bad[i]), &at, NULL);
        /* Blanks at the ends are fine; that entry shows it. */
        if (read != (strcmp(bad[i], "2026-03-10T12:00:00 ") == 0)) {
            fail_msg("'%s'", bad[i]);
        }
    }
    assert_false(instant_parse(TEXT_ABSENT, &at, NULL));
    assert_false(instant_parse(TEXT("2026-03-10\0"), &at, NULL));
}

static void test_instant__keeps_the_day_as_written(void **state)
{
    instant at = 0;
    struct calendar_date written = {0, 0, 0};
    struct calendar_date utc = {0, 0, 0};

    (void)state;
    assert_true(instant_parse(TEXT("1990-02-28T23:30:00-05:00"), &at, &written));
    utc = instant_date_of(at);
    assert_int_equal(written.month, 2);
    assert_int_equal(written.day, 28);
    assert_int_equal(utc.month, 3);
    assert_int_equal(utc.day, 1);
}

static void test_instant__epoch(void **state)
{
    instant at = 0;

    (void)state;
    assert_true(instant_from_epoch(1770000000, &at));
    assert_true(at == INT64_C(1770000000000));
    assert_true(instant_from_epoch(1770000000123, &at));
    assert_true(at == INT64_C(1770000000123));
    /* Every millisecond survives as a number of seconds. */
    for (int i = 0; i < 1000; i++) {
        assert_true(instant_from_epoch(1770000000 + i / 1000.0, &at));
        assert_true(at == INT64_C(1770000000000) + i);
    }
    assert_true(instant_from_epoch(99999999999, &at));
    assert_true(at == INT64_C(99999999999000));
    assert_true(instant_from_epoch(100000000000, &at));
    assert_true(at == INT64_C(100000000000));
    assert_true(instant_from_epoch(-1.5, &at));
    assert_true(at == -1500);
    assert_false(instant_from_epoch(1e300, &at));
    assert_false(instant_from_epoch(-99999999999, &at));
    assert_false(instant_from_epoch(253402300800000, &at));
    assert_false(instant_from_epoch(strtod("nan", NULL), &at));
    assert_false(instant_from_epoch(strtod("inf", NULL), &at));
}

static void test_instant__read_takes_epoch_text(void **state)
{
    static const char *const bad[] = {
        "12345678", "0000001770000000", "+1770000000", "-+177000000", "1770000000.5", "--177000000",
        ""};
    instant at = 0;

    (void)state;
    assert_true(instant_read(TEXT("123456789"), &at));
    assert_true(at == INT64_C(123456789000));
    assert_true(instant_read(TEXT(" -1770000000 "), &at));
    assert_true(at == INT64_C(-1770000000000));
    assert_true(instant_read(TEXT("2026-03-10"), &at));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(instant_read(text_of(bad[i]), &at));
    }
}

static void test_instant__moments(void **state)
{
    static const char *const bad[] = {"1 month",
                                      "- 1 minute",
                                      "1 minutes agoo",
                                      "+1 day ago",
                                      "9223372036854775807 weeks",
                                      "99999999999999999999 days",
                                      "-99999999 weeks",
                                      "1 dayago",
                                      "1 min utes",
                                      "minute",
                                      "1 secs",
                                      "1.5 hours",
                                      "--1 day",
                                      ""};
    instant now = 0;
    instant at = 0;

    (void)state;
    assert_true(instant_parse(TEXT("2026-03-10T12:00:00Z"), &now, NULL));
    assert_true(instant_parse_moment(TEXT(" 2 HOURS  Ago "), now, &at));
    assert_true(at == now - 7200000);
    assert_true(instant_parse_moment(TEXT("+3sec"), now, &at));
    assert_true(at == now + 3000);
    assert_true(instant_parse_moment(TEXT("1 week"), now, &at));
    assert_true(at == now + INT64_C(604800000));
    assert_true(instant_parse_moment(TEXT("2026-03-09"), now, &at));
    assert_true(at == now - INT64_C(129600000));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (instant_parse_moment(text_of(bad[i]), now, &at)) {
            fail_msg("'%s'", bad[i]);
        }
    }
    assert_false(instant_parse_moment(TEXT_ABSENT, now, &at));
}

static void test_instant__formats(void **state)
{
    char text[INSTANT_TEXT_SIZE];

    (void)state;
    assert_string_equal(instant_format(0, text), "1970-01-01T00:00:00Z");
    assert_string_equal(instant_format(-1, text), "1969-12-31T23:59:59.999Z");
    assert_string_equal(instant_format_human(INT64_C(1773144000123), text), "2026-03-10 12:00:00");
    assert_string_equal(instant_format_human(INSTANT_NONE, text), "-");
    assert_string_equal(instant_format(INSTANT_NONE, text), "-");
    assert_string_equal(instant_format(INT64_MAX, text), "-");
}

/* Every day of the calendar, against the C library. */
static void test_instant__calendar_agrees_with_the_library(void **state)
{
    struct calendar_date first = {1, 1, 1};
    struct calendar_date last = {9999, 12, 31};

    (void)state;
    for (instant at = instant_of_date(first); at <= instant_of_date(last);
         at += INT64_C(86400000)) {
        time_t seconds = (time_t)(at / 1000);
        struct tm expected;
        struct calendar_date date = instant_date_of(at);
        if (!gmtime_r(&seconds, &expected) || date.year != expected.tm_year + 1900 ||
            date.month != expected.tm_mon + 1 || date.day != expected.tm_mday ||
            !instant_date_valid(date) || instant_of_date(date) != at) {
            fail_msg("%lld is %d-%d-%d", (long long)at, date.year, date.month, date.day);
        }
    }
    assert_int_equal(instant_date_of(-1).day, 31);
    assert_false(instant_date_valid((struct calendar_date){2026, 2, 30}));
    assert_false(instant_date_valid((struct calendar_date){2026, 0, 1}));
}

static void test_instant__now_is_now(void **state)
{
    instant now = instant_now();

    (void)state;
    assert_true(llabs((long long)(now / 1000) - (long long)time(NULL)) <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instant__reads_iso),
        cmocka_unit_test(test_instant__refuses_the_rest),
        cmocka_unit_test(test_instant__keeps_the_day_as_written),
        cmocka_unit_test(test_instant__epoch),
        cmocka_unit_test(test_instant__read_takes_epoch_text),
        cmocka_unit_test(test_instant__moments),
        cmocka_unit_test(test_instant__formats),
        cmocka_unit_test(test_instant__calendar_agrees_with_the_library),
        cmocka_unit_test(test_instant__now_is_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
