/* A token bucket for seconds, a counter for days, and pauses that servers ask for. */
#include "net/wire/rate_limit.h"

#include <math.h>

static const int64_t DAY_MS = INT64_C(86400000);
/* The tolerance for sums of fractions. */
static const double ROUNDING = 1e-6;

static int64_t day_of(instant now)
{
    return now >= 0 ? now / DAY_MS : 0;
}

void rate_limit_init(struct rate_limit *limit, double per_second, double burst, int64_t per_day,
                     int64_t now_ms, instant now)
{
    *limit = (struct rate_limit){0};
    limit->per_second = per_second;
    limit->burst = burst >= 1 ? burst : 1;
    limit->tokens = limit->burst;
    limit->filled_at = now_ms;
    limit->per_day = per_day;
    limit->day = day_of(now);
    limit->hold_until = INT64_MIN;
}

static void refill(struct rate_limit *limit, int64_t now_ms)
{
    if (now_ms > limit->filled_at) {
        double more = (double)(now_ms - limit->filled_at) * limit->per_second / 1000;
        limit->tokens = fmin(limit->burst, limit->tokens + more);
        limit->filled_at = now_ms;
    }
}

int64_t rate_limit_wait(struct rate_limit *limit, double amount, int64_t now_ms, instant now)
{
    const double needed = fmin(amount, limit->burst);
    int64_t wait = limit->hold_until > now_ms ? limit->hold_until - now_ms : 0;
    if (limit->per_second > 0) {
        refill(limit, now_ms);
        if (limit->tokens < needed - ROUNDING) {
            double missing = ceil((needed - limit->tokens) * 1000 / limit->per_second - ROUNDING);
            /* Very slow rates: callers give up long before this. */
            int64_t until_token = missing < 1e15 ? (int64_t)missing : INT64_C(1000000000000000);
            wait = until_token > wait ? until_token : wait;
        }
    }
    if (limit->per_day > 0) {
        if (day_of(now) > limit->day) {
            limit->day = day_of(now);
            limit->today = 0;
        }
        if (limit->today + (int64_t)ceil(amount) > limit->per_day && limit->today > 0) {
            int64_t until_midnight = (limit->day + 1) * DAY_MS - now;
            wait = until_midnight > wait ? until_midnight : wait;
        }
    }
    return wait;
}

void rate_limit_take(struct rate_limit *limit, double amount)
{
    limit->tokens -= amount;
    limit->today += (int64_t)ceil(amount);
}

void rate_limit_hold(struct rate_limit *limit, int64_t until_ms)
{
    if (until_ms > limit->hold_until)
        limit->hold_until = until_ms;
}

/* A whole number in one of several headers. */
static bool number_of(const struct http_response *response, const char *const *names,
                      int64_t *number)
{
    for (; *names; names++)
        if (text_to_integer(text_trim(http_response_header(response, *names)), number))
            return true;
    return false;
}

/* name=5 in "limit=10, name=5" or "\"default\";name=5". */
static bool parameter_of(struct text field, const char *name, int64_t *number)
{
    while (field.length > 0) {
        struct text item, part, before, value;
        (void)text_cut(field, ',', &item, &field);
        while (item.length > 0) {
            (void)text_cut(item, ';', &part, &item);
            if (text_cut(text_trim(part), '=', &before, &value) &&
                text_equal(before, text_of(name)))
                return text_to_integer(value, number);
        }
    }
    return false;
}

/* Three versions of draft-ietf-httpapi-ratelimit-headers, and the older headers. */
static bool read_limit(const struct http_response *response, int64_t *remaining, int64_t *reset)
{
    static const char *const remaining_names[] = {"RateLimit-Remaining", "X-RateLimit-Remaining",
                                                  "X-Rate-Limit-Remaining", NULL};
    static const char *const reset_names[] = {"RateLimit-Reset", "X-RateLimit-Reset",
                                              "X-Rate-Limit-Reset", NULL};
    struct text field = http_response_header(response, "RateLimit");
    if (!text_is_empty(field)) {
        return (parameter_of(field, "remaining", remaining) ||
                parameter_of(field, "r", remaining)) &&
               (parameter_of(field, "reset", reset) || parameter_of(field, "t", reset));
    }
    return number_of(response, remaining_names, remaining) &&
           number_of(response, reset_names, reset);
}

int64_t rate_limit_told(const struct http_response *response, instant now)
{
    int64_t remaining = 0, reset = 0;
    if (!read_limit(response, &remaining, &reset) || remaining > 0 || reset <= 0 ||
        reset > INT64_C(1000000000000000))
        return 0;
    /* An epoch in milliseconds, one in seconds, or seconds from now. */
    int64_t wait = reset >= INT64_C(100000000000) ? reset - now
                   : reset >= 1000000000          ? reset * 1000 - now
                                                  : reset * 1000;
    return wait > 0 ? wait : 0;
}
