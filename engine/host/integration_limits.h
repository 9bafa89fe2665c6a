/*
 * integration_limits: rate limits that count for all processes which use the same account.
 */
#ifndef TANDEM_HOST_INTEGRATION_LIMITS_H
#define TANDEM_HOST_INTEGRATION_LIMITS_H

#include "host/session.h"
#include "net/client/http_client.h"
#include "net/wire/rate_share.h"

struct integration_limits {
    struct rate_share *general;  /* NULL: no limits that are shared with others */
    struct rate_share **buckets; /* in the session's arena */
    size_t bucket_count;
};

/* Let the limits of `options` (which then point into `limits` and the session's arena) count for
 * all processes: slices of a backfill, runs one after the other, other integrations of the account.
 * Owned: integration_limits_close. */
WARN_UNUSED enum error_code integration_limits_open(struct session *session,
                                                    struct text integration,
                                                    struct http_client_options *options,
                                                    struct integration_limits *limits,
                                                    struct error *error);
void integration_limits_close(struct integration_limits *limits); /* accepts zeroes */

#endif
