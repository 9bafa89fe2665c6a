#include "support/net_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int64_t false_ms(void *context)
{
    return ((struct net_fixture *)context)->ms;
}

static instant false_now(void *context)
{
    const struct net_fixture *fixture = context;
    return fixture->start + fixture->ms;
}

static void false_pause(void *context, int64_t ms)
{
    struct net_fixture *fixture = context;
    fixture->ms += ms;
    fixture->paused += ms;
}

static void keep_line(void *context, enum log_level level, const char *line)
{
    struct net_fixture *fixture = context;
    size_t length = strlen(line);
    (void)level;
    if (fixture->line_bytes + length + 2 < sizeof(fixture->lines)) {
        memcpy(fixture->lines + fixture->line_bytes, line, length);
        fixture->line_bytes += length;
        fixture->lines[fixture->line_bytes++] = '\n';
    }
}

void net_fixture_open(struct net_fixture *fixture, http_handler *handler, void *context)
{
    struct error error = {0};
    *fixture = (struct net_fixture){.start = INT64_C(1773144000000)}; /* 2026-03-10T12:00:00Z */
    fixture->server = http_server_start(handler, context);
    assert_non_null(fixture->server);
    fixture->log = log_new(LOG_DEBUG, keep_line, fixture);
    assert_non_null(fixture->log);
    assert_int_equal(curl_transport_open(NULL, &fixture->transport, &error), ERROR_NONE);
    fixture->options = (struct http_client_options){
        .base_url = text_of(http_server_url(fixture->server)),
        .retry_jitter_seed = 7,
        .now_ms = false_ms,
        .now = false_now,
        .pause = false_pause,
        .clock_context = fixture,
    };
}

void net_fixture_client(struct net_fixture *fixture)
{
    struct error error = {0};
    if (http_client_new(&fixture->options, fixture->transport, fixture->authentication,
                        fixture->log, &fixture->client, &error)) {
        fail_msg("%s", error.message);
    }
}

void net_fixture_close(struct net_fixture *fixture)
{
    http_client_free(fixture->client);
    authentication_free(fixture->authentication);
    fixture->transport->close(fixture->transport);
    http_server_stop(fixture->server);
    log_free(fixture->log);
}

void net_finish(struct net_fixture *fixture, const struct http_call *call)
{
    while (!http_call_done(call)) {
        http_client_wait(fixture->client, -1);
    }
}

struct http_call *net_call(struct net_fixture *fixture, const struct http_request *request)
{
    struct error error = {0};
    struct http_call *call = NULL;
    if (http_client_start(fixture->client, request, &call, &error)) {
        fail_msg("%s", error.message);
    }
    net_finish(fixture, call);
    return call;
}

struct http_call *net_get(struct net_fixture *fixture, const char *url)
{
    struct http_request request = {.method = TEXT("GET"), .url = text_of(url)};
    return net_call(fixture, &request);
}

struct http_call *net_post(struct net_fixture *fixture, const char *url, const char *body)
{
    struct http_request request = {
        .method = TEXT("POST"), .url = text_of(url), .body = text_of(body)};
    return net_call(fixture, &request);
}

int net_expect(struct net_fixture *fixture, const char *method, const char *url,
               enum http_fault fault)
{
    struct http_request request = {.method = text_of(method), .url = text_of(url)};
    struct http_call *call = net_call(fixture, &request);
    const struct http_result *result = http_call_result(call);
    if (result->fault != fault) {
        fail_msg("%s %s: fault '%s' instead of '%s': %s", method, url,
                 http_fault_name(result->fault), http_fault_name(fault),
                 result->fault ? result->error.message : "");
    }
    int status = result->response.status;
    http_call_free(call);
    return status;
}
