/* What bad servers do to the transport and the client: truncation, floods, bombs, slowness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "support/net_fixture.h"

static void open_at(struct net_fixture *fixture, http_handler *handler, void *context)
{
    net_fixture_open(fixture, handler, context);
    fixture->options.limits.timeout_ms = 2000;
    fixture->options.limits.max_body_bytes = 1 << 20;
    fixture->options.max_attempts = 2;
    net_fixture_client(fixture);
}

/* ---- Answers that are no answers ---- */

struct raw {
    const char *bytes;
    bool reset;
};

static void send_raw(struct http_exchange *exchange, void *context)
{
    const struct raw *raw = context;
    (void)http_send_text(exchange, raw->bytes);
    http_hang_up(exchange, raw->reset);
}

static void test_faults__truncated_answers(void **state)
{
    static const struct {
        const char *bytes;
        bool reset;
    } cases[] = {
        {"", false},
        {"", true},
        {"HTTP/1.1 200 OK\r\nContent-Le", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", true},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", false},
        {"SSH-2.0-OpenSSH_9.2\r\n", false},
        {"hello\r\n\r\n", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct net_fixture fixture;
        struct raw raw = {cases[i].bytes, cases[i].reset};
        open_at(&fixture, send_raw, &raw);
        struct http_call *call = net_get(&fixture, "/");
        const struct http_result *result = http_call_result(call);
        if (result->fault != HTTP_FAULT_RECEIVE) {
            fail_msg("case %zu: fault '%s', status %d", i, http_fault_name(result->fault),
                     result->response.status);
        }
        assert_true(result->sent);
        assert_int_equal(result->error.code, ERROR_TRANSPORT);
        assert_int_equal(result->error.retry, ERROR_RETRY_LATER);
        assert_int_equal(http_server_requests(fixture.server), 2); /* a read: tried again */
        http_call_free(call);
        net_fixture_close(&fixture);
    }
}

static void test_faults__a_write_is_not_repeated(void **state)
{
    struct net_fixture fixture;
    struct raw raw = {"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n12345", false};
    (void)state;
    open_at(&fixture, send_raw, &raw);
    struct http_call *call = net_post(&fixture, "/", "x");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_RECEIVE);
    assert_true(http_call_result(call)->sent);
    assert_int_equal(http_server_requests(fixture.server), 1);
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* The connection is kept, then closed when the second request has come. */
static void close_second(struct http_exchange *exchange, void *context)
{
    (void)context;
    if (exchange->number == 1) {
        http_hang_up(exchange, false);
        return;
    }
    http_reply(exchange, 200, NULL, "ok");
}

static void test_faults__kept_connection_closed_after_a_write(void **state)
{
    struct net_fixture fixture;
    (void)state;
    open_at(&fixture, close_second, NULL);
    assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
    struct http_call *call = net_post(&fixture, "/", "x");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_RECEIVE);
    assert_true(http_call_result(call)->sent);
    assert_int_equal(http_server_requests(fixture.server), 2);
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_faults__kept_connection_closed_after_a_read(void **state)
{
    struct net_fixture fixture;
    (void)state;
    open_at(&fixture, close_second, NULL);
    assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
    assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
    assert_int_equal(http_server_requests(fixture.server), 3);
    net_fixture_close(&fixture);
}

static void close_when_idle(struct http_exchange *exchange, void *context)
{
    (void)context;
    http_reply(exchange, 200, NULL, "ok");
    http_hang_up(exchange, false);
}

static void test_faults__kept_connection_closed_while_idle(void **state)
{
    struct net_fixture fixture;
    struct timespec moment = {0, 100000000};
    (void)state;
    open_at(&fixture, close_when_idle, NULL);
    for (int i = 0; i < 3; i++) {
        struct http_call *call = net_post(&fixture, "/", "x");
        assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_NONE);
        http_call_free(call);
        (void)nanosleep(&moment, NULL);
    }
    assert_int_equal(http_server_requests(fixture.server), 3);
    net_fixture_close(&fixture);
}

