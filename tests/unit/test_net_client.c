/* The client: retries, rate limits, redirects, guard, dry run; against a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/net_fixture.h"

/* A script of the server: answer number i is `answers[i]`, the last one repeats. */
struct answers {
    struct {
        int status;
        const char *headers, *body;
    } list[8];
    int count;
};

static void answer(struct http_exchange *exchange, void *context)
{
    const struct answers *answers = context;
    int i = exchange->number < answers->count ? exchange->number : answers->count - 1;
    http_reply(exchange, answers->list[i].status, answers->list[i].headers, answers->list[i].body);
}

static void open_with(struct net_fixture *fixture, struct answers *answers)
{
    net_fixture_open(fixture, answer, answers);
    net_fixture_client(fixture);
}

/* ---- Plain requests ---- */

static void test_client__gets(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, "X-Answer: 42\r\n", "hello"}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    struct http_call *call = net_get(&fixture, "/citizen?page=2");
    const struct http_result *result = http_call_result(call);
    assert_int_equal(result->fault, HTTP_FAULT_NONE);
    assert_int_equal(result->response.status, 200);
    assert_true(text_equal(result->response.body, TEXT("hello")));
    assert_true(text_equal(http_response_header(&result->response, "x-answer"), TEXT("42")));
    assert_non_null(strstr(http_server_head(fixture.server, 0), "GET /citizen?page=2 HTTP/1.1"));
    assert_non_null(strstr(http_server_head(fixture.server, 0), "User-Agent: tandem/"));
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_client__posts_without_additions(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{201, NULL, ""}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    struct http_call *call = net_post(&fixture, "citizen", "{\"a\":1}");
    assert_int_equal(http_call_result(call)->response.status, 201);
    assert_false(text_is_absent(http_call_result(call)->response.body));
    assert_string_equal(http_server_body(fixture.server, 0), "{\"a\":1}");
    assert_null(strcasestr(http_server_head(fixture.server, 0), "expect:"));
    assert_null(strcasestr(http_server_head(fixture.server, 0), "content-type:"));
    struct http_counts counts = http_client_counts(fixture.client);
    assert_int_equal(counts.requests, 1);
    assert_int_equal(counts.writes, 1);
    assert_true(counts.bytes_in > 0 && counts.bytes_out > 7);
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* libcurl would leave a header of blanks out, and send one of its own in its place. */
static void test_client__sends_blank_headers_empty(void **state)
{
    static const char *const values[] = {"", "  ", "\t"};
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, ""}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const struct http_header header = {TEXT("X-Note"), text_of(values[i])};
        const struct http_request request = {
            .method = TEXT("GET"), .url = TEXT("/x"), .headers = &header, .header_count = 1};
        http_call_free(net_call(&fixture, &request));
        assert_non_null(strstr(http_server_head(fixture.server, (int)i), "\r\nX-Note:\r\n"));
    }
    net_fixture_close(&fixture);
}

static void test_client__sends_every_method(void **state)
{
    static const char *const methods[] = {"GET", "HEAD",  "OPTIONS", "POST",
                                          "PUT", "PATCH", "DELETE"};
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, "body"}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        char line[64];
        assert_int_equal(net_expect(&fixture, methods[i], "/x", HTTP_FAULT_NONE), 200);
        (void)snprintf(line, sizeof(line), "%s /x HTTP/1.1\r\n", methods[i]);
        const char *head = http_server_head(fixture.server, (int)i);
        assert_memory_equal(head, line, strlen(line));
        bool has_length = strcasestr(head, "content-length: 0") != NULL;
        assert_int_equal(has_length, methods[i][0] == 'P');
    }
    assert_int_equal(http_server_connections(fixture.server), 1);
    net_fixture_close(&fixture);
}

