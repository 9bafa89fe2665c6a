/* An integration as the run sees it: reports, orders, hooks, and the swap of versions. */
#include "script/integration/script_exchange.h"

#include <stdlib.h>
#include <string.h>

#include "script/integration/script_fields.h"
#include "script/integration/script_hooks.h"
#include "script/integration/script_orders.h"
#include "script/bindings/bindings.h"
#include "script/integration/script_reports.h"
#include "script/integration/script_webhooks.h"

enum { FIELDS_ARENA = 64 << 20 };

struct script_exchange {
    struct exchange table; /* first member: recovered from its address */
    struct script_exchange_options options;
    struct script *script;
    struct script_stamp stamp, refused; /* of the running version; of one that did not load */
    const struct manual *manual;
    struct script_fields fields;
    struct script_reports reports;
    int64_t past_cpu_ms; /* of the versions before this one */
    int64_t looked_at;   /* when the files were looked at last, monotonic nanoseconds */
};

static struct script_exchange *exchange_of(struct exchange *table)
{
    return (struct script_exchange *)table;
}

static enum error_code prefixed(struct script_exchange *exchange, enum error_code code,
                                struct error *error)
{
    if (!code || !error)
        return code;
    log_redact(exchange->options.script.log, error->message);
    return error_prefix(error, "%s", exchange->options.script.name);
}

/* ---------------------------------------------------------------- reports */

static struct report_source source_of(struct script_exchange *exchange)
{
    return (struct report_source){exchange->script, exchange->manual, &exchange->fields};
}

static void swap_if_changed(struct script_exchange *exchange);

static enum error_code get_report(struct exchange *table, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct script_exchange *const exchange = exchange_of(table);
    if (request->depth == 0)
        swap_if_changed(exchange);
    const struct report_source source = source_of(exchange);
    return prefixed(exchange,
                    script_reports_get(&exchange->reports, &source, request, report, error), error);
}

static void prepare_report(struct exchange *table, const struct request *request)
{
    struct script_exchange *const exchange = exchange_of(table);
    const struct report_source source = source_of(exchange);
    script_reports_prepare(&exchange->reports, &source, request);
}

/* ---------------------------------------------------------------- orders */

static bool hears_batches(struct exchange *table)
{
    return script_has_function(exchange_of(table)->script, PART_HOOKS, "batch_completed");
}

/* The dates that they gave to our writes show how late it is there (spec section 13.9). */
static void note_writes(struct http_client *http, const struct order *order, instant begun)
{
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_answer *answer = order->changes[i]->answers;
        for (; answer; answer = answer->next)
            if (answer->at != INSTANT_NONE &&
                (answer->kind == ANSWER_CREATED || answer->kind == ANSWER_UPDATED))
                client_note_write(http, begun, answer->at, answer->kind == ANSWER_CREATED);
    }
}

static enum error_code execute_order(struct exchange *table, struct order *order,
                                     struct error *error)
{
    struct script_exchange *const exchange = exchange_of(table);
    struct http_client *const http = exchange->options.script.http;
    if (order->depth == 0)
        swap_if_changed(exchange);
    const instant begun = http ? client_rate_now(http) : INSTANT_NONE;
    const enum error_code code = script_orders_execute(exchange->script, &exchange->fields, order,
                                                       hears_batches(table), error);
    if (http)
        note_writes(http, order, begun);
    return prefixed(exchange, code, error);
}

static enum error_code find_created(struct exchange *table, const struct order_change *change,
                                    struct arena *arena, struct text *id, bool *supported,
                                    struct error *error)
{
    struct script_exchange *const exchange = exchange_of(table);
    return prefixed(
        exchange, script_orders_find(exchange->script, change, arena, id, supported, error), error);
}

/* ---------------------------------------------------------------- conflicts */

