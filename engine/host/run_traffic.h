/*
 * run_traffic: what a run reports to `tandem serve` at its end, for /metrics, and how it is written
 * on the pipe between the two.
 */
#ifndef TANDEM_HOST_RUN_TRAFFIC_H
#define TANDEM_HOST_RUN_TRAFFIC_H

#include <jansson.h>

#include "net/client/http_traffic.h"

struct run_traffic {
    struct http_traffic http;
    int64_t script_ms; /* processor time of scripts */
};

/* NULL: out of memory. */
json_t *run_traffic_json(const struct run_traffic *traffic);
/* Add the counts of such JSON; anything else (NULL, too) adds nothing. */
void run_traffic_add_json(struct run_traffic *sum, const json_t *json);

#endif