static void test_client__ignores_proxies_and_cookies(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, "Set-Cookie: session=1\r\n", "x"}}, 1};
    (void)state;
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    open_with(&fixture, &answers);
    assert_int_equal(net_expect(&fixture, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(net_expect(&fixture, "GET", "/b", HTTP_FAULT_NONE), 200);
    assert_null(strcasestr(http_server_head(fixture.server, 1), "cookie"));
    net_fixture_close(&fixture);
    (void)unsetenv("http_proxy");
    (void)unsetenv("ALL_PROXY");
}

static void test_client__refuses_injection(void **state)
{
    static const struct {
        const char *method, *url, *name, *value;
    } cases[] = {
        {"GET\r\nX: y", "/", NULL, NULL},
        {"get", "/", NULL, NULL},
        {"CONNECT", "/", NULL, NULL},
        {"TRACE", "/", NULL, NULL},
        {"", "/", NULL, NULL},
        {"GET", "/a b", NULL, NULL},
        {"GET", "/a\r\nHost: evil", NULL, NULL},
        {"GET", "/\x01", NULL, NULL},
        {"GET", "/\xc3\xa4", NULL, NULL},
        {"GET", "/", "X-A\r\nX-B", "1"},
        {"GET", "/", "X A", "1"},
        {"GET", "/", "", "1"},
        {"GET", "/", "X:", "1"},
        {"GET", "/", "X-A", "1\r\nX-B: 2"},
        {"GET", "/", "X-A", "1\n2"},
        {"GET", "/", "host", "evil"},
        {"GET", "/", "Content-Length", "5"},
        {"GET", "/", "Transfer-Encoding", "chunked"},
        {"GET", "/", "Proxy-Authorization", "x"},
        {"GET", "/", "Connection", "upgrade"},
    };
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error error = {0};
        struct http_call *call = NULL;
        struct http_header header = {text_of(cases[i].name), text_of(cases[i].value)};
        struct http_request request = {.method = text_of(cases[i].method),
                                       .url = text_of(cases[i].url),
                                       .headers = &header,
                                       .header_count = cases[i].name ? 1 : 0};
        if (http_client_start(fixture.client, &request, &call, &error) != ERROR_USAGE) {
            fail_msg("case %zu was not refused", i);
        }
        assert_null(call);
    }
    struct http_call *call = NULL;
    struct error error = {0};
    struct http_request nul = {.method = TEXT("GET"), .url = TEXT("/a\0b")};
    assert_int_equal(http_client_start(fixture.client, &nul, &call, &error), ERROR_USAGE);
    struct http_header header = {TEXT("X-A"), TEXT("a\0b")};
    struct http_request nul_header = {
        .method = TEXT("GET"), .url = TEXT("/"), .headers = &header, .header_count = 1};
    assert_int_equal(http_client_start(fixture.client, &nul_header, &call, &error), ERROR_USAGE);
    assert_int_equal(http_server_requests(fixture.server), 0);
    net_fixture_close(&fixture);
}

static void test_client__refuses_other_hosts(void **state)
{
    static const char *const urls[] = {
        "http://127.0.0.2/",
        "http://localhost/",
        "https://example.com/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706434/",
        "http://0x7f.2/",
        "http://0177.0.0.2/",
        "http://0.0.0.0/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/x",
        "http://127.0.0.1:1/",
        "http://user:pw@127.0.0.1/",
        "http://127.0.0.1./",
        "http://evil.com\\@127.0.0.1/",
        "dict://127.0.0.1/",
    };
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        (void)net_expect(&fixture, "GET", urls[i], HTTP_FAULT_REFUSED);
    }
    char url[64];
    (void)snprintf(url, sizeof(url), "http://x@127.0.0.1:%d/", http_server_port(fixture.server));
    (void)net_expect(&fixture, "GET", url, HTTP_FAULT_REFUSED);
    assert_int_equal(http_server_requests(fixture.server), 0);
    /* The same machine in other words is the same machine. */
    (void)snprintf(url, sizeof(url), "http://2130706433:%d/", http_server_port(fixture.server));
    assert_int_equal(net_expect(&fixture, "GET", url, HTTP_FAULT_NONE), 200);
    /* Whatever is no absolute URL is below base_url. */
    assert_int_equal(net_expect(&fixture, "GET", "//evil.com/x", HTTP_FAULT_NONE), 200);
    assert_int_equal(net_expect(&fixture, "GET", "@evil.com", HTTP_FAULT_NONE), 200);
    assert_non_null(strstr(http_server_head(fixture.server, 1), "GET //evil.com/x "));
    assert_non_null(strstr(http_server_head(fixture.server, 2), "GET /@evil.com "));
    net_fixture_close(&fixture);
}

static void keep_fault(void *context, struct http_result *result)
{
    atomic_store((atomic_int *)context, (int)result->fault);
    http_result_release(result);
}

