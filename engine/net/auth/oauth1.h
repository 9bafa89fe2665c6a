/*
 * oauth1: signatures of OAuth 1.0a (RFC 5849): HMAC-SHA1, HMAC-SHA256, PLAINTEXT.
 */
#ifndef TANDEM_NET_AUTH_OAUTH1_H
#define TANDEM_NET_AUTH_OAUTH1_H

#include "base/text.h"

struct oauth1_request {
    struct text method;
    struct text url;  /* absolute, with its query */
    struct text form; /* body, if it is application/x-www-form-urlencoded; else absent */
};

struct oauth1_keys {
    struct text consumer_key, consumer_secret;
    struct text token, token_secret; /* absent: two-legged */
    struct text realm;               /* absent: none */
    struct text method;              /* "HMAC-SHA1", "HMAC-SHA256" or "PLAINTEXT" */
    struct text nonce;
    int64_t timestamp; /* seconds since 1970 */
    bool version;      /* send oauth_version="1.0" */
};

/* The signature base string (section 3.4.1). */
WARN_UNUSED enum error_code oauth1_base_string(const struct oauth1_request *request,
                                               const struct oauth1_keys *keys, struct buffer *out,
                                               struct error *error);
/* The signature, not encoded. */
WARN_UNUSED enum error_code oauth1_signature(const struct oauth1_request *request,
                                             const struct oauth1_keys *keys, struct buffer *out,
                                             struct error *error);
/* The value of the Authorization header. */
WARN_UNUSED enum error_code oauth1_header(const struct oauth1_request *request,
                                          const struct oauth1_keys *keys, struct buffer *out,
                                          struct error *error);

#endif
