/* rate_bucket: a rate limit for each name; all are checked, then all are charged. */
#include "net/wire/rate_bucket.h"

#include <stdlib.h>
#include <string.h>

static const int64_t HOUR_MS = INT64_C(3600000);
/* The tolerance for fractions of limits. */
static const double ROUNDING = 1e-6;

enum error_code rate_buckets_init(struct rate_buckets *buckets,
                                  const struct rate_bucket_settings *settings, size_t count,
                                  int64_t now_ms, instant now, struct error *error)
{
    *buckets = (struct rate_buckets){0};
    if (count == 0)
        return ERROR_NONE;
    buckets->list = calloc(count, sizeof(*buckets->list));
    if (!buckets->list)
        return error_memory(error, "rate limits");
    buckets->count = count;
    for (size_t i = 0; i < count; i++) {
        struct rate_bucket *bucket = &buckets->list[i];
        const size_t length = settings[i].name.length;
        memcpy(bucket->name, settings[i].name.bytes,
               length < RATE_BUCKET_NAME ? length : RATE_BUCKET_NAME);
        bucket->share = settings[i].share;
        rate_limit_init(&bucket->limit, settings[i].per_second, settings[i].burst,
                        settings[i].per_day, now_ms, now);
    }
    return ERROR_NONE;
}

void rate_buckets_release(struct rate_buckets *buckets)
{
    free(buckets->list);
    *buckets = (struct rate_buckets){0};
}

struct rate_bucket *rate_buckets_find(struct rate_buckets *buckets, struct text name)
{
    for (size_t i = 0; i < buckets->count; i++)
        if (text_equal(name, text_of(buckets->list[i].name)))
            return &buckets->list[i];
    return NULL;
}

static int64_t wait_for(struct rate_bucket *bucket, double amount, bool take, int64_t now_ms,
                        instant now)
{
    rate_share_enter(bucket->share, &bucket->limit);
    const int64_t wait = rate_limit_wait(&bucket->limit, amount, now_ms, now);
    if (take && wait == 0)
        rate_limit_take(&bucket->limit, amount);
    rate_share_leave(bucket->share, &bucket->limit);
    return wait;
}

int64_t rate_buckets_wait(struct rate_buckets *buckets, const struct http_cost *costs, size_t count,
                          bool take, int64_t now_ms, instant now)
{
    int64_t longest = 0;
    for (int pass = 0; pass < (take ? 2 : 1) && longest == 0; pass++) { /* look at all, then take */
        for (size_t i = 0; i < count; i++) {
            struct rate_bucket *bucket = rate_buckets_find(buckets, costs[i].bucket);
            const int64_t wait =
                bucket ? wait_for(bucket, costs[i].amount, pass == 1, now_ms, now) : 0;
            longest = wait > longest ? wait : longest;
        }
    }
    return longest;
}

int64_t rate_told_hold(const struct rate_told *told, double share)
{
    const double reserve = told->limit * (1 - share);
    if (told->remaining > reserve + ROUNDING)
        return 0;
    return told->resets_in_ms > 0 ? told->resets_in_ms : HOUR_MS;
}
