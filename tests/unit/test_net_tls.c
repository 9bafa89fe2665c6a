/* Certificates: what nobody trusted vouches for is not talked to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/net_fixture.h"

enum { PATIENCE = 200, STEP_NS = 20000000 };

static void silence(struct http_exchange *exchange, void *context)
{
    (void)context;
    http_hang_up(exchange, false);
}

/* `openssl s_server` with a certificate of its own; -1 if there is no openssl. */
static pid_t start_server(const char *folder, int port)
{
    char command[1024];
    (void)snprintf(command, sizeof(command),
                   "cd %s && command -v openssl >/dev/null && "
                   "openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 "
                   "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
                   ">/dev/null 2>&1",
                   folder);
    if (system(command) != 0) {
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        (void)snprintf(command, sizeof(command), "%d", port);
        if (chdir(folder) == 0) {
            (void)execlp("openssl", "openssl", "s_server", "-quiet", "-www", "-key", "k.pem",
                         "-cert", "c.pem", "-accept", command, (char *)NULL);
        }
        _exit(1);
    }
    return child;
}

static void test_tls__refuses_unknown_certificates(void **state)
{
    struct net_fixture fixture;
    char folder[] = "/tmp/tandem-tls-XXXXXX";
    char url[64];
    struct timespec step = {0, STEP_NS};
    enum http_fault fault = HTTP_FAULT_CONNECT;
    (void)state;
    /* Below the ports that the system gives away, or another test could get this one in between. */
    const int port = 20000 + (int)(getpid() % 10000);
    net_fixture_open(&fixture, silence, NULL);
    http_server_stop(fixture.server);
    fixture.server = NULL;
    assert_non_null(mkdtemp(folder));
    pid_t server = start_server(folder, port);
    (void)snprintf(url, sizeof(url), "https://127.0.0.1:%d", port);
    fixture.options.base_url = text_of(url);
    net_fixture_client(&fixture);
    for (int i = 0; i < PATIENCE && server > 0 && fault == HTTP_FAULT_CONNECT; i++) {
        struct http_call *call = net_get(&fixture, "/");
        const struct http_result *result = http_call_result(call);
        fault = result->fault;
        if (fault == HTTP_FAULT_TLS) {
            assert_false(result->sent);
            assert_non_null(strstr(result->error.message, "certificate"));
            assert_int_equal(result->error.retry, ERROR_RETRY_NEVER);
        }
        http_call_free(call);
        (void)nanosleep(&step, NULL);
    }
    /* one more, for the server may have come up while the last one was tried again */
    uint64_t requests = http_client_counts(fixture.client).requests;
    http_call_free(net_get(&fixture, "/"));
    requests = http_client_counts(fixture.client).requests - requests;
    net_fixture_close(&fixture);
    if (server > 0) {
        (void)kill(server, SIGTERM);
        (void)waitpid(server, NULL, 0);
    }
    char command[128];
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    if (server < 0) {
        skip(); /* no openssl on this machine */
    }
    assert_int_equal(fault, HTTP_FAULT_TLS);
    assert_int_equal(requests, 1); /* a certificate does not get better */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tls__refuses_unknown_certificates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
