/* Names that resolve to one address first and to another one later (DNS rebinding): what counts is
 * the address that is connected to. This program answers for the system's resolver. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/net_fixture.h"

/* What the name resolves to: addresses of IPv4, ended by NULL. */
static const char *const *_Atomic addresses;
static _Atomic int resolved;

static const char *const somewhere_public[] = {"203.0.113.1", NULL}; /* TEST-NET-3: nobody */
static const char *const loopback[] = {"127.0.0.1", NULL};
static const char *const both[] = {"203.0.113.1", "127.0.0.1", NULL};

static struct addrinfo *make_address(const char *text, const char *service)
{
    struct addrinfo *const info = calloc(1, sizeof *info + sizeof(struct sockaddr_in));
    struct sockaddr_in *const address = (struct sockaddr_in *)(void *)(info + 1);
    address->sin_family = AF_INET;
    address->sin_port = htons(service ? (uint16_t)strtol(service, NULL, 10) : 0);
    inet_pton(AF_INET, text, &address->sin_addr);
    info->ai_family = AF_INET;
    info->ai_socktype = SOCK_STREAM;
    info->ai_protocol = IPPROTO_TCP;
    info->ai_addrlen = sizeof *address;
    info->ai_addr = (struct sockaddr *)(void *)address;
    return info;
}

/* libcurl's resolver threads come here instead of to the C library. */
int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    struct addrinfo **end = result;
    (void)node;
    (void)hints;
    resolved++;
    for (const char *const *text = addresses; *text; text++) {
        *end = make_address(*text, service);
        end = &(*end)->ai_next;
    }
    return 0;
}

void freeaddrinfo(struct addrinfo *info)
{
    while (info) {
        struct addrinfo *const next = info->ai_next;
        free(info);
        info = next;
    }
}

static void reply(struct http_exchange *exchange, void *context)
{
    (void)context;
    http_reply(exchange, 200, NULL, "inside");
}

/* Ask rebind.example.com on the server's port, by a process that has resolved nothing yet. */
static enum http_fault ask(const char *const *as, bool private_name, int *requests)
{
    struct net_fixture fixture;
    char url[64], host[96];
    net_fixture_open(&fixture, reply, NULL);
    (void)snprintf(url, sizeof url, "http://rebind.example.com:%d/",
                   http_server_port(fixture.server));
    (void)snprintf(host, sizeof host, "%s%.*s", private_name ? "private:" : "",
                   (int)strlen(url) - 1, url);
    const struct http_host hosts[] = {{text_of(host), false}};
    addresses = as;
    resolved = 0;
    fixture.options.base_url = text_of(url);
    fixture.options.hosts = hosts;
    fixture.options.host_count = 1;
    fixture.options.max_attempts = 1;
    fixture.options.limits.connect_timeout_ms = 700;
    net_fixture_client(&fixture);
    struct http_call *const call = net_get(&fixture, "/");
    const enum http_fault fault = http_call_result(call)->fault;
    http_call_free(call);
    *requests = http_server_requests(fixture.server);
    net_fixture_close(&fixture);
    return fault;
}

static void test_rebinding__a_public_name_never_leads_inside(void **state)
{
    int requests = 0;
    (void)state;
    /* At first it is somebody out there, who does not answer. */
    assert_int_not_equal(ask(somewhere_public, false, &requests), HTTP_FAULT_NONE);
    assert_true(resolved > 0);
    /* Then the same name is this machine, or both at once. */
    assert_int_equal(ask(loopback, false, &requests), HTTP_FAULT_REFUSED);
    assert_int_equal(requests, 0);
    assert_int_not_equal(ask(both, false, &requests), HTTP_FAULT_NONE);
    assert_int_equal(requests, 0);
}

/* Or the test above would pass if nothing were ever connected to. */
static void test_rebinding__a_name_that_may_be_inside_is_reached(void **state)
{
    int requests = 0;
    (void)state;
    assert_int_equal(ask(loopback, true, &requests), HTTP_FAULT_NONE);
    assert_int_equal(requests, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rebinding__a_public_name_never_leads_inside),
        cmocka_unit_test(test_rebinding__a_name_that_may_be_inside_is_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
