/* HTTP/2 over TLS, with a real server on loopback (tests/servers/http2.py, Debian's python3-h2). */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "support/net_fixture.h"

static struct {
    char folder[32], certificate[64], key[64], url[64];
    pid_t process;
} server;

static void silence(struct http_exchange *exchange, void *context)
{
    (void)context;
    http_hang_up(exchange, false);
}

static int start_server(void **state)
{
    char command[1024], line[128] = "";
    int output[2];
    (void)state;
    (void)snprintf(server.folder, sizeof server.folder, "/tmp/tandem-http2-XXXXXX");
    if (!mkdtemp(server.folder) || pipe(output) != 0)
        return -1;
    (void)snprintf(server.certificate, sizeof server.certificate, "%s/c.pem", server.folder);
    (void)snprintf(server.key, sizeof server.key, "%s/k.pem", server.folder);
    (void)snprintf(command, sizeof command,
                   "openssl req -x509 -newkey rsa:2048 -nodes -keyout %s -out %s -days 2 "
                   "-subj /CN=localhost -addext subjectAltName=DNS:localhost >/dev/null 2>&1",
                   server.key, server.certificate);
    if (system(command) != 0)
        return -1;
    server.process = fork();
    if (server.process == 0) {
        (void)dup2(output[1], STDOUT_FILENO);
        (void)execl("/usr/bin/python3", "python3", TANDEM_SOURCE_DIR "/tests/servers/http2.py",
                    server.certificate, server.key, (char *)NULL);
        _exit(1);
    }
    close(output[1]);
    FILE *const told = fdopen(output[0], "r");
    const bool begun = told && fgets(line, sizeof line, told) &&
                       sscanf(line, "listening on %63s", server.url) == 1;
    if (told)
        fclose(told);
    return begun ? 0 : -1; /* is python3-h2 installed? scripts/deps does it */
}

static int stop_server(void **state)
{
    char command[128];
    (void)state;
    if (server.process > 0) {
        (void)kill(server.process, SIGKILL);
        (void)waitpid(server.process, NULL, 0);
    }
    (void)snprintf(command, sizeof command, "rm -rf %s", server.folder);
    return system(command);
}

static void open_client(struct net_fixture *fixture)
{
    net_fixture_open(fixture, silence, NULL);
    fixture->options.base_url = text_of(server.url);
    fixture->options.limits.ca_file = server.certificate;
    fixture->options.max_attempts = 3;
    net_fixture_client(fixture);
}

/* What the server has seen; json_decref. */
static json_t *look(struct net_fixture *fixture)
{
    struct http_call *const call = net_get(fixture, "/_seen");
    const struct http_result *const result = http_call_result(call);
    assert_int_equal(result->response.status, 200);
    json_t *const json =
        json_loadb(result->response.body.bytes, result->response.body.length, 0, NULL);
    assert_non_null(json);
    http_call_free(call);
    return json;
}

/* How often a path was carried out. */
static int carried_out(struct net_fixture *fixture, const char *path)
{
    json_t *const json = look(fixture);
    const int count =
        (int)json_integer_value(json_object_get(json_object_get(json, "paths"), path));
    json_decref(json);
    return count;
}

static int total(struct net_fixture *fixture, const char *name)
{
    json_t *const json = look(fixture);
    const int count = (int)json_integer_value(json_object_get(json, name));
    json_decref(json);
    return count;
}

/* ---- what it is ---- */

static void test_http2__is_what_is_spoken(void **state)
{
    struct net_fixture fixture;
    (void)state;
    open_client(&fixture);
    const struct http_header headers[] = {{TEXT("X-Asked"), TEXT("Yes")}};
    const struct http_request request = {.method = TEXT("POST"),
                                         .url = TEXT("/echo?a=1"),
                                         .headers = headers,
                                         .header_count = 1,
                                         .body = TEXT("twelve bytes")};
    struct http_call *const call = net_call(&fixture, &request);
    const struct http_response *const response = &http_call_result(call)->response;
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_NONE);
    assert_int_equal(response->status, 200);
    /* there are no capitals in HTTP/2, and nobody has to know */
    assert_true(
        text_equal(http_response_header(response, "Content-Type"), TEXT("application/json")));
    assert_true(text_equal(http_response_header(response, "X-Told"), TEXT("yes")));
    for (size_t i = 0; i < response->header_count; i++)
        assert_true(response->headers[i].name.length > 0 &&
                    response->headers[i].name.bytes[0] != ':');
    assert_non_null(strstr(response->body.bytes, "[\":method\", \"POST\"]"));
    assert_non_null(strstr(response->body.bytes, "[\":path\", \"/echo?a=1\"]"));
    assert_non_null(strstr(response->body.bytes, "[\":scheme\", \"https\"]"));
    assert_non_null(strstr(response->body.bytes, "[\"x-asked\", \"Yes\"]"));
    assert_non_null(strstr(response->body.bytes, "\"bytes\": 12"));
    assert_null(strstr(response->body.bytes, "connection"));
    http_call_free(call);
    net_fixture_close(&fixture);
}

/* Whom the operator does not name is not trusted. */
static void test_http2__only_with_who_is_vouched_for(void **state)
{
    struct net_fixture fixture;
    (void)state;
    net_fixture_open(&fixture, silence, NULL);
    fixture.options.base_url = text_of(server.url);
    net_fixture_client(&fixture);
    (void)net_expect(&fixture, "GET", "/echo", HTTP_FAULT_TLS);
    net_fixture_close(&fixture);
}