static int fault_of_transport(struct net_fixture *fixture, const char *url)
{
    struct http_request request = {.method = TEXT("GET"), .url = text_of(url)};
    const struct http_limits limits = {.connect_timeout_ms = 1000,
                                       .timeout_ms = 1000,
                                       .stall_seconds = 1,
                                       .max_body_bytes = 1000,
                                       .max_header_bytes = 1000};
    struct error error = {0};
    atomic_int fault = -1;
    uint64_t ticket = 0;
    assert_int_equal(fixture->transport->send(fixture->transport, &request, &limits, keep_fault,
                                              &fault, &ticket, &error),
                     ERROR_NONE);
    while (atomic_load(&fault) < 0) {
        http_client_wait(fixture->client, 0);
    }
    return atomic_load(&fault);
}

/* The guard below the name service: whatever the URL was allowed for. */
static void test_client__checks_the_connected_address(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    char url[64];
    (void)state;
    open_with(&fixture, &answers);
    (void)snprintf(url, sizeof(url), "http://localhost:%d/", http_server_port(fixture.server));
    assert_int_equal(fault_of_transport(&fixture, url), HTTP_FAULT_REFUSED);
    assert_int_equal(http_server_connections(fixture.server), 0);
    /* Also if there is a connection that might be reused. */
    assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
    assert_int_equal(fault_of_transport(&fixture, http_server_url(fixture.server)),
                     HTTP_FAULT_REFUSED);
    assert_int_equal(http_server_requests(fixture.server), 1);
    assert_int_equal(fault_of_transport(&fixture, "http://169.254.169.254/"), HTTP_FAULT_REFUSED);
    assert_int_equal(fault_of_transport(&fixture, "http://[::ffff:127.0.0.1]/"),
                     HTTP_FAULT_REFUSED);
    net_fixture_close(&fixture);
}

/* ---- Retries ---- */

static void test_client__retries_reads(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{503, NULL, NULL}, {500, NULL, NULL}, {200, NULL, "ok"}}, 3};
    (void)state;
    open_with(&fixture, &answers);
    assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
    struct http_counts counts = http_client_counts(fixture.client);
    assert_int_equal(counts.requests, 3);
    assert_int_equal(counts.retries, 2);
    assert_true(fixture.paused <= 1500);
    net_fixture_close(&fixture);
}

