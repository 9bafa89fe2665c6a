/*
 * server: hello.world over HTTP, on the loopback interface only.
 *
 * A thread for each connection; everything below is read and written under the server's lock.
 */
#ifndef HELLO_SERVER_H
#define HELLO_SERVER_H

#include "faults.h"
#include "request_log.h"
#include "store.h"
#include "token.h"
#include "webhooks.h"

#include <microhttpd.h>
#include <pthread.h>

struct server {
    pthread_mutex_t lock;
    struct store store;
    struct tokens tokens;
    struct faults faults;
    struct request_log log;
    struct webhooks webhooks;
    moment clock; /* MOMENT_NONE: the system's clock */
    json_int_t page_size;
    bool field_timestamps;
    bool no_date; /* answers bear no Date */
    bool needs_token;
};

/* What a route gets to see. */
struct request {
    struct MHD_Connection *connection;
    const char *method, *path;
    const char *body; /* NUL-terminated */
    size_t size;
};

struct reply {
    unsigned status;
    json_t *body;  /* owned by the reply */
    bool replayed; /* given before to the same Idempotency-Key */
    bool counted;  /* `total` is told in X-Total-Count: how many all pages have */
    json_int_t total;
    size_t items; /* how many objects the request sent */
};

/* A reply {"error": text}. */
struct reply reply_error(unsigned status, const char *text);
/* The time that this server believes it is. */
moment server_now(const struct server *server);
/* NULL if there is no such argument. Borrowed from the connection. */
const char *request_query(const struct request *request, const char *name);
const char *request_header(const struct request *request, const char *name);

/* Routes, called under the lock. */
struct reply api_handle(struct server *server, const struct request *request);     /* /api/... */
struct reply control_handle(struct server *server, const struct request *request); /* /_... */
/* Applies a control document; false with `message` if it is wrong. */
bool control_apply(struct server *server, const json_t *document, char message[200]);

/* Listens on 127.0.0.1; `port` 0: a free one, which *port then is. NULL if that fails. */
struct MHD_Daemon *server_start(struct server *server, unsigned short *port);

#endif
