/*
 * authorization_code: the authorization-code flow with PKCE (RFC 6749, 7636), for `tandem auth`.
 *
 * loopback_redirect_open gives the redirect URI; authorization_begin the URL that the operator
 * opens in a browser; loopback_redirect_wait the code; authorization_exchange the tokens, which the
 * keeper has when it returns.
 */
#ifndef TANDEM_NET_AUTHORIZE_AUTHORIZATION_CODE_H
#define TANDEM_NET_AUTHORIZE_AUTHORIZATION_CODE_H

#include "net/auth/authentication.h"
#include "net/client/http_client.h"

/* One attempt to be authorized. Owned: authorization_release. */
struct authorization {
    struct buffer url;      /* where the operator has to go */
    struct buffer state;    /* comes back with the code */
    struct buffer verifier; /* secret */
    struct buffer redirect_uri;
};

/* ERROR_CONFIGURATION if the type is not oauth2_authorization_code or 'authorize_url' is missing.
 * On failure there is nothing to release. */
WARN_UNUSED enum error_code authorization_begin(const struct authentication *authentication,
                                                struct text redirect_uri,
                                                struct authorization *authorization,
                                                struct error *error);
void authorization_release(struct authorization *authorization); /* wipes; accepts a zeroed one */
/* Trade the code for tokens; blocks while the request runs. `options` may be NULL: only its limits,
 * attempts and clock are used. The tokens that were kept before stay kept if it fails. */
WARN_UNUSED enum error_code authorization_exchange(struct authentication *authentication,
                                                   const struct authorization *authorization,
                                                   struct text code,
                                                   struct http_transport *transport,
                                                   const struct http_client_options *options,
                                                   struct log *log, struct error *error);

#endif
