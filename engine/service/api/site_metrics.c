/* Gauges from the store and the roster, counters from the reports of jobs since the service
 * began. */
#include "service/api/site.h"

#include "base/version.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/authorization_state.h"
#include "store/service/delivery.h"
#include "store/service/message.h"
#include "store/service/overview.h"
#include "store/service/pages.h"

enum { METRICS_MOST = 16 << 20 };

/* The text while it is written; the first error is kept. */
struct metrics {
    struct buffer text;
    struct error error;
};

static void put(struct metrics *page, const char *format, ...) PRINTF_LIKE(2, 3);
static void put(struct metrics *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (!page->error.code)
        (void)!buffer_append_list(&page->text, &page->error, format, arguments);
    va_end(arguments);
}

/* What a metric is; `name` is without the prefix. */
static void put_head(struct metrics *page, const char *name, const char *type, const char *help)
{
    put(page, "# HELP tandem_%s %s\n# TYPE tandem_%s %s\n", name, help, name, type);
}

/* ---- what the store knows ---- */

/* Gauges with a line for each integration of which they are known. */
static void put_overview(struct metrics *page, const struct overview_row *rows, size_t count)
{
    static const struct {
        const char *name, *help;
        size_t offset;
        bool is_instant;
    } gauges[] = {
#define GAUGE(member) offsetof(struct overview_row, member)
        {"run_last_success_timestamp_seconds", "When a run last succeeded.", GAUGE(last_success),
         true},
        {"pull_position_timestamp_seconds", "The instant up to which everything there was pulled.",
         GAUGE(position), true},
        {"changes_waiting", "Edits here that are still to be sent.", GAUGE(waiting), false},
        {"conflicts_open", "Fields that both sides changed, without a winner.", GAUGE(held), false},
        {"quarantine_held", "Objects that failed in too many runs.", GAUGE(quarantined), false},
        {"creates_in_doubt", "Creates with an unknown outcome.", GAUGE(in_doubt), false},
        {"records_ambiguous", "Records that match several objects here.", GAUGE(ambiguous), false},
#undef GAUGE
    };
    for (size_t i = 0; i < sizeof gauges / sizeof *gauges; i++) {
        put_head(page, gauges[i].name, "gauge", gauges[i].help);
        for (size_t j = 0; j < count; j++) {
            int64_t number = 0;
            memcpy(&number, (const char *)&rows[j] + gauges[i].offset, sizeof number);
            if (number >= 0)
                put(page, "tandem_%s{integration=\"%.*s\"} %.15g\n", gauges[i].name,
                    TEXT_PRINT(rows[j].integration),
                    (double)number / (gauges[i].is_instant ? 1000 : 1));
        }
    }
}

static void put_store(struct metrics *page, struct store *store, struct arena *arena)
{
    struct overview_row *rows = NULL;
    size_t count = 0;
    int64_t bytes = 0, log_bytes = 0;
    uint64_t queue = 0;
    if (overview_read(store, TEXT_ABSENT, arena, &rows, &count, &page->error) ||
        delivery_queue(store, &queue, &page->error))
        return;
    put_overview(page, rows, count);
    overview_size(store, &bytes, &log_bytes);
    put_head(page, "store_bytes", "gauge", "Size of the store's files.");
    put(page, "tandem_store_bytes{file=\"main\"} %" PRId64 "\n", bytes);
    put(page, "tandem_store_bytes{file=\"wal\"} %" PRId64 "\n", log_bytes);
    put_head(page, "webhook_queue_length", "gauge", "Deliveries that wait for a sync.");
    put(page, "tandem_webhook_queue_length %" PRIu64 "\n", queue);
}

