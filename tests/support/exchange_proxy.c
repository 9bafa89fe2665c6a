/* exchange_proxy: every call is counted, perhaps broken, traced and passed on. */
#include "support/exchange_proxy.h"

static const char *const answer_names[] = {
    [ANSWER_CREATED] = "created", [ANSWER_UPDATED] = "updated", [ANSWER_REMAPPED] = "remapped",
    [ANSWER_DELETED] = "deleted", [ANSWER_RETRY] = "retry",     [ANSWER_ISSUE] = "issue",
};

static struct exchange_proxy *proxy_of(struct exchange *exchange)
{
    return (struct exchange_proxy *)exchange;
}

static struct internal_proxy *internal_proxy_of(struct internal_side *side)
{
    return (struct internal_proxy *)side;
}

static void trace_failure(const struct proxy_plan *plan, enum proxy_step step, enum error_code code)
{
    if (code)
        log_write(plan->log, LOG_DEBUG, "proxy", "%s: %s", proxy_step_name(step), error_name(code));
}

/* ---- what both sides have: reports and orders ---- */

static enum error_code pass_report(struct proxy_plan *plan, enum proxy_step step,
                                   struct exchange *inner, const struct request *request,
                                   struct report *report, struct error *error)
{
    enum error_code code = proxy_plan_enter(plan, step, error);

    if (code)
        return code;
    log_write(plan->log, LOG_DEBUG, "proxy", "%s: iteration %u, depth %u, %zu objects",
              proxy_step_name(step), request->iteration, request->depth, request->object_count);
    code = inner->get_report(inner, request, report, error);
    code = proxy_plan_leave(plan, step, code, error);
    if (!code) {
        log_write(plan->log, LOG_DEBUG, "proxy",
                  "%s: %zu records, %zu relations, %zu remaps, %s cursor", proxy_step_name(step),
                  report->object_count, report->relation_count, report->remap_count,
                  text_is_absent(report->cursor) ? "no" : "a");
    }
    trace_failure(plan, step, code);
    return code;
}

static void trace_order(const struct proxy_plan *plan, enum proxy_step step,
                        const struct order *order)
{
    log_write(plan->log, LOG_DEBUG, "proxy", "%s: iteration %u, depth %u, %zu changes",
              proxy_step_name(step), order->iteration, order->depth, order->change_count);
    if (!plan->log || !log_enabled(plan->log, LOG_DEBUG))
        return;
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *change = order->changes[i];
        log_write(plan->log, LOG_DEBUG, "proxy", "change: %.*s:%.*s from %.*s:%.*s, %zu fields",
                  TEXT_PRINT(change->object), TEXT_PRINT(change->object_id),
                  TEXT_PRINT(change->mapped_object), TEXT_PRINT(change->mapped_id),
                  change->field_count);
    }
}

/* ---- an integration ---- */

/* The listener for answers that the proxy replaces. */
struct listening {
    struct proxy_plan *plan;
    order_answered *answered;
    void *context;
};

static enum error_code hear_answer(void *context, const struct order_change *change,
                                   struct order_answer *answer, struct error *error)
{
    const struct listening *listening = context;
    enum error_code code = proxy_plan_enter(listening->plan, PROXY_ANSWER, error);

    log_write(listening->plan->log, LOG_DEBUG, "proxy", "answer: %s %.*s:%.*s for %.*s:%.*s",
              answer_names[answer->kind],
              TEXT_PRINT(answer->kind == ANSWER_CREATED ? answer->object : change->object),
              TEXT_PRINT(answer->kind == ANSWER_CREATED ? answer->id : change->object_id),
              TEXT_PRINT(change->mapped_object), TEXT_PRINT(change->mapped_id));
    if (!code && listening->answered)
        code = listening->answered(listening->context, change, answer, error);
    return proxy_plan_leave(listening->plan, PROXY_ANSWER, code, error);
}

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct exchange_proxy *proxy = proxy_of(exchange);

    return pass_report(proxy->plan, PROXY_GET_REPORT, proxy->inner, request, report, error);
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct exchange_proxy *proxy = proxy_of(exchange);
    struct listening listening = {proxy->plan, order->answered, order->answered_context};
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_EXECUTE_ORDER, error);

    if (code)
        return code;
    trace_order(proxy->plan, PROXY_EXECUTE_ORDER, order);
    order->answered = hear_answer;
    order->answered_context = &listening;
    code = proxy->inner->execute_order(proxy->inner, order, error);
    order->answered = listening.answered;
    order->answered_context = listening.context;
    code = proxy_plan_leave(proxy->plan, PROXY_EXECUTE_ORDER, code, error);
    trace_failure(proxy->plan, PROXY_EXECUTE_ORDER, code);
    return code;
}

