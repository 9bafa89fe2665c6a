/*
 * loopback_redirect: where the browser delivers the authorization code (RFC 8252): a listener on
 * 127.0.0.1 that lives for one authorization.
 */
#ifndef TANDEM_NET_AUTHORIZE_LOOPBACK_REDIRECT_H
#define TANDEM_NET_AUTHORIZE_LOOPBACK_REDIRECT_H

#include "base/text.h"

struct loopback_redirect; /* opaque */

/* Listen on 127.0.0.1; port 0: any free one (some services want a registered one). Owned:
 * loopback_redirect_close. */
WARN_UNUSED enum error_code loopback_redirect_open(int port, struct loopback_redirect **listener,
                                                   struct error *error);
void loopback_redirect_close(struct loopback_redirect *listener); /* accepts NULL */
/* "http://127.0.0.1:PORT/callback"; borrowed from the listener. */
struct text loopback_redirect_uri(const struct loopback_redirect *listener);
/* Wait until the browser arrives with `state`, and append its code to `code`. Requests with another
 * state, or for another path, are answered and forgotten. ERROR_AUTHENTICATION: the operator or the
 * service said no. ERROR_INTERRUPTED: a signal. ERROR_TRANSPORT: nobody came within `timeout_ms`.
 */
WARN_UNUSED enum error_code loopback_redirect_wait(struct loopback_redirect *listener,
                                                   struct text state, int64_t timeout_ms,
                                                   struct buffer *code, struct error *error);

#endif
