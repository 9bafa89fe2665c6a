/* One run of one party's integration, as the command line would make it. */
#include <string.h>

#include "convergence/promise.h"
#include "convergence/world.h"
#include "store/status.h"

struct watch {
    struct world *world;
    unsigned written;
};

static void tell_change(struct world *world, const struct order *order,
                        const struct order_change *change)
{
    char text[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < change->field_count && used < sizeof text; i++) {
        const struct order_field *field = &change->fields[i];
        const struct manual_object *object =
            order->receiver == SIDE_INTERNAL ? change->entry->internal : change->entry->integration;
        struct text value = TEXT("?");
        struct error error = {0};
        if (field->state == FIELD_UNCHANGED ||
            value_format(world->scratch, &field->value, 20, &value, &error))
            continue;
        const int more = snprintf(text + used, sizeof text - used, " %.*s=%.*s",
                                  TEXT_PRINT(object->fields[field->field].name), TEXT_PRINT(value));
        used += more > 0 ? (size_t)more : 0;
    }
    world_tell(world, "  %s %.*s:%.*s from %.*s:%.*s%s",
               order->receiver == SIDE_INTERNAL ? "pull" : "push", TEXT_PRINT(change->object),
               TEXT_PRINT(text_is_absent(change->object_id) ? TEXT("new") : change->object_id),
               TEXT_PRINT(change->mapped_object), TEXT_PRINT(change->mapped_id), text);
}

static void order_made(void *context, const struct order *order)
{
    struct watch *watch = context;
    watch->written += (unsigned)order->change_count;
    for (size_t i = 0; i < order->change_count && watch->world->story != NULL; i++)
        tell_change(watch->world, order, order->changes[i]);
}

static void outcome_told(void *context, const struct outcome *outcome)
{
    const struct watch *watch = context;
    if (outcome->kind == OUTCOME_UNCHANGED)
        return;
    world_tell(watch->world, "  %s %.*s:%.*s %s%s%s",
               outcome->side == SIDE_INTEGRATION ? "pulled" : "pushed", TEXT_PRINT(outcome->object),
               TEXT_PRINT(outcome->id), outcome_name(outcome->kind),
               outcome->reason != NULL ? ": " : "", outcome->reason != NULL ? outcome->reason : "");
}

static struct run_settings settings_of(const struct world *world)
{
    struct run_settings settings = run_settings_default();
    if (world->without_base)
        settings.judge = (struct judge){{JUDGE_HARD, JUDGE_BEST, JUDGE_FUZZY}, 3};
    settings.on_tie = world->setup.on_tie;
    settings.page_full = 3;
    settings.page_partial = 2;
    /* A few objects are many here: the brakes have tests of their own. */
    settings.mass_minimum = UINT32_MAX;
    settings.outage_minimum = UINT32_MAX;
    return settings;
}

struct store_run_options world_run_options(const struct party *party)
{
    return (struct store_run_options){.integration = text_of(party->setup->name),
                                      .manual = party->manual,
                                      .now = party->world->now,
                                      .options_json = TEXT("{}")};
}

enum error_code world_run_carry_out(const struct world_run *parts, struct run_summary *summary,
                                    struct error *error)
{
    const struct party *party = &parts->world->parties[parts->request->party % PARTY_COUNT];
    const struct run_settings settings = settings_of(parts->world);
    const struct run_options options = {.first_time = parts->request->first_time};
    const struct run told = {.integration = text_of(party->setup->name),
                             .now = parts->world->now,
                             .manual = party->manual,
                             .settings = &settings,
                             .options = &options,
                             .exchange = parts->exchange,
                             .internal = parts->internal,
                             .books = store_run_books(parts->store_run),
                             .journal = store_run_journal(parts->store_run),
                             .observers = &parts->observer,
                             .observer_count = 1};
    return process_run(&told, summary, error);
}

static enum error_code run(struct world *world, const struct sync_request *request,
                           struct store_run *store_run, struct watch *watch,
                           struct sync_result *result)
{
    struct error finish = {0};
    const struct world_run parts = {
        .world = world,
        .request = request,
        .exchange = &world->parties[request->party % PARTY_COUNT].exchange,
        .internal = store_run_internal(store_run),
        .store_run = store_run,
        .observer = {.context = watch,
                     .order_made = order_made,
                     .outcome = world->story != NULL ? outcome_told : NULL}};
    const enum error_code code = world_run_carry_out(&parts, &result->summary, &result->error);
    if (store_run_finish(store_run, &result->summary,
                         code != ERROR_NONE ? result->error.message : NULL, &finish)) {
        if (code == ERROR_NONE)
            result->error = finish;
        return finish.code;
    }
    return code;
}

/* What waits for whom after a run. */
static void tell_waiting(struct world *world)
{
    struct status_change *changes = NULL;
    size_t count = 0;
    struct error error = {0};
    if (world->story == NULL || status_changes(world->store, TEXT_ABSENT, 0, SIZE_MAX,
                                               world->scratch, &changes, &count, &error))
        return;
    for (size_t i = 0; i < count; i++) {
        struct object_row *row = NULL;
        if (objects_get(world->store, changes[i].object, changes[i].id, world->scratch, &row,
                        &error) ||
            row == NULL)
            continue;
        world_tell(world, "  waits for %.*s: %.*s of %.*s:%.*s%s",
                   TEXT_PRINT(changes[i].integration), TEXT_PRINT(changes[i].field),
                   TEXT_PRINT(changes[i].object), TEXT_PRINT(changes[i].id),
                   changes[i].mark_count > 0 ? " (marked)" : "");
    }
}

struct sync_result world_sync(struct world *world, const struct sync_request *request)
{
    struct sync_result result = {.code = ERROR_NONE};
    struct watch watch = {.world = world};
    struct party *party = &world->parties[request->party % PARTY_COUNT];
    struct store_run *store_run = NULL;
    struct promise *promise = NULL;
    const struct store_run_options options = world_run_options(party);
    party_plan(party, request->seed, request->faults, request->meddling);
    world_tell(world, "sync with %s%s", party->setup->name,
               request->first_time ? ", first time" : "");
    if (world->planned && (promise = promise_make(world, request)) == NULL)
        return result;
    result.code = store_run_open(world->store, &options, &store_run, &result.error);
    if (result.code == ERROR_NONE)
        result.code = run(world, request, store_run, &watch, &result);
    store_run_close(store_run);
    result.written = watch.written;
    tell_waiting(world);
    if (result.code != ERROR_NONE) {
        world_tell(world, "  ended: %s", result.error.message);
        if (!request->faults || result.code != ERROR_TRANSPORT)
            world_fail(world, "a run fails: %s", result.error.message);
    } else if (promise != NULL) {
        promise_check(promise, &result.summary);
    }
    promise_free(promise);
    return result;
}