static void test_client__gives_up(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{502, NULL, "bad gateway"}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    struct http_call *call = net_get(&fixture, "/");
    assert_int_equal(http_call_result(call)->response.status, 502);
    assert_true(text_equal(http_call_result(call)->response.body, TEXT("bad gateway")));
    assert_int_equal(http_server_requests(fixture.server), 5);
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_client__takes_a_few_bad_gateways_in_a_row_for_an_outage(void **state)
{
    static const int met[] = {502, 503, 404, 502, 502}; /* 404: somebody is there */
    struct net_fixture fixture;
    struct answers answers = {
        {{502, NULL, NULL}, {503, NULL, NULL}, {404, NULL, NULL}, {502, NULL, NULL}}, 4};
    (void)state;
    open_with(&fixture, &answers);
    for (size_t i = 0; i < sizeof met / sizeof *met; i++) {
        assert_int_equal(net_expect(&fixture, "POST", "/", HTTP_FAULT_NONE), met[i]);
    }
    (void)net_expect(&fixture, "POST", "/", HTTP_FAULT_RECEIVE);
    net_fixture_close(&fixture);
}

static void test_client__does_not_retry(void **state)
{
    static const struct {
        const char *method;
        int status, requests;
    } cases[] = {
        {"POST", 503, 1},    {"PATCH", 500, 1}, {"GET", 501, 1}, {"GET", 404, 1},
        {"GET", 400, 1},     {"GET", 401, 1},   {"PUT", 503, 5}, {"DELETE", 503, 5},
        {"OPTIONS", 504, 5}, {"POST", 429, 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct net_fixture fixture;
        struct answers answers = {{{cases[i].status, NULL, NULL}}, 1};
        open_with(&fixture, &answers);
        assert_int_equal(net_expect(&fixture, cases[i].method, "/", HTTP_FAULT_NONE),
                         cases[i].status);
        assert_int_equal(http_server_requests(fixture.server), cases[i].requests);
        net_fixture_close(&fixture);
    }
}

static void test_client__retries_posts_with_a_key(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{503, NULL, NULL}, {201, NULL, NULL}}, 2};
    struct http_request request = {.method = TEXT("POST"),
                                   .url = TEXT("/"),
                                   .body = TEXT("x"),
                                   .idempotency_key = TEXT("key-1")};
    (void)state;
    open_with(&fixture, &answers);
    struct http_call *call = net_call(&fixture, &request);
    assert_int_equal(http_call_result(call)->response.status, 201);
    assert_non_null(strstr(http_server_head(fixture.server, 0), "Idempotency-Key: key-1\r\n"));
    assert_non_null(strstr(http_server_head(fixture.server, 1), "Idempotency-Key: key-1\r\n"));
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_client__retries_posts_that_were_not_sent(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    net_fixture_open(&fixture, answer, &answers);
    fixture.options.base_url = TEXT("http://127.0.0.1:1"); /* nobody listens there */
    net_fixture_client(&fixture);
    struct http_call *call = net_post(&fixture, "/", "x");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_CONNECT);
    assert_false(http_call_result(call)->sent);
    assert_int_equal(http_call_result(call)->error.retry, ERROR_RETRY_LATER);
    assert_int_equal(http_client_counts(fixture.client).requests, 5);
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_client__waits_as_told(void **state)
{
    static const struct {
        const char *headers;
        int64_t least, most;
        enum http_fault fault;
    } cases[] = {
        {"Retry-After: 7\r\n", 7000, 7000, HTTP_FAULT_NONE},
        {"Date: Tue, 10 Mar 2026 12:00:00 GMT\r\n"
         "Retry-After: Tue, 10 Mar 2026 12:00:09 GMT\r\n",
         9000, 9000, HTTP_FAULT_NONE},
        {"Retry-After: Tue, 10 Mar 2026 12:00:05 GMT\r\n", 5000, 5000, HTTP_FAULT_NONE},
        {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 0, 500, HTTP_FAULT_NONE},
        {"Retry-After: soon\r\n", 0, 500, HTTP_FAULT_NONE},
        {"Retry-After: -3\r\n", 0, 500, HTTP_FAULT_NONE},
        {"Retry-After: 120\r\n", 120000, 120000, HTTP_FAULT_NONE},
        {"Retry-After: 121\r\n", 0, 0, HTTP_FAULT_RATE_LIMIT},
        {"Retry-After: Wed, 10 Mar 2027 12:00:00 GMT\r\n", 0, 0, HTTP_FAULT_RATE_LIMIT},
        {"Retry-After: 99999999999999999999\r\n", 0, 500, HTTP_FAULT_NONE},
        {"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 4\r\n", 4000, 4000, HTTP_FAULT_NONE},
        {"RateLimit-Remaining: 0\r\nRateLimit-Reset: 1773144003\r\n", 3000, 3000, HTTP_FAULT_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct net_fixture fixture;
        struct answers answers = {{{429, cases[i].headers, NULL}, {200, NULL, NULL}}, 2};
        open_with(&fixture, &answers);
        int status = net_expect(&fixture, "GET", "/", cases[i].fault);
        assert_int_equal(status, cases[i].fault == HTTP_FAULT_NONE ? 200 : 0);
        if (fixture.paused < cases[i].least || fixture.paused > cases[i].most) {
            fail_msg("'%s': %lld ms", cases[i].headers, (long long)fixture.paused);
        }
        net_fixture_close(&fixture);
    }
}

static void test_client__backs_off_exponentially(void **state)
{
    int64_t total = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct net_fixture fixture;
        struct answers answers = {{{503, NULL, NULL}}, 1};
        net_fixture_open(&fixture, answer, &answers);
        fixture.options.retry_jitter_seed = seed;
        fixture.options.backoff_base_ms = 1000;
        fixture.options.backoff_cap_ms = 3000;
        net_fixture_client(&fixture);
        (void)net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE);
        assert_true(fixture.paused <= 1000 + 2000 + 3000 + 3000);
        total += fixture.paused;
        net_fixture_close(&fixture);
    }
    /* Full jitter: half of the most, on average. */
    assert_in_range(total / 20, 3000, 6000);
}

/* ---- Rate limits and concurrency ---- */

static void test_client__keeps_the_rate(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    net_fixture_open(&fixture, answer, &answers);
    fixture.options.requests_per_second = 10;
    net_fixture_client(&fixture);
    for (int i = 0; i < 21; i++) {
        (void)net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE);
    }
    assert_in_range(fixture.paused, 2000, 2020);
    net_fixture_close(&fixture);
}