static void put_matters(struct metrics *page, struct store *store, struct arena *arena)
{
    struct message_state messages;
    json_t *items = NULL;
    if (page->error.code || message_state(store, arena, &messages, &page->error) ||
        pages_count(store, COUNTS_MATTERS, TEXT_ABSENT, &items, &page->error))
        return;
    put_head(page, "matters_open", "gauge", "Open matters by reason; 'retrying' resolves itself.");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *const item = json_array_get(items, i);
        put(page, "tandem_matters_open{integration=\"%s\",reason=\"%s\"} %lld\n",
            json_string_value(json_object_get(item, "integration")),
            json_string_value(json_object_get(item, "reason")),
            (long long)json_integer_value(json_object_get(item, "count")));
    }
    json_decref(items);
    put_head(page, "messages_waiting", "gauge", "Messages to people that could not be sent yet.");
    put(page, "tandem_messages_waiting %lld\n", (long long)messages.waiting);
}

/* For integrations that people authorize: must they do so (again)? Asked without the lock: it reads
 * files. */
static void put_authorizations(struct metrics *page, struct service *service,
                               struct session *session, struct arena *arena)
{
    struct text *names = NULL;
    size_t count = 0;
    pthread_mutex_lock(&service->lock);
    const struct roster *const roster = service->roster;
    names = ARENA_ARRAY(arena, roster->count, struct text);
    for (size_t i = 0; names && !page->error.code && i < roster->count; i++) {
        if (roster->entries[i].authorizes && roster->entries[i].enabled)
            (void)!text_copy(arena, roster->entries[i].name, &names[count++], &page->error);
    }
    pthread_mutex_unlock(&service->lock);
    put_head(page, "needs_reauth", "gauge", "1 if somebody must authorize it ('tandem auth').");
    for (size_t i = 0; !page->error.code && i < count; i++)
        put(page, "tandem_needs_reauth{integration=\"%.*s\"} %d\n", TEXT_PRINT(names[i]),
            authorization_state_is_missing(session, names[i]));
}

/* ---- what was counted since the service began; the lock is held ---- */

/* A counter, or one for each value of a label, one after the other from `offset` on. */
static void put_counter(struct metrics *page, const struct service *service, const char *name,
                        const char *help, size_t offset, const char *label,
                        const char *const *values)
{
    put_head(page, name, "counter", help);
    for (size_t i = 0; i < service->count_count; i++) {
        const struct service_counts *const counts = &service->counts[i];
        const uint64_t *const numbers = (const void *)((const char *)counts + offset);
        if (!label)
            put(page, "tandem_%s{integration=\"%s\"} %" PRIu64 "\n", name, counts->integration,
                *numbers);
        for (size_t j = 0; label && values[j]; j++)
            put(page, "tandem_%s{integration=\"%s\",%s=\"%s\"} %" PRIu64 "\n", name,
                counts->integration, label, values[j], numbers[j]);
    }
}

/* Of one integration: how many were within each limit, given those that were above the one before
 * it, and the sum of all. */
static void put_histogram(struct metrics *page, const char *name, const char *integration,
                          const double *limits, size_t limit_count, const uint64_t *counts,
                          const char *sum)
{
    uint64_t total = 0;
    for (size_t i = 0; i < limit_count; i++) {
        total += counts[i];
        put(page, "tandem_%s_bucket{integration=\"%s\",le=\"%g\"} %" PRIu64 "\n", name, integration,
            limits[i], total);
    }
    total += counts[limit_count];
    put(page,
        "tandem_%s_bucket{integration=\"%s\",le=\"+Inf\"} %" PRIu64 "\n"
        "tandem_%s_sum{integration=\"%s\"} %s\ntandem_%s_count{integration=\"%s\"} %" PRIu64 "\n",
        name, integration, total, name, integration, sum, name, integration, total);
}

