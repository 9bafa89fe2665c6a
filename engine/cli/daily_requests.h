/*
 * daily_requests: how many requests an integration has sent today (UTC), over all processes, for
 * `limits = { requests_per_day = ... }`.
 *
 * Kept in the store's cache. A process that is killed does not write down what it had sent.
 */
#ifndef TANDEM_CLI_DAILY_REQUESTS_H
#define TANDEM_CLI_DAILY_REQUESTS_H

#include "cli/session.h"

/* What earlier processes have sent on the day of `now`. */
WARN_UNUSED enum error_code daily_requests_read(const struct session *session,
                                                struct text integration, instant now,
                                                int64_t *count, struct error *error);
/* This process sent `count`, the last one now. */
WARN_UNUSED enum error_code daily_requests_add(const struct session *session,
                                               struct text integration, instant now, uint64_t count,
                                               struct error *error);

#endif
