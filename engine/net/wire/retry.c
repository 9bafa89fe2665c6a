/* Which answers are worth another try, and how long to wait before it. */
#include "net/wire/retry.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "net/wire/curl_library.h"

/* 9999-12-31T23:59:59Z */
static const int64_t LAST_SECOND = INT64_C(253402300799);

void retry_jitter_seed(struct jitter *jitter, uint64_t seed)
{
    if (seed == 0 && getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
        seed = (uint64_t)time(NULL);
    jitter->state = seed;
}

/* splitmix64 */
static uint64_t random_number(struct jitter *jitter)
{
    uint64_t number = jitter->state += UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

bool retry_is_due(const struct http_request *request, const struct http_result *result)
{
    int status = result->response.status;
    switch (result->fault) {
    case HTTP_FAULT_NONE:
        return status == 429 || (status >= 500 && status <= 599 && status != 501 &&
                                 http_request_is_repeatable(request));
    case HTTP_FAULT_TLS:
        /* A certificate does not get better. */
        return result->error.retry != ERROR_RETRY_NEVER;
    case HTTP_FAULT_RESOLVE:
    case HTTP_FAULT_CONNECT:
    case HTTP_FAULT_TIMEOUT:
    case HTTP_FAULT_SEND:
    case HTTP_FAULT_RECEIVE:
        return !result->sent || http_request_is_repeatable(request);
    default:
        return false;
    }
}

int64_t retry_backoff(struct jitter *jitter, int failures, int64_t base_ms, int64_t cap_ms)
{
    int64_t most = base_ms;
    for (int i = 1; i < failures && most < cap_ms; i++)
        most = most > cap_ms / 2 ? cap_ms : most * 2;
    most = most < cap_ms ? most : cap_ms;
    return most <= 0 ? 0 : (int64_t)(random_number(jitter) % ((uint64_t)most + 1));
}

/* Seconds since 1970 of an HTTP date, -1 if it is none. */
static int64_t http_date(struct text text)
{
    char copy[64];
    struct curl_library curl;
    if (text_is_empty(text) || text.length >= sizeof(copy) || curl_library_load(&curl, NULL))
        return -1;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    /* libcurl's reader also takes "20260310" and bare years, which are no dates here. */
    int64_t seconds = strchr(copy, ':') ? (int64_t)curl.getdate(copy, NULL) : -1;
    return seconds <= LAST_SECOND ? seconds : -1;
}

/* Some servers send "0.5": the next whole second. */
static int64_t with_fraction(struct text text)
{
    struct text whole, rest;
    int64_t seconds = 0, fraction = 0;
    if (!text_cut(text, '.', &whole, &rest) || !text_to_integer(whole, &seconds) ||
        rest.length > 15 || !text_to_integer(rest, &fraction) || seconds < 0 ||
        seconds > INT32_MAX || fraction < 0)
        return -1;
    return seconds * 1000 + (fraction > 0 ? 1000 : 0);
}

int64_t retry_after(const struct http_response *response, instant now)
{
    struct text text = text_trim(http_response_header(response, "Retry-After"));
    int64_t seconds = 0;
    if (text_to_integer(text, &seconds))
        return seconds < 0 ? -1 : seconds > INT64_MAX / 1000 ? INT64_MAX : seconds * 1000;
    int64_t then = http_date(text);
    if (then < 0)
        return with_fraction(text);
    int64_t date = http_date(text_trim(http_response_header(response, "Date")));
    int64_t wait = then * 1000 - (date >= 0 ? date * 1000 : now);
    return wait > 0 ? wait : 0;
}

struct clock_bounds retry_clock_behind(const struct http_response *response, instant now)
{
    struct clock_bounds bounds = {.known = false};
    int64_t age = 0;
    const int64_t date = http_date(text_trim(http_response_header(response, "Date")));
    const bool cached =
        text_to_integer(text_trim(http_response_header(response, "Age")), &age) && age != 0;
    if (date < 0 || cached || response->status < 200 || response->status > 299)
        return bounds;
    /* it was written at some moment of the exchange, and is cut to the second */
    clock_bounds_narrow(&bounds, now - response->elapsed_ms - (date * 1000 + 999),
                        now - date * 1000);
    return bounds;
}