static void put_durations(struct metrics *page, const struct service *service)
{
    static const double limits[] = SERVICE_DURATIONS;
    char sum[32];
    put_head(page, "run_duration_seconds", "histogram", "How long runs took.");
    for (size_t i = 0; i < service->count_count; i++) {
        const struct service_counts *const counts = &service->counts[i];
        snprintf(sum, sizeof sum, "%.6g", counts->seconds);
        put_histogram(page, "run_duration_seconds", counts->integration, limits,
                      SERVICE_DURATION_COUNT, counts->durations, sum);
    }
}

static void put_requests(struct metrics *page, const struct service *service)
{
    put_head(page, "http_requests_total", "counter",
             "Requests of runs by status code; 0: there was no answer.");
    for (size_t i = 0; i < service->count_count; i++) {
        const struct service_counts *const counts = &service->counts[i];
        for (size_t j = 0; j < counts->traffic.http.kind_count; j++) {
            const struct http_traffic_kind *const kind = &counts->traffic.http.kinds[j];
            put(page,
                "tandem_http_requests_total{integration=\"%s\",method=\"%s\",code="
                "\"%d\"} %" PRIu64 "\n",
                counts->integration, kind->method, kind->code, kind->count);
        }
    }
}

static void put_waits(struct metrics *page, const struct service *service)
{
    static const int64_t limits_ms[HTTP_TRAFFIC_LIMITS] = HTTP_TRAFFIC_LIMITS_MS;
    double limits[HTTP_TRAFFIC_LIMITS];
    char sum[32];
    for (size_t i = 0; i < HTTP_TRAFFIC_LIMITS; i++)
        limits[i] = (double)limits_ms[i] / 1000;
    put_head(page, "http_request_duration_seconds", "histogram", "How long requests of runs took.");
    for (size_t i = 0; i < service->count_count; i++) {
        const struct http_traffic *const http = &service->counts[i].traffic.http;
        snprintf(sum, sizeof sum, "%.3f", (double)http->elapsed_ms / 1000);
        put_histogram(page, "http_request_duration_seconds", service->counts[i].integration, limits,
                      HTTP_TRAFFIC_LIMITS, http->durations, sum);
    }
}

static void put_records(struct metrics *page, const struct service *service)
{
    put_head(page, "records_total", "counter", "Records that runs processed.");
    for (size_t i = 0; i < service->count_count; i++) {
        const char *labels = NULL;
        json_t *count = NULL;
        json_object_foreach(service->counts[i].records, labels, count)
            put(page, "tandem_records_total{integration=\"%s\",%s} %lld\n",
                service->counts[i].integration, labels, (long long)json_integer_value(count));
    }
}

static void put_counters(struct metrics *page, const struct service *service)
{
    static const char *const statuses[] = {"done", "attention", "failed", "refused", NULL};
    static const char *const results[] = {"stored",  "duplicate", "flooded",
                                          "refused", "too_large", NULL};
#define COUNTS(member) offsetof(struct service_counts, member)
    put_counter(page, service, "run_total", "Runs that ended.", COUNTS(runs), "status", statuses);
    put_durations(page, service);
    put_requests(page, service);
    put_waits(page, service);
    put_counter(page, service, "http_retries_total", "Requests that were sent again.",
                COUNTS(retries), NULL, NULL);
    put_counter(page, service, "http_received_bytes_total", "Bytes that runs received.",
                COUNTS(bytes_in), NULL, NULL);
    put_counter(page, service, "http_sent_bytes_total", "Bytes that runs sent.", COUNTS(bytes_out),
                NULL, NULL);
    put_records(page, service);
    put_counter(page, service, "webhook_deliveries_total", "Deliveries by result.",
                COUNTS(deliveries), "result", results);
#undef COUNTS
    put_head(page, "script_cpu_seconds_total", "counter", "Processor time of scripts.");
    for (size_t i = 0; i < service->count_count; i++)
        put(page, "tandem_script_cpu_seconds_total{integration=\"%s\"} %.3f\n",
            service->counts[i].integration, (double)service->counts[i].traffic.script_ms / 1000);
}

/* ---- what the service itself knows; the lock is held ---- */

