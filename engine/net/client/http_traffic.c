/* Requests by method and code, and a histogram of how long they took. */
#include "net/client/http_traffic.h"

#include <stdio.h>
#include <string.h>

void http_traffic_add_kind(struct http_traffic *traffic, struct text method, int code,
                           uint64_t count)
{
    char name[HTTP_TRAFFIC_METHOD];
    size_t i = 0;
    snprintf(name, sizeof name, "%.*s", TEXT_PRINT(method));
    while (i < traffic->kind_count &&
           (traffic->kinds[i].code != code || strcmp(traffic->kinds[i].method, name) != 0))
        i++;
    if (i == HTTP_TRAFFIC_KINDS)
        i--;
    if (i == traffic->kind_count) {
        memcpy(traffic->kinds[i].method, name, sizeof name);
        traffic->kinds[i].code = code;
        traffic->kind_count++;
    }
    traffic->kinds[i].count += count;
}

void http_traffic_add(struct http_traffic *traffic, struct text method, int code,
                      int64_t elapsed_ms)
{
    static const int64_t limits[HTTP_TRAFFIC_LIMITS] = HTTP_TRAFFIC_LIMITS_MS;
    size_t bucket = 0;
    http_traffic_add_kind(traffic, method, code, 1);
    while (bucket < HTTP_TRAFFIC_LIMITS && elapsed_ms > limits[bucket])
        bucket++;
    traffic->durations[bucket]++;
    traffic->elapsed_ms += elapsed_ms;
}