static void test_http2__many_at_once_on_one_connection(void **state)
{
    enum { CALLS = 8 };
    struct net_fixture fixture;
    struct http_call *calls[CALLS] = {NULL};
    struct error error;
    (void)state;
    net_fixture_open(&fixture, silence, NULL);
    fixture.options.base_url = text_of(server.url);
    fixture.options.limits.ca_file = server.certificate;
    fixture.options.max_concurrent = CALLS;
    net_fixture_client(&fixture);
    const int before = total(&fixture, "connections");
    const struct http_request request = {.method = TEXT("GET"), .url = TEXT("/together?n=8")};
    for (int i = 0; i < CALLS; i++)
        assert_int_equal(http_client_start(fixture.client, &request, &calls[i], &error),
                         ERROR_NONE);
    for (int i = 0; i < CALLS; i++) {
        net_finish(&fixture, calls[i]);
        const struct http_result *const result = http_call_result(calls[i]);
        assert_int_equal(result->fault, HTTP_FAULT_NONE);
        assert_true(text_equal(result->response.body, TEXT("8")));
        http_call_free(calls[i]);
    }
    assert_int_equal(total(&fixture, "connections"), before);
    assert_true(total(&fixture, "most") >= CALLS);
    net_fixture_close(&fixture);
}

static void test_http2__large_bodies(void **state)
{
    enum { LARGE = 3000000 };
    struct net_fixture fixture;
    char *const body = malloc(LARGE + 1);
    (void)state;
    assert_non_null(body);
    memset(body, 'y', LARGE);
    body[LARGE] = '\0';
    open_client(&fixture);
    struct http_call *call = net_get(&fixture, "/large?bytes=3000000");
    assert_int_equal(http_call_result(call)->response.body.length, LARGE);
    http_call_free(call);
    call = net_post(&fixture, "/echo", body);
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_NONE);
    assert_non_null(strstr(http_call_result(call)->response.body.bytes, "\"bytes\": 3000000"));
    http_call_free(call);
    net_fixture_close(&fixture);
    open_client(&fixture);
    http_client_free(fixture.client);
    fixture.options.limits.max_body_bytes = 100000;
    net_fixture_client(&fixture);
    (void)net_expect(&fixture, "GET", "/large?bytes=3000000", HTTP_FAULT_TOO_LARGE);
    assert_int_equal(net_expect(&fixture, "GET", "/echo", HTTP_FAULT_NONE), 200);
    net_fixture_close(&fixture);
    free(body);
}

/* ---- what goes wrong ---- */

static void test_http2__waits_as_it_is_told(void **state)
{
    struct net_fixture fixture;
    (void)state;
    open_client(&fixture);
    assert_int_equal(net_expect(&fixture, "POST", "/limited", HTTP_FAULT_NONE), 200);
    assert_in_range(fixture.paused, 3000, 3100);
    net_fixture_close(&fixture);
}

/* Reads go through whatever happens to their stream or connection, and are told of nothing. */
static void test_http2__reads_are_tried_again(void **state)
{
    static const char *const paths[] = {"/refused?get", "/reset?get", "/goaway-before?get",
                                        "/goaway-after?get", "/dropped?get"};
    struct net_fixture fixture;
    (void)state;
    open_client(&fixture);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (net_expect(&fixture, "GET", paths[i], HTTP_FAULT_NONE) != 200)
            fail_msg("%s", paths[i]);
        assert_int_equal(net_expect(&fixture, "GET", "/echo", HTTP_FAULT_NONE), 200);
    }
    net_fixture_close(&fixture);
}

/* What may have been carried out is not sent again: it is done once, whatever the caller is told.
 */
static void test_http2__creates_are_never_done_twice(void **state)
{
    static const char *const paths[] = {"/refused?post", "/reset?post", "/goaway-before?post",
                                        "/goaway-after?post", "/dropped?post"};
    struct net_fixture fixture;
    (void)state;
    open_client(&fixture);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct http_call *const call = net_post(&fixture, paths[i], "{}");
        const struct http_result *const result = http_call_result(call);
        const enum http_fault fault = result->fault;
        const bool sent = result->sent;
        http_call_free(call);
        const int done = carried_out(&fixture, paths[i]);
        if (done > 1 || (fault == HTTP_FAULT_NONE && done != 1))
            fail_msg("%s was carried out %d times, fault %s", paths[i], done,
                     http_fault_name(fault));
        if (fault != HTTP_FAULT_NONE && !sent)
            fail_msg("%s is said not to have been sent", paths[i]);
        print_message("%s: %s, carried out %d times\n", paths[i], http_fault_name(fault), done);
    }
    net_fixture_close(&fixture);
}

/* With an idempotency key it is the server who sees to that. */
static void test_http2__creates_with_a_key_are_tried_again(void **state)
{
    static const char *const paths[] = {"/refused?key", "/reset?key", "/goaway-before?key",
                                        "/dropped?key"};
    struct net_fixture fixture;
    (void)state;
    open_client(&fixture);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct http_request request = {.method = TEXT("POST"),
                                             .url = text_of(paths[i]),
                                             .body = TEXT("{}"),
                                             .idempotency_key = TEXT("k1")};
        struct http_call *const call = net_call(&fixture, &request);
        if (http_call_result(call)->response.status != 200)
            fail_msg("%s: %s", paths[i], http_call_result(call)->error.message);
        http_call_free(call);
    }
    net_fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http2__is_what_is_spoken),
        cmocka_unit_test(test_http2__only_with_who_is_vouched_for),
        cmocka_unit_test(test_http2__many_at_once_on_one_connection),
        cmocka_unit_test(test_http2__large_bodies),
        cmocka_unit_test(test_http2__waits_as_it_is_told),
        cmocka_unit_test(test_http2__reads_are_tried_again),
        cmocka_unit_test(test_http2__creates_are_never_done_twice),
        cmocka_unit_test(test_http2__creates_with_a_key_are_tried_again),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
