/* Other transports under the client: answers within send, refusals to send, late answers; and
 * that opening and closing leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/net_fixture.h"

/* A transport in memory. */
struct stub {
    struct http_transport interface; /* first */
    int sends, cancels;
    bool refuses, hangs;
    int failures; /* faults before an answer comes */
    bool failures_were_sent;
    int64_t ms;
    http_done *late; /* of the request that hangs */
    void *late_context;
    char url[256];
};

static void give(http_done *done, void *context, int status)
{
    struct http_result result = {.sent = true};
    result.response.status = status;
    result.response.body = (struct text){strdup("stub"), 4};
    result.response.url = text_of(strdup("http://stub/with?secret"));
    done(context, &result);
    http_result_release(&result);
}

static enum error_code stub_send(struct http_transport *interface,
                                 const struct http_request *request,
                                 const struct http_limits *limits, http_done *done, void *context,
                                 uint64_t *ticket, struct error *error)
{
    struct stub *stub = (struct stub *)(void *)interface;
    (void)limits;
    *ticket = (uint64_t)++stub->sends;
    (void)snprintf(stub->url, sizeof(stub->url), "%.*s", TEXT_PRINT(request->url));
    if (stub->refuses) {
        return error_set(error, ERROR_USAGE, "no stub answers '%s'", stub->url);
    }
    if (stub->hangs) {
        stub->late = done;
        stub->late_context = context;
    } else if (stub->failures > 0) {
        struct http_result result = {.sent = stub->failures_were_sent};
        stub->failures--;
        (void)http_result_fail(&result, HTTP_FAULT_CONNECT, ERROR_TRANSPORT, "down");
        done(context, &result);
    } else {
        give(done, context, 200);
    }
    return ERROR_NONE;
}

static void stub_cancel(struct http_transport *interface, uint64_t ticket)
{
    ((struct stub *)(void *)interface)->cancels++;
    (void)ticket;
}

static void stub_close(struct http_transport *interface)
{
    (void)interface;
}

static int64_t stub_ms(void *context)
{
    return ((struct stub *)context)->ms;
}

static void stub_pause(void *context, int64_t ms)
{
    ((struct stub *)context)->ms += ms;
}

static struct http_client *client_over(struct stub *stub)
{
    struct http_client *client = NULL;
    struct error error = {0};
    struct http_client_options options = {.base_url = TEXT("https://api.example.com/v1/"),
                                          .now_ms = stub_ms,
                                          .pause = stub_pause,
                                          .clock_context = stub};
    stub->interface = (struct http_transport){stub_send, stub_cancel, stub_close};
    if (http_client_new(&options, &stub->interface, NULL, NULL, &client, &error)) {
        fail_msg("%s", error.message);
    }
    return client;
}

static struct http_call *start(struct http_client *client, const char *method, const char *url)
{
    struct http_request request = {.method = text_of(method), .url = text_of(url)};
    struct http_call *call = NULL;
    struct error error = {0};
    assert_int_equal(http_client_start(client, &request, &call, &error), ERROR_NONE);
    return call;
}

static void test_transport__answers_at_once(void **state)
{
    struct stub stub = {0};
    struct http_client *client = client_over(&stub);
    struct http_call *call = start(client, "GET", "/citizen");
    (void)state;
    assert_true(http_call_done(call));
    assert_string_equal(stub.url, "https://api.example.com/v1/citizen");
    assert_true(text_equal(http_call_result(call)->response.body, TEXT("stub")));
    assert_true(text_equal(http_call_result(call)->response.url, text_of(stub.url)));
    http_client_wait(client, -1);
    http_call_free(call);
    http_client_free(client);
}

static void test_transport__refuses_to_send(void **state)
{
    struct stub stub = {.refuses = true};
    struct http_client *client = client_over(&stub);
    struct http_call *call = start(client, "GET", "/citizen");
    (void)state;
    assert_true(http_call_done(call));
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_SEND);
    assert_int_equal(http_call_result(call)->error.code, ERROR_USAGE);
    assert_int_equal(stub.sends, 1);
    http_call_free(call);
    http_client_free(client);
}

static void test_transport__faults_are_tried_again(void **state)
{
    static const struct {
        const char *method;
        bool sent;
        int sends;
    } cases[] = {{"GET", true, 3}, {"POST", false, 3}, {"POST", true, 1}, {"PATCH", true, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stub stub = {.failures = 2, .failures_were_sent = cases[i].sent};
        struct http_client *client = client_over(&stub);
        struct http_call *call = start(client, cases[i].method, "?x=1");
        while (!http_call_done(call)) {
            http_client_wait(client, -1);
        }
        assert_int_equal(stub.sends, cases[i].sends);
        assert_int_equal(http_call_result(call)->response.status, stub.sends == 3 ? 200 : 0);
        http_call_free(call);
        http_client_free(client);
    }
}

static void test_transport__answers_after_everybody_left(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct stub stub = {.hangs = true};
        struct http_client *client = client_over(&stub);
        struct http_call *call = start(client, "GET", "/");
        assert_false(http_call_done(call));
        if (i == 0) {
            http_call_free(call);
            give(stub.late, stub.late_context, 200);
            http_client_wait(client, 0);
            http_client_free(client);
        } else {
            http_client_free(client);
            assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_CANCELLED);
            http_call_free(call);
            give(stub.late, stub.late_context, 200);
        }
        assert_int_equal(stub.cancels, 1);
    }
}

/* ---- Nothing is left behind ---- */

static int entries(const char *folder)
{
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    while (readdir(directory)) {
        count++;
    }
    (void)closedir(directory);
    return count;
}

static void answer(struct http_exchange *exchange, void *context)
{
    (void)context;
    http_reply(exchange, 200, NULL, "x");
}

static void test_transport__leaves_nothing_behind(void **state)
{
    int files = 0;
    int threads = 0;
    (void)state;
    for (int i = 0; i < 40; i++) {
        struct net_fixture fixture;
        net_fixture_open(&fixture, answer, NULL);
        net_fixture_client(&fixture);
        assert_int_equal(net_expect(&fixture, "GET", "/", HTTP_FAULT_NONE), 200);
        net_fixture_close(&fixture);
        if (i == 4) {
            files = entries("/proc/self/fd");
            threads = entries("/proc/self/task");
        }
    }
    assert_int_equal(entries("/proc/self/fd"), files);
    assert_int_equal(entries("/proc/self/task"), threads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transport__answers_at_once),
        cmocka_unit_test(test_transport__refuses_to_send),
        cmocka_unit_test(test_transport__faults_are_tried_again),
        cmocka_unit_test(test_transport__answers_after_everybody_left),
        cmocka_unit_test(test_transport__leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
