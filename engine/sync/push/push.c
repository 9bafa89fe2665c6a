/* A page of our objects as an order. */
#include "sync/push/push.h"

#include "sync/push/push_again.h"

enum error_code push_page_init(struct push_page *page, struct run_context *context,
                               const struct report *report, struct error *error)
{
    struct arena *arena = report->arena;
    *page = (struct push_page){.context = context, .report = report, .batch = {.arena = arena}};
    page->items = ARENA_ARRAY(arena, report->object_count, struct push_item);
    if (!page->items)
        return error_memory(error, "a page");
    if (order_new(arena, SIDE_INTEGRATION, &page->order, error))
        return error->code;
    page->order->integration = context->run->integration;
    page->order->iteration = report->request->iteration;
    page->order->now = context->run->now;
    return ERROR_NONE;
}

void push_item_meet(struct push_item *item, enum outcome_kind kind, const char *reason)
{
    if (item->met && item->kind <= kind)
        return;
    item->met = true;
    item->kind = kind;
    item->reason = reason;
}

enum error_code push_item_tell(const struct push_item *item, struct run_context *context,
                               struct error *error)
{
    const struct outcome outcome = {.side = SIDE_INTERNAL,
                                    .object = item->reported->name,
                                    .id = item->reported->id,
                                    .kind = item->kind,
                                    .reason = item->reason};
    return item->met ? run_context_outcome(context, &outcome, error) : ERROR_NONE;
}

/* Is there a mapping of this entry's integration object, live or deleted? */
static bool has_mapping_as(const struct push_item *item, const struct manual_entry *entry)
{
    for (size_t i = 0; i < item->mappings.count; i++) {
        if (text_equal(item->mappings.items[i]->integration_object, entry->integration->name))
            return true;
    }
    return false;
}

/* Decision 28: is the object created as this entry's integration object? *created_once is set when
 * the one regular creation has found its place. */
static bool is_created_as(const struct push_item *item, const struct manual_entry *entry,
                          bool *created_once)
{
    if (entry->internal != item->reported->object || entry->create == CREATE_NEVER)
        return false;
    if (entry->create == CREATE_ALWAYS && !has_mapping_as(item, entry))
        return true;
    if (item->mappings.count > 0 || *created_once || entry->create == CREATE_ALWAYS)
        return false;
    *created_once = true;
    return true;
}

/* Did a run that died send this very create? Then the record may exist. It is sent again only to an
 * API that recognizes its key; else it waits until the outcome is known
 * (sync/push/unknown_outcome.h). */
static enum error_code await_outcome(struct push_page *page, struct push_item *item,
                                     struct push_target *target, struct error *error)
{
    const struct run *run = page->context->run;
    struct order_change *change = target->decision.change;
    struct unknown_create unknown;
    if (!run->journal || !change)
        return ERROR_NONE;
    if (run->journal->unknown_of(run->journal, target->decision.entry, item->reported->id,
                                 page->report->arena, &unknown, error))
        return error->code;
    if (!unknown.exists)
        return ERROR_NONE;
    if (run_context_knows_key(page->context, unknown.sent_at) && !text_is_empty(unknown.key)) {
        change->idempotency_key = unknown.key;
        change->resent = true;
        return ERROR_NONE;
    }
    target->decision.change = NULL;
    target->decision.held_back = true;
    push_item_meet(item, OUTCOME_DEFERRED, "in_doubt");
    return ERROR_NONE;
}

static enum error_code add_target(struct push_page *page, struct push_item *item,
                                  const struct manual_entry *entry, struct mapping *mapping,
                                  struct error *error)
{
    const struct run *run = page->context->run;
    struct push_target *target = &item->targets[item->target_count];
    const struct push_case push = {
        .entry = entry,
        .reported = item->reported,
        .mapping = mapping,
        .key = mapping ? mapping->key : run->books->create_key(run->books, entry),
        .pulled = !run->options->no_pull,
        .now = run->now,
        .left_out = push_again_left_out(page->context, entry, item->reported->id,
                                        mapping ? mapping->integration_id : TEXT_ABSENT),
        .full = page->report->request->full,
        .use_base = judge_has_base(&run->settings->judge),
        .on_tie = run->settings->on_tie};
    *target = (struct push_target){.mapping = mapping};
    if (change_push_generate(page->report->arena, &push, &target->decision, error))
        return error->code;
    item->target_count++;
    return mapping ? ERROR_NONE : await_outcome(page, item, target, error);
}

