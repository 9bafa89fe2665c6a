/*
 * signature: verifies who sent a delivery, over the raw bytes.
 *
 * Comparisons take the same time wherever texts differ. If the scheme signs a time, deliveries that
 * are older or newer than the tolerance are refused.
 */
#ifndef TANDEM_SERVICE_HTTP_SIGNATURE_H
#define TANDEM_SERVICE_HTTP_SIGNATURE_H

#include "base/instant.h"

enum signature_scheme {
    SIGNATURE_HUBSPOT_V3,  /* base64 HMAC-SHA256 of method, address, body and time */
    SIGNATURE_HMAC_SHA256, /* of the body, or of "time.body" if there is a header with the time */
    SIGNATURE_BASIC,       /* a name and a password, in Authorization */
    SIGNATURE_STANDARD     /* Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature */
};
/* "hubspot_v3", "hmac_sha256", "basic", "standard_webhooks"; false if it is none of them. */
bool signature_scheme_of(struct text name, enum signature_scheme *scheme);

enum { SIGNATURE_SECRETS = 2 };

/* Texts are borrowed. */
struct signature_rule {
    enum signature_scheme scheme;
    struct text secrets[SIGNATURE_SECRETS]; /* any of them counts, so that they can be changed */
    size_t secret_count;
    struct text username;         /* basic; the secrets are passwords */
    struct text header;           /* hmac_sha256: where the signature is */
    struct text prefix;           /* hmac_sha256: what stands before it ("sha256="); may be empty */
    bool base64;                  /* hmac_sha256: not hexadecimal */
    struct text timestamp_header; /* hmac_sha256: absent: no time is signed */
    struct text url;              /* hubspot_v3: our address as the sender knows it */
    int tolerance_seconds;
};

struct signature_request {
    struct text method, body;
    /* The value of a header by its name, in any letter case; absent: there is none. */
    struct text (*header)(void *context, const char *name);
    void *context;
};

/* ERROR_AUTHENTICATION says what is wrong without telling a forger what would be accepted;
 * ERROR_CONFIGURATION if a secret of the rule cannot be used, ERROR_MEMORY. */
WARN_UNUSED enum error_code signature_verify(const struct signature_rule *rule,
                                             const struct signature_request *request, instant now,
                                             struct error *error);

/* The value of webhook-signature for a message of ours: "v1,..." */
enum { SIGNATURE_STANDARD_SIZE = 64 };
WARN_UNUSED enum error_code signature_standard(struct text secret, struct text id,
                                               struct text timestamp, struct text body,
                                               char signature[SIGNATURE_STANDARD_SIZE],
                                               struct error *error);

#endif