static void test_client__keeps_the_day(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    net_fixture_open(&fixture, answer, &answers);
    fixture.options.requests_per_day = 2;
    net_fixture_client(&fixture);
    (void)net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE);
    (void)net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE);
    (void)net_expect(&fixture, "GET", "/", HTTP_FAULT_RATE_LIMIT);
    assert_int_equal(http_server_requests(fixture.server), 2);
    fixture.ms += INT64_C(12) * 3600 * 1000; /* midnight */
    (void)net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE);
    net_fixture_close(&fixture);
}

struct crowd {
    atomic_int now, most;
};

static void count_crowd(struct http_exchange *exchange, void *context)
{
    struct crowd *crowd = context;
    int now = atomic_fetch_add(&crowd->now, 1) + 1;
    int most = atomic_load(&crowd->most);
    while (now > most && !atomic_compare_exchange_weak(&crowd->most, &most, now)) {
    }
    (void)http_pause(exchange, 20);
    atomic_fetch_sub(&crowd->now, 1);
    http_reply(exchange, 200, NULL, "x");
}

static void test_client__runs_in_parallel_up_to_the_limit(void **state)
{
    enum { COUNT = 12 };
    struct net_fixture fixture;
    struct crowd crowd = {0};
    struct http_call *calls[COUNT] = {NULL};
    struct http_request request = {.method = TEXT("GET"), .url = TEXT("/")};
    struct error error = {0};
    (void)state;
    net_fixture_open(&fixture, count_crowd, &crowd);
    fixture.options.max_concurrent = 3;
    net_fixture_client(&fixture);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(http_client_start(fixture.client, &request, &calls[i], &error),
                         ERROR_NONE);
    }
    for (int i = 0; i < COUNT; i++) {
        net_finish(&fixture, calls[i]);
        assert_int_equal(http_call_result(calls[i])->response.status, 200);
        http_call_free(calls[i]);
    }
    assert_int_equal(atomic_load(&crowd.most), 3);
    assert_int_equal(http_server_connections(fixture.server), 3);
    net_fixture_close(&fixture);
}

/* ---- Redirects ---- */

struct hops {
    char location[256];
    int count; /* redirects before the answer; negative: for ever */
    int status;
};

static void redirect(struct http_exchange *exchange, void *context)
{
    const struct hops *hops = context;
    char header[512];
    if (hops->count >= 0 && exchange->number >= hops->count) {
        http_reply(exchange, 200, NULL, "there");
        return;
    }
    (void)snprintf(header, sizeof(header), "Location: %s\r\n", hops->location);
    http_reply(exchange, hops->status, header, NULL);
}

static void test_client__follows_redirects_of_reads(void **state)
{
    static const int statuses[] = {301, 302, 303, 307, 308};
    (void)state;
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        struct net_fixture fixture;
        struct hops hops = {"/next \xc3\xa4?a=b", 5, statuses[i]};
        net_fixture_open(&fixture, redirect, &hops);
        net_fixture_client(&fixture);
        struct http_call *call = net_get(&fixture, "/first");
        const struct http_response *response = &http_call_result(call)->response;
        assert_int_equal(response->status, 200);
        assert_non_null(strstr(response->url.bytes, "/next%20%C3%A4?a=b"));
        assert_int_equal(http_server_requests(fixture.server), 6);
        http_call_free(call);
        net_fixture_close(&fixture);
    }
}

