/* Limits by name and weight, what answers tell of them, and waits that stand in bodies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire/rate_bucket.h"
#include "net/wire/told_wait.h"
#include "support/net_fixture.h"

struct scene {
    struct net_fixture net;
    _Atomic(const char *) busy; /* the body of a 429 for the next request; NULL: 200 */
};

static void serve(struct http_exchange *exchange, void *context)
{
    struct scene *scene = context;
    const char *busy = atomic_exchange(&scene->busy, NULL);
    char sent[128] = "none";
    (void)http_sent_header(exchange, "Authorization", sent, sizeof(sent));
    http_reply(exchange, busy ? 429 : 200, NULL, busy ? busy : sent);
}

static int set_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    net_fixture_open(&scene->net, serve, scene);
    *state = scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;
    net_fixture_close(&scene->net);
    free(scene);
    return 0;
}

static void enter(struct scene *scene, const struct rate_bucket_settings *buckets, size_t count)
{
    scene->net.options.buckets = buckets;
    scene->net.options.bucket_count = count;
    net_fixture_client(&scene->net);
}

/* Sends a request with one cost; how long it waited, -1: it was refused for its limit. */
static int64_t spend(struct scene *scene, const char *bucket, double amount)
{
    const struct http_cost cost = {text_of(bucket), amount};
    const struct http_request request = {
        .method = TEXT("GET"), .url = TEXT("/"), .costs = &cost, .cost_count = 1};
    const int64_t before = scene->net.paused;
    struct http_call *call = net_call(&scene->net, &request);
    const enum http_fault fault = http_call_result(call)->fault;
    http_call_free(call);
    return fault == HTTP_FAULT_RATE_LIMIT ? -1 : scene->net.paused - before;
}

static void test_bucket__limits_those_who_name_it(void **state)
{
    struct scene *scene = *state;
    const struct rate_bucket_settings buckets[] = {{TEXT("search"), 5, 1, 0, NULL}};
    enter(scene, buckets, 1);
    assert_int_equal(spend(scene, "search", 1), 0);
    assert_int_equal(spend(scene, "search", 1), 200);
    assert_int_equal(spend(scene, "other", 1), 0); /* unknown: costs nothing */
    assert_int_equal(net_expect(&scene->net, "GET", "/", HTTP_FAULT_NONE), 200);
    assert_int_equal(scene->net.paused, 200);
}

static void test_bucket__weighs_requests(void **state)
{
    struct scene *scene = *state;
    const struct rate_bucket_settings buckets[] = {{TEXT("tokens"), 10, 40, 0, NULL}};
    enter(scene, buckets, 1);
    assert_int_equal(spend(scene, "tokens", 20), 0);
    assert_int_equal(spend(scene, "tokens", 20), 0);
    assert_int_equal(spend(scene, "tokens", 5), 500);
    assert_int_equal(spend(scene, "tokens", 100), 4000); /* more than ever fits: when it is full */
    assert_int_equal(spend(scene, "tokens", 1), 6100);
}

static void test_bucket__of_a_day_ends_the_run(void **state)
{
    struct scene *scene = *state;
    const struct rate_bucket_settings buckets[] = {{TEXT("tokens"), 0, 0, 50, NULL}};
    enter(scene, buckets, 1);
    assert_int_equal(spend(scene, "tokens", 20), 0);
    assert_int_equal(spend(scene, "tokens", 20), 0);
    assert_int_equal(spend(scene, "tokens", 20), -1); /* 60 would be more than 50 */
    assert_int_equal(spend(scene, "tokens", 10), 0);
    scene->net.ms += INT64_C(12) * 3600000; /* midnight of UTC */
    assert_int_equal(spend(scene, "tokens", 20), 0);
}

