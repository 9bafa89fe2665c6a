/*
 * authentication_state: what the files authentication*.c and authentication_tokens.c share; nobody
 * else includes it.
 */
#ifndef TANDEM_NET_AUTH_AUTHENTICATION_STATE_H
#define TANDEM_NET_AUTH_AUTHENTICATION_STATE_H

#include "net/auth/authentication_use.h"

enum authentication_type {
    AUTHENTICATION_NONE,
    AUTHENTICATION_BASIC,
    AUTHENTICATION_BEARER,
    AUTHENTICATION_API_KEY,
    AUTHENTICATION_CLIENT_CREDENTIALS,
    AUTHENTICATION_PASSWORD,
    AUTHENTICATION_CODE,
    AUTHENTICATION_OAUTH1,
    AUTHENTICATION_JWT_BEARER,
    AUTHENTICATION_TYPE_COUNT
};

/* X(constant, name, secret) */
#define AUTHENTICATION_SETTINGS(X)                                                                 \
    X(SETTING_TYPE, "type", false)                                                                 \
    X(SETTING_USERNAME, "username", false)                                                         \
    X(SETTING_PASSWORD, "password", true)                                                          \
    X(SETTING_TOKEN, "token", true)                                                                \
    X(SETTING_TOKEN_SECRET, "token_secret", true)                                                  \
    X(SETTING_NAME, "name", false)                                                                 \
    X(SETTING_VALUE, "value", true)                                                                \
    X(SETTING_IN, "in", false)                                                                     \
    X(SETTING_TOKEN_URL, "token_url", false)                                                       \
    X(SETTING_AUTHORIZE_URL, "authorize_url", false)                                               \
    X(SETTING_CLIENT_ID, "client_id", false)                                                       \
    X(SETTING_CLIENT_SECRET, "client_secret", true)                                                \
    X(SETTING_CLIENT_AUTHENTICATION, "client_authentication", false)                               \
    X(SETTING_SCOPE, "scope", false)                                                               \
    X(SETTING_AUDIENCE, "audience", false)                                                         \
    X(SETTING_REFRESH_TOKEN, "refresh_token", true)                                                \
    X(SETTING_CONSUMER_KEY, "consumer_key", false)                                                 \
    X(SETTING_CONSUMER_SECRET, "consumer_secret", true)                                            \
    X(SETTING_SIGNATURE_METHOD, "signature_method", false)                                         \
    X(SETTING_REALM, "realm", false)                                                               \
    X(SETTING_ISSUER, "issuer", false)                                                             \
    X(SETTING_SUBJECT, "subject", false)                                                           \
    X(SETTING_PRIVATE_KEY, "private_key", true)                                                    \
    X(SETTING_PRIVATE_KEY_FILE, "private_key_file", false)                                         \
    X(SETTING_BASE_URL_FROM, "base_url_from", false)

/* The longest header that is made of credentials. */
enum { AUTHENTICATION_LARGEST_HEADER = 65536 };

enum authentication_setting_index {
#define X(constant, name, secret) constant,
    AUTHENTICATION_SETTINGS(X)
#undef X
        SETTING_COUNT
};

struct authentication {
    enum authentication_type type;
    char *name;                         /* of the integration, for messages; owned; NULL: unknown */
    struct log *log;                    /* borrowed; may be NULL */
    struct token_keeper keeper;         /* zeroes: none */
    char *settings[SETTING_COUNT];      /* owned; NULL: not given */
    char *access_token, *refresh_token; /* owned; NULL: none */
    char *base_url;                     /* what the token's answer said; owned; NULL: nothing */
    instant expires_at;                 /* INSTANT_NONE: unknown */
    instant refresh_at;            /* from then on a new token is requested; INSTANT_NONE: never */
    instant refresh_after_failure; /* while the old token is good, not before this */
    uint64_t generation;
    bool stale; /* the access token was refused */
    bool needs_reauth;
    bool locked;                          /* no other process asks for a token now */
    bool unsaved;                         /* the keeper failed: the token may not be used yet */
    struct error failure;                 /* code NONE: none; */
    instant failure_until;                /* holds until then; INSTANT_NONE: for good */
    char *code, *verifier, *redirect_uri; /* an authorization code to be exchanged; owned */
    struct buffer token_body, token_authorization; /* of the last token request */
    struct http_header token_headers[3];
};

/* Copy and check what the operator wrote, and find the type: authentication_new's part of it. */
WARN_UNUSED enum error_code
authentication_read_settings(struct authentication *authentication,
                             const struct authentication_setting *settings, size_t count,
                             struct error *error);
/* The setting as a text; absent if it was not given. */
struct text authentication_setting(const struct authentication *authentication,
                                   enum authentication_setting_index index);
/* Replace *secret by a copy that the log hides; the old one is wiped. Absent: NULL. */
WARN_UNUSED enum error_code authentication_set_secret(const struct authentication *authentication,
                                                      char **secret, struct text value,
                                                      struct error *error);
/* Find the private key, which may be in a file, and check it. Nothing to do for other types. */
WARN_UNUSED enum error_code authentication_read_key(struct authentication *authentication,
                                                    struct error *error);
/* Append grant_type and assertion of a request for a token by a signed assertion (RFC 7523). */
WARN_UNUSED enum error_code authentication_add_assertion(struct authentication *authentication,
                                                         instant now, struct error *error);
/* The API's address in the token's answer: remembered if the operator asked for it.
 * ERROR_AUTHENTICATION if it gives no address. */
WARN_UNUSED enum error_code authentication_learn_base(struct authentication *authentication,
                                                      const char *base_url, struct error *error);
/* Overwrite, free and forget a secret. */
void authentication_wipe(char **secret);
/* How long before its expiry a token is renewed. */
enum { AUTHENTICATION_EARLY_MS = 60000 };
/* The access token ends then, and is renewed so much earlier. INSTANT_NONE: it is not known. */
void authentication_set_end(struct authentication *authentication, instant expires_at,
                            int64_t early_ms);
/* There is another access token: requests may be signed again. */
void authentication_renewed(struct authentication *authentication);
/* Append "Basic " and the credentials; the log hides them. */
WARN_UNUSED enum error_code authentication_add_basic(const struct authentication *authentication,
                                                     struct text credentials, struct buffer *out,
                                                     struct error *error);
/* Give the present tokens and needs_reauth to the keeper. */
WARN_UNUSED enum error_code authentication_keep(struct authentication *authentication,
                                                struct error *error);
/* Take what another process has kept since: *adopted if it is another refresh token than ours. */
WARN_UNUSED enum error_code authentication_adopt(struct authentication *authentication,
                                                 bool *adopted, struct error *error);
void authentication_unlock(struct authentication *authentication);
/* Is there an access token that is good now? */
bool authentication_is_usable(const struct authentication *authentication, instant now);
bool authentication_has_tokens(const struct authentication *authentication); /* by its type */

#endif
