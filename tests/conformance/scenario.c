#include "sync/process.h"
#include "conformance/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/json_value.h"
#include "conformance/scenario_options.h"
#include "conformance/scenario_record.h"
#include "conformance/scenario_store.h"
#include "conformance/scripted_side.h"
#include "script/integration/script_exchange.h"
#include "store/books/store_run.h"

/* One run of a scenario. */
struct play {
    struct scenario_store *scenario;
    const json_t *told; /* {integration, now, options, edits?, config?, side} */
    const struct scenario_integration *integration;
    struct scenario_record *record;
    instant now;
    struct run_options options;
    struct run_settings settings;
    const char *failure; /* as `error` of expected names it; NULL: none */
    struct run_summary summary;
};

/* ------------------------------------------------------------------ the integration */

/* The script's exchange, with the edits that users make while an order is executed. */
struct meddling_exchange {
    struct exchange exchange;
    struct exchange *script;
    struct play *play;
    json_int_t executed;
};

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct meddling_exchange *self = (struct meddling_exchange *)exchange;
    return self->script->get_report(self->script, request, report, error);
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct meddling_exchange *self = (struct meddling_exchange *)exchange;
    struct play *play = self->play;
    self->executed++;
    const json_t *edits = json_object_get(json_object_get(play->told, "side"), "during_push");
    for (size_t i = 0; i < json_array_size(edits); i++) {
        const json_t *one = json_array_get(edits, i);
        if (json_integer_value(json_object_get(one, "iteration")) != self->executed)
            continue;
        if (scenario_store_edit(play->scenario, json_object_get(one, "edits"), error) ||
            store_set_clock(play->scenario->store, play->now, error))
            return error->code;
    }
    return self->script->execute_order(self->script, order, error);
}

/* Objects that the manifest has though they are not mapped: those that are reported. */
static void add_reported(const json_t *side, json_t *seen, json_t *objects)
{
    const json_t *reports = json_object_get(side, "reports");
    for (size_t i = 0; i < json_array_size(reports); i++) {
        const json_t *reported = json_object_get(json_array_get(reports, i), "objects");
        for (size_t j = 0; j < json_array_size(reported); j++) {
            const char *name =
                json_string_value(json_object_get(json_array_get(reported, j), "object"));
            if (!name || json_object_get(seen, name))
                continue;
            json_object_set_new(seen, name, json_true());
            json_array_append_new(objects,
                                  json_pack("{s:s, s:s}", "name", name, "internal", "contact"));
        }
    }
}

/* What the scripted integration reads: its objects and what it has to play. */
static enum error_code script_config(struct play *play, struct text *config, struct error *error)
{
    json_t *objects = json_array();
    json_t *seen = json_object();
    const json_t *manual = play->integration->manual_told;
    for (size_t i = 0; i < json_array_size(manual); i++) {
        const json_t *entry = json_array_get(manual, i);
        const char *name = json_string_value(json_object_get(entry, "integration_object"));
        if (json_object_get(seen, name))
            continue;
        json_object_set_new(seen, name, json_true());
        json_array_append_new(objects, json_pack("{s:s, s:O}", "name", name, "internal",
                                                 json_object_get(entry, "internal_object")));
    }
    add_reported(json_object_get(play->told, "side"), seen, objects);
    json_decref(seen);
    /* A manifest names at least one object. */
    if (json_array_size(objects) == 0)
        json_array_append_new(objects,
                              json_pack("{s:s, s:s}", "name", "Nothing", "internal", "contact"));
    json_t *whole = json_pack("{s:o, s:O, s:O?}", "objects", objects, "side",
                              json_object_get(play->told, "side"), "manual", manual);
    char *text = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    if (!text)
        return error_memory(error, "the configuration of the script");
    const enum error_code code = text_copy(play->scenario->arena, text_of(text), config, error);
    free(text);
    return code;
}

static instant script_now(void *context)
{
    return ((const struct play *)context)->now;
}

