/*
 * listener: one address on which HTTP is spoken.
 *
 * One thread of libmicrohttpd talks to all connections and never blocks; requests that have come
 * whole are handed to a small pool of threads, whose handlers may read and write the store.
 */
#ifndef TANDEM_SERVICE_HTTP_LISTENER_H
#define TANDEM_SERVICE_HTTP_LISTENER_H

#include "service/http/web_request.h"

struct listener; /* opaque */

struct listener_options {
    const char *address; /* "127.0.0.1:8321", "[::1]:8321"; ignored if there is a descriptor */
    int descriptor;      /* a listening socket that was handed over; -1: none */
    size_t threads;      /* of the pool */
    unsigned most_connections, most_connections_of_address;
    /* In a thread of the pool (0 to threads - 1). It must give an answer. */
    void (*handle)(void *context, size_t thread, struct web_request *request);
    void *context;
};

/* ERROR_CONFIGURATION for an invalid address, ERROR_SYSTEM if it cannot be bound. Owned:
 * listener_stop. */
WARN_UNUSED enum error_code listener_start(const struct listener_options *options,
                                           struct listener **listener, struct error *error);
/* The port that it listens on (for addresses that end with :0). */
unsigned listener_port(const struct listener *listener);
/* No new connections; requests that have come are answered, then everything is released. Streams
 * must have ended. Accepts NULL. */
void listener_stop(struct listener *listener);

#endif
