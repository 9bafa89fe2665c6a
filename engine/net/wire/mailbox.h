/*
 * mailbox: how results come from the transport's thread to the engine's.
 *
 * Each request that is under way has a delivery, whose address is the context that the transport
 * hands to http_done. The box lives until its owner has closed it and the last delivery has come,
 * so nobody has to wait for requests that are no longer wanted.
 */
#ifndef TANDEM_NET_WIRE_MAILBOX_H
#define TANDEM_NET_WIRE_MAILBOX_H

#include "net/wire/http.h"

struct mailbox; /* opaque */

struct delivery {
    struct delivery *next;
    struct mailbox *box;
    void *owner; /* the receiver's; only its thread looks at it. NULL: nobody wants it any more */
    struct http_result result;
};

/* Owned: mailbox_close. */
WARN_UNUSED enum error_code mailbox_new(struct mailbox **box, struct error *error);
/* Nothing is received any more. Accepts NULL. */
void mailbox_close(struct mailbox *box);
/* Announce a result; NULL if out of memory. Ends up in mailbox_done or mailbox_withdraw. */
struct delivery *mailbox_expect(struct mailbox *box, void *owner);
void mailbox_withdraw(struct delivery *delivery); /* the request was not sent */
/* The http_done of transports: context is the delivery. On any thread. */
void mailbox_done(void *context, struct http_result *result);
/* The oldest result that has come, or NULL. Owned: mailbox_delivery_free. */
struct delivery *mailbox_receive(struct mailbox *box);
void mailbox_delivery_free(struct delivery *delivery);
/* Sleep until a result comes or mailbox_wake was called, or the time (negative: none) is over.
 * True if it was woken. */
bool mailbox_wait(struct mailbox *box, int64_t timeout_ms);
void mailbox_wake(struct mailbox *box); /* async-signal-safe */

#endif
