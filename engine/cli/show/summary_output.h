/*
 * summary_output: what a run did, for people and for programs. The shape of the JSON is a promise.
 */
#ifndef TANDEM_CLI_SHOW_SUMMARY_OUTPUT_H
#define TANDEM_CLI_SHOW_SUMMARY_OUTPUT_H

#include <jansson.h>
#include <time.h>

#include "net/client/http_client.h"
#include "script/integration/script_loader.h"
#include "model/run.h"
#include "store/books/matters.h"

struct summary_facts {
    int64_t run; /* its number in the store */
    const struct run_summary *summary;
    struct http_counts http;
    const struct script_version *scripts;
    double seconds;
    const struct error *error;          /* NULL: none */
    const struct matter_count *matters; /* of the integration, after the run */
    size_t matter_count;
    uint64_t left_out; /* values that could not be taken or sent */
};

/* From `started` of the monotonic clock to now. */
double summary_output_seconds(const struct timespec *started);
/* Is it reported that a clock is so far behind? */
bool summary_output_tells_clock(int64_t behind_ms);
/* How many open matters the run met or created. */
uint64_t summary_output_met(const struct matter_count *matters, size_t count);
/* {"name", "version", "sha256"}; null if it is NULL. */
json_t *summary_output_scripts(const struct script_version *scripts);
json_t *summary_output_json(const struct summary_facts *facts);
/* A few lines on standard output. */
void summary_output_text(const struct summary_facts *facts);

#endif