static void test_client__refuses_redirects(void **state)
{
    static const struct {
        const char *method, *location;
        int requests;
    } cases[] = {
        {"GET", "/loop", 6},
        {"POST", "/other", 1},
        {"PUT", "/other", 1},
        {"PATCH", "/other", 1},
        {"DELETE", "/other", 1},
        {"GET", "http://127.0.0.1:1/", 1},
        {"GET", "http://[::1]/", 1},
        {"GET", "http://[::ffff:169.254.169.254]/", 1},
        {"GET", "http://169.254.169.254/latest", 1},
        {"GET", "http://2852039166/", 1},
        {"GET", "http://0xa9fea9fe/", 1},
        {"GET", "http://0251.0376.0251.0376/", 1},
        {"GET", "http://0.0.0.0/", 1},
        {"GET", "https://example.com/", 1},
        {"GET", "//example.com/", 1},
        {"GET", "file:///etc/passwd", 1},
        {"GET", "ftp://127.0.0.1/x", 1},
        {"GET", "gopher://127.0.0.1/x", 1},
        {"GET", "http://a:b@127.0.0.1/", 1},
        {"GET", "http://127.0.0.\xb1/", 1},
        {"GET", "/a\x01", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct net_fixture fixture;
        struct hops hops = {"", -1, 307};
        (void)snprintf(hops.location, sizeof(hops.location), "%s", cases[i].location);
        net_fixture_open(&fixture, redirect, &hops);
        net_fixture_client(&fixture);
        (void)net_expect(&fixture, cases[i].method, "/", HTTP_FAULT_REFUSED);
        assert_int_equal(http_server_requests(fixture.server), cases[i].requests);
        net_fixture_close(&fixture);
    }
}

static void test_client__drops_headers_for_another_origin(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, "other"}}, 1};
    struct hops hops = {"", -1, 302};
    struct http_server *other = http_server_start(answer, &answers);
    struct http_host host = {0};
    struct error error = {0};
    struct http_header headers[] = {{TEXT("X-Api-Key"), TEXT("script-secret")},
                                    {TEXT("Accept"), TEXT("application/json")}};
    struct http_request request = {
        .method = TEXT("GET"), .url = TEXT("/"), .headers = headers, .header_count = 2};
    struct authentication_setting settings[] = {{TEXT("type"), TEXT("bearer")},
                                                {TEXT("token"), TEXT("engine-secret")}};
    (void)state;
    (void)snprintf(hops.location, sizeof(hops.location), "%s/x", http_server_url(other));
    net_fixture_open(&fixture, redirect, &hops);
    host = (struct http_host){text_of(http_server_url(other)), false};
    fixture.options.hosts = &host;
    fixture.options.host_count = 1;
    assert_int_equal(
        authentication_new(settings, 2, NULL, fixture.log, &fixture.authentication, &error),
        ERROR_NONE);
    net_fixture_client(&fixture);
    struct http_call *call = net_call(&fixture, &request);
    assert_true(text_equal(http_call_result(call)->response.body, TEXT("other")));
    http_call_free(call);
    assert_non_null(strstr(http_server_head(fixture.server, 0), "engine-secret"));
    assert_non_null(strstr(http_server_head(fixture.server, 0), "script-secret"));
    assert_null(strstr(http_server_head(other, 0), "secret"));
    assert_non_null(strstr(http_server_head(other, 0), "Accept: application/json"));
    net_fixture_close(&fixture);
    http_server_stop(other);
}

/* ---- Credentials ---- */

/* A client with a token, and another server that it may ask. */
struct two_hosts {
    struct net_fixture fixture;
    struct http_server *other;
    struct http_host host;
};

static void open_two_hosts(struct two_hosts *two, struct answers *here, struct answers *there,
                           bool credentials)
{
    struct authentication_setting settings[] = {{TEXT("type"), TEXT("bearer")},
                                                {TEXT("token"), TEXT("engine-secret")}};
    struct error error = {0};
    net_fixture_open(&two->fixture, answer, here);
    two->other = http_server_start(answer, there);
    two->host = (struct http_host){text_of(http_server_url(two->other)), credentials};
    two->fixture.options.hosts = &two->host;
    two->fixture.options.host_count = 1;
    assert_int_equal(authentication_new(settings, 2, NULL, two->fixture.log,
                                        &two->fixture.authentication, &error),
                     ERROR_NONE);
    net_fixture_client(&two->fixture);
}

static void test_client__credentials_go_to_base_url_and_where_the_operator_says(void **state)
{
    (void)state;
    for (int credentials = 0; credentials < 2; credentials++) {
        struct two_hosts two;
        struct answers answers = {{{200, NULL, "x"}}, 1};
        char url[128];
        open_two_hosts(&two, &answers, &answers, credentials != 0);
        (void)snprintf(url, sizeof(url), "%s/direct", http_server_url(two.other));
        (void)net_expect(&two.fixture, "GET", "/own", HTTP_FAULT_NONE);
        (void)net_expect(&two.fixture, "GET", url, HTTP_FAULT_NONE);
        assert_non_null(strstr(http_server_head(two.fixture.server, 0), "engine-secret"));
        assert_int_equal(strstr(http_server_head(two.other, 0), "engine-secret") != NULL,
                         credentials);
        net_fixture_close(&two.fixture);
        http_server_stop(two.other);
    }
}

