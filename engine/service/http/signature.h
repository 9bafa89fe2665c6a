/*
 * signature: verifies who sent a delivery, over the raw bytes.
 *
 * Comparisons take the same time wherever texts differ. If the scheme signs a time, deliveries that
 * are older or newer than the tolerance are refused.
 */
#ifndef TANDEM_SERVICE_HTTP_SIGNATURE_H
#define TANDEM_SERVICE_HTTP_SIGNATURE_H

#include "base/instant.h"
#include "script/configuration/service_settings.h"

struct signature_request {
    struct text method, body;
    /* The value of a header by its name, in any letter case; absent: there is none. */
    struct text (*header)(void *context, const char *name);
    void *context;
};

/* By the scheme of the settings and either of their secrets:
 *   hubspot_v3         base64 HMAC-SHA256 of method, address, body and time
 *   hmac_sha256        of the body, or of "time.body" if there is a header with the time
 *   basic              a name and a password, in Authorization
 *   standard_webhooks  webhook-id, webhook-timestamp, webhook-signature
 * ERROR_AUTHENTICATION says what is wrong without telling a forger what would be accepted;
 * ERROR_CONFIGURATION if a secret cannot be used, ERROR_MEMORY. */
WARN_UNUSED enum error_code signature_verify(const struct webhook_settings *settings,
                                             const struct signature_request *request, instant now,
                                             struct error *error);

/* The value of webhook-signature for a message of ours: "v1,..." */
enum { SIGNATURE_STANDARD_SIZE = 64 };
WARN_UNUSED enum error_code signature_standard(struct text secret, struct text id,
                                               struct text timestamp, struct text body,
                                               char signature[SIGNATURE_STANDARD_SIZE],
                                               struct error *error);

#endif
