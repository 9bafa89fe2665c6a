/*
 * http: requests and responses, and the transport that carries them.
 *
 * A transport sends one request and gives one response: libcurl on a thread of its own
 * (net/transport/curl_transport.h), stubs and cassettes of the specs (script/), "would send" of a
 * dry run. It makes no decisions: retries, rate limits, host guard and authentication are the
 * client's (net/client/http_client.h).
 *
 * A call is started on one thread (the engine's), completed on any, and looked at and freed by
 * the one that started it.
 */
#ifndef TANDEM_NET_WIRE_HTTP_H
#define TANDEM_NET_WIRE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct http_header {
    struct text name, value;
};

struct http_cost;      /* net/wire/rate_bucket.h */
struct http_told_wait; /* net/wire/told_wait.h */

struct http_request {
    struct text method; /* "GET", upper case */
    struct text url;    /* absolute, built and percent-encoded */
    const struct http_header *headers;
    size_t header_count;
    struct text body;   /* absent: none */
    int64_t timeout_ms; /* whole request; 0: the client's default */
    /* sent as Idempotency-Key, which makes a POST safe to retry; absent: none */
    struct text idempotency_key;
    /* it only reads, whatever its method (some APIs are queried by POST): safe to repeat, and sent
     * in a dry run */
    bool reads;
    bool without_credentials; /* send nothing of the engine's authentication with this one */
    struct text credentials;  /* the name of further ones that it carries; absent: the integration's
                               * own */
    const struct http_cost *costs; /* what it uses of which bucket */
    size_t cost_count;
    const struct http_told_wait *waits; /* where its answer may say how long to wait */
    size_t wait_count;
    bool for_token; /* the engine's own, for a token: its content is never recorded */
};

struct http_response {
    int status;
    struct http_header *headers;
    size_t header_count;
    struct text body; /* decoded bytes */
    struct text url;  /* where it came from, after redirects */
    int64_t elapsed_ms;
    uint64_t bytes_out, bytes_in;
};

/* What went wrong below HTTP; the `kind` that scripts see. */
#define HTTP_FAULTS(X)                                                                             \
    X(HTTP_FAULT_NONE, "none")                                                                     \
    X(HTTP_FAULT_RESOLVE, "resolve")                                                               \
    X(HTTP_FAULT_CONNECT, "connect")                                                               \
    X(HTTP_FAULT_TLS, "tls")                                                                       \
    X(HTTP_FAULT_TIMEOUT, "timeout")                                                               \
    X(HTTP_FAULT_SEND, "send")                                                                     \
    X(HTTP_FAULT_RECEIVE, "receive") /* dropped, truncated, not HTTP */                            \
    X(HTTP_FAULT_TOO_LARGE, "too_large")                                                           \
    X(HTTP_FAULT_REFUSED, "refused")       /* host guard, bad URL, injected header, redirect */    \
    X(HTTP_FAULT_RATE_LIMIT, "rate_limit") /* the wait asked for is longer than allowed */         \
    X(HTTP_FAULT_AUTHENTICATION, "authentication")                                                 \
    X(HTTP_FAULT_CANCELLED, "cancelled")                                                           \
    X(HTTP_FAULT_DRY_RUN, "dry_run") /* a write in a dry run: recorded, not sent */

enum http_fault {
#define X(constant, name) constant,
    HTTP_FAULTS(X)
#undef X
};
/* The `kind` (static). */
const char *http_fault_name(enum http_fault fault);

/* The outcome of one call: either a response (fault NONE) or a fault with an error. */
struct http_result {
    enum http_fault fault;
    bool sent; /* at least one byte of the request may have reached the server */
    struct error error;
    struct http_response response;
};

/* Frees what the response owns (headers, texts: each a block from malloc) and zeroes it. */
void http_result_release(struct http_result *result);
/* The first header of this name, ASCII case-insensitive; NULL if there is none. Borrowed. */
const struct http_header *http_header_find(const struct http_header *headers, size_t count,
                                           const char *name);
/* Its value; absent if there is none. Borrowed. */
struct text http_response_header(const struct http_response *response, const char *name);
/* GET, HEAD, OPTIONS. */
bool http_method_is_safe(struct text method);
/* May it be sent twice? GET, HEAD, OPTIONS, PUT, DELETE, or anything with an idempotency key. */
bool http_request_is_repeatable(const struct http_request *request);
/* Is it this header's name? ASCII case-insensitive. */
bool http_header_is(struct text name, const char *wanted);
/* Make `result` a fault: releases what it holds, keeps `sent`, fills its error with `code` and the
 * message, and sets whether trying again later can help. Returns `result`. */
struct http_result *http_result_fail(struct http_result *result, enum http_fault fault,
                                     enum error_code code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Where a transport may connect and how; filled by the client from the operator's file. */
struct http_limits {
    int64_t connect_timeout_ms;
    int64_t timeout_ms;
    int64_t stall_seconds;   /* an answer that has begun may be slower than 16 bytes/s so long */
    uint64_t max_body_bytes; /* decoded */
    uint64_t max_header_bytes;
    bool allow_private;  /* loopback and private addresses: only where the operator wrote one */
    const char *ca_file; /* PEM: the CA certificates to trust; NULL: the system's. Borrowed,
                          * must outlive the requests */
};

typedef void http_done(void *context, struct http_result *result); /* takes the result's contents */

/* A carrier of requests. All members are required but `cancel`. */
struct http_transport {
    /* Start one request; copies what it needs before it returns. `done` is called exactly once,
     * perhaps on another thread, perhaps before `send` returns; never if `send` fails.
     * `ticket` identifies the request for cancel. */
    enum error_code (*send)(struct http_transport *transport, const struct http_request *request,
                            const struct http_limits *limits, http_done *done, void *context,
                            uint64_t *ticket, struct error *error);
    /* Ask for an early end (fault CANCELLED). It may be too late; `done` is called in any case. */
    void (*cancel)(struct http_transport *transport, uint64_t ticket);
    /* End all requests (their `done` is called), release everything. */
    void (*close)(struct http_transport *transport);
};

#endif