static enum error_code open_script(struct play *play, struct script_exchange **exchange,
                                   struct error *error)
{
    struct script_exchange_options options = {
        .script = {.home = CONFORMANCE_INTEGRATION_FOLDER,
                   .name = "scripted",
                   .now = script_now,
                   .now_context = play},
    };
    if (script_config(play, &options.script.config, error) ||
        script_exchange_open(&options, exchange, error))
        return error->code;
    script_exchange_set_manual(*exchange, play->integration->manual);
    return ERROR_NONE;
}

/* ------------------------------------------------------------------ a run */

static const char *failure_of(enum error_code code, const struct run_summary *summary)
{
    if (!code)
        return NULL;
    if (code == ERROR_REFUSED || code == ERROR_USAGE)
        return "refused";
    if (code == ERROR_CURSOR_REPEATED)
        return "cursor_repeated";
    if (!summary->failed_in)
        return error_name(code);
    return strcmp(summary->failed_in, "push") == 0 ? "push_failed" : "pull_failed";
}

static enum error_code run_process(struct play *play, struct store_run *store_run,
                                   struct exchange *script, struct error *error)
{
    /* Only what takes part in a case; the rest of the script's table would miss its own struct. */
    struct meddling_exchange exchange = {
        .exchange = {.get_report = get_report, .execute_order = execute_order},
        .script = script,
        .play = play};
    const struct observer observer = scenario_record_observer(play->record);
    const struct run run = {.integration = text_of(play->integration->name),
                            .now = play->now,
                            .manual = play->integration->manual,
                            .settings = &play->settings,
                            .options = &play->options,
                            .exchange = &exchange.exchange,
                            .internal = store_run_internal(store_run),
                            .books = store_run_books(store_run),
                            .observers = &observer,
                            .observer_count = 1};
    struct error failure = {0};
    const enum error_code code = process_run(&run, &play->summary, &failure);
    play->failure = failure_of(code, &play->summary);
    if (code && getenv("CONFORMANCE_VERBOSE"))
        fprintf(stderr, "%s: %s\n", play->integration->name, failure.message);
    return store_run_finish(store_run, &play->summary, code ? failure.message : NULL, error);
}

