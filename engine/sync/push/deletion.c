/* Deletions that wait, page by page, as orders. */
#include "sync/push/deletion.h"

static enum error_code add_change(struct push_page *page, struct mapping *mapping,
                                  struct error *error)
{
    const struct run *run = page->context->run;
    struct order_change *change = ARENA_NEW(page->report->arena, struct order_change);
    if (!change)
        return error_memory(error, "a deletion");
    *change = (struct order_change){.entry = mapping->entry,
                                    .object = mapping->integration_object,
                                    .object_id = mapping->integration_id,
                                    .version = mapping->version,
                                    .mapped_object = mapping->internal_object,
                                    .mapped_id = mapping->internal_id,
                                    .changed_at = run->now,
                                    .mapping = mapping,
                                    .deletion = true};
    if (journal_idempotency_key(page->report->arena, run->journal->store, run->integration, change,
                                &change->idempotency_key, error))
        return error->code;
    return order_add(page->order, change, error);
}

enum error_code deletion_page(struct push_page *page, int64_t after, int64_t *last,
                              struct error *error)
{
    struct journal *journal = page->context->run->journal;
    struct mappings mappings = {.count = 0};
    if (journal->deletions(journal, after, DELETION_PAGE_SIZE, page->report->arena, &mappings,
                           error))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        *last = mappings.items[i]->key;
        if (add_change(page, mappings.items[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

/* A refused deletion is not its end (13.3): it is open until it is tried again and carried out. */
static enum error_code keep_refused(struct run_context *context, const struct order_change *change,
                                    struct error *error)
{
    struct record_matter matter = {.reason = MATTER_REFUSED,
                                   .internal_object = change->mapped_object,
                                   .internal_id = change->mapped_id,
                                   .integration_object = change->object,
                                   .integration_id = change->object_id,
                                   .message = TEXT("the deletion")};
    for (const struct order_answer *answer = change->answers; answer; answer = answer->next)
        if (answer->kind == ANSWER_ISSUE && !text_is_empty(answer->message) &&
            text_format(context->arena, &matter.message, error, "the deletion: %.*s",
                        TEXT_PRINT(answer->message)))
            return error->code;
    return context->run->journal->deletion_refused(context->run->journal, change->mapping, error) ||
                   context->run->books->keep_record_matter(context->run->books, &matter, error)
               ? error->code
               : ERROR_NONE;
}

/* Why it was not deleted there, as far as the integration told. */
static enum error_code note_reasons(struct run_context *context, const struct order_change *change,
                                    struct error *error)
{
    for (const struct order_answer *answer = change->answers; answer; answer = answer->next) {
        const bool waits = answer->kind == ANSWER_RETRY;
        const struct note note = {.internal_object = change->mapped_object,
                                  .internal_id = change->mapped_id,
                                  .integration_object = change->object,
                                  .integration_id = change->object_id,
                                  .about = waits ? "waits" : "issue",
                                  .message = answer->message};
        if (text_is_empty(answer->message) || (!waits && answer->kind != ANSWER_ISSUE))
            continue;
        context->summary->status = RUN_DONE_WITH_ISSUES;
        if (run_context_note(context, &note, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code deletion_book(struct push_page *page, struct error *error)
{
    struct run_context *context = page->context;
    struct journal *journal = context->run->journal;
    for (size_t i = 0; i < page->order->change_count; i++) {
        const struct order_change *change = page->order->changes[i];
        const bool waits = order_change_has_answer(change, ANSWER_RETRY);
        const bool gone = !waits && (order_change_has_answer(change, ANSWER_DELETED) ||
                                     order_change_has_answer(change, ANSWER_UPDATED));
        const bool refused = !waits && !gone && change->answers;
        struct outcome outcome = {.side = SIDE_INTERNAL,
                                  .object = change->mapped_object,
                                  .id = change->mapped_id,
                                  .kind = OUTCOME_DEFERRED,
                                  .reason = "retry"};
        if (gone || refused) {
            outcome.kind = gone ? OUTCOME_UPDATED : OUTCOME_FAILED;
            outcome.reason = gone ? "deleted" : "issue";
        } else if (!change->answers) {
            outcome.kind = OUTCOME_FAILED;
            outcome.reason = "no_answer";
        }
        context->summary->push.deleted += gone;
        if ((gone && (journal->deletion_done(journal, change->mapping, true, error) ||
                      batch_add(&page->batch, BATCH_DELETED, change->mapping, error))) ||
            (refused && keep_refused(context, change, error)) ||
            note_reasons(context, change, error) || run_context_outcome(context, &outcome, error))
            return error->code;
    }
    return ERROR_NONE;
}
