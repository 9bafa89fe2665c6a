/*
 * http_server: a small HTTP/1.1 server on loopback, for tests, that does what a test tells it to:
 * well-behaved answers, and every kind of bad one.
 *
 * A test gives a handler, which is called for each request on the thread of its connection and
 * writes whatever bytes it likes. The connection stays open until the handler hangs up, the
 * client does, or the server is stopped. Only for tests: requests are limited to 1 MiB.
 */
#ifndef TANDEM_TESTS_HTTP_SERVER_H
#define TANDEM_TESTS_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct http_server; /* opaque */

struct http_exchange {
    struct http_server *server;
    int socket;
    int number;     /* of this request at this server: 0, 1, 2 ... */
    int connection; /* the same of its connection */
    const char *method, *target;
    const char *head; /* the whole head as received */
    const char *body;
    size_t body_length;
    bool hung_up;
};

typedef void http_handler(struct http_exchange *exchange, void *context);

/* Listens on 127.0.0.1, any port. NULL if that fails. Owned: http_server_stop. */
struct http_server *http_server_start(http_handler *handler, void *context);
void http_server_stop(struct http_server *server); /* ends all connections; accepts NULL */
int http_server_port(const struct http_server *server);
const char *http_server_url(const struct http_server *server); /* "http://127.0.0.1:8080" */
int http_server_requests(const struct http_server *server);    /* how many came so far */
int http_server_connections(const struct http_server *server);
/* The head or body of the request with this number; "" if there was none. Lives as the server. */
const char *http_server_head(struct http_server *server, int number);
const char *http_server_body(struct http_server *server, int number);

/* For handlers. */

/* A well-formed answer; `headers` ("A: b\r\nC: d\r\n") and `body` may be NULL. */
void http_reply(struct http_exchange *exchange, int status, const char *headers, const char *body);
/* Raw bytes; false if the client is gone. */
bool http_send(struct http_exchange *exchange, const char *bytes, size_t length);
bool http_send_text(struct http_exchange *exchange, const char *text);
/* Sleeps, but not longer than the server runs. False: it is being stopped. */
bool http_pause(struct http_exchange *exchange, int ms);
/* Close after this answer; `reset`: by RST instead of FIN. */
void http_hang_up(struct http_exchange *exchange, bool reset);
/* The value of a request's header into `out` (cut to fit); false if it was not sent. */
bool http_sent_header(const struct http_exchange *exchange, const char *name, char *out,
                      size_t size);

#endif
