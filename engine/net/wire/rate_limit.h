/*
 * rate_limit: how many requests an integration may send, per second and per day.
 *
 * A token bucket for seconds, a count for the day (UTC), and pauses that the server requested.
 */
#ifndef TANDEM_NET_WIRE_RATE_LIMIT_H
#define TANDEM_NET_WIRE_RATE_LIMIT_H

#include "base/instant.h"
#include "net/wire/http.h"

struct rate_limit {
    double per_second, burst; /* 0: no limit */
    double tokens;
    int64_t filled_at; /* monotonic milliseconds */
    int64_t per_day, today;
    int64_t day;        /* days since 1970 */
    int64_t hold_until; /* monotonic milliseconds */
};

/* `per_second` and `per_day`: 0 is no limit; `burst` is at least 1. `now_ms` is the monotonic clock
 * throughout. */
void rate_limit_init(struct rate_limit *limit, double per_second, double burst, int64_t per_day,
                     int64_t now_ms, instant now);
/* How long until a request that counts for `amount` (1: as one request) may go out: 0, or
 * milliseconds. Takes nothing. One that counts for more than the burst goes out when that is full,
 * and the next ones wait the longer. */
int64_t rate_limit_wait(struct rate_limit *limit, double amount, int64_t now_ms, instant now);
/* It goes out. */
void rate_limit_take(struct rate_limit *limit, double amount);
/* Nothing goes out before `until` (monotonic). */
void rate_limit_hold(struct rate_limit *limit, int64_t until_ms);
/* How long, in milliseconds, the answer says that nothing is left: RateLimit-Remaining and -Reset,
 * with or without X-, or RateLimit with both; the reset in seconds or as an epoch. 0 if not. */
int64_t rate_limit_told(const struct http_response *response, instant now);

#endif
