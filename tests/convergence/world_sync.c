/* One run of one party's integration, as the command line would make it. */
#include <string.h>

#include "sync/process.h"
#include "convergence/emptied.h"
#include "convergence/losses.h"
#include "convergence/party_exchange.h"
#include "convergence/promise.h"
#include "convergence/witness.h"
#include "store/inspect/status.h"
#include "support/books_proxy.h"
#include "support/exchange_proxy.h"
#include "support/journal_proxy.h"

struct watch {
    struct world *world;
    const struct party *party;
    struct promise *promise; /* what was planned; NULL: nothing */
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
    if (order->receiver == SIDE_INTERNAL && order->change_count > 0)
        watch->world->pulled_at = watch->world->now;
    emptied_check(watch->world, watch->party, order);
    witness_order(watch->world, watch->party, order);
    for (size_t i = 0; i < order->change_count && watch->world->story; i++)
        tell_change(watch->world, order, order->changes[i]);
}

static void outcome_told(void *context, const struct outcome *outcome)
{
    const struct watch *watch = context;
    if (outcome->kind == OUTCOME_UNCHANGED)
        return;
    world_tell(watch->world, "  %s %.*s:%.*s %s%s%s",
               outcome->side == SIDE_INTEGRATION ? "pulled" : "pushed", TEXT_PRINT(outcome->object),
               TEXT_PRINT(outcome->id), outcome_name(outcome->kind), outcome->reason ? ": " : "",
               outcome->reason ? outcome->reason : "");
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

/* What tells one kind of run from another, so that a run of another kind is not gone on with. */
static struct text kind_of(const struct sync_request *request)
{
    if (!text_is_absent(request->record.id))
        return request->record.id;
    if (!text_is_absent(request->object.id))
        return request->object.id;
    return request->first_time ? TEXT("first") : TEXT("{}");
}

struct store_run_options world_run_options(const struct party *party,
                                           const struct sync_request *request)
{
    return (struct store_run_options){.integration = text_of(party->setup->name),
                                      .manual = party->manual,
                                      .now = party->world->now,
                                      .options_json = kind_of(request)};
}

/* The books, and every call of them and of all others a place to die at. */
struct places {
    struct books_proxy books; /* first: it is recovered from it */
    struct exchange_proxy exchange;
    struct internal_proxy internal;
    struct journal_proxy journal;
    struct proxy_plan plan;
    enum error_code (*commit)(struct books *books, struct error *error);
    struct party *party; /* NULL: it is not told what has been seen */
};

static void stepped(void *context, enum proxy_step step, uint64_t number)
{
    (void)context;
    (void)step;
    (void)number;
    kill_meet(KILL_STEP);
}

/* What is committed has been seen; what is told to a process that dies before has not. */
static enum error_code commit(struct books *books, struct error *error)
{
    struct places *places = (struct places *)(void *)books;
    if (places->commit(books, error))
        return error->code;
    if (places->party)
        party_exchange_seen(places->party);
    return ERROR_NONE;
}

static void make_places(struct places *places, struct run *run, struct party *party)
{
    *places = (struct places){.plan = {.stepped = stepped}, .party = party};
    books_proxy_init(&places->books, run->books, &places->plan);
    exchange_proxy_init(&places->exchange, run->exchange, &places->plan);
    exchange_proxy_init_internal(&places->internal, run->internal, &places->plan);
    places->commit = places->books.books.commit;
    places->books.books.commit = commit;
    run->books = &places->books.books;
    run->exchange = &places->exchange.exchange;
    run->internal = &places->internal.side;
    if (run->journal) {
        journal_proxy_init(&places->journal, run->journal, &places->plan);
        run->journal = &places->journal.journal;
    }
}

enum error_code world_run_carry_out(const struct world_run *parts, struct run_summary *summary,
                                    struct error *error)
{
    struct world *world = parts->world;
    struct party *party = &world->parties[parts->request->party % PARTY_COUNT];
    const struct run_settings settings = settings_of(world);
    const struct sync_request *request = parts->request;
    const struct run_options options = {.first_time = request->first_time,
                                        .internal_ids = &request->object,
                                        .internal_id_count = !text_is_absent(request->object.id),
                                        .integration_ids = &request->record,
                                        .integration_id_count =
                                            !text_is_absent(request->record.id)};
    struct places places;
    struct run told = {.integration = text_of(party->setup->name),
                       .now = parts->resumed ? parts->resumed->now : world->now,
                       .manual = party->manual,
                       .settings = &settings,
                       .options = &options,
                       .exchange = parts->exchange,
                       .internal = parts->internal,
                       .books = store_run_books(parts->store_run),
                       .journal =
                           world->without_journal ? NULL : store_run_journal(parts->store_run),
                       .resume = parts->resumed ? &parts->resumed->progress : NULL,
                       .observers = parts->observers,
                       .observer_count = parts->observer_count};
    make_places(&places, &told, parts->planned ? NULL : party);
    return process_run(&told, summary, error);
}

static enum error_code run(struct world *world, const struct sync_request *request,
                           struct store_run *store_run, const struct store_unfinished *resumed,
                           struct watch *watch, struct sync_result *result)
{
    struct error finish = {0};
    struct promise *const promise = watch->promise;
    struct party *const party = &world->parties[request->party % PARTY_COUNT];
    struct observer observers[2] = {{.context = watch,
                                     .order_made = order_made,
                                     .outcome = world->story ? outcome_told : NULL}};
    if (promise)
        observers[1] = promise_observer(promise);
    const struct world_run parts = {.world = world,
                                    .request = request,
                                    .exchange =
                                        promise ? promise_exchange(promise) : &party->exchange,
                                    .internal = store_run_internal(store_run),
                                    .store_run = store_run,
                                    .resumed = resumed,
                                    .observers = observers,
                                    .observer_count = promise ? 2 : 1};
    const enum error_code code = world_run_carry_out(&parts, &result->summary, &result->error);
    if (store_run_finish(store_run, &result->summary, code ? result->error.message : NULL,
                         &finish)) {
        if (!code)
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
    if (!world->story ||
        status_changes(world->store, TEXT_ABSENT, world->scratch, &changes, &count, &error))
        return;
    for (size_t i = 0; i < count; i++) {
        struct object_row *row = NULL;
        if (objects_get(world->store, changes[i].object, changes[i].id, world->scratch, &row,
                        &error) ||
            !row)
            continue;
        world_tell(world, "  waits for %.*s: %.*s of %.*s:%.*s%s",
                   TEXT_PRINT(changes[i].integration), TEXT_PRINT(changes[i].field),
                   TEXT_PRINT(changes[i].object), TEXT_PRINT(changes[i].id),
                   changes[i].mark_count > 0 ? " (marked)" : "");
    }
}

/* Go on with a run that died, by the rules of sync_preparation.c. */
static enum error_code find_killed(struct world *world, struct store_run_options *options,
                                   struct store_unfinished *unfinished, bool *resumed,
                                   struct error *error)
{
    if (resume_unfinished(world->store, options->integration, 0, options->manual, world->scratch,
                          unfinished, error))
        return error->code;
    if (unfinished->died && unfinished->same_manual &&
        text_equal(unfinished->options_json, options->options_json)) {
        options->now = unfinished->now;
        options->resumes = unfinished->run;
        world->tally.resumed++;
        *resumed = true;
        world_tell(world, "  goes on after page %u of the %s", unfinished->progress.iteration,
                   unfinished->progress.phase);
    }
    return ERROR_NONE;
}

static enum error_code open_and_run(struct world *world, const struct sync_request *request,
                                    struct watch *watch, struct sync_result *result)
{
    struct store_run *store_run = NULL;
    struct store_unfinished unfinished = {.run = 0};
    struct store_run_options options =
        world_run_options(&world->parties[request->party % PARTY_COUNT], request);
    if (find_killed(world, &options, &unfinished, &result->resumed, &result->error) ||
        store_run_open(world->store, &options, &store_run, &result->error))
        return result->error.code;
    const enum error_code code =
        run(world, request, store_run, result->resumed ? &unfinished : NULL, watch, result);
    store_run_close(store_run);
    return code;
}

static void reopen(struct world *world)
{
    struct error error = {0};
    world_close_store(world);
    if (world_open_store(world, &error))
        world_fail(world, "the store cannot be opened: %s", error.message);
}

static struct sync_result sync_calmly(struct world *world, const struct sync_request *request)
{
    struct sync_result result = {.code = ERROR_NONE};
    struct party *party = &world->parties[request->party % PARTY_COUNT];
    struct watch watch = {.world = world, .party = party};
    struct losses losses;
    party_run_ended(party, false); /* one that was killed */
    party_plan(party, request->seed, request->faults, request->meddling);
    const bool named = !text_is_absent(request->object.id) || !text_is_absent(request->record.id);
    party->plan.full = request->first_time || named;
    if (request->first_time && !named)
        party_free_refused(party);
    world->running = request->party % PARTY_COUNT;
    world->pushing = false;
    world_touches_begin(world);
    world_tell(world, "sync with %s%s", party->setup->name,
               request->first_time ? ", first time" : "");
    if (world->planned)
        watch.promise = promise_make(world, request);
    if (world_failed(world))
        return result;
    losses_look(world, party, &losses);
    result.code = open_and_run(world, request, &watch, &result);
    losses_check(world, party, &losses);
    result.written = watch.written;
    party_run_ended(party, !result.code);
    if (!result.code && !request->faults && !request->meddling && !result.resumed && !named)
        witness_waiting(world, party, request->first_time);
    if (!result.code && !named && !result.resumed) /* one that goes on may have nothing to ask */
        witness_clock(world, party, &result.summary);
    tell_waiting(world);
    if (result.code) {
        world_tell(world, "  ended: %s", result.error.message);
        if (!request->faults || result.code != ERROR_TRANSPORT)
            world_fail(world, "a run fails: %s", result.error.message);
    } else if (watch.promise) {
        promise_check(watch.promise, &result.summary);
    }
    promise_free(watch.promise);
    return result;
}

struct sync_result world_sync(struct world *world, const struct sync_request *request)
{
    struct sync_result result = {.code = ERROR_NONE};
    if (request->killed_at.number == 0)
        return sync_calmly(world, request);
    world->death = (struct death){.place = request->killed_at};
    kill_arm(&world->death);
    reopen(world);
    if (!world_failed(world))
        result = sync_calmly(world, request);
    world_close_store(world);
    kill_disarm();
    reopen(world);
    return result;
}
