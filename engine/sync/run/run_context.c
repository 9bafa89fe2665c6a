/* Made at the start of a run, gone with it. */
#include "sync/run/run_context.h"

enum error_code run_context_init(struct run_context *context, const struct run *run,
                                 struct run_summary *summary, struct error *error)
{
    const struct manual *manual = run->manual;
    *context = (struct run_context){.run = run, .summary = summary, .start = INSTANT_NONE};
    if (run->settings->run_minutes > 0)
        context->end_ms = instant_monotonic_ms() + (int64_t)run->settings->run_minutes * 60 * 1000;
    context->arena = arena_new(0);
    if (!context->arena)
        return error_memory(error, "a run");
    context->windows = ARENA_ARRAY(context->arena, manual->integration_count, struct window);
    context->selected_records =
        ARENA_ARRAY(context->arena, manual->integration_count, struct selection_ids);
    context->selected_objects =
        ARENA_ARRAY(context->arena, manual->internal_count, struct selection_ids);
    context->removed = ARENA_ARRAY(context->arena, manual->integration_count, uint64_t);
    context->emptied = ARENA_ARRAY(context->arena, manual->internal_count, uint64_t *);
    context->page_after = ARENA_ARRAY(context->arena, manual->internal_count, struct text);
    context->again = ARENA_ARRAY(context->arena, manual->internal_count, struct selection_ids);
    context->stale = ARENA_ARRAY(context->arena, manual->integration_count, struct selection_ids);
    if (!context->windows || !context->selected_records || !context->selected_objects ||
        !context->removed || !context->emptied || !context->page_after || !context->again ||
        !context->stale)
        return error_memory(error, "a run");
    context->selective =
        run->options->internal_id_count > 0 || run->options->integration_id_count > 0;
    return ERROR_NONE;
}

void run_context_release(struct run_context *context)
{
    text_set_free(&context->cursors);
    text_set_free(&context->asked);
    text_set_free(&context->reread);
    for (size_t i = 0; i <= NESTED_DEPTH_MAX; i++)
        arena_free(context->pages[i]);
    arena_free(context->arena);
}

enum error_code run_context_page(struct run_context *context, unsigned depth, struct arena **arena,
                                 struct error *error)
{
    if (!context->pages[depth])
        context->pages[depth] = arena_new(0);
    if (!context->pages[depth])
        return error_memory(error, "an iteration");
    arena_clear(context->pages[depth]);
    *arena = context->pages[depth];
    return ERROR_NONE;
}

bool run_context_knows_key(const struct run_context *context, instant sent_at)
{
    const struct exchange *exchange = context->run->exchange;
    return exchange->idempotent_creates &&
           (exchange->idempotent_for_ms == 0 ||
            context->run->now - sent_at < exchange->idempotent_for_ms);
}

enum error_code run_context_check(const struct run_context *context, struct error *error)
{
    if (context->run->interrupt && *context->run->interrupt)
        return error_set(error, ERROR_INTERRUPTED,
                         "interrupted; everything up to the last complete iteration is kept");
    if (context->end_ms && instant_monotonic_ms() > context->end_ms)
        return error_set(error, ERROR_SCRIPT_LIMIT,
                         "the run of '%.*s' has taken longer than %u minutes (run_minutes); "
                         "everything up to the last complete iteration is kept",
                         TEXT_PRINT(context->run->integration),
                         context->run->settings->run_minutes);
    return ERROR_NONE;
}

static void count_outcome(struct run_summary *summary, const struct outcome *outcome)
{
    struct pull_counts *pull = &summary->pull;
    struct push_counts *push = &summary->push;
    uint64_t *const counters[2][OUTCOME_KIND_COUNT] = {
        [SIDE_INTEGRATION] = {[OUTCOME_FAILED] = &pull->failed,
                              [OUTCOME_DEFERRED] = &pull->deferred,
                              [OUTCOME_CREATED] = &pull->created,
                              [OUTCOME_UPDATED] = &pull->updated,
                              [OUTCOME_SKIPPED] = &pull->skipped,
                              [OUTCOME_UNCHANGED] = &pull->unchanged},
        [SIDE_INTERNAL] = {[OUTCOME_FAILED] = &push->failed,
                           [OUTCOME_DEFERRED] = &push->deferred,
                           [OUTCOME_CREATED] = &push->created,
                           [OUTCOME_UPDATED] = &push->updated,
                           [OUTCOME_SKIPPED] = &push->skipped,
                           [OUTCOME_UNCHANGED] = &push->unchanged},
    };
    uint64_t *counter = counters[outcome->side][outcome->kind];
    if (counter)
        ++*counter;
    if (outcome->kind == OUTCOME_FAILED || outcome->kind == OUTCOME_CONFLICT)
        summary->status = RUN_DONE_WITH_ISSUES;
}

enum error_code run_context_outcome(struct run_context *context, const struct outcome *outcome,
                                    struct error *error)
{
    const struct run *run = context->run;
    count_outcome(context->summary, outcome);
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].outcome)
            run->observers[i].outcome(run->observers[i].context, outcome);
    }
    return run->books->add_outcome(run->books, outcome, error);
}

enum error_code run_context_note(struct run_context *context, const struct note *note,
                                 struct error *error)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].note)
            run->observers[i].note(run->observers[i].context, note);
    }
    return run->books->add_note(run->books, note, error);
}

enum error_code run_context_decision(struct run_context *context, const struct decision *decision,
                                     struct error *error)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].decision)
            run->observers[i].decision(run->observers[i].context, decision);
    }
    return run->books->add_decision(run->books, decision, error);
}

void run_context_request(const struct run_context *context, const struct request *request)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].request_made)
            run->observers[i].request_made(run->observers[i].context, request);
    }
}

void run_context_report(const struct run_context *context, const struct request *request,
                        const struct report *report)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].report_received)
            run->observers[i].report_received(run->observers[i].context, request, report);
    }
}

void run_context_order(const struct run_context *context, const struct order *order)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].order_made)
            run->observers[i].order_made(run->observers[i].context, order);
    }
}

static bool hears_batches(struct exchange *exchange)
{
    return exchange->batch_completed &&
           (!exchange->hears_batches || exchange->hears_batches(exchange));
}

bool run_context_is_heard(const struct run_context *context)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].batch_completed)
            return true;
    }
    return hears_batches(run->exchange);
}

void run_context_publish(const struct run_context *context, const struct batch_result *result)
{
    const struct run *run = context->run;
    if (result->created_count + result->updated_count + result->remapped_count +
            result->deleted_count ==
        0)
        return;
    for (size_t i = 0; i < run->observer_count; i++) {
        if (run->observers[i].batch_completed)
            run->observers[i].batch_completed(run->observers[i].context, result);
    }
    if (hears_batches(run->exchange))
        run->exchange->batch_completed(run->exchange, result);
}
