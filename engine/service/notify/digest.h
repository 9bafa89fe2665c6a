/*
 * digest: what needs attention, as one message: JSON for a webhook, text for a mail.
 */
#ifndef TANDEM_SERVICE_NOTIFY_DIGEST_H
#define TANDEM_SERVICE_NOTIFY_DIGEST_H

#include "store/service/message.h"

enum { DIGEST_MOST = 1 << 20 };

struct digest {
    const struct message_matter *matters; /* as message_begin lists them; borrowed */
    size_t count;
    struct text link; /* where the dashboard is; absent: no links */
    struct text key;  /* of the message */
    instant now;
};

/* {"type": "tandem.attention", "timestamp": ..., "data": {"waiting", "new", "items": [...]}} */
WARN_UNUSED enum error_code digest_json(const struct digest *digest, struct buffer *body,
                                        struct error *error);
/* A mail with its headers, except From and To, which the sender adds. */
WARN_UNUSED enum error_code digest_mail(const struct digest *digest, struct buffer *body,
                                        struct error *error);

#endif
