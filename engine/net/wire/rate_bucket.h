/*
 * rate_bucket: further limits of an account, each with a name; a request says how much of which it
 * uses (a search among few searches a second, 20 of 150,000 tokens a day).
 *
 * A name without a limit from the operator is unknown here, and costs nothing. If answers say how
 * much of a limit is left, the script passes that on, and the bucket closes in time to leave
 * something for other users of the account.
 */
#ifndef TANDEM_NET_WIRE_RATE_BUCKET_H
#define TANDEM_NET_WIRE_RATE_BUCKET_H

#include "net/wire/rate_limit.h"
#include "net/wire/rate_share.h"

enum { RATE_BUCKET_NAME = 64 };

struct rate_bucket_settings {
    struct text name;
    double per_second, burst; /* 0: no limit; burst 0: 1 */
    int64_t per_day;          /* 0: no limit */
    struct rate_share *share; /* borrowed; NULL: nothing is shared */
};

/* What a request uses of a bucket. */
struct http_cost {
    struct text bucket;
    double amount;
};

/* What an answer told of a limit. */
struct rate_told {
    struct text bucket; /* absent: all requests */
    double limit, remaining;
    int64_t resets_in_ms; /* 0: not told */
};

struct rate_bucket {
    char name[RATE_BUCKET_NAME + 1];
    struct rate_limit limit;
    struct rate_share *share;
};

struct rate_buckets {
    struct rate_bucket *list; /* owned: rate_buckets_release */
    size_t count;
};

/* Copies the names. ERROR_MEMORY. */
WARN_UNUSED enum error_code rate_buckets_init(struct rate_buckets *buckets,
                                              const struct rate_bucket_settings *settings,
                                              size_t count, int64_t now_ms, instant now,
                                              struct error *error);
void rate_buckets_release(struct rate_buckets *buckets);
/* How long until these costs can be paid: 0, or milliseconds; takes them if it may go at once and
 * is to. A process that has taken from one bucket may find that another one has become empty: what
 * it took is used up in any case. */
int64_t rate_buckets_wait(struct rate_buckets *buckets, const struct http_cost *costs, size_t count,
                          bool take, int64_t now_ms, instant now);
/* The bucket with this name; NULL: there is none. */
struct rate_bucket *rate_buckets_find(struct rate_buckets *buckets, struct text name);
/* How long nothing may go out after such an answer, if `share` (up to 1) of the limit may be used:
 * 0, or milliseconds; an hour if the answer does not say when there is more. */
int64_t rate_told_hold(const struct rate_told *told, double share);

#endif
