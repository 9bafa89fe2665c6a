/*
 * client_state: the client's internals. http_client.c creates it, takes requests and waits;
 * client_drive.c moves calls from start to result, client_send.c sends them, client_calls.c is the
 * list of them. Nobody else includes this.
 */
#ifndef TANDEM_NET_CLIENT_CLIENT_STATE_H
#define TANDEM_NET_CLIENT_CLIENT_STATE_H

#include "net/auth/authentication_use.h"
#include "net/client/call.h"
#include "net/client/http_traffic.h"
#include "net/wire/host_list.h"
#include "net/wire/rate_bucket.h"
#include "net/wire/rate_limit.h"
#include "net/wire/rate_share.h"
#include "net/wire/retry.h"
#include "net/wire/told_wait.h"

enum { CLIENT_NEVER_WAKES = -1 };

struct further_credentials {
    char *name;
    struct authentication *authentication; /* borrowed */
};

struct http_client {
    struct http_client_options options; /* base_url: owned; hosts: not used after new */
    char *base_url;                     /* without slashes at its end; NULL: none */
    struct url origin;                  /* base_url taken apart; zeroed: none */
    struct host_list *hosts;
    struct host_list *token_hosts; /* for token requests only */
    struct http_transport *transport;
    struct authentication *authentication; /* NULL: none */
    struct further_credentials *further;   /* by name */
    size_t further_count;
    struct log *log;
    struct mailbox *box;
    struct clock_bounds behind;  /* how far their clock is behind ours, by their answers */
    struct clock_bounds written; /* the same by the dates of our latest writes there */
    unsigned written_creates;    /* creates that agree on it */
    int64_t told_until;          /* monotonic: until when an answer in this run asked to wait */
    struct rate_limit limit;
    struct rate_buckets buckets;
    struct jitter jitter;
    struct http_call *calls;      /* oldest first; those that are done as well */
    struct http_call *token_call; /* also the first of calls; NULL: no token is being requested */
    int in_flight;
    int down;          /* calls in a row that were answered 502, 503 or 504 in the end */
    uint64_t finished; /* calls of the script that came to their end */
    uint64_t reported; /* those of them that were when the last wait returned */
    struct http_counts counts;
    struct http_traffic traffic;
    int64_t most_timeout_ms; /* set by the operator; no request exceeds it; 0: not set */
};

int64_t client_now_ms(const struct http_client *client); /* monotonic */
instant client_utc_now(const struct http_client *client);

/* What an answer that was just read shows about their clock. */
void client_note_clock(struct http_client *client, const struct http_call *call);

/* How long until the rate lets this request go out (NULL: any that names no bucket), over all
 * processes that share it; takes its turn if it may go at once and is to. */
int64_t client_rate_wait(struct http_client *client, const struct http_request *request, bool take);
/* Nothing goes out for that long, not even from other processes. */
void client_rate_hold(struct http_client *client, int64_t ms);
/* The call has been tried to its end. If it was answered, like others before it, that the server is
 * down, its result becomes a fault that says so. */
void client_watch_outage(struct http_call *call);
/* Put a call into the list: token calls first, others last. */
void client_add_call(struct http_client *client, struct http_call *call);
void client_remove_call(struct http_client *client, struct http_call *call);
/* Whatever still arrives for this call is discarded. */
void client_abandon(struct http_call *call);
/* The call has its result. A token call gives it to the authentication and is freed. */
void client_finish(struct http_call *call);
/* Finish a call by a fault. */
void client_fail(struct http_call *call, enum http_fault fault, const struct error *error);
/* Finish it because the rate limit asks for a wait of `ms`, longer than the operator allows;
 * status: of the answer that asked for it. */
void client_fail_waiting(struct http_call *call, int64_t ms, int status);
/* It is not in flight any more, but waits again. */
void client_land(struct http_call *call);
/* Do requests to `url` carry the integration's credentials? */
bool client_trusts(const struct http_client *client, const struct url *url);
bool client_uses_credentials(const struct http_call *call);
/* Start a token request, unless one is under way. */
void client_ask_for_token(struct http_client *client, struct authentication *authentication);
/* Is it its turn, and does it have its credentials? False: it waits, or has failed. */
bool client_has_turn(struct http_call *call);
bool client_has_credentials(struct http_call *call);
/* False: another process has taken the turn since. */
bool client_takes_turn(const struct http_call *call);
void client_send(struct http_call *call);
/* Take the results that have come and send what may be sent now. */
void client_drive(struct http_client *client);
/* Milliseconds until a waiting call may go on; CLIENT_NEVER_WAKES: only an answer helps. *waiting:
 * is anything under way at all? */
int64_t client_next_step(struct http_client *client, bool *waiting);

#endif
