/*
 * jwt: signed assertions with which a client asks for a token (RFC 7523): header, claims, RS256.
 */
#ifndef TANDEM_NET_AUTH_JWT_H
#define TANDEM_NET_AUTH_JWT_H

#include "base/instant.h"
#include "base/text.h"

struct jwt_claims {
    struct text issuer, subject, audience;
    struct text scope; /* absent: none */
    instant issued_at; /* the claims have whole seconds */
    int64_t life_ms;
};

/* Is this a private RSA key in PEM? ERROR_CONFIGURATION says what is wrong with it, without
 * repeating its text. */
WARN_UNUSED enum error_code jwt_check_key(struct text private_key, struct error *error);
/* Append the signed assertion of these claims. ERROR_CONFIGURATION as for jwt_check_key. */
WARN_UNUSED enum error_code jwt_sign(struct text private_key, const struct jwt_claims *claims,
                                     struct buffer *out, struct error *error);

#endif
