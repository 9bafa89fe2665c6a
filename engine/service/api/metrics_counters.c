/* Counters and histograms: runs, their requests, deliveries. */
#include "service/api/metrics_counters.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static void counter(struct metrics_page *page, const struct service *service, const char *name,
                    const char *help, size_t offset)
{
    metrics_page_head(page, name, "counter", help);
    for (size_t i = 0; i < service->count_count; i++) {
        uint64_t number = 0;
        memcpy(&number, (const char *)&service->counts[i] + offset, sizeof number);
        metrics_page_put(page, "tandem_%s{integration=\"%s\"} %" PRIu64 "\n", name,
                         service->counts[i].integration, number);
    }
}

/* A counter for each value of a label, one after the other from `offset` on. */
struct labelled_counter {
    const char *name, *help, *label;
    const char *const *values;
    size_t value_count, offset;
};

static void labelled(struct metrics_page *page, const struct service *service,
                     const struct labelled_counter *family)
{
    metrics_page_head(page, family->name, "counter", family->help);
    for (size_t i = 0; i < service->count_count; i++) {
        for (size_t j = 0; j < family->value_count; j++) {
            uint64_t number = 0;
            memcpy(&number, (const char *)&service->counts[i] + family->offset + j * sizeof number,
                   sizeof number);
            metrics_page_put(page, "tandem_%s{integration=\"%s\",%s=\"%s\"} %" PRIu64 "\n",
                             family->name, service->counts[i].integration, family->label,
                             family->values[j], number);
        }
    }
}

static void durations(struct metrics_page *page, const struct service *service)
{
    static const double limits[] = SERVICE_DURATIONS;
    metrics_page_head(page, "run_duration_seconds", "histogram", "How long runs took.");
    for (size_t i = 0; i < service->count_count; i++) {
        const struct service_counts *const counts = &service->counts[i];
        uint64_t sum = 0;
        for (size_t j = 0; j <= SERVICE_DURATION_COUNT; j++) {
            sum += counts->durations[j];
            metrics_page_put(page, "tandem_run_duration_seconds_bucket{integration=\"%s\",le=\"",
                             counts->integration);
            if (j < SERVICE_DURATION_COUNT)
                metrics_page_put(page, "%g\"} %" PRIu64 "\n", limits[j], sum);
            else
                metrics_page_put(page, "+Inf\"} %" PRIu64 "\n", sum);
        }
        metrics_page_put(page,
                         "tandem_run_duration_seconds_sum{integration=\"%s\"} %.6g\n"
                         "tandem_run_duration_seconds_count{integration=\"%s\"} %" PRIu64 "\n",
                         counts->integration, counts->seconds, counts->integration, sum);
    }
}

static void requests(struct metrics_page *page, const struct service *service)
{
    metrics_page_head(page, "http_requests_total", "counter",
                      "Requests of runs by status code; 0: there was no answer.");
    for (size_t i = 0; i < service->count_count; i++) {
        const struct service_counts *const counts = &service->counts[i];
        for (size_t j = 0; j < counts->traffic.http.kind_count; j++) {
            const struct http_traffic_kind *const kind = &counts->traffic.http.kinds[j];
            metrics_page_put(page,
                             "tandem_http_requests_total{integration=\"%s\",method=\"%s\",code="
                             "\"%d\"} %" PRIu64 "\n",
                             counts->integration, kind->method, kind->code, kind->count);
        }
    }
}

static void waits(struct metrics_page *page, const struct service *service)
{
    static const int64_t limits[HTTP_TRAFFIC_LIMITS] = HTTP_TRAFFIC_LIMITS_MS;
    static const char name[] = "tandem_http_request_duration_seconds";
    metrics_page_head(page, "http_request_duration_seconds", "histogram",
                      "How long requests of runs took.");
    for (size_t i = 0; i < service->count_count; i++) {
        const struct service_counts *const counts = &service->counts[i];
        const struct http_traffic *const http = &counts->traffic.http;
        uint64_t sum = 0;
        for (size_t j = 0; j < HTTP_TRAFFIC_LIMITS; j++) {
            sum += http->durations[j];
            metrics_page_put(page, "%s_bucket{integration=\"%s\",le=\"%g\"} %" PRIu64 "\n", name,
                             counts->integration, (double)limits[j] / 1000, sum);
        }
        sum += http->durations[HTTP_TRAFFIC_LIMITS];
        metrics_page_put(page,
                         "%s_bucket{integration=\"%s\",le=\"+Inf\"} %" PRIu64 "\n"
                         "%s_sum{integration=\"%s\"} %.3f\n%s_count{integration=\"%s\"} %" PRIu64
                         "\n",
                         name, counts->integration, sum, name, counts->integration,
                         (double)http->elapsed_ms / 1000, name, counts->integration, sum);
    }
}

static void records(struct metrics_page *page, const struct service *service)
{
    metrics_page_head(page, "records_total", "counter", "Records that runs processed.");
    for (size_t i = 0; i < service->count_count; i++) {
        const char *labels = NULL;
        json_t *count = NULL;
        json_object_foreach(service->counts[i].records, labels, count) metrics_page_put(
            page, "tandem_records_total{integration=\"%s\",%s} %lld\n",
            service->counts[i].integration, labels, (long long)json_integer_value(count));
    }
}

void metrics_counters_put(struct metrics_page *page, const struct service *service)
{
    static const char *const statuses[] = {"done", "attention", "failed", "refused"};
    static const char *const results[] = {"stored", "duplicate", "flooded", "refused", "too_large"};
    static const struct labelled_counter runs = {"run_total",
                                                 "Runs that ended.",
                                                 "status",
                                                 statuses,
                                                 4,
                                                 offsetof(struct service_counts, runs)},
                                         deliveries = {"webhook_deliveries_total",
                                                       "Deliveries by result.",
                                                       "result",
                                                       results,
                                                       5,
                                                       offsetof(struct service_counts, deliveries)};
    labelled(page, service, &runs);
    durations(page, service);
    requests(page, service);
    waits(page, service);
    counter(page, service, "http_retries_total", "Requests that were sent again.",
            offsetof(struct service_counts, retries));
    counter(page, service, "http_received_bytes_total", "Bytes that runs received.",
            offsetof(struct service_counts, bytes_in));
    counter(page, service, "http_sent_bytes_total", "Bytes that runs sent.",
            offsetof(struct service_counts, bytes_out));
    records(page, service);
    labelled(page, service, &deliveries);
    metrics_page_head(page, "script_cpu_seconds_total", "counter", "Processor time of scripts.");
    for (size_t i = 0; i < service->count_count; i++)
        metrics_page_put(page, "tandem_script_cpu_seconds_total{integration=\"%s\"} %.3f\n",
                         service->counts[i].integration,
                         (double)service->counts[i].traffic.script_ms / 1000);
}