/* Configuration and mapping, as far as the case tells them. */
static struct text setup_of(struct play *play)
{
    json_t *whole = json_pack("[O?, O?, O?, O]", json_object_get(play->scenario->input, "config"),
                              json_object_get(play->told, "config"), play->integration->config_told,
                              play->integration->manual_told);
    char *text = whole ? json_dumps(whole, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    struct text setup = TEXT_ABSENT;
    if (!text || text_copy(play->scenario->arena, text_of(text), &setup, NULL))
        setup = TEXT_ABSENT;
    free(text);
    json_decref(whole);
    return setup;
}

static enum error_code run_engine(struct play *play, struct error *error)
{
    struct script_exchange *script = NULL;
    struct store_run *store_run = NULL;
    struct scripted_side side;
    const bool scripts = !getenv("CONFORMANCE_WITHOUT_SCRIPTS");
    const struct store_run_options options = {.integration = text_of(play->integration->name),
                                              .manual = play->integration->manual,
                                              .now = play->now,
                                              .options_json = TEXT("{}"),
                                              .setup = setup_of(play)};
    scripted_side_init(&side, json_object_get(play->told, "side"), play->integration->manual);
    enum error_code code = scripts ? open_script(play, &script, error) : ERROR_NONE;
    if (!code)
        code = store_run_open(play->scenario->store, &options, &store_run, error);
    if (!code)
        code = run_process(play, store_run,
                           scripts ? script_exchange_table(script) : &side.exchange, error);
    store_run_close(store_run);
    script_exchange_close(script);
    return code;
}

/* What the command line does before a run: look up the integration, read options and settings. */
static enum error_code prepare(struct play *play, bool *refused, struct error *error)
{
    const char *name = json_string_value(json_object_get(play->told, "integration"));
    play->integration = name ? scenario_store_integration(play->scenario, name) : NULL;
    *refused = play->integration == NULL || !play->integration->enabled;
    if (*refused)
        return ERROR_NONE;
    play->settings = run_settings_default();
    play->settings.outage_share = 1.0; /* the cases know nothing of outages */
    if (scenario_options_config(play->scenario->arena,
                                json_object_get(play->scenario->input, "config"), &play->settings,
                                error) ||
        scenario_options_config(play->scenario->arena, play->integration->config_told,
                                &play->settings, error) ||
        scenario_options_config(play->scenario->arena, json_object_get(play->told, "config"),
                                &play->settings, error))
        return error->code;
    struct error malformed = {0};
    const enum error_code code = scenario_options_read(
        play->scenario->arena, json_object_get(play->told, "options"), &play->options, &malformed);
    *refused = code == ERROR_USAGE || code == ERROR_REFUSED;
    if (code && !*refused) {
        *error = malformed;
        return code;
    }
    return ERROR_NONE;
}

static enum error_code play_run(struct play *play, struct error *error)
{
    bool refused = false;
    if (scenario_store_change(play->scenario, json_object_get(play->told, "integrations"), error) ||
        scenario_store_edit(play->scenario, json_object_get(play->told, "edits"), error) ||
        store_set_clock(play->scenario->store, play->now, error) || prepare(play, &refused, error))
        return error->code;
    if (refused) {
        play->failure = "refused";
        return ERROR_NONE;
    }
    return run_engine(play, error);
}

/* What the run did, as `expected` writes it; `final` aside. Borrows from the record. */
static json_t *result_of(const struct play *play)
{
    const struct scenario_record *record = play->record;
    json_t *result = json_pack(
        "{s:O, s:O, s:O, s:O, s:O, s:O, s:{s:I, s:I, s:I}}", "requests", record->requests,
        "pull_orders", record->pull_orders, "push_orders", record->push_orders, "batch_results",
        record->batch_results, "outcomes", record->outcomes, "notifications", record->notifications,
        "conflicts", "internal", (json_int_t)play->summary.pull.conflicts.internal, "integration",
        (json_int_t)play->summary.pull.conflicts.integration, "unresolved",
        (json_int_t)play->summary.pull.conflicts.unresolved);
    if (result)
        json_object_set_new(result, "error",
                            play->failure ? json_string(play->failure) : json_null());
    return result;
}

static enum error_code compare_run(struct play *play, size_t number, const json_t *expected,
                                   struct comparison *comparison, struct error *error)
{
    char path[64];
    snprintf(path, sizeof path, "runs[%zu]", number);
    json_t *state = NULL;
    json_t *result = result_of(play);
    if (!result)
        return error_memory(error, "the result of a run");
    json_t *stated = json_copy((json_t *)expected);
    json_object_del(stated, "final");
    comparison_result(comparison, path, stated, result);
    json_decref(stated);
    json_decref(result);
    json_t *final = json_object_get(expected, "final");
    if (!final)
        return ERROR_NONE;
    if (scenario_store_final(play->scenario, &state, error))
        return error->code;
    snprintf(path, sizeof path, "runs[%zu].final", number);
    comparison_store(comparison, path, final, state);
    json_decref(state);
    return ERROR_NONE;
}

static enum error_code play_runs(struct scenario_store *scenario, const json_t *item,
                                 struct comparison *comparison, struct error *error)
{
    const json_t *runs = json_object_get(scenario->input, "runs");
    const json_t *expected = json_object_get(json_object_get(item, "expected"), "runs");
    for (size_t i = 0; i < json_array_size(runs); i++) {
        struct scenario_record record;
        if (scenario_record_init(&record, error))
            return error->code;
        struct play play = {
            .scenario = scenario, .told = json_array_get(runs, i), .record = &record};
        play.now = json_value_instant(json_object_get(play.told, "now"));
        enum error_code code = play_run(&play, error);
        if (!code && i < json_array_size(expected))
            code = compare_run(&play, i, json_array_get(expected, i), comparison, error);
        scenario_record_release(&record);
        if (code)
            return error_prefix(error, "runs[%zu]", i);
    }
    return ERROR_NONE;
}

enum error_code scenario_run(const json_t *item, struct comparison *comparison, struct error *error)
{
    struct scenario_store scenario;
    struct arena *arena = arena_new(0);
    if (!arena)
        return error_memory(error, "a scenario");
    enum error_code code =
        scenario_store_open(&scenario, arena, json_object_get(item, "input"), error);
    if (!code) {
        code = play_runs(&scenario, item, comparison, error);
        scenario_store_close(&scenario);
    }
    arena_free(arena);
    return code;
}
