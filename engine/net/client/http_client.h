/*
 * http_client: HTTP for one integration, as its operator allows it.
 *
 * Over a transport it adds: the host guard, retries with backoff and full jitter, Retry-After,
 * token-bucket rate limits, redirects checked hop by hop, authentication (the script never sees a
 * secret), size and time limits, counts for the run's summary. It never blocks except in
 * http_client_wait: a script's coroutine starts calls, yields, and is resumed when they are done.
 *
 * One client, one thread (the engine's); completion may come from the transport's thread.
 */
#ifndef TANDEM_NET_CLIENT_HTTP_CLIENT_H
#define TANDEM_NET_CLIENT_HTTP_CLIENT_H

#include "base/instant.h"
#include "base/log.h"
#include "net/wire/http.h"

struct authentication; /* net/auth/authentication.h; NULL: none */
struct http_client;
struct http_call;
struct rate_bucket_settings; /* net/wire/rate_bucket.h */
struct rate_share;
struct rate_told;

/* A host that is allowed: "api.example.com", "*.example.com", "127.0.0.1:8080"
 * (net/wire/host_list.h). */
struct http_host {
    struct text entry;
    bool credentials; /* requests to it carry the integration's, as those to base_url do */
};

struct http_client_options {
    struct text base_url;          /* may be absent; credentials go to its origin */
    const struct http_host *hosts; /* further allowed ones; the host of base_url is allowed as well,
                                      that of the token URL for token requests */
    size_t host_count;
    struct http_limits limits;  /* zeroes: defaults (10 s, 60 s, 30 s, 64 MiB, 256 KiB) */
    int max_attempts;           /* 0: default 5 */
    int64_t backoff_base_ms;    /* 0: default 500 */
    int64_t backoff_cap_ms;     /* 0: default 30 000 */
    int64_t max_retry_after_ms; /* 0: default 120 000; a longer wait is a RATE_LIMIT fault */
    double requests_per_second; /* 0: no limit */
    double burst;               /* requests that may go out at once; 0: default 1 */
    int64_t requests_per_day;   /* 0: no limit; days are those of UTC */
    struct text account;        /* whose limits these are, if they are shared; the client does not
                                 * read it */
    struct rate_share *share;   /* where other processes see what this one sends; NULL: nowhere;
                                   borrowed, must outlive the client */
    const struct rate_bucket_settings *buckets; /* further limits, by name; copied */
    size_t bucket_count;
    double share_of_limits;     /* which share of the limits reported by answers may be used; 0:
                                 * all */
    int64_t day_shift_ms;       /* how far ahead of `now` the clock is that days are those of */
    int max_concurrent;         /* 0: default 4 */
    uint64_t retry_jitter_seed; /* 0: from the system; tests set it */
    bool recorded;              /* answers are from another time: their Date means nothing */
    bool dry_run;               /* only safe methods go out; others are recorded */
    /* Called for each unsafe request of a dry run. May be NULL. */
    void (*would_send)(void *context, const struct http_request *request);
    void *would_send_context;
    /* The clock; NULL: that of the machine. Tests set all of it. */
    int64_t (*now_ms)(void *context);         /* monotonic */
    instant (*now)(void *context);            /* UTC, for tokens, signatures, days */
    void (*pause)(void *context, int64_t ms); /* called instead of sleeping if nothing is sent */
    void *clock_context;
};

struct http_counts {
    uint64_t requests; /* sent, retries included */
    uint64_t writes;   /* of these: unsafe methods, token requests left out */
    uint64_t retries;
    uint64_t bytes_in, bytes_out;
};

/* A new client over `transport` (borrowed, must outlive it) with `authentication` (borrowed, may be
 * NULL) and `log` (borrowed, may be NULL). Copies the options. */
WARN_UNUSED enum error_code http_client_new(const struct http_client_options *options,
                                            struct http_transport *transport,
                                            struct authentication *authentication, struct log *log,
                                            struct http_client **client, struct error *error);
/* Credentials for requests that ask for them by this name (http_request.credentials), which is
 * copied; `authentication` is borrowed. */
WARN_UNUSED enum error_code http_client_add_credentials(struct http_client *client,
                                                        struct text name,
                                                        struct authentication *authentication,
                                                        struct error *error);
/* Cancels what is under way. Accepts NULL. */
void http_client_free(struct http_client *client);

/* Start a call; a relative URL ("/citizen", "?page=2") is appended to base_url. Everything is
 * copied. Tried again, up to max_attempts, are: what was not sent at all, whatever the method;
 * 429, which says that nothing was done; 5xx but 501, time-outs and broken connections of requests
 * that are repeatable (http_request_is_repeatable). Reads follow up to 5 redirects, each checked
 * like a request of its own; to another origin neither credentials nor headers of the script go
 * along. Secrets are taken out of what comes back (secrets_redact_answer). Fails (ERROR_USAGE) for
 * what can never be sent: CR, LF or NUL in method, URL or headers, a header the client owns (Host,
 * Content-Length, Authorization if the engine authenticates ...). What the guard refuses is a
 * result with fault REFUSED. The call is owned by the caller: http_call_free. */
WARN_UNUSED enum error_code http_client_start(struct http_client *client,
                                              const struct http_request *request,
                                              struct http_call **call, struct error *error);
/* Wait until at least one call that is under way has come to its end, or `timeout_ms` has passed
 * (negative: no limit), or http_client_wake was called; drives retries and queued calls. Returns
 * at once if nothing is under way. */
void http_client_wait(struct http_client *client, int64_t timeout_ms);
/* Get a token for all credentials now, without a request; blocks. Nothing to do for types without
 * tokens. Fails (ERROR_AUTHENTICATION, ERROR_TRANSPORT ...) if there is none to get. */
WARN_UNUSED enum error_code http_client_authenticate(struct http_client *client,
                                                     struct error *error);
/* End a wait early; may be called from a signal handler's thread (async-signal-safe: a pipe). */
void http_client_wake(struct http_client *client);
bool http_call_done(const struct http_call *call);
/* The result of a done call; borrowed from the call. */
const struct http_result *http_call_result(const struct http_call *call);
/* Accepts NULL; cancels if it is still under way. */
void http_call_free(struct http_call *call);

/* An answer said how much of a limit is left: if that is less than what is reserved for others,
 * nothing that uses this bucket goes out until there is more. */
void client_rate_told(struct http_client *client, const struct rate_told *told);

/* How far the server's clock is behind ours, according to the Date of its answers; if they have
 * none, according to the dates of our writes. */
struct clock_bounds client_clock_behind(const struct http_client *client);
/* The time by the clock that is compared with the server's, and has the days of limits. */
instant client_rate_now(const struct http_client *client);
/* The server dated a write of ours `at`, which was sent after `begun` (by client_rate_now) and is
 * answered by now; created: by the create of a record. */
void client_note_write(struct http_client *client, instant begun, instant at, bool created);

/* What it has sent and received so far. */
struct http_counts http_client_counts(const struct http_client *client);
/* The same requests by result; borrowed. */
struct http_traffic;
const struct http_traffic *http_client_traffic(const struct http_client *client);

#endif
