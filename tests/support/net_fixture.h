/*
 * net_fixture: a client over the curl transport and a scripted server on loopback, for tests.
 *
 * The clock is false: time passes only when the client waits for nothing but time, so backoff and
 * rate limits cost nothing. Failures end the test (cmocka).
 */
#ifndef TANDEM_TESTS_NET_FIXTURE_H
#define TANDEM_TESTS_NET_FIXTURE_H

#include "net/auth/authentication.h"
#include "net/client/http_client.h"
#include "net/transport/curl_transport.h"
#include "support/http_server.h"

enum { NET_FIXTURE_LOG = 1 << 16 };

struct net_fixture {
    struct http_server *server;
    struct http_transport *transport;
    struct http_client *client;
    struct http_client_options options; /* change before net_fixture_client */
    struct authentication *authentication;
    struct log *log;
    int64_t ms;                  /* monotonic */
    instant start;               /* UTC at ms 0 */
    int64_t paused;              /* how much of it was waited for */
    char lines[NET_FIXTURE_LOG]; /* what was logged on the main thread */
    size_t line_bytes;
};

/* Server, transport and log; base_url is the server's. */
void net_fixture_open(struct net_fixture *fixture, http_handler *handler, void *context);
/* The client with fixture->options and fixture->authentication. */
void net_fixture_client(struct net_fixture *fixture);
void net_fixture_close(struct net_fixture *fixture);

/* Start and wait for the end. Owned: http_call_free. */
struct http_call *net_call(struct net_fixture *fixture, const struct http_request *request);
struct http_call *net_get(struct net_fixture *fixture, const char *url);
struct http_call *net_post(struct net_fixture *fixture, const char *url, const char *body);
void net_finish(struct net_fixture *fixture, const struct http_call *call);
/* Get or post, check the fault, free. Returns the status. */
int net_expect(struct net_fixture *fixture, const char *method, const char *url,
               enum http_fault fault);

#endif
