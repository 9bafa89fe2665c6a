/*
 * call: one request of a client from start to result: the request, where it goes now (redirects),
 * how often it was tried.
 */
#ifndef TANDEM_NET_CLIENT_CALL_H
#define TANDEM_NET_CLIENT_CALL_H

#include "base/arena.h"
#include "net/client/http_client.h"
#include "net/wire/mailbox.h"
#include "net/wire/url.h"

enum { CALL_MAX_HOPS = 5 };

enum call_state { CALL_WAITING, CALL_IN_FLIGHT, CALL_DONE };

struct http_call {
    struct http_call *next;     /* in the client's list */
    struct http_client *client; /* NULL once that is gone */
    enum call_state state;
    struct authentication *authentication; /* whose credentials it carries, or for which it asks for
                                            * a token; NULL: none; borrowed */
    struct arena *arena;                   /* holds the copied request */
    struct http_request request;
    struct url url; /* where it goes now; without credentials */
    bool relative;  /* its address was below base_url: it goes where the token says the API is */
    bool is_token;  /* a token request of the engine */
    bool foreign;   /* redirected to another origin: no credentials, no headers of the script */
    bool rejected;  /* answered by 401 once */
    uint64_t generation; /* the token it was signed with */
    int failures, hops;
    int64_t not_before;        /* monotonic milliseconds */
    struct delivery *delivery; /* while in flight */
    uint64_t ticket;
    struct http_result result;
};

/* Copies the request, whose URL is `url` resolved by the client (taken: zeroed). */
WARN_UNUSED enum error_code call_new(const struct http_request *request, struct http_call **call,
                                     struct error *error);
/* Frees it; it must not be in flight. Accepts NULL. Wipes the body. */
void call_free(struct http_call *call);
/* Does the answer send a reader elsewhere? */
bool call_is_redirect(const struct http_response *response);
/* Go where the answer points to, if that is right at all (its host is checked later). On failure
 * (ERROR_REFUSED) the call stays where it is. */
WARN_UNUSED enum error_code
call_redirect(struct http_call *call, const struct http_response *response, struct error *error);
/* Take what is secret out of the result: not what the script has put into the request itself. */
void call_redact(struct http_call *call, const struct secrets *secrets);

#endif
