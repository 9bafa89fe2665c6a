/*
 * http_traffic: how often which method was answered by which code, and how long answers took.
 *
 * Of a fixed size, so that it can be kept for each of a thousand integrations: methods and codes
 * beyond what it holds are counted under the last kind.
 */
#ifndef TANDEM_NET_CLIENT_HTTP_TRAFFIC_H
#define TANDEM_NET_CLIENT_HTTP_TRAFFIC_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { HTTP_TRAFFIC_KINDS = 24, HTTP_TRAFFIC_METHOD = 8, HTTP_TRAFFIC_LIMITS = 10 };
/* In milliseconds: an answer that took longer than the last one is in the last bucket. */
#define HTTP_TRAFFIC_LIMITS_MS                                                                     \
    {                                                                                              \
        50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000                                   \
    }

struct http_traffic_kind {
    char method[HTTP_TRAFFIC_METHOD]; /* "GET"; longer ones are cut off */
    int code;                         /* 0: there was no answer */
    uint64_t count;
};

struct http_traffic {
    struct http_traffic_kind kinds[HTTP_TRAFFIC_KINDS];
    size_t kind_count;
    uint64_t durations[HTTP_TRAFFIC_LIMITS + 1]; /* not cumulated */
    int64_t elapsed_ms;                          /* of all together */
};

/* One request that was answered, or was not (code 0). */
void http_traffic_add(struct http_traffic *traffic, struct text method, int code,
                      int64_t elapsed_ms);
/* `count` requests of a kind, without their durations. */
void http_traffic_add_kind(struct http_traffic *traffic, struct text method, int code,
                           uint64_t count);

#endif
