/* Backoff, Retry-After and rate limits as numbers, without a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire/rate_limit.h"
#include "net/wire/retry.h"

static const instant now = INT64_C(1773144000000); /* 2026-03-10T12:00:00Z */

static struct http_response with(struct http_header *headers, size_t count)
{
    return (struct http_response){.status = 429, .headers = headers, .header_count = count};
}

static void test_retry__after(void **state)
{
    static const struct {
        const char *value;
        int64_t wait;
    } cases[] = {
        {"0", 0},
        {"3", 3000},
        {" 3 ", 3000},
        {"0.5", 1000},
        {"2.0", 2000},
        {"1.", -1},
        {".5", -1},
        {"-1", -1},
        {"-1.5", -1},
        {"3s", -1},
        {"", -1},
        {"1e3", -1},
        {"9223372036854775807", INT64_MAX},
        {"Tue, 10 Mar 2026 12:00:30 GMT", 30000},
        {"Tuesday, 10-Mar-26 12:00:30 GMT", 30000},
        {"Tue Mar 10 12:00:30 2026", 30000},
        {"Tue, 10 Mar 2026 11:59:59 GMT", 0},
        {"Tue, 99 Mar 2026 12:00:30 GMT", -1},
        {"20260310", INT64_C(20260310000)},
        {"tomorrow", -1},
        {"1576780703p Mar 8 0:3 ", -1}, /* a year that does not fit, found by fuzzing */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_header header = {TEXT("retry-after"), text_of(cases[i].value)};
        struct http_response response = with(&header, 1);
        if (retry_after(&response, now) != cases[i].wait) {
            fail_msg("'%s': %lld", cases[i].value, (long long)retry_after(&response, now));
        }
    }
    struct http_response none = with(NULL, 0);
    assert_int_equal(retry_after(&none, now), -1);
}

static void test_retry__after_by_the_servers_clock(void **state)
{
    struct http_header headers[] = {
        {TEXT("Date"), TEXT("Thu, 10 Mar 2022 12:00:00 GMT")}, /* four years slow */
        {TEXT("Retry-After"), TEXT("Thu, 10 Mar 2022 12:00:20 GMT")}};
    struct http_response response = with(headers, 2);
    (void)state;
    assert_int_equal(retry_after(&response, now), 20000);
}

static void test_retry__backoff(void **state)
{
    static const int64_t most[] = {100, 200, 400, 800, 1000, 1000};
    struct jitter jitter;
    struct jitter same;
    (void)state;
    retry_jitter_seed(&jitter, 42);
    retry_jitter_seed(&same, 42);
    for (int failures = 1; failures <= 6; failures++) {
        int64_t low = INT64_MAX;
        int64_t high = 0;
        for (int i = 0; i < 2000; i++) {
            int64_t wait = retry_backoff(&jitter, failures, 100, 1000);
            assert_int_equal(wait, retry_backoff(&same, failures, 100, 1000));
            low = wait < low ? wait : low;
            high = wait > high ? wait : high;
        }
        assert_true(high <= most[failures - 1] && high > most[failures - 1] * 9 / 10);
        assert_true(low < most[failures - 1] / 10);
    }
    assert_true(retry_backoff(&jitter, 1000000, INT64_MAX / 2, INT64_MAX) >= 0);
    retry_jitter_seed(&same, 43);
    retry_jitter_seed(&jitter, 42);
    assert_true(retry_backoff(&jitter, 1, INT64_MAX, INT64_MAX) !=
                retry_backoff(&same, 1, INT64_MAX, INT64_MAX));
}

static void test_rate_limit__told(void **state)
{
    static const struct {
        const char *names[2], *values[2];
        int64_t wait;
    } cases[] = {
        {{"RateLimit-Remaining", "RateLimit-Reset"}, {"0", "7"}, 7000},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"0", "1773144007"}, 7000},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"0", "1773144007000"}, 7000},
        {{"X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"}, {"0", "7"}, 7000},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"1", "7"}, 0},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"0", "1773143999"}, 0},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"0", "-7"}, 0},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"0", "later"}, 0},
        {{"X-RateLimit-Remaining", "X-RateLimit-Reset"}, {"0", "9223372036854775807"}, 0},
        {{"RateLimit", "X"}, {"limit=10, remaining=0, reset=7", ""}, 7000},
        {{"RateLimit", "X"}, {"\"default\";r=0;t=7", ""}, 7000},
        {{"RateLimit", "X"}, {"\"default\";r=5;t=7", ""}, 0},
        {{"RateLimit", "X"}, {"r=0", ""}, 0},
        {{"RateLimit", "X"}, {";;,,r=;t", ""}, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_header headers[2] = {{text_of(cases[i].names[0]), text_of(cases[i].values[0])},
                                         {text_of(cases[i].names[1]), text_of(cases[i].values[1])}};
        struct http_response response = with(headers, 2);
        if (rate_limit_told(&response, now) != cases[i].wait) {
            fail_msg("case %zu: %lld", i, (long long)rate_limit_told(&response, now));
        }
    }
}