static enum error_code resolve_conflict(struct exchange *table, const struct manual_entry *entry,
                                        const struct manual_line *line,
                                        const struct judge_side *left,
                                        const struct judge_side *right, enum verdict *verdict,
                                        struct error *error)
{
    const struct script_exchange *const exchange = exchange_of(table);
    const struct integration_configuration *const configuration = exchange->options.configuration;
    *verdict = VERDICT_UNRESOLVED;
    const struct mapping_field *const field =
        !configuration ? NULL : integration_configuration_field(configuration, entry, line);
    if (!field)
        return ERROR_NONE;
    return integration_configuration_resolve(configuration, field, left, right, verdict, error);
}

/* ---------------------------------------------------------------- hooks */

static void batch_completed(struct exchange *table, const struct batch_result *result)
{
    script_hook_batch(exchange_of(table)->script, result);
}

static struct clock_bounds clock_behind(struct exchange *table)
{
    const struct http_client *const http = exchange_of(table)->options.script.http;
    return !http ? (struct clock_bounds){.known = false} : client_clock_behind(http);
}

static void run_completed(struct exchange *table, const struct run_summary *summary)
{
    script_hook_run(exchange_of(table)->script, summary);
}

/* ---------------------------------------------------------------- versions */

static bool same_objects(const struct manifest *left, const struct manifest *right)
{
    if (left->object_count != right->object_count)
        return false;
    for (size_t i = 0; i < left->object_count; i++) {
        if (!text_equal(left->objects[i].name, right->objects[i].name) ||
            !text_equal(left->objects[i].internal, right->objects[i].internal))
            return false;
    }
    return true;
}

/* Load the folder's current files; NULL (logged) if they are incomplete or wrong. */
static struct script *load_beside(struct script_exchange *exchange)
{
    struct error error;
    struct script *script = NULL;
    struct log *const log = exchange->options.script.log;
    if (script_load(&exchange->options.script, &script, &error)) {
        log_write(log, LOG_ERROR, "script",
                  "the changed script is not used; the old version stays in use: %s",
                  error.message);
        return NULL;
    }
    if (!same_objects(&script->manifest, &exchange->script->manifest)) {
        log_write(log, LOG_WARN, "script",
                  "the changed script is not used before the next run: the objects of its manifest "
                  "have changed");
        script_free(script);
        return NULL;
    }
    return script;
}

/* What the run has to know about this version. */
static void describe(struct script_exchange *exchange)
{
    struct script *const script = exchange->script;
    exchange->table.idempotent_creates = script->manifest.idempotent_creates;
    exchange->table.idempotent_for_ms = script->manifest.idempotent_for_ms;
    exchange->table.only_written_to = !script_has_function(script, PART_REPORT_BUILDER, "build");
}

static void swap(struct script_exchange *exchange, struct script *script)
{
    script_reports_drop(&exchange->reports, exchange->script);
    exchange->past_cpu_ms += sandbox_cpu_ms(exchange->script->sandbox);
    script_free(exchange->script);
    exchange->script = script;
    exchange->fields.lists = NULL;
    describe(exchange);
    log_write(exchange->options.script.log, LOG_INFO, "script",
              "the script has changed: version %.*s, sha256 %.12s goes on",
              TEXT_PRINT(script->version.version), script->version.sha256);
}

/* Each check reads the folders, which is expensive compared with a page that needs no network; a
 * moment's delay after saving a file does not matter. */
static bool is_time_to_look(struct script_exchange *exchange)
{
    const int64_t now = sandbox_clock(CLOCK_MONOTONIC);
    const int64_t pause = (int64_t)exchange->options.look_every_ms * 1000000;
    if (exchange->looked_at != 0 && now - exchange->looked_at < pause)
        return false;
    exchange->looked_at = now;
    return true;
}

static void swap_if_changed(struct script_exchange *exchange)
{
    struct script_stamp stamp;
    char sha256[65];
    if (!exchange->options.hot_swap || !is_time_to_look(exchange) ||
        script_stamp_read(&exchange->options.script, &stamp, NULL) ||
        stamp.hash == exchange->stamp.hash || stamp.hash == exchange->refused.hash)
        return;
    if (!script_hash(&exchange->options.script, sha256, NULL) &&
        strcmp(sha256, exchange->script->version.sha256) == 0) {
        exchange->stamp = stamp; /* touched, or changed back */
        return;
    }
    struct script *const script = load_beside(exchange);
    if (!script) {
        exchange->refused = stamp;
        return;
    }
    exchange->stamp = stamp;
    swap(exchange, script);
}