static void test_faults__more_than_announced(void **state)
{
    struct net_fixture fixture;
    struct raw raw = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", false};
    (void)state;
    open_at(&fixture, send_raw, &raw);
    struct http_call *call = net_get(&fixture, "/");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_NONE);
    assert_true(text_equal(http_call_result(call)->response.body, TEXT("hello")));
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_faults__odd_but_valid_answers(void **state)
{
    static const struct {
        const char *bytes, *body;
        int status;
    } cases[] = {
        {"HTTP/1.1 204 No Content\r\n\r\n", "", 204},
        {"HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end", 200},
        {"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
         "ok", 200},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
         "ok", 200},
        {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok", 200},
        {"HTTP/1.1 304 Not Modified\r\n\r\n", "", 304},
        {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "", 302}, /* nowhere to go */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct net_fixture fixture;
        struct raw raw = {cases[i].bytes, false};
        open_at(&fixture, send_raw, &raw);
        struct http_call *call = net_get(&fixture, "/");
        const struct http_result *result = http_call_result(call);
        assert_int_equal(result->fault, HTTP_FAULT_NONE);
        assert_int_equal(result->response.status, cases[i].status);
        assert_true(text_equal(result->response.body, text_of(cases[i].body)));
        assert_true(text_is_absent(http_response_header(&result->response, "X-A")));
        http_call_free(call);
        net_fixture_close(&fixture);
    }
}

/* ---- Floods and bombs ---- */

static void endless_body(struct http_exchange *exchange, void *context)
{
    static const char chunk[] = "10000\r\n";
    char block[0x10000 + 2];
    (void)context;
    memset(block, 'x', sizeof(block));
    memcpy(block + 0x10000, "\r\n", 2);
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (http_send(exchange, chunk, strlen(chunk)) && http_send(exchange, block, sizeof(block))) {
    }
}

static void announced_body(struct http_exchange *exchange, void *context)
{
    char block[4096];
    (void)context;
    memset(block, 'x', sizeof(block));
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
    while (http_send(exchange, block, sizeof(block))) {
    }
}

/* A deflate block of zeroes: each further byte 0 unpacks to about a thousand. */
static void gzip_bomb(struct http_exchange *exchange, void *context)
{
    static const char start[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xec\xc1\x01\x01\x00"
                                "\x00\x00\x80\x90\xfe\xaf\xee\x08\x0a";
    static const char zeroes[4094];
    (void)context;
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                                   "Content-Length: 4118\r\n\r\n");
    (void)http_send(exchange, start, sizeof(start) - 1);
    (void)http_send(exchange, zeroes, sizeof(zeroes));
}

static void header_flood(struct http_exchange *exchange, void *context)
{
    (void)context;
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 1000000; i++) {
        if (!http_send_text(exchange,
                            "X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")) {
            return;
        }
    }
}