static void test_client__no_secret_comes_back(void **state)
{
    struct two_hosts two;
    struct answers answers = {{{200, "Link: </x?key=engine-secret&page=2>; rel=\"next\"\r\n",
                                "{\"Authorization\": \"Bearer engine-secret\"}"}},
                              1};
    struct http_request guess = {.method = TEXT("GET"), .url = TEXT("/is/engine-secret/it")};
    (void)state;
    open_two_hosts(&two, &answers, &answers, false);
    struct http_call *call = net_get(&two.fixture, "/echo");
    const struct http_response *response = &http_call_result(call)->response;
    assert_true(text_equal(response->body, TEXT("{\"Authorization\": \"Bearer ***\"}")));
    assert_true(text_equal(http_response_header(response, "Link"),
                           TEXT("</x?key=***&page=2>; rel=\"next\"")));
    http_call_free(call);
    /* An echo of what the script said itself tells it nothing. */
    call = net_call(&two.fixture, &guess);
    assert_true(text_equal(http_call_result(call)->response.body,
                           TEXT("{\"Authorization\": \"Bearer engine-secret\"}")));
    http_call_free(call);
    net_fixture_close(&two.fixture);
    http_server_stop(two.other);
}

/* What the engine says about a text of the script is the same for a right guess and a wrong one. */
static void test_client__refusals_confirm_no_guess(void **state)
{
    static const char *const guesses[] = {"http://engine-secret/", "http://engine-wrong0/",
                                          "http://engine-secret:99999/", "ftp://engine-secret/"};
    struct two_hosts two;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    open_two_hosts(&two, &answers, &answers, false);
    for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
        struct http_call *call = net_get(&two.fixture, guesses[i]);
        const struct http_result *result = http_call_result(call);
        assert_int_equal(result->fault, HTTP_FAULT_REFUSED);
        assert_null(strstr(result->error.message, "***"));
        http_call_free(call);
    }
    net_fixture_close(&two.fixture);
    http_server_stop(two.other);
}

/* ---- Dry run, cancelling, waking ---- */

static void record(void *context, const struct http_request *request)
{
    (void)snprintf(context, 256, "%.*s %.*s %.*s", TEXT_PRINT(request->method),
                   TEXT_PRINT(request->url), TEXT_PRINT(request->body));
}

static void test_client__holds_writes_back_in_a_dry_run(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    char recorded[256] = "";
    (void)state;
    net_fixture_open(&fixture, answer, &answers);
    fixture.options.dry_run = true;
    fixture.options.would_send = record;
    fixture.options.would_send_context = recorded;
    net_fixture_client(&fixture);
    assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
    struct http_call *call = net_post(&fixture, "/citizen", "hello");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_DRY_RUN);
    assert_non_null(strstr(recorded, "/citizen hello"));
    assert_int_equal(http_server_requests(fixture.server), 1);
    http_call_free(call);
    /* An API that is asked by POST: the script says that the request only reads. */
    const struct http_request query = {
        .method = TEXT("POST"), .url = TEXT("/jmap"), .body = TEXT("{}"), .reads = true};
    struct error error = {0};
    assert_int_equal(http_client_start(fixture.client, &query, &call, &error), ERROR_NONE);
    while (!http_call_done(call)) {
        http_client_wait(fixture.client, 1000);
    }
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_NONE);
    assert_int_equal(http_server_requests(fixture.server), 2);
    assert_int_equal(http_client_counts(fixture.client).writes, 0);
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void never(struct http_exchange *exchange, void *context)
{
    (void)context;
    (void)http_pause(exchange, 60000);
}

static void test_client__can_be_left_at_any_time(void **state)
{
    struct net_fixture fixture;
    struct http_request request = {.method = TEXT("GET"), .url = TEXT("/")};
    struct http_call *calls[8] = {NULL};
    struct error error = {0};
    (void)state;
    net_fixture_open(&fixture, never, NULL);
    net_fixture_client(&fixture);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(http_client_start(fixture.client, &request, &calls[i], &error),
                         ERROR_NONE);
    }
    http_call_free(calls[0]); /* in flight */
    http_call_free(calls[7]); /* waiting */
    http_client_wake(fixture.client);
    http_client_wait(fixture.client, 60000); /* returns at once */
    http_client_free(fixture.client);
    fixture.client = NULL;
    for (int i = 1; i < 7; i++) {
        assert_true(http_call_done(calls[i]));
        assert_int_equal(http_call_result(calls[i])->fault, HTTP_FAULT_CANCELLED);
        http_call_free(calls[i]);
    }
    net_fixture_close(&fixture);
}