static void prepare_report(struct exchange *exchange, const struct request *request)
{
    struct exchange_proxy *proxy = proxy_of(exchange);

    /* A hint that fails counts as not given. */
    if (!proxy_plan_enter(proxy->plan, PROXY_PREPARE_REPORT, NULL))
        proxy->inner->prepare_report(proxy->inner, request);
}

static enum error_code ask_find(struct exchange *exchange, const struct order_change *change,
                                struct arena *arena, struct text *id, bool *supported,
                                struct error *error)
{
    struct exchange_proxy *proxy = proxy_of(exchange);
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_FIND, error);

    if (!code) {
        code = proxy->inner->find(proxy->inner, change, arena, id, supported, error);
        code = proxy_plan_leave(proxy->plan, PROXY_FIND, code, error);
    }
    trace_failure(proxy->plan, PROXY_FIND, code);
    return code;
}

static enum error_code resolve_conflict(struct exchange *exchange, const struct manual_entry *entry,
                                        const struct manual_line *line,
                                        const struct judge_side *left,
                                        const struct judge_side *right, enum verdict *verdict,
                                        struct error *error)
{
    struct exchange_proxy *proxy = proxy_of(exchange);
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_RESOLVE_CONFLICT, error);

    if (!code) {
        code =
            proxy->inner->resolve_conflict(proxy->inner, entry, line, left, right, verdict, error);
        code = proxy_plan_leave(proxy->plan, PROXY_RESOLVE_CONFLICT, code, error);
    }
    trace_failure(proxy->plan, PROXY_RESOLVE_CONFLICT, code);
    return code;
}

static void batch_completed(struct exchange *exchange, const struct batch_result *result)
{
    struct exchange_proxy *proxy = proxy_of(exchange);

    if (!proxy_plan_enter(proxy->plan, PROXY_BATCH_COMPLETED, NULL))
        proxy->inner->batch_completed(proxy->inner, result);
}

static bool hears_batches(struct exchange *exchange)
{
    struct exchange_proxy *proxy = proxy_of(exchange);

    return !proxy->inner->hears_batches || proxy->inner->hears_batches(proxy->inner);
}

static struct clock_bounds clock_behind(struct exchange *exchange)
{
    struct exchange_proxy *proxy = proxy_of(exchange);

    return proxy->inner->clock_behind(proxy->inner);
}

static void run_completed(struct exchange *exchange, const struct run_summary *summary)
{
    struct exchange_proxy *proxy = proxy_of(exchange);

    if (!proxy_plan_enter(proxy->plan, PROXY_RUN_COMPLETED, NULL))
        proxy->inner->run_completed(proxy->inner, summary);
}

void exchange_proxy_init(struct exchange_proxy *proxy, struct exchange *inner,
                         struct proxy_plan *plan)
{
    *proxy = (struct exchange_proxy){.inner = inner, .plan = plan};
    proxy->exchange = (struct exchange){
        .get_report = get_report,
        .execute_order = execute_order,
        .overlaps = inner->overlaps,
        .prepare_report = inner->prepare_report ? prepare_report : NULL,
        .find = inner->find ? ask_find : NULL,
        .only_written_to = inner->only_written_to,
        .idempotent_creates = inner->idempotent_creates,
        .idempotent_for_ms = inner->idempotent_for_ms,
        .resolve_conflict = inner->resolve_conflict ? resolve_conflict : NULL,
        .batch_completed = inner->batch_completed ? batch_completed : NULL,
        .hears_batches = hears_batches,
        .run_completed = inner->run_completed ? run_completed : NULL,
        .clock_behind = inner->clock_behind ? clock_behind : NULL,
    };
}

/* ---- the internal side ---- */

static enum error_code internal_get_report(struct exchange *exchange, const struct request *request,
                                           struct report *report, struct error *error)
{
    struct internal_proxy *proxy = internal_proxy_of((struct internal_side *)exchange);

