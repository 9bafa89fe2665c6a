/* The client over the curl transport against a real server on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/client.h"
#include "net/curl_transport.h"
#include "support/http_server.h"

struct fixture {
    struct http_server *server;
    struct http_transport *transport;
    struct http_client *client;
    struct http_client_options options;
    char last_head[4096];
    char last_body[4096];
};

static void open_fixture(struct fixture *fixture, http_handler *handler)
{
    struct error error = {0};
    fixture->server = http_server_start(handler, fixture);
    assert_non_null(fixture->server);
    assert_int_equal(curl_transport_open(NULL, &fixture->transport, &error), ERROR_NONE);
    fixture->options.base_url = text_of(http_server_url(fixture->server));
    fixture->options.backoff_base_ms = 1;
    fixture->options.jitter_seed = 7;
    assert_int_equal(http_client_new(&fixture->options, fixture->transport, NULL, NULL,
                                     &fixture->client, &error),
                     ERROR_NONE);
}

static void close_fixture(struct fixture *fixture)
{
    http_client_free(fixture->client);
    fixture->transport->close(fixture->transport);
    http_server_stop(fixture->server);
}

static struct http_call *call(struct fixture *fixture, const char *method, const char *url,
                              const char *body)
{
    struct error error = {0};
    struct http_call *started = NULL;
    struct http_request request = {
        .method = text_of(method), .url = text_of(url), .body = text_of(body)};
    assert_int_equal(http_client_start(fixture->client, &request, &started, &error), ERROR_NONE);
    while (!http_call_done(started)) {
        http_client_wait(fixture->client, 1000);
    }
    return started;
}

static void echo(struct http_exchange *exchange, void *context)
{
    struct fixture *fixture = context;
    (void)snprintf(fixture->last_head, sizeof(fixture->last_head), "%s", exchange->head);
    (void)snprintf(fixture->last_body, sizeof(fixture->last_body), "%.*s",
                   (int)exchange->body_length, exchange->body);
    http_reply(exchange, 200, "X-Answer: 42\r\n", "hello");
}

static void test_client__gets(void **state)
{
    struct fixture fixture = {0};
    (void)state;
    open_fixture(&fixture, echo);
    struct http_call *got = call(&fixture, "GET", "/citizen?page=2", NULL);
    const struct http_result *result = http_call_result(got);
    assert_int_equal(result->fault, HTTP_FAULT_NONE);
    assert_int_equal(result->response.status, 200);
    assert_true(text_equal(result->response.body, TEXT("hello")));
    assert_true(text_equal(http_response_header(&result->response, "x-answer"), TEXT("42")));
    assert_non_null(strstr(fixture.last_head, "GET /citizen?page=2 HTTP/1.1\r\n"));
    http_call_free(got);
    close_fixture(&fixture);
}

static void test_client__posts(void **state)
{
    struct fixture fixture = {0};
    (void)state;
    open_fixture(&fixture, echo);
    struct http_call *got = call(&fixture, "POST", "/citizen", "{\"a\":1}");
    assert_int_equal(http_call_result(got)->response.status, 200);
    assert_string_equal(fixture.last_body, "{\"a\":1}");
    assert_null(strcasestr(fixture.last_head, "expect:"));
    assert_null(strcasestr(fixture.last_head, "content-type:"));
    struct http_counts counts = http_client_counts(fixture.client);
    assert_int_equal(counts.requests, 1);
    assert_int_equal(counts.writes, 1);
    http_call_free(got);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client__gets),
        cmocka_unit_test(test_client__posts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
