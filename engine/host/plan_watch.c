/* The two sides of a plan, and what they report. */
#include "host/plan_watch.h"

#include <stddef.h>

#include "host/plan_fields.h"
#include "host/plan_members.h"

static struct plan_watch *watch_of_ours(struct internal_side *side)
{
    return (struct plan_watch *)(void *)((char *)side - offsetof(struct plan_watch, ours));
}

static struct plan_watch *watch_of_theirs(struct exchange *exchange)
{
    return (struct plan_watch *)(void *)((char *)exchange - offsetof(struct plan_watch, theirs));
}

static enum error_code tell_change(struct plan_watch *watch, const struct plan_change *change,
                                   struct error *error)
{
    return watch->tell(watch->context, change, error);
}

/* ---- our side ---- */

/* Is it made from a record that came before on this page? Then this one is only linked to it. */
static bool is_twin(const struct order *order, const struct order_change *change)
{
    for (size_t i = 0; i < order->change_count && order->changes[i] != change; i++) {
        if (plan_fields_same_result(change, order->changes[i]))
            return true;
    }
    return false;
}

static enum error_code tell_executed(struct plan_watch *watch, const struct order *order,
                                     const struct order_change *change,
                                     const struct local_object *before, struct error *error)
{
    const bool created = change->result == RESULT_CREATED;
    const bool twin = created && is_twin(order, change);
    struct arena *const arena = order->arena;
    struct local_object after = {.exists = false};

    if (!created && change->result != RESULT_UPDATED)
        return ERROR_NONE;
    struct plan_field *const fields =
        ARENA_ARRAY(arena, change->entry->internal->field_count, struct plan_field);
    if (!fields)
        return error_memory(error, "a plan");
    if (watch->inner->load(watch->inner, change->entry->internal, change->result_id, arena, &after,
                           error))
        return error->code;
    struct plan_change told = {
        .receiver = SIDE_INTERNAL,
        .action = twin      ? "link"
                  : created ? "create"
                            : "update",
        .object = change->object,
        .id = created ? TEXT_ABSENT : change->object_id,
        .expected_id = created ? change->result_id : TEXT_ABSENT,
        .from_object = change->mapped_object,
        .from_id = change->mapped_id,
        .fields = fields,
        .field_count = created && !twin ? plan_fields_new(order, change, &after, fields) : 0,
    };
    if (!created && plan_fields_altered(watch->values, change, before, &after, arena, &told, error))
        return error->code;
    return tell_change(watch, &told, error);
}

static enum error_code execute_ours(struct exchange *exchange, struct order *order,
                                    struct error *error)
{
    struct plan_watch *const watch = watch_of_ours((struct internal_side *)exchange);
    struct internal_side *const inner = watch->inner;
    struct local_object *const before =
        ARENA_ARRAY(order->arena, order->change_count, struct local_object);
    struct plan_members *members = NULL;

    if (!before)
        return error_memory(error, "a plan");
    if (plan_members_before(watch->store, order, &members, error))
        return error->code;
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *const change = order->changes[i];
        if (!text_is_absent(change->object_id) &&
            inner->load(inner, change->entry->internal, change->object_id, order->arena, &before[i],
                        error))
            return error->code;
    }
    if (inner->exchange.execute_order(&inner->exchange, order, error))
        return error->code;
    watch->page = order;
    for (size_t i = 0; i < order->change_count; i++)
        if (tell_executed(watch, order, order->changes[i], &before[i], error))
            return error->code;
    return plan_members_tell(watch->store, order, members, watch->tell, watch->context, error);
}

static enum error_code report_of_ours(struct exchange *exchange, const struct request *request,
                                      struct report *report, struct error *error)
{
    struct plan_watch *const watch = watch_of_ours((struct internal_side *)exchange);
    return watch->inner->exchange.get_report(&watch->inner->exchange, request, report, error);
}

static enum error_code load_ours(struct internal_side *side, const struct manual_object *object,
                                 struct text id, struct arena *arena,
                                 struct local_object *local_object, struct error *error)
{
    struct internal_side *const inner = watch_of_ours(side)->inner;
    return inner->load(inner, object, id, arena, local_object, error);
}

