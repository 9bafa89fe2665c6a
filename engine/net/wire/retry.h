/*
 * retry: whether, and after how long, a request is sent again.
 */
#ifndef TANDEM_NET_WIRE_RETRY_H
#define TANDEM_NET_WIRE_RETRY_H

#include "base/clock_bounds.h"
#include "base/instant.h"
#include "net/wire/http.h"

/* A small generator for jitter; not for secrets. */
struct jitter {
    uint64_t state;
};
void retry_jitter_seed(struct jitter *jitter, uint64_t seed); /* 0: from the system */

/* Is it safe to send it again, and could it help? */
bool retry_is_due(const struct http_request *request, const struct http_result *result);
/* Exponential backoff with full jitter: 0 ... min(cap, base * 2^(failures - 1)). */
int64_t retry_backoff(struct jitter *jitter, int failures, int64_t base_ms, int64_t cap_ms);
/* The wait of Retry-After, in milliseconds from now; -1 if it is missing or unreadable; 0 if it is
 * over. A date is compared with the answer's own Date, so that a wrong clock on either side does no
 * harm, else with `now`. */
int64_t retry_after(const struct http_response *response, instant now);
/* How far the clock of the server is behind `now`, by the Date of an answer that was just read. An
 * answer from a cache (Age), or a failed one that may come from a gateway, shows nothing. */
struct clock_bounds retry_clock_behind(const struct http_response *response, instant now);

#endif
