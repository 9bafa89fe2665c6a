/* Gauges from the store and the roster, counters from the reports of jobs since the service
 * began. */
#include "service/api/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/authorization_state.h"
#include "host/version.h"
#include "service/api/metrics_counters.h"
#include "store/service/delivery.h"
#include "store/service/message.h"
#include "store/service/overview.h"
#include "store/service/pages.h"

enum { METRICS_MOST = 16 << 20 };

/* A gauge with one line for each integration. */
static void gauge(struct metrics_page *page, const char *name, const char *help,
                  const struct overview_row *rows, size_t count,
                  double (*value)(const struct overview_row *row))
{
    metrics_page_head(page, name, "gauge", help);
    for (size_t i = 0; i < count; i++) {
        const double number = value(&rows[i]);
        if (number >= 0)
            metrics_page_put(page, "tandem_%s{integration=\"%.*s\"} %.15g\n", name,
                             TEXT_PRINT(rows[i].integration), number);
    }
}

static double seconds_of(instant at)
{
    return at == INSTANT_NONE ? -1 : (double)at / 1000;
}
static double success(const struct overview_row *row)
{
    return seconds_of(row->last_success);
}
static double position(const struct overview_row *row)
{
    return seconds_of(row->position);
}
static double waiting(const struct overview_row *row)
{
    return (double)row->waiting;
}
static double conflicts(const struct overview_row *row)
{
    return (double)row->held;
}
static double quarantined(const struct overview_row *row)
{
    return (double)row->quarantined;
}
static double doubt(const struct overview_row *row)
{
    return (double)row->in_doubt;
}
static double ambiguous(const struct overview_row *row)
{
    return (double)row->ambiguous;
}

static void put_store(struct metrics_page *page, struct store *store, struct arena *arena)
{
    struct overview_row *rows = NULL;
    size_t count = 0;
    int64_t bytes = 0, log_bytes = 0;
    uint64_t queue = 0;
    if (!page->code)
        page->code = overview_read(store, TEXT_ABSENT, arena, &rows, &count, &page->error);
    if (!page->code)
        page->code = delivery_queue(store, &queue, &page->error);
    if (page->code)
        return;
    gauge(page, "run_last_success_timestamp_seconds", "When a run last succeeded.", rows, count,
          success);
    gauge(page, "pull_position_timestamp_seconds",
          "The instant up to which everything there was pulled.", rows, count, position);
    gauge(page, "changes_waiting", "Edits here that are still to be sent.", rows, count, waiting);
    gauge(page, "conflicts_open", "Fields that both sides changed, without a winner.", rows, count,
          conflicts);
    gauge(page, "quarantine_held", "Objects that failed in too many runs.", rows, count,
          quarantined);
    gauge(page, "creates_in_doubt", "Creates with an unknown outcome.", rows, count, doubt);
    gauge(page, "records_ambiguous", "Records that match several objects here.", rows, count,
          ambiguous);
    overview_size(store, &bytes, &log_bytes);
    metrics_page_head(page, "store_bytes", "gauge", "Size of the store's files.");
    metrics_page_put(page, "tandem_store_bytes{file=\"main\"} %" PRId64 "\n", bytes);
    metrics_page_put(page, "tandem_store_bytes{file=\"wal\"} %" PRId64 "\n", log_bytes);
    metrics_page_head(page, "webhook_queue_length", "gauge", "Deliveries that wait for a sync.");
    metrics_page_put(page, "tandem_webhook_queue_length %" PRIu64 "\n", queue);
}

static void put_matters(struct metrics_page *page, struct store *store, struct arena *arena)
{
    struct message_state messages;
    json_t *items = NULL;
    if (!page->code)
        page->code = pages_count(store, COUNTS_MATTERS, TEXT_ABSENT, &items, &page->error);
    if (!page->code)
        page->code = message_state(store, arena, &messages, &page->error);
    if (page->code) {
        json_decref(items);
        return;
    }
    metrics_page_head(page, "matters_open", "gauge",
                      "Open matters by reason; 'retrying' resolves itself.");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *const item = json_array_get(items, i);
        metrics_page_put(page, "tandem_matters_open{integration=\"%s\",reason=\"%s\"} %lld\n",
                         json_string_value(json_object_get(item, "integration")),
                         json_string_value(json_object_get(item, "reason")),
                         (long long)json_integer_value(json_object_get(item, "count")));
    }
    json_decref(items);
    metrics_page_head(page, "messages_waiting", "gauge",
                      "Messages to people that could not be sent yet.");
    metrics_page_put(page, "tandem_messages_waiting %lld\n", (long long)messages.waiting);
}

/* For integrations that people authorize: must they do so (again)? Asked without the lock: it reads
 * files. */