/* ---------------------------------------------------------------- life */

static const struct exchange functions = {
    .get_report = get_report,
    .execute_order = execute_order,
    .overlaps = true,
    .prepare_report = prepare_report,
    .find = find_created,
    .resolve_conflict = resolve_conflict,
    .batch_completed = batch_completed,
    .hears_batches = hears_batches,
    .run_completed = run_completed,
    .clock_behind = clock_behind,
};

enum error_code script_exchange_open(const struct script_exchange_options *options,
                                     struct script_exchange **out, struct error *error)
{
    *out = NULL;
    struct script_exchange *const exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return error_memory(error, "an integration");
    exchange->table = functions;
    exchange->options = *options;
    exchange->fields.arena = arena_new(FIELDS_ARENA);
    enum error_code code =
        exchange->fields.arena ? ERROR_NONE : error_memory(error, "an integration");
    if (!code)
        code = script_stamp_read(&options->script, &exchange->stamp, error);
    if (!code)
        code = script_load(&options->script, &exchange->script, error);
    if (code) {
        script_exchange_close(exchange);
        return code;
    }
    describe(exchange);
    *out = exchange;
    return ERROR_NONE;
}

void script_exchange_close(struct script_exchange *exchange)
{
    if (!exchange)
        return;
    if (exchange->script)
        script_reports_drop(&exchange->reports, exchange->script);
    script_free(exchange->script);
    script_reports_release(&exchange->reports);
    arena_free(exchange->fields.arena);
    free(exchange);
}

const struct manifest *script_exchange_manifest(const struct script_exchange *exchange)
{
    return &exchange->script->manifest;
}

const struct script_version *script_exchange_version(const struct script_exchange *exchange)
{
    return &exchange->script->version;
}

int64_t script_exchange_cpu_ms(const struct script_exchange *exchange)
{
    return exchange->past_cpu_ms + sandbox_cpu_ms(exchange->script->sandbox);
}

void script_exchange_set_manual(struct script_exchange *exchange, const struct manual *manual)
{
    exchange->manual = manual;
}

struct exchange *script_exchange_table(struct script_exchange *exchange)
{
    return &exchange->table;
}

enum error_code script_exchange_fields(struct script_exchange *exchange, struct text object,
                                       bool fresh, struct arena *arena,
                                       struct script_field **fields, size_t *count,
                                       struct error *error)
{
    const struct script_field_list *list = NULL;
    *fields = NULL;
    *count = 0;
    enum error_code code =
        script_fields_of(&exchange->fields, exchange->script, object, fresh, &list, error);
    if (code)
        return prefixed(exchange, code, error);
    struct script_field *const copy = ARENA_ARRAY(arena, list->count, struct script_field);
    if (!copy)
        return error_memory(error, "the fields of an object");
    for (size_t i = 0; i < list->count && !code; i++) {
        copy[i] = list->fields[i];
        code = text_keep(arena, error, &copy[i].name, &copy[i].label, NULL);
    }
    *fields = copy;
    *count = list->count;
    return code;
}

enum error_code script_exchange_read_webhook(struct script_exchange *exchange, struct text body,
                                             struct arena *arena, struct object_name **names,
                                             size_t *count, struct error *error)
{
    const enum error_code code =
        script_webhooks_read(exchange->script, body, arena, names, count, error);
    return !code ? code : prefixed(exchange, code, error);
}

bool script_exchange_has(const struct script_exchange *exchange, const char *part,
                         const char *function)
{
    for (int i = 0; i < PART_COUNT; i++) {
        if (strcmp(script_part_name((enum script_part)i), part) == 0)
            return script_has_function(exchange->script, (enum script_part)i, function);
    }
    return false;
}
