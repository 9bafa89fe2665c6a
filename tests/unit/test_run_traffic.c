/* run_traffic: what a run counted of its requests arrives at the service as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/run_traffic.h"

static void add(struct run_traffic *sum, const struct run_traffic *traffic)
{
    json_t *const json = run_traffic_json(traffic);
    assert_non_null(json);
    run_traffic_add_json(sum, json);
    json_decref(json);
}

static void test_run_traffic__sums_up_runs(void **state)
{
    (void)state;
    struct run_traffic one = {.script_ms = 7}, other = {.script_ms = 5}, sum = {.script_ms = 0};
    http_traffic_add(&one.http, TEXT("GET"), 200, 50);
    http_traffic_add(&one.http, TEXT("GET"), 200, 51);
    http_traffic_add(&one.http, TEXT("GET"), 0, 70000);
    http_traffic_add(&other.http, TEXT("GET"), 200, 10);
    http_traffic_add(&other.http, TEXT("POST"), 200, 10);
    add(&sum, &one);
    add(&sum, &other);
    assert_int_equal(sum.http.kind_count, 3);
    assert_string_equal(sum.http.kinds[0].method, "GET");
    assert_int_equal(sum.http.kinds[0].count, 3);
    assert_int_equal(sum.http.kinds[1].code, 0);
    assert_string_equal(sum.http.kinds[2].method, "POST");
    assert_int_equal(sum.http.durations[0], 3); /* up to 50 ms, with 50 */
    assert_int_equal(sum.http.durations[1], 1);
    assert_int_equal(sum.http.durations[HTTP_TRAFFIC_LIMITS], 1);
    assert_int_equal(sum.http.elapsed_ms, 70121);
    assert_int_equal(sum.script_ms, 12);
}

static void test_run_traffic__loses_no_request_when_kinds_are_many(void **state)
{
    (void)state;
    struct run_traffic traffic = {.script_ms = 0};
    uint64_t counted = 0;
    for (int code = 400; code < 450; code++)
        http_traffic_add(&traffic.http, TEXT("PROPFINDING"), code, 1);
    for (size_t i = 0; i < traffic.http.kind_count; i++)
        counted += traffic.http.kinds[i].count;
    assert_int_equal(traffic.http.kind_count, HTTP_TRAFFIC_KINDS);
    assert_int_equal(counted, 50);
    assert_string_equal(traffic.http.kinds[0].method, "PROPFIN");
}

static void test_run_traffic__takes_nothing_from_what_is_none(void **state)
{
    (void)state;
    struct run_traffic sum = {.script_ms = 3};
    json_t *const wrong = json_pack("{s:[[i, s], i], s:s}", "kinds", 1, "GET", 2, "durations", "x");
    run_traffic_add_json(&sum, wrong);
    run_traffic_add_json(&sum, NULL);
    assert_int_equal(sum.http.kind_count, 0);
    assert_int_equal(sum.http.durations[0], 0);
    assert_int_equal(sum.script_ms, 3);
    json_decref(wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_traffic__sums_up_runs),
        cmocka_unit_test(test_run_traffic__loses_no_request_when_kinds_are_many),
        cmocka_unit_test(test_run_traffic__takes_nothing_from_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
