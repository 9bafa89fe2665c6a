/*
 * authentication: credentials of one integration, added to requests by the engine.
 *
 * Types: none, basic, bearer, api_key (header or query), oauth2_client_credentials,
 * oauth2_password, oauth2_authorization_code (refresh; the flow itself is `tandem auth`),
 * oauth2_jwt_bearer (an assertion signed by RS256), oauth1.
 * Secrets are registered with the log so that they are never shown, and wiped when freed.
 * Tokens are kept by a keeper (the store, encrypted): a rotated refresh token is kept before the
 * new access token is used.
 */
#ifndef TANDEM_NET_AUTH_AUTHENTICATION_H
#define TANDEM_NET_AUTH_AUTHENTICATION_H

#include "base/instant.h"
#include "base/log.h"
#include "net/wire/http.h"

struct authentication;

/* One setting of the `auth` table: "type", "token_url", "client_id", "client_secret", "username",
 * "password", "token", "name", "value", "in" (header | query), "scope", "refresh_token" ... */
struct authentication_setting {
    struct text name, value;
};

/* Tokens as they are kept between runs. Absent texts: none. */
struct authentication_tokens {
    struct text access_token, refresh_token;
    struct text base_url; /* where the API is, if the answer with the token said so; NUL-ended */
    instant expires_at;   /* INSTANT_NONE: unknown */
    bool needs_reauth;
};

/* Where tokens are kept; implemented over the store by cli/. All members may be NULL. */
struct token_keeper {
    void *context;
    /* Fill *tokens with texts that live until the next call. */
    enum error_code (*load)(void *context, struct authentication_tokens *tokens,
                            struct error *error);
    enum error_code (*save)(void *context, const struct authentication_tokens *tokens,
                            struct error *error);
    /* A refresh token is good for one use, and other processes may hold the same: wait until no
     * other asks for a token. If that is impossible, it continues without. ERROR_INTERRUPTED. */
    enum error_code (*lock)(void *context, struct error *error);
    void (*unlock)(void *context);
};

/* Checks the settings (every mistake is an ERROR_CONFIGURATION that names the setting). Copies all.
 * `keeper` may be NULL (tokens live in memory only), `log` may be NULL. */
WARN_UNUSED enum error_code authentication_new(const struct authentication_setting *settings,
                                               size_t count, const struct token_keeper *keeper,
                                               struct log *log,
                                               struct authentication **authentication,
                                               struct error *error);
void authentication_free(struct authentication *authentication); /* accepts NULL; wipes secrets */
/* What errors call the integration ("run 'tandem auth NAME'"). Copied. */
WARN_UNUSED enum error_code authentication_set_name(struct authentication *authentication,
                                                    struct text name, struct error *error);
/* Does `tandem auth` have to be run first? */
bool authentication_needs_reauth(const struct authentication *authentication);

#endif
