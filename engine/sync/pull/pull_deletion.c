/*
 * pull_deletion: a record that is gone there ends its link; the object here goes with its last
 * link, if the policy says so.
 */
#include "sync/pull/pull.h"

#include "sync/pull/identity.h"
#include "sync/run/guard.h"
#include "sync/run/loss.h"
#include "sync/run/mapping_life.h"

/* A deletion that was reported, at one link of the record. */
struct reported_loss {
    struct loss loss;
    struct pull_page *page;
    const struct report_deletion *deletion;
    bool is_replaced; /* the report shows somebody else under its id */
};

static enum error_code meet(const struct loss *loss, enum outcome_kind kind, const char *reason,
                            struct error *error)
{
    const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                    .object = loss->mapping->integration_object,
                                    .id = loss->mapping->integration_id,
                                    .kind = kind,
                                    .reason = reason};
    return run_context_outcome(loss->context, &outcome, error);
}

/* Nothing is deleted: people decide, or the configuration has decided that the object lives. */
static enum error_code keep_edited(const struct loss *loss, struct error *error)
{
    const struct run *run = loss->context->run;
    if (run->settings->on_deleted_and_edited == EDITED_RESTORE) /* the push makes it anew */
        return run->books->remove_mapping(run->books, loss->mapping->key, error);
    return loss_hold(loss, error) ? error->code
                                  : meet(loss, OUTCOME_CONFLICT, "deleted_and_edited", error);
}

static enum error_code end_link(const struct reported_loss *reported, struct error *error)
{
    const struct loss *loss = &reported->loss;
    struct run_context *context = loss->context;
    struct books *books = context->run->books;
    const struct manual_entry *entry = loss->mapping->entry;
    bool deletes = entry->on_deleted_there == DELETION_DELETE, has_other = false, edited = false;
    if (deletes &&
        mapping_life_has_other(context, loss->mapping, NULL, loss->arena, &has_other, error))
        return error->code;
    deletes = deletes && !has_other;
    if (deletes && loss_was_edited(loss, &edited, error))
        return error->code;
    if (guard_remove(context, entry->integration, error))
        return error->code;
    if (edited && context->run->settings->on_deleted_and_edited != EDITED_DELETE)
        return keep_edited(loss, error);
    const instant at = reported->deletion->at;
    if (loss_end_link(loss, at == INSTANT_NONE ? context->run->now : at, error))
        return error->code;
    if (!deletes) {
        context->summary->pull.unlinked++;
        return meet(loss, OUTCOME_UPDATED, "unlinked", error);
    }
    if (loss_delete_object(loss, error) ||
        (reported->is_replaced && books->remove_mapping(books, loss->mapping->key, error)))
        return error->code;
    return meet(loss, OUTCOME_UPDATED, "deleted", error);
}

/* The report shows a record after its deletion. Restored, or has somebody else got its id (spec
 * 13.6)? Who was known by it must not become that other person. */
static enum error_code is_replaced(struct reported_loss *loss, struct error *error)
{
    struct pull_page *page = loss->page;
    struct internal_side *internal = page->context->run->internal;
    const struct mapping *mapping = loss->loss.mapping;
    const struct report_object *reported =
        report_find(page->report, loss->deletion->object, loss->deletion->id);
    struct local_object local_object = {.exists = false};
    loss->is_replaced = false;
    if (!reported)
        return ERROR_NONE;
    if (internal->load(internal, mapping->entry->internal, mapping->internal_id,
                       page->report->arena, &local_object, error))
        return error->code;
    return local_object.exists
               ? identity_is_another(page, mapping->entry, reported, mapping->internal_id,
                                     local_object.values, &loss->is_replaced, error)
               : ERROR_NONE;
}

/* Our deletion may wait, because they refused it; somebody has deleted the record there since. */
static enum error_code end_waiting(struct pull_page *page, const struct mapping *mapping,
                                   struct error *error)
{
    struct journal *journal = page->context->run->journal;
    return journal && mapping->ended_by == MAPPING_END_HERE
               ? journal->deletion_done(journal, mapping, true, error)
               : ERROR_NONE;
}

static enum error_code carry_out_deletion(struct pull_page *page,
                                          const struct report_deletion *deletion,
                                          struct error *error)
{
    struct books *books = page->context->run->books;
    struct mappings mappings = {.count = 0};
    if (books->mappings_of_record(books, deletion->object, deletion->id, page->report->arena,
                                  &mappings, error) ||
        (!deletion->overtaken &&
         books->forget_ambiguous(books, deletion->object, deletion->id, error)))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        struct mapping *mapping = mappings.items[i];
        struct reported_loss loss = {
            .loss = {page->context, &page->batch, page->report->arena, mapping},
            .page = page,
            .deletion = deletion};
        if (mapping->deleted && !deletion->overtaken && end_waiting(page, mapping, error))
            return error->code;
        if (mapping->deleted || !mapping->entry ||
            mapping->entry->on_deleted_there == DELETION_IGNORE)
            continue;
        if (deletion->overtaken && is_replaced(&loss, error))
            return error->code;
        if (deletion->overtaken && !loss.is_replaced)
            continue;
        if (end_link(&loss, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code pull_deletions(struct pull_page *page, struct error *error)
{
    const struct report *report = page->report;
    for (size_t i = 0; i < report->deletion_count; i++) {
        if (carry_out_deletion(page, &report->deletions[i], error))
            return error->code;
    }
    return ERROR_NONE;
}