static enum error_code find_ours(struct internal_side *side, const struct object_search *search,
                                 struct arena *arena, struct texts *ids, struct error *error)
{
    struct internal_side *const inner = watch_of_ours(side)->inner;
    return inner->find(inner, search, arena, ids, error);
}

static enum error_code remove_ours(struct internal_side *side, const struct manual_object *object,
                                   struct text id, const struct mapping *origin,
                                   struct error *error)
{
    struct plan_watch *const watch = watch_of_ours(side);
    const struct plan_change told = {
        .receiver = SIDE_INTERNAL,
        .action = "delete",
        .object = object->name,
        .id = id,
        .from_object = origin ? origin->integration_object : TEXT_ABSENT,
        .from_id = origin ? origin->integration_id : TEXT_ABSENT,
    };
    const enum error_code code = watch->inner->remove(watch->inner, object, id, origin, error);
    return code ? code : tell_change(watch, &told, error);
}

/* ---- their side ---- */

static enum error_code tell_sent(struct plan_watch *watch, const struct order *order,
                                 const struct order_change *change, struct error *error)
{
    struct plan_field *const fields =
        ARENA_ARRAY(order->arena, change->field_count, struct plan_field);
    size_t count = 0;
    if (!fields)
        return error_memory(error, "a plan");
    if (!change->deletion &&
        plan_fields_sent(watch->values, change, order->arena, fields, &count, error))
        return error->code;
    const struct plan_change told = {
        .receiver = SIDE_INTEGRATION,
        .action = change->deletion                   ? "delete"
                  : text_is_empty(change->object_id) ? "create"
                                                     : "update",
        .object = change->object,
        .id = change->object_id,
        .from_object = change->mapped_object,
        .from_id = change->mapped_id,
        .fields = fields,
        .field_count = count,
    };
    return tell_change(watch, &told, error);
}

/* Answer a change as if it had been executed. */
static enum error_code answer(struct plan_watch *watch, struct order *order,
                              struct order_change *change, struct error *error)
{
    const bool create = text_is_empty(change->object_id);
    struct text id = TEXT_ABSENT;
    log_write(watch->log, LOG_INFO, "plan", "would %s %.*s:%.*s from %.*s:%.*s",
              change->deletion ? "delete"
              : create         ? "create"
                               : "update",
              TEXT_PRINT(change->object), TEXT_PRINT(change->object_id),
              TEXT_PRINT(change->mapped_object), TEXT_PRINT(change->mapped_id));
    if (change->deletion)
        return order_delete_object(order, change, error);
    if (!create)
        return order_update_last_sync_date(order, change, INSTANT_NONE, error);
    if (text_format(order->arena, &id, error, "dry-run-%u", ++watch->answered_creates))
        return error->code;
    return order_add_object_mapping(order, change, change->object, id, INSTANT_NONE, error);
}

static enum error_code execute_theirs(struct exchange *exchange, struct order *order,
                                      struct error *error)
{
    struct plan_watch *const watch = watch_of_theirs(exchange);
    for (size_t i = 0; i < order->change_count; i++)
        if (tell_sent(watch, order, order->changes[i], error))
            return error->code;
    for (size_t i = 0; i < order->change_count; i++)
        if (answer(watch, order, order->changes[i], error))
            return error->code;
    return ERROR_NONE;
}

static enum error_code report_of_theirs(struct exchange *exchange, const struct request *request,
                                        struct report *report, struct error *error)
{
    struct plan_watch *const watch = watch_of_theirs(exchange);
    watch->page = NULL;
    return watch->exchange->get_report(watch->exchange, request, report, error);
}

static void prepare_theirs(struct exchange *exchange, const struct request *request)
{
    struct exchange *const inner = watch_of_theirs(exchange)->exchange;
    inner->prepare_report(inner, request);
}

static enum error_code find_theirs(struct exchange *exchange, const struct order_change *change,
                                   struct arena *arena, struct text *id, bool *supported,
                                   struct error *error)
{
    struct exchange *const inner = watch_of_theirs(exchange)->exchange;
    return inner->find(inner, change, arena, id, supported, error);
}

static struct clock_bounds clock_of_theirs(struct exchange *exchange)
{
    struct exchange *const inner = watch_of_theirs(exchange)->exchange;
    return inner->clock_behind(inner);
}

