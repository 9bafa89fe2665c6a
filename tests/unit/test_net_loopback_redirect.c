/* The listener for the browser's way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/authorize/loopback_redirect.h"

/* A browser that makes some requests, one after the other. */
struct browser {
    pthread_t thread;
    int port;
    int idle; /* connections that say nothing, made before */
    const char *requests[4];
    char answers[4][512];
};

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&address, sizeof(address)) == 0) {
        return s;
    }
    (void)close(s);
    return -1;
}

static void *browse(void *argument)
{
    struct browser *browser = argument;
    int idle[64];
    for (int i = 0; i < browser->idle; i++) {
        idle[i] = connect_to(browser->port);
    }
    for (int i = 0; i < 4 && browser->requests[i]; i++) {
        size_t length = 0;
        ssize_t count = 0;
        int s = connect_to(browser->port);
        if (s >= 0) {
            (void)send(s, browser->requests[i], strlen(browser->requests[i]), MSG_NOSIGNAL);
            (void)shutdown(s, SHUT_WR);
            while (length < 511 &&
                   (count = recv(s, browser->answers[i] + length, 511 - length, 0)) > 0) {
                length += (size_t)count;
            }
        }
        (void)close(s);
    }
    for (int i = 0; i < browser->idle; i++) {
        (void)close(idle[i]);
    }
    return NULL;
}

static enum error_code visit(struct browser *browser, struct buffer *code, struct error *error)
{
    struct loopback_redirect *listener = NULL;
    if (loopback_redirect_open(0, &listener, error)) {
        fail_msg("%s", error->message);
    }
    struct text uri = loopback_redirect_uri(listener);
    assert_int_equal(sscanf(uri.bytes, "http://127.0.0.1:%d/callback", &browser->port), 1);
    assert_int_equal(pthread_create(&browser->thread, NULL, browse, browser), 0);
    enum error_code status = loopback_redirect_wait(listener, TEXT("the-state"), 5000, code, error);
    loopback_redirect_close(listener);
    (void)pthread_join(browser->thread, NULL);
    return status;
}

static void test_loopback_redirect__takes_the_code(void **state)
{
    struct browser browser = {
        .requests = {"GET /favicon.ico HTTP/1.1\r\n\r\n",
                     "GET /callback?code=stolen&state=other HTTP/1.1\r\n\r\n", "nonsense",
                     "GET /callback?state=the-state&code=a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n"}};
    struct buffer code = BUFFER(1024);
    struct error error = {0};
    (void)state;
    assert_int_equal(visit(&browser, &code, &error), ERROR_NONE);
    assert_string_equal(code.data, "a/b");
    assert_non_null(strstr(browser.answers[0], "400 Bad Request"));
    assert_non_null(strstr(browser.answers[1], "400 Bad Request"));
    assert_non_null(strstr(browser.answers[3], "200 OK"));
    buffer_release(&code);
}

/* Browsers connect ahead, and a page on this machine may do so all the time: the code comes first.
 */
static void test_loopback_redirect__waits_for_nobody_who_is_silent(void **state)
{
    struct browser browser = {
        .idle = 40, .requests = {"GET /callback?state=the-state&code=now HTTP/1.1\r\n\r\n"}};
    struct buffer code = BUFFER(1024);
    struct error error = {0};
    (void)state;
    assert_int_equal(visit(&browser, &code, &error), ERROR_NONE);
    assert_string_equal(code.data, "now");
    buffer_release(&code);
}

static void test_loopback_redirect__tells_a_refusal(void **state)
{
    struct browser browser = {
        .requests = {"GET /callback?error=access_denied&state=the-state HTTP/1.1\r\n\r\n"}};
    struct buffer code = BUFFER(1024);
    struct error error = {0};
    (void)state;
    assert_int_equal(visit(&browser, &code, &error), ERROR_AUTHENTICATION);
    assert_non_null(strstr(error.message, "access_denied"));
    buffer_release(&code);
}

static void test_loopback_redirect__does_not_wait_for_ever(void **state)
{
    struct loopback_redirect *listener = NULL;
    struct buffer code = BUFFER(1024);
    struct error error = {0};
    (void)state;
    assert_int_equal(loopback_redirect_open(0, &listener, &error), ERROR_NONE);
    assert_int_equal(loopback_redirect_wait(listener, TEXT("s"), 30, &code, &error),
                     ERROR_TRANSPORT);
    loopback_redirect_close(listener);
    buffer_release(&code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loopback_redirect__takes_the_code),
        cmocka_unit_test(test_loopback_redirect__waits_for_nobody_who_is_silent),
        cmocka_unit_test(test_loopback_redirect__tells_a_refusal),
        cmocka_unit_test(test_loopback_redirect__does_not_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