static void put_budgets(struct metrics *page, const struct service *service)
{
    const instant now = instant_now();
    put_head(page, "rate_budget_remaining_ratio", "gauge", "What is left of a daily limit.");
    for (size_t i = 0; i < service->roster->count; i++) {
        const struct roster_entry *const entry = &service->roster->entries[i];
        for (size_t j = 0; j < entry->budget_count; j++)
            put(page,
                "tandem_rate_budget_remaining_ratio{integration=\"%.*s\",bucket=\"%.*s\"} %.6g\n",
                TEXT_PRINT(entry->name), TEXT_PRINT(entry->budgets[j].name),
                (double)budget_left(&service->home, &entry->budgets[j], now) /
                    (double)entry->budgets[j].per_day);
    }
}

static void put_service(struct metrics *page, const struct service *service)
{
    put_head(page, "build_info", "gauge", "Version of this Tandem.");
    put(page, "tandem_build_info{version=\"" TANDEM_VERSION "\"} 1\n");
    put_counters(page, service);
    put_head(page, "run_in_progress", "gauge", "1 while a run is in progress.");
    for (size_t i = 0; i < service->roster->count; i++)
        put(page, "tandem_run_in_progress{integration=\"%.*s\"} %d\n",
            TEXT_PRINT(service->roster->entries[i].name), service->roster->entries[i].job != NULL);
    put_head(page, "integration_paused", "gauge", "1 while it is paused.");
    for (size_t i = 0; i < service->roster->count; i++)
        put(page, "tandem_integration_paused{integration=\"%.*s\"} %d\n",
            TEXT_PRINT(service->roster->entries[i].name), service->roster->entries[i].paused);
    put_budgets(page, service);
    put_head(page, "schedule_interval_seconds", "gauge",
             "Interval between scheduled syncs; 0: by cron or never.");
    for (size_t i = 0; i < service->roster->count; i++)
        put(page, "tandem_schedule_interval_seconds{integration=\"%.*s\"} %g\n",
            TEXT_PRINT(service->roster->entries[i].name),
            (double)service->roster->entries[i].schedule.every_ms / 1000);
}

/* What Prometheus expects of every process. */
static void put_process(struct metrics *page, const struct service *service)
{
    FILE *const file = fopen("/proc/self/statm", "re");
    char line[128] = "";
    int64_t pages = 0;
    if (file && fgets(line, sizeof line, file)) {
        const char *const second = strchr(line, ' ');
        if (!second ||
            !text_to_integer((struct text){second + 1, strcspn(second + 1, " ")}, &pages))
            pages = 0;
    }
    if (file)
        fclose(file);
    put(page,
        "# HELP process_resident_memory_bytes Resident memory.\n"
        "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %lld\n"
        "# HELP process_cpu_seconds_total Processor time of the service itself.\n"
        "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.2f\n"
        "# HELP process_start_time_seconds When the process began.\n"
        "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds %.3f\n",
        (long long)pages * sysconf(_SC_PAGESIZE), (double)clock() / CLOCKS_PER_SEC,
        (double)service->started / 1000);
}

void site_metrics(struct service *service, struct session *session, struct web_request *request)
{
    struct metrics page = {.text = BUFFER(METRICS_MOST)};
    struct text body = TEXT_ABSENT;
    put_store(&page, session->store, request->arena);
    put_matters(&page, session->store, request->arena);
    put_authorizations(&page, service, session, request->arena);
    pthread_mutex_lock(&service->lock);
    put_service(&page, service);
    pthread_mutex_unlock(&service->lock);
    put_process(&page, service);
    if (page.error.code || text_copy(request->arena, buffer_text(&page.text), &body, &page.error))
        web_answer_error(request, 503, &page.error);
    else
        web_answer_body(request, 200, "text/plain; version=0.0.4; charset=utf-8", body);
    buffer_release(&page.text);
}