static void test_client__waits_no_longer_than_told(void **state)
{
    struct net_fixture fixture;
    struct http_request request = {.method = TEXT("GET"), .url = TEXT("/")};
    struct http_call *call = NULL;
    struct error error = {0};
    (void)state;
    net_fixture_open(&fixture, never, NULL);
    fixture.options.now_ms = NULL; /* the real clock */
    fixture.options.pause = NULL;
    net_fixture_client(&fixture);
    http_client_wait(fixture.client, -1); /* nothing under way */
    assert_int_equal(http_client_start(fixture.client, &request, &call, &error), ERROR_NONE);
    http_client_wait(fixture.client, 50);
    assert_false(http_call_done(call));
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* ---- Configuration and logs ---- */

static void test_client__refuses_bad_configuration(void **state)
{
    static const char *const base_urls[] = {"ftp://x/",
                                            "example.com",
                                            "https://a:b@example.com",
                                            "https://example.com/?a=b",
                                            "https://exa mple.com",
                                            "https://example.com.",
                                            "http://169.254.169.254"};
    static const char *const hosts[] = {"",           "*",           "*.com",
                                        "a b",        "x/y",         "http://",
                                        "host:99999", "169.254.0.1", "[::ffff:1.2.3.4]",
                                        "user@host",  "*.1.2.3.4"};
    struct http_client *client = NULL;
    struct http_transport transport = {0};
    struct error error = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(base_urls) / sizeof(base_urls[0]); i++) {
        struct http_client_options options = {.base_url = text_of(base_urls[i])};
        if (http_client_new(&options, &transport, NULL, NULL, &client, &error) !=
            ERROR_CONFIGURATION) {
            fail_msg("base_url '%s' was taken", base_urls[i]);
        }
    }
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        struct http_host host = {text_of(hosts[i]), false};
        struct http_client_options options = {.hosts = &host, .host_count = 1};
        if (http_client_new(&options, &transport, NULL, NULL, &client, &error) !=
            ERROR_CONFIGURATION) {
            fail_msg("host '%s' was taken", hosts[i]);
        }
    }
}

static void test_client__logs_without_queries(void **state)
{
    struct net_fixture fixture;
    struct answers answers = {{{200, NULL, NULL}}, 1};
    (void)state;
    open_with(&fixture, &answers);
    (void)net_expect(&fixture, "GET", "/citizen?email=ada@example.com", HTTP_FAULT_NONE);
    assert_non_null(strstr(fixture.lines, "GET 127.0.0.1/citizen 200"));
    assert_null(strstr(fixture.lines, "ada"));
    net_fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client__gets),
        cmocka_unit_test(test_client__posts_without_additions),
        cmocka_unit_test(test_client__sends_blank_headers_empty),
        cmocka_unit_test(test_client__sends_every_method),
        cmocka_unit_test(test_client__ignores_proxies_and_cookies),
        cmocka_unit_test(test_client__refuses_injection),
        cmocka_unit_test(test_client__refuses_other_hosts),
        cmocka_unit_test(test_client__checks_the_connected_address),
        cmocka_unit_test(test_client__retries_reads),
        cmocka_unit_test(test_client__gives_up),
        cmocka_unit_test(test_client__takes_a_few_bad_gateways_in_a_row_for_an_outage),
        cmocka_unit_test(test_client__does_not_retry),
        cmocka_unit_test(test_client__retries_posts_with_a_key),
        cmocka_unit_test(test_client__retries_posts_that_were_not_sent),
        cmocka_unit_test(test_client__waits_as_told),
        cmocka_unit_test(test_client__backs_off_exponentially),
        cmocka_unit_test(test_client__keeps_the_rate),
        cmocka_unit_test(test_client__keeps_the_day),
        cmocka_unit_test(test_client__runs_in_parallel_up_to_the_limit),
        cmocka_unit_test(test_client__follows_redirects_of_reads),
        cmocka_unit_test(test_client__refuses_redirects),
        cmocka_unit_test(test_client__drops_headers_for_another_origin),
        cmocka_unit_test(test_client__credentials_go_to_base_url_and_where_the_operator_says),
        cmocka_unit_test(test_client__no_secret_comes_back),
        cmocka_unit_test(test_client__refusals_confirm_no_guess),
        cmocka_unit_test(test_client__holds_writes_back_in_a_dry_run),
        cmocka_unit_test(test_client__can_be_left_at_any_time),
        cmocka_unit_test(test_client__waits_no_longer_than_told),
        cmocka_unit_test(test_client__refuses_bad_configuration),
        cmocka_unit_test(test_client__logs_without_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