static void test_bucket__closes_when_only_the_share_of_others_is_left(void **state)
{
    struct scene *scene = *state;
    const struct rate_bucket_settings buckets[] = {{TEXT("daily"), 0, 0, 0, NULL}};
    scene->net.options.share_of_limits = 0.8;
    enter(scene, buckets, 1);
    client_rate_told(scene->net.client, &(struct rate_told){TEXT("daily"), 15000, 3001, 0});
    assert_int_equal(spend(scene, "daily", 1), 0);
    client_rate_told(scene->net.client, &(struct rate_told){TEXT("daily"), 15000, 3000, 60000});
    assert_int_equal(spend(scene, "other", 1), 0);
    assert_int_equal(spend(scene, "daily", 1), 60000);
    client_rate_told(scene->net.client, &(struct rate_told){TEXT("daily"), 15000, 10, 0});
    assert_int_equal(spend(scene, "daily", 1), -1); /* an hour is too long to wait */
}

static void test_bucket__all_requests_wait_for_what_is_told_without_a_name(void **state)
{
    struct scene *scene = *state;
    enter(scene, NULL, 0);
    client_rate_told(scene->net.client, &(struct rate_told){TEXT_ABSENT, 100, 0, 10000});
    assert_int_equal(net_expect(&scene->net, "GET", "/", HTTP_FAULT_NONE), 200);
    assert_int_equal(scene->net.paused, 10000);
}

static void test_wait__stands_in_the_body(void **state)
{
    struct scene *scene = *state;
    const struct http_told_wait waits[] = {
        {TEXT("policyName"), TEXT("SECONDLY"), 1000},
        {TEXT("policyName"), TEXT("DAILY"), 3600000},
        {TEXT("retry_in"), TEXT_ABSENT, 0},
    };
    const struct http_request request = {
        .method = TEXT("POST"), .url = TEXT("/"), .waits = waits, .wait_count = 3};
    enter(scene, NULL, 0);
    atomic_store(&scene->busy, "{\"policyName\":\"SECONDLY\"}");
    struct http_call *call = net_call(&scene->net, &request);
    assert_int_equal(http_call_result(call)->response.status, 200);
    assert_int_equal(scene->net.paused, 1000);
    http_call_free(call);
    atomic_store(&scene->busy, "{\"policyName\":\"DAILY\"}");
    call = net_call(&scene->net, &request);
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_RATE_LIMIT);
    http_call_free(call);
    assert_int_equal(told_wait(waits, 3, TEXT("{\"retry_in\":2.5}")), 2500);
    assert_int_equal(told_wait(waits, 3, TEXT("{\"policyName\":\"ELSE\",\"retry_in\":-1}")), -1);
    assert_int_equal(told_wait(waits, 3, TEXT("<html>")), -1);
}

static void test_credentials__are_not_sent_where_they_are_not_wanted(void **state)
{
    struct scene *scene = *state;
    struct error error = {0};
    const struct authentication_setting settings[] = {{TEXT("type"), TEXT("bearer")},
                                                      {TEXT("token"), TEXT("top-secret")}};
    assert_int_equal(
        authentication_new(settings, 2, NULL, NULL, &scene->net.authentication, &error),
        ERROR_NONE);
    enter(scene, NULL, 0);
    const struct http_request request = {
        .method = TEXT("GET"), .url = TEXT("/"), .without_credentials = true};
    struct http_call *call = net_call(&scene->net, &request);
    assert_true(text_equal(http_call_result(call)->response.body, TEXT("none")));
    http_call_free(call);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_scene, leave)
    const struct CMUnitTest tests[] = {
        TEST(test_bucket__limits_those_who_name_it),
        TEST(test_bucket__weighs_requests),
        TEST(test_bucket__of_a_day_ends_the_run),
        TEST(test_bucket__closes_when_only_the_share_of_others_is_left),
        TEST(test_bucket__all_requests_wait_for_what_is_told_without_a_name),
        TEST(test_wait__stands_in_the_body),
        TEST(test_credentials__are_not_sent_where_they_are_not_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