static enum error_code find_targets(struct push_page *page, struct push_item *item,
                                    struct error *error)
{
    const struct manual *manual = page->context->run->manual;
    bool created_once = false;
    item->targets = ARENA_ARRAY(page->report->arena, item->mappings.count + manual->entry_count,
                                struct push_target);
    if (!item->targets)
        return error_memory(error, "a page");
    for (size_t i = 0; i < item->mappings.count; i++) {
        struct mapping *mapping = item->mappings.items[i];
        if (!mapping->deleted && mapping->entry &&
            add_target(page, item, mapping->entry, mapping, error))
            return error->code;
    }
    for (size_t i = 0; i < manual->entry_count; i++) {
        if (is_created_as(item, manual->entries[i], &created_once) &&
            add_target(page, item, manual->entries[i], NULL, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code give_key(struct push_page *page, struct order_change *change,
                                struct error *error)
{
    const struct run *run = page->context->run;
    if (change->resent)
        return ERROR_NONE;
    return journal_idempotency_key(page->report->arena,
                                   run->journal ? run->journal->store : TEXT_ABSENT,
                                   run->integration, change, &change->idempotency_key, error);
}

/* The order groups changes by receiving object, in the manual's order. */
static enum error_code make_order(struct push_page *page, struct error *error)
{
    const struct manual *manual = page->context->run->manual;
    for (size_t object = 0; object < manual->integration_count; object++) {
        for (size_t i = 0; i < page->report->object_count; i++) {
            struct push_item *item = &page->items[i];
            for (size_t j = 0; j < item->target_count; j++) {
                struct order_change *change = item->targets[j].decision.change;
                if (change && change->entry->integration->index == object &&
                    (give_key(page, change, error) || order_add(page->order, change, error)))
                    return error->code;
            }
        }
    }
    return ERROR_NONE;
}

enum error_code push_page_judge(struct push_page *page, struct error *error)
{
    const struct run *run = page->context->run;
    for (size_t i = 0; i < page->report->object_count; i++) {
        struct push_item *item = &page->items[i];
        item->reported = page->report->objects[i];
        if (run->books->mappings_of_object(run->books, item->reported->name, item->reported->id,
                                           page->report->arena, &item->mappings, error) ||
            find_targets(page, item, error))
            return error->code;
    }
    return make_order(page, error);
}

bool push_page_is_dropped(const struct push_page *page)
{
    for (size_t i = 0; i < page->report->object_count; i++) {
        if (page->items[i].target_count > 0 || page->items[i].mappings.count == 0)
            return false;
    }
    return page->report->object_count > 0;
}

static bool is_plain(const struct order_change *change)
{
    for (const struct order_answer *answer = change->answers; answer; answer = answer->next) {
        if (answer->kind != ANSWER_CREATED && answer->kind != ANSWER_UPDATED)
            return false;
    }
    return change->answers != NULL;
}

/* Is a record of the object's read after this page, because our value was emptied? */
static bool asks_for_theirs(const struct push_item *item)
{
    for (size_t i = 0; i < item->target_count; i++) {
        if (item->targets[i].decision.emptied_count > 0)
            return true;
    }
    return false;
}

bool push_page_is_plain(const struct push_page *page)
{
    for (size_t i = 0; i < page->report->object_count; i++) {
        if (asks_for_theirs(&page->items[i]))
            return false;
    }
    for (size_t i = 0; i < page->order->change_count; i++) {
        if (!is_plain(page->order->changes[i]))
            return false;
    }
    return !page->failure.code;
}

enum error_code push_page_remember(const struct push_page *page, struct text *page_after,
                                   struct error *error)
{
    const struct report *report = page->report;
    for (size_t i = 0; i < report->object_count; i++) {
        const struct report_object *object = report->objects[i];
        const bool last_of_kind =
            i + 1 == report->object_count || report->objects[i + 1]->object != object->object;
        if (last_of_kind && !object->again &&
            text_copy(page->context->arena, object->id, &page_after[object->object->index], error))
            return error->code;
    }
    return ERROR_NONE;
}