static void test_rate_limit__bucket(void **state)
{
    struct rate_limit limit;
    (void)state;
    rate_limit_init(&limit, 2, 3, 0, 1000, now);
    for (int i = 0; i < 3; i++) { /* the burst */
        assert_int_equal(rate_limit_wait(&limit, 1, 1000, now), 0);
        rate_limit_take(&limit, 1);
    }
    assert_int_equal(rate_limit_wait(&limit, 1, 1000, now), 500);
    assert_int_equal(rate_limit_wait(&limit, 1, 900, now), 500); /* a clock that goes back */
    assert_int_equal(rate_limit_wait(&limit, 1, 1499, now), 1);
    assert_int_equal(rate_limit_wait(&limit, 1, 1500, now), 0);
    assert_int_equal(rate_limit_wait(&limit, 1, INT64_C(1000000000), now), 0);
    rate_limit_hold(&limit, INT64_C(1000000500));
    rate_limit_hold(&limit, INT64_C(1000000100)); /* the longer one holds */
    assert_int_equal(rate_limit_wait(&limit, 1, INT64_C(1000000000), now), 500);
}

static void test_rate_limit__day(void **state)
{
    static const int64_t half_day = INT64_C(43200000);
    struct rate_limit limit;
    (void)state;
    rate_limit_init(&limit, 0, 0, 2, 0, now);
    rate_limit_take(&limit, 1);
    assert_int_equal(rate_limit_wait(&limit, 1, 0, now), 0);
    rate_limit_take(&limit, 1);
    assert_int_equal(rate_limit_wait(&limit, 1, 0, now), half_day);
    assert_int_equal(rate_limit_wait(&limit, 1, 0, now + half_day - 1), 1);
    assert_int_equal(rate_limit_wait(&limit, 1, 0, now + half_day), 0);
}

/* ---- their clock ---- */

static struct clock_bounds behind(int status, const char *date, const char *age, int64_t elapsed_ms)
{
    struct http_header headers[] = {{TEXT("Date"), text_of(date)}, {TEXT("Age"), text_of(age)}};
    struct http_response response = with(headers, age ? 2 : 1);
    response.status = status;
    response.elapsed_ms = elapsed_ms;
    return retry_clock_behind(&response, now);
}

static void test_retry__clock_behind(void **state)
{
    (void)state;
    /* said within the exchange, and cut to the second */
    const struct clock_bounds hour = behind(200, "Tue, 10 Mar 2026 11:00:00 GMT", NULL, 300);
    assert_true(hour.known);
    assert_int_equal(hour.least, 3600000 - 300 - 999);
    assert_int_equal(hour.most, 3600000);
    assert_int_equal(behind(200, "Tue, 10 Mar 2026 15:00:00 GMT", NULL, 0).most, -10800000);
    assert_true(behind(200, "Tue, 10 Mar 2026 11:00:00 GMT", "0", 300).known);
    assert_false(behind(200, "Tue, 10 Mar 2026 11:00:00 GMT", "3600", 300).known); /* a cache */
    assert_false(behind(502, "Tue, 10 Mar 2026 11:00:00 GMT", NULL, 300).known);   /* a gateway */
    assert_false(behind(200, "yesterday", NULL, 300).known);
}

static void test_clock_bounds__narrow_until_contradicted(void **state)
{
    struct clock_bounds bounds = {.known = false};
    (void)state;
    assert_int_equal(clock_bounds_behind(&bounds, 7000), 7000); /* nothing is known but that */
    clock_bounds_narrow(&bounds, 59000, 90000);
    assert_int_equal(clock_bounds_behind(&bounds, 0), 59000);
    assert_int_equal(clock_bounds_behind(&bounds, 88000), 88000); /* it may still be */
    clock_bounds_narrow(&bounds, 60000, 61000);
    clock_bounds_narrow(&bounds, 50000, 60500);
    assert_int_equal(bounds.least, 60000);
    assert_int_equal(bounds.most, 60500);
    assert_int_equal(clock_bounds_behind(&bounds, 88000), 60000);
    clock_bounds_narrow(&bounds, -900, 100); /* it was set */
    assert_int_equal(clock_bounds_behind(&bounds, 60000), 0);
    clock_bounds_narrow(&bounds, -61000, -60000);
    assert_int_equal(clock_bounds_behind(&bounds, 0), -60000);
    clock_bounds_narrow(&bounds, 1990, 3000); /* within two seconds there is no difference */
    assert_int_equal(clock_bounds_behind(&bounds, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retry__clock_behind),
        cmocka_unit_test(test_clock_bounds__narrow_until_contradicted),
        cmocka_unit_test(test_retry__after),
        cmocka_unit_test(test_retry__after_by_the_servers_clock),
        cmocka_unit_test(test_retry__backoff),
        cmocka_unit_test(test_rate_limit__told),
        cmocka_unit_test(test_rate_limit__bucket),
        cmocka_unit_test(test_rate_limit__day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