static void put_authorizations(struct metrics_page *page, struct service *service,
                               struct session *session, struct arena *arena)
{
    struct text *names = NULL;
    size_t count = 0;
    pthread_mutex_lock(&service->lock);
    const struct roster *const roster = service->roster;
    names = ARENA_ARRAY(arena, roster->count, struct text);
    for (size_t i = 0; names && !page->code && i < roster->count; i++) {
        if (roster->entries[i].authorizes && roster->entries[i].enabled)
            page->code = text_copy(arena, roster->entries[i].name, &names[count++], &page->error);
    }
    pthread_mutex_unlock(&service->lock);
    metrics_page_head(page, "needs_reauth", "gauge",
                      "1 if somebody must authorize it ('tandem "
                      "auth').");
    for (size_t i = 0; !page->code && i < count; i++)
        metrics_page_put(page, "tandem_needs_reauth{integration=\"%.*s\"} %d\n",
                         TEXT_PRINT(names[i]), authorization_state_is_missing(session, names[i]));
}

/* ---- what the service itself knows; the lock is held ---- */

static void put_budgets(struct metrics_page *page, const struct service *service)
{
    const instant now = instant_now();
    metrics_page_head(page, "rate_budget_remaining_ratio", "gauge",
                      "What is left of a daily limit.");
    for (size_t i = 0; i < service->roster->count; i++) {
        const struct roster_entry *const entry = &service->roster->entries[i];
        for (size_t j = 0; j < entry->budget_count; j++)
            metrics_page_put(
                page,
                "tandem_rate_budget_remaining_ratio{integration=\"%.*s\",bucket=\"%.*s\"} %.6g\n",
                TEXT_PRINT(entry->name), TEXT_PRINT(entry->budgets[j].name),
                (double)budget_left(&service->home, &entry->budgets[j], now) /
                    (double)entry->budgets[j].per_day);
    }
}

static void put_service(struct metrics_page *page, const struct service *service)
{
    metrics_page_head(page, "build_info", "gauge", "Version of this Tandem.");
    metrics_page_put(page, "tandem_build_info{version=\"" TANDEM_VERSION "\"} 1\n");
    metrics_counters_put(page, service);
    metrics_page_head(page, "run_in_progress", "gauge", "1 while a run is in progress.");
    for (size_t i = 0; i < service->roster->count; i++)
        metrics_page_put(page, "tandem_run_in_progress{integration=\"%.*s\"} %d\n",
                         TEXT_PRINT(service->roster->entries[i].name),
                         service->roster->entries[i].job != NULL);
    metrics_page_head(page, "integration_paused", "gauge", "1 while it is paused.");
    for (size_t i = 0; i < service->roster->count; i++)
        metrics_page_put(page, "tandem_integration_paused{integration=\"%.*s\"} %d\n",
                         TEXT_PRINT(service->roster->entries[i].name),
                         service->roster->entries[i].paused);
    put_budgets(page, service);
    metrics_page_head(page, "schedule_interval_seconds", "gauge",
                      "Interval between scheduled syncs; 0: by cron or never.");
    for (size_t i = 0; i < service->roster->count; i++)
        metrics_page_put(page, "tandem_schedule_interval_seconds{integration=\"%.*s\"} %g\n",
                         TEXT_PRINT(service->roster->entries[i].name),
                         (double)service->roster->entries[i].schedule.every_ms / 1000);
}

/* What Prometheus expects of every process. */
static void put_process(struct metrics_page *page, const struct service *service)
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
    metrics_page_put(
        page,
        "# HELP process_resident_memory_bytes Resident memory.\n"
        "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %lld\n"
        "# HELP process_cpu_seconds_total Processor time of the service itself.\n"
        "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.2f\n"
        "# HELP process_start_time_seconds When the process began.\n"
        "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds %.3f\n",
        (long long)pages * sysconf(_SC_PAGESIZE), (double)clock() / CLOCKS_PER_SEC,
        (double)service->started / 1000);
}

void metrics_answer(struct service *service, struct session *session, struct web_request *request)
{
    struct metrics_page page = {.text = BUFFER(METRICS_MOST)};
    struct text body = TEXT_ABSENT;
    put_store(&page, session->store, request->arena);
    put_matters(&page, session->store, request->arena);
    put_authorizations(&page, service, session, request->arena);
    pthread_mutex_lock(&service->lock);
    put_service(&page, service);
    pthread_mutex_unlock(&service->lock);
    put_process(&page, service);
    if (!page.code)
        page.code = text_copy(request->arena, buffer_text(&page.text), &body, &page.error);
    buffer_release(&page.text);
    if (page.code)
        web_answer_error(request, 503, "unavailable", "Service unavailable", &page.error);
    else
        web_answer_body(request, 200, "text/plain; version=0.0.4; charset=utf-8", body);
}