static void endless_header(struct http_exchange *exchange, void *context)
{
    (void)context;
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nX-Long: ");
    while (
        http_send_text(exchange, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) {
    }
}

/* No number holds it, so libcurl would take what comes for all of it. */
static void absurd_length(struct http_exchange *exchange, void *context)
{
    struct raw raw = {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", false};
    (void)context;
    send_raw(exchange, &raw);
}

static void test_faults__too_large(void **state)
{
    static http_handler *const handlers[] = {endless_body, announced_body, gzip_bomb,
                                             header_flood, endless_header, absurd_length};
    (void)state;
    for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        struct net_fixture fixture;
        open_at(&fixture, handlers[i], NULL);
        struct http_call *call = net_get(&fixture, "/");
        if (http_call_result(call)->fault != HTTP_FAULT_TOO_LARGE) {
            fail_msg("case %zu: %s: %s", i, http_fault_name(http_call_result(call)->fault),
                     http_call_result(call)->error.message);
        }
        assert_int_equal(http_server_requests(fixture.server), 1); /* no second try */
        http_call_free(call);
        net_fixture_close(&fixture);
    }
}

static void exactly(struct http_exchange *exchange, void *context)
{
    char *body = malloc((1 << 20) + 2);
    size_t length = (size_t)strtoul(exchange->target + 1, NULL, 10);
    (void)context;
    memset(body, 'x', length);
    body[length] = '\0';
    http_reply(exchange, 200, NULL, body);
    free(body);
}

static void test_faults__the_limit_is_exact(void **state)
{
    struct net_fixture fixture;
    (void)state;
    open_at(&fixture, exactly, NULL);
    assert_int_equal(net_expect(&fixture, "GET", "/1048576", HTTP_FAULT_NONE), 200);
    (void)net_expect(&fixture, "GET", "/1048577", HTTP_FAULT_TOO_LARGE);
    net_fixture_close(&fixture);
}

/* A small compressed answer is unpacked. */
static void small_gzip(struct http_exchange *exchange, void *context)
{
    static const char packed[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07"
                                 "\x00\x86\xa6\x10\x36\x05\x00\x00\x00";
    char accepted[128] = "";
    (void)context;
    assert_true(http_sent_header(exchange, "Accept-Encoding", accepted, sizeof(accepted)));
    assert_non_null(strstr(accepted, "gzip"));
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                                   "Content-Length: 25\r\n\r\n");
    (void)http_send(exchange, packed, 25);
}

static void test_faults__unpacks(void **state)
{
    struct net_fixture fixture;
    (void)state;
    open_at(&fixture, small_gzip, NULL);
    struct http_call *call = net_get(&fixture, "/");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_NONE);
    assert_true(text_equal(http_call_result(call)->response.body, TEXT("hello")));
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* ---- Slowness ---- */

static void drip(struct http_exchange *exchange, void *context)
{
    (void)context;
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (http_send_text(exchange, "x") && http_pause(exchange, 10)) {
    }
}

static void silence(struct http_exchange *exchange, void *context)
{
    (void)context;
    (void)http_pause(exchange, 60000);
}

static void test_faults__slow_servers_time_out(void **state)
{
    static http_handler *const handlers[] = {drip, silence};
    (void)state;
    for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        struct net_fixture fixture;
        struct http_request request = {
            .method = TEXT("POST"), .url = TEXT("/"), .body = TEXT("x"), .timeout_ms = 150};
        open_at(&fixture, handlers[i], NULL);
        struct http_call *call = net_call(&fixture, &request);
        assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_TIMEOUT);
        assert_true(http_call_result(call)->sent);
        assert_int_equal(http_server_requests(fixture.server), 1); /* a write: no second try */
        http_call_free(call);
        net_fixture_close(&fixture);
    }
}