    return pass_report(proxy->plan, PROXY_INTERNAL_GET_REPORT, &proxy->inner->exchange, request,
                       report, error);
}

static enum error_code internal_execute_order(struct exchange *exchange, struct order *order,
                                              struct error *error)
{
    struct internal_proxy *proxy = internal_proxy_of((struct internal_side *)exchange);
    struct exchange *inner = &proxy->inner->exchange;
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_INTERNAL_EXECUTE_ORDER, error);

    if (code)
        return code;
    trace_order(proxy->plan, PROXY_INTERNAL_EXECUTE_ORDER, order);
    code = inner->execute_order(inner, order, error);
    code = proxy_plan_leave(proxy->plan, PROXY_INTERNAL_EXECUTE_ORDER, code, error);
    trace_failure(proxy->plan, PROXY_INTERNAL_EXECUTE_ORDER, code);
    return code;
}

static void internal_prepare_report(struct exchange *exchange, const struct request *request)
{
    struct internal_proxy *proxy = internal_proxy_of((struct internal_side *)exchange);

    proxy->inner->exchange.prepare_report(&proxy->inner->exchange, request);
}

static void internal_batch_completed(struct exchange *exchange, const struct batch_result *result)
{
    struct internal_proxy *proxy = internal_proxy_of((struct internal_side *)exchange);

    proxy->inner->exchange.batch_completed(&proxy->inner->exchange, result);
}

static void internal_run_completed(struct exchange *exchange, const struct run_summary *summary)
{
    struct internal_proxy *proxy = internal_proxy_of((struct internal_side *)exchange);

    proxy->inner->exchange.run_completed(&proxy->inner->exchange, summary);
}

static enum error_code internal_load(struct internal_side *side, const struct manual_object *object,
                                     struct text id, struct arena *arena,
                                     struct local_object *local_object, struct error *error)
{
    struct internal_proxy *proxy = internal_proxy_of(side);
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_INTERNAL_LOAD, error);

    if (!code) {
        code = proxy->inner->load(proxy->inner, object, id, arena, local_object, error);
        code = proxy_plan_leave(proxy->plan, PROXY_INTERNAL_LOAD, code, error);
    }
    trace_failure(proxy->plan, PROXY_INTERNAL_LOAD, code);
    return code;
}

static enum error_code internal_find(struct internal_side *side, const struct object_search *search,
                                     struct arena *arena, struct texts *ids, struct error *error)
{
    struct internal_proxy *proxy = internal_proxy_of(side);
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_INTERNAL_FIND, error);

    if (!code) {
        code = proxy->inner->find(proxy->inner, search, arena, ids, error);
        code = proxy_plan_leave(proxy->plan, PROXY_INTERNAL_FIND, code, error);
    }
    trace_failure(proxy->plan, PROXY_INTERNAL_FIND, code);
    return code;
}

static enum error_code internal_remove(struct internal_side *side,
                                       const struct manual_object *object, struct text id,
                                       const struct mapping *origin, struct error *error)
{
    struct internal_proxy *proxy = internal_proxy_of(side);
    enum error_code code = proxy_plan_enter(proxy->plan, PROXY_INTERNAL_REMOVE, error);

    if (!code) {
        code = proxy->inner->remove(proxy->inner, object, id, origin, error);
        code = proxy_plan_leave(proxy->plan, PROXY_INTERNAL_REMOVE, code, error);
    }
    trace_failure(proxy->plan, PROXY_INTERNAL_REMOVE, code);
    return code;
}

void exchange_proxy_init_internal(struct internal_proxy *proxy, struct internal_side *inner,
                                  struct proxy_plan *plan)
{
    const struct exchange *exchange = &inner->exchange;

    *proxy = (struct internal_proxy){.inner = inner, .plan = plan};
    proxy->side = (struct internal_side){
        .exchange =
            {
                .get_report = internal_get_report,
                .execute_order = internal_execute_order,
                .prepare_report = exchange->prepare_report ? internal_prepare_report : NULL,
                .batch_completed = exchange->batch_completed ? internal_batch_completed : NULL,
                .run_completed = exchange->run_completed ? internal_run_completed : NULL,
            },
        .load = internal_load,
        .find = internal_find,
        .remove = internal_remove,
    };
}
