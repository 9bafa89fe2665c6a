/* A whole run against a store of its own. */
#include <stdio.h>
#include <stdlib.h>

#include "sync/process.h"
#include "cli/show/summary_output.h"
#include "speckit/kit.h"
#include "store/books/matters.h"
#include "store/books/store_run.h"
#include "store/schema/registry.h"

enum error_code kit_open_store(struct kit *kit, struct error *error)
{
    struct store_options options = store_options_default();
    char path[128];
    if (kit->store)
        return ERROR_NONE;
    if (!kit->folder[0]) {
        snprintf(kit->folder, sizeof kit->folder, "/tmp/tandem-spec-XXXXXX");
        if (!mkdtemp(kit->folder)) {
            kit->folder[0] = '\0';
            return error_set(error, ERROR_SYSTEM, "cannot make a folder for a store in '/tmp'");
        }
    }
    snprintf(path, sizeof path, "%s/tandem.db", kit->folder);
    options.create = true;
    options.clock = kit->now;
    options.log = kit->log;
    return store_open(path, &options, &kit->store, error);
}

/* ---- options ---- */

static enum error_code read_names(struct arena *arena, const json_t *asked, const char *key,
                                  const struct object_name **names, size_t *count,
                                  struct error *error)
{
    const json_t *const list = json_object_get(asked, key);
    struct object_name *const made = ARENA_ARRAY(arena, json_array_size(list), struct object_name);
    *names = made;
    *count = json_array_size(list);
    if (!made)
        return error_memory(error, "the ids of a run");
    for (size_t i = 0; i < *count; i++) {
        const struct text name = text_of(json_string_value(json_array_get(list, i)));
        if (run_object_name_parse(name, key, &made[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code read_wishes(struct arena *arena, const json_t *list,
                                   struct run_options *options, struct error *error)
{
    struct retry_wish *const made = ARENA_ARRAY(arena, json_array_size(list), struct retry_wish);
    options->retry = made;
    options->retry_count = json_array_size(list);
    if (!made)
        return error_memory(error, "the wishes of a run");
    for (size_t i = 0; i < options->retry_count; i++) {
        const struct text wish = text_of(json_string_value(json_array_get(list, i)));
        if (run_retry_wish_parse(wish, &made[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code read_options(struct kit *kit, const json_t *asked,
                                    struct run_options *options, struct error *error)
{
    *options = (struct run_options){
        .first_time = json_is_true(json_object_get(asked, "first_time")),
        .no_pull = json_is_true(json_object_get(asked, "no_pull")),
        .no_push = json_is_true(json_object_get(asked, "no_push")),
        .start = kit_text(asked, "from"),
        .end = kit_text(asked, "to"),
    };
    if (read_names(kit->arena, asked, "internal_ids", &options->internal_ids,
                   &options->internal_id_count, error) ||
        read_names(kit->arena, asked, "integration_ids", &options->integration_ids,
                   &options->integration_id_count, error) ||
        read_wishes(kit->arena, json_object_get(asked, "retry"), options, error))
        return error->code;
    return kit_options_of(kit, json_object_get(asked, "options"), &options->options,
                          &options->option_count, error);
}

/* ---- the run ---- */

/* A run that met or created an open matter needs attention, as in 'tandem sync'. */
static enum error_code look_at_matters(const struct kit *kit, struct store_run *store_run,
                                       struct run_summary *summary, struct summary_facts *facts,
                                       struct error *error)
{
    struct matter_count *matters = NULL;
    if (store_run_forget_settled(store_run, error) ||
        matters_count(kit->store, kit->name, kit->now, kit->arena, &matters, &facts->matter_count,
                      error) ||
        matters_left_out(kit->store, store_run_id(store_run), &facts->left_out, error))
        return error->code;
    facts->matters = matters;
    if (summary->status == RUN_DONE && summary_output_met(matters, facts->matter_count))
        summary->status = RUN_DONE_WITH_ISSUES;
    return ERROR_NONE;
}

static enum error_code carry_out_run(struct kit *kit, const struct run_options *options,
                                     struct store_run *store_run, json_t **json,
                                     struct error *error)
{
    const struct run run = {
        .integration = kit->name,
        .now = kit->now,
        .manual = kit->manual,
        .settings = &kit->configuration->run,
        .options = options,
        .exchange = script_exchange_table(kit->exchange),
        .internal = store_run_internal(store_run),
        .books = store_run_books(store_run),
        .journal = store_run_journal(store_run),
        .log = kit->log,
    };
    const struct http_counts before = http_client_counts(kit->http);
    struct run_summary summary = {
        .integration = kit->name, .from = INSTANT_NONE, .to = INSTANT_NONE};
    struct error failure = {.code = ERROR_NONE};
    (void)!process_run(&run, &summary, &failure);
    struct http_counts counts = http_client_counts(kit->http);
    counts.requests -= before.requests;
    counts.writes -= before.writes;
    counts.retries -= before.retries;
    struct summary_facts facts = {
        .run = store_run_id(store_run),
        .summary = &summary,
        .http = counts,
        .scripts = script_exchange_version(kit->exchange),
        .error = failure.code ? &failure : NULL,
    };
    enum error_code code = look_at_matters(kit, store_run, &summary, &facts, error);
    *json = summary_output_json(&facts);
    if (*json)
        json_object_set_new(*json, "writes", json_integer((json_int_t)counts.writes));
    if (!code)
        code = store_run_finish(store_run, &summary, failure.code ? failure.message : NULL, error);
    if (failure.code) {
        *error = failure;
        return failure.code;
    }
    return code || *json ? code : error_memory(error, "the summary of a run");
}

enum error_code kit_sync(struct kit *kit, const json_t *asked, json_t **summary,
                         struct error *error)
{
    const struct registry_integration registered = {
        .name = kit->name, .enabled = true, .manual = kit->manual};
    const struct store_run_options run_options = {.integration = kit->name,
                                                  .manual = kit->manual,
                                                  .now = kit->now,
                                                  .options_json = TEXT("{}"),
                                                  .retries = kit->configuration->run.retries,
                                                  .log = kit->log};
    struct run_options options;
    struct store_run *store_run = NULL;
    *summary = NULL;
    if (read_options(kit, asked, &options, error) || store_set_clock(kit->store, kit->now, error) ||
        registry_set(kit->store, &registered, 1, error) ||
        store_run_open(kit->store, &run_options, &store_run, error))
        return error->code;
    const enum error_code code = carry_out_run(kit, &options, store_run, summary, error);
    store_run_close(store_run);
    return code;
}