/* What the operator has written is the most, whatever a script asks for. */
static void test_faults__no_request_is_longer_than_the_operator_allows(void **state)
{
    struct net_fixture fixture;
    const struct http_request request = {
        .method = TEXT("POST"), .url = TEXT("/"), .body = TEXT("x"), .timeout_ms = 86400000};
    (void)state;
    open_at(&fixture, silence, NULL);
    struct http_call *call = net_call(&fixture, &request);
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_TIMEOUT);
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* A beginning, and then nothing: the time limit of the whole request is far away. */
static void stall(struct http_exchange *exchange, void *context)
{
    (void)context;
    (void)http_send_text(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegun");
    (void)http_pause(exchange, 60000);
}

static void test_faults__an_answer_that_stalls_is_given_up(void **state)
{
    struct net_fixture fixture;
    struct timespec begun, ended;
    const struct http_request request = {
        .method = TEXT("POST"), .url = TEXT("/"), .body = TEXT("x")};
    (void)state;
    net_fixture_open(&fixture, stall, NULL);
    fixture.options.limits.timeout_ms = 55000;
    fixture.options.limits.stall_seconds = 1;
    net_fixture_client(&fixture);
    (void)clock_gettime(CLOCK_MONOTONIC, &begun);
    struct http_call *const call = net_call(&fixture, &request);
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_TIMEOUT);
    assert_int_equal(http_server_requests(fixture.server), 1);
    assert_in_range(ended.tv_sec - begun.tv_sec, 0, 20);
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void test_faults__unknown_names(void **state)
{
    struct net_fixture fixture;
    (void)state;
    net_fixture_open(&fixture, silence, NULL);
    fixture.options.base_url = TEXT("https://no-such-host.invalid");
    fixture.options.max_attempts = 2;
    net_fixture_client(&fixture);
    struct http_call *call = net_post(&fixture, "/", "x");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_RESOLVE);
    assert_non_null(strstr(http_call_result(call)->error.message, "'no-such-host.invalid'"));
    assert_int_equal(http_client_counts(fixture.client).requests, 2);
    http_call_free(call);
    net_fixture_close(&fixture);
}

static void plain_text(struct http_exchange *exchange, void *context)
{
    (void)context;
    http_hang_up(exchange, false);
}

static void test_faults__no_tls_there(void **state)
{
    struct net_fixture fixture;
    char url[64];
    (void)state;
    net_fixture_open(&fixture, plain_text, NULL);
    (void)snprintf(url, sizeof(url), "https://127.0.0.1:%d", http_server_port(fixture.server));
    fixture.options.base_url = text_of(url);
    fixture.options.max_attempts = 1;
    fixture.options.limits.timeout_ms = 500;
    net_fixture_client(&fixture);
    struct http_call *call = net_get(&fixture, "/");
    assert_false(http_call_result(call)->sent);
    assert_true(http_call_result(call)->fault == HTTP_FAULT_TLS ||
                http_call_result(call)->fault == HTTP_FAULT_TIMEOUT);
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* Many requests, some of which are cancelled, with results coming from the other thread. */
static void test_faults__closing_with_requests_under_way(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct net_fixture fixture;
        struct http_call *calls[16] = {NULL};
        struct http_request request = {.method = TEXT("GET"), .url = TEXT("/100")};
        struct error error = {0};
        net_fixture_open(&fixture, exactly, NULL);
        fixture.options.max_concurrent = 16;
        net_fixture_client(&fixture);
        for (int i = 0; i < 16; i++) {
            assert_int_equal(http_client_start(fixture.client, &request, &calls[i], &error),
                             ERROR_NONE);
        }
        for (int i = 0; i < round % 16; i++) {
            net_finish(&fixture, calls[i]);
        }
        for (int i = 0; i < 16; i++) {
            http_call_free(calls[i]);
        }
        net_fixture_close(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults__truncated_answers),
        cmocka_unit_test(test_faults__a_write_is_not_repeated),
        cmocka_unit_test(test_faults__kept_connection_closed_after_a_write),
        cmocka_unit_test(test_faults__kept_connection_closed_after_a_read),
        cmocka_unit_test(test_faults__kept_connection_closed_while_idle),
        cmocka_unit_test(test_faults__more_than_announced),
        cmocka_unit_test(test_faults__odd_but_valid_answers),
        cmocka_unit_test(test_faults__too_large),
        cmocka_unit_test(test_faults__the_limit_is_exact),
        cmocka_unit_test(test_faults__unpacks),
        cmocka_unit_test(test_faults__slow_servers_time_out),
        cmocka_unit_test(test_faults__no_request_is_longer_than_the_operator_allows),
        cmocka_unit_test(test_faults__an_answer_that_stalls_is_given_up),
        cmocka_unit_test(test_faults__unknown_names),
        cmocka_unit_test(test_faults__no_tls_there),
        cmocka_unit_test(test_faults__closing_with_requests_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