static enum error_code resolve_theirs(struct exchange *exchange, const struct manual_entry *entry,
                                      const struct manual_line *line, const struct judge_side *left,
                                      const struct judge_side *right, enum verdict *verdict,
                                      struct error *error)
{
    struct exchange *const inner = watch_of_theirs(exchange)->exchange;
    return inner->resolve_conflict(inner, entry, line, left, right, verdict, error);
}

/* ---- what only the batch reports ---- */

static void tell_entries(struct plan_watch *watch, const char *action,
                         const struct batch_entry *entries, size_t count)
{
    for (size_t i = 0; i < count && !watch->trouble.code; i++) {
        const bool moved = !text_is_absent(entries[i].old_id);
        const struct plan_change told = {
            .receiver = SIDE_INTERNAL,
            .action = action,
            .object = moved ? entries[i].integration_object : entries[i].internal_object,
            .id = moved ? entries[i].integration_id : entries[i].internal_id,
            .from_object = moved ? entries[i].old_object : entries[i].integration_object,
            .from_id = moved ? entries[i].old_id : entries[i].integration_id,
            .contradicts = entries[i].contradicts,
        };
        (void)!tell_change(watch, &told, &watch->trouble);
    }
}

/* Was the object of this link made for it on this page? */
static bool was_created(const struct plan_watch *watch, const struct batch_entry *entry)
{
    for (size_t i = 0; watch->page && i < watch->page->change_count; i++) {
        const struct order_change *const change = watch->page->changes[i];
        if (change->result == RESULT_CREATED && text_equal(change->result_id, entry->internal_id) &&
            text_equal(change->object, entry->internal_object))
            return true;
    }
    return false;
}

static void batch_completed(void *context, const struct batch_result *result)
{
    struct plan_watch *const watch = context;
    if (result->side != SIDE_INTERNAL)
        return;
    for (size_t i = 0; i < result->created_count; i++) {
        if (!was_created(watch, &result->created[i]))
            tell_entries(watch, "link", &result->created[i], 1);
    }
    watch->page = NULL; /* the page's memory is about to go */
    tell_entries(watch, "remap", result->remapped, result->remapped_count);
    tell_entries(watch, "unlink", result->deleted, result->deleted_count);
}

/* ---- what reports and judgments show ---- */

static void report_received(void *context, const struct request *request,
                            const struct report *report)
{
    struct plan_watch *const watch = context;
    if (request->side == SIDE_INTEGRATION && watch->values && !watch->trouble.code)
        (void)!reported_values_add(watch->values, report, &watch->trouble);
}

static void decided(void *context, const struct decision *decision)
{
    struct plan_watch *const watch = context;
    if (watch->values && !watch->trouble.code)
        (void)!reported_values_judge(watch->values, decision, &watch->trouble);
}

void plan_watch_init(struct plan_watch *watch, const struct plan_parties *parties)
{
    struct exchange *const exchange = parties->exchange;
    *watch = (struct plan_watch){.inner = parties->internal,
                                 .exchange = exchange,
                                 .store = parties->store,
                                 .values = parties->values,
                                 .log = parties->log,
                                 .tell = parties->tell,
                                 .context = parties->context};
    watch->ours = (struct internal_side){
        .exchange = {.get_report = report_of_ours, .execute_order = execute_ours},
        .load = load_ours,
        .find = find_ours,
        .remove = remove_ours,
    };
    watch->theirs = (struct exchange){
        .get_report = report_of_theirs,
        .execute_order = execute_theirs,
        .prepare_report = exchange->prepare_report ? prepare_theirs : NULL,
        .find = exchange->find ? find_theirs : NULL,
        .clock_behind = exchange->clock_behind ? clock_of_theirs : NULL,
        .only_written_to = exchange->only_written_to,
        .idempotent_creates = exchange->idempotent_creates,
        .idempotent_for_ms = exchange->idempotent_for_ms,
        .resolve_conflict = exchange->resolve_conflict ? resolve_theirs : NULL,
    };
    watch->observer = (struct observer){.context = watch,
                                        .report_received = report_received,
                                        .batch_completed = batch_completed,
                                        .decision = decided};
}
