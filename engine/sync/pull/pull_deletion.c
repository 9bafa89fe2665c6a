/*
 * pull_deletion: a record that is gone there ends its link; the object here goes with its last
 * link, if the policy says so.
 */
#include "sync/pull/pull_deletion.h"

#include "model/tracked_change.h"
#include "sync/pull/identity.h"
#include "sync/pull/pull_known_as.h"
#include "sync/run/guard.h"
#include "sync/run/mapping_life.h"

/* A link whose record is gone. */
struct loss {
    struct pull_page *page;
    const struct report_deletion *deletion;
    struct mapping *mapping;
    bool deletes;     /* our object goes, too */
    bool is_replaced; /* the report shows somebody else under its id */
};

/* Has the object another record in this integration that lives? */
static enum error_code has_other_record(const struct loss *loss, bool *has, struct error *error)
{
    struct books *books = loss->page->context->run->books;
    struct mapping **mappings = NULL;
    size_t count = 0;
    *has = false;
    if (books->mappings_of_object(books, loss->mapping->internal_object, loss->mapping->internal_id,
                                  loss->page->report->arena, &mappings, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++)
        *has = *has || (!mappings[i]->deleted && mappings[i]->key != loss->mapping->key);
    return ERROR_NONE;
}

/* Was the object edited here since both sides agreed, and the edit not sent? */
static enum error_code was_edited(const struct loss *loss, bool *edited, struct error *error)
{
    struct books *books = loss->page->context->run->books;
    const struct mapping *mapping = loss->mapping;
    struct tracked_change *tracked = NULL;
    size_t count = 0;
    *edited = false;
    if (books->tracked_changes(books, mapping->entry->internal, mapping->internal_id,
                               loss->page->report->arena, &tracked, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++)
        *edited = *edited || !tracked_change_has_reached(&tracked[i], mapping->key);
    return ERROR_NONE;
}

/* What people call our object. */
static enum error_code name_ours(const struct loss *loss, struct text *name, struct error *error)
{
    struct internal_side *internal = loss->page->context->run->internal;
    const struct manual_entry *entry = loss->mapping->entry;
    struct local_object object = {.exists = false};
    if (internal->load(internal, entry->internal, loss->mapping->internal_id,
                       loss->page->report->arena, &object, error))
        return error->code;
    return pull_known_as(loss->page, entry, NULL, &object, name, error);
}

/* Nothing is deleted: people decide, or the configuration has decided that the object lives. */
static enum error_code keep_edited(const struct loss *loss, struct error *error)
{
    struct pull_page *page = loss->page;
    struct run_context *context = page->context;
    struct books *books = context->run->books;
    struct mapping *mapping = loss->mapping;
    if (context->run->settings->on_deleted_and_edited == EDITED_RESTORE)
        return books->remove_mapping(books, mapping->key, error); /* the push makes it anew */
    mapping_life_end(mapping, MAPPING_END_THERE, context->run->now);
    const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                    .object = mapping->integration_object,
                                    .id = mapping->integration_id,
                                    .kind = OUTCOME_CONFLICT,
                                    .reason = "deleted_and_edited"};
    const struct note note = {
        .internal_object = mapping->internal_object,
        .internal_id = mapping->internal_id,
        .integration_object = mapping->integration_object,
        .integration_id = mapping->integration_id,
        .about = "deleted_and_edited",
        .message = TEXT("was deleted there, but edited here since; nothing was deleted; 'tandem "
                        "resolve' deletes it here, or has it created there again")};
    struct record_matter matter = {.reason = MATTER_DELETED_AND_EDITED,
                                   .internal_object = mapping->internal_object,
                                   .integration_object = mapping->integration_object,
                                   .integration_id = mapping->integration_id};
    if (name_ours(loss, &matter.message, error))
        return error->code;
    if (books->update_mapping(books, mapping, error) ||
        books->keep_record_matter(books, &matter, error) ||
        batch_add(&page->batch, BATCH_DELETED, mapping, error) ||
        run_context_note(context, &note, error))
        return error->code;
    return run_context_outcome(context, &outcome, error);
}

static enum error_code tell_loss(const struct loss *loss, struct error *error)
{
    struct pull_page *page = loss->page;
    const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                    .object = loss->mapping->integration_object,
                                    .id = loss->mapping->integration_id,
                                    .kind = OUTCOME_UPDATED,
                                    .reason = loss->deletes ? "deleted" : "unlinked"};
    const struct note note = {.internal_object = loss->mapping->internal_object,
                              .internal_id = loss->mapping->internal_id,
                              .integration_object = loss->mapping->integration_object,
                              .integration_id = loss->mapping->integration_id,
                              .about = "deleted",
                              .message = TEXT("was deleted because its record was deleted there")};
    if (loss->deletes)
        page->context->summary->pull.deleted++;
    else
        page->context->summary->pull.unlinked++;
    if (loss->deletes && run_context_note(page->context, &note, error))
        return error->code;
    return run_context_outcome(page->context, &outcome, error);
}

static enum error_code end_link(struct loss *loss, struct error *error)
{
    struct pull_page *page = loss->page;
    struct run_context *context = page->context;
    struct books *books = context->run->books;
    struct internal_side *internal = context->run->internal;
    struct mapping *mapping = loss->mapping;
    const struct manual_entry *entry = mapping->entry;
    bool has_other = false, edited = false;
    if (entry->on_deleted_there == DELETION_DELETE && has_other_record(loss, &has_other, error))
        return error->code;
    loss->deletes = entry->on_deleted_there == DELETION_DELETE && !has_other;
    if (loss->deletes && was_edited(loss, &edited, error))
        return error->code;
    if (guard_remove(context, entry->integration, error))
        return error->code;
    if (edited && context->run->settings->on_deleted_and_edited != EDITED_DELETE)
        return keep_edited(loss, error);
    mapping_life_end(mapping, MAPPING_END_THERE,
                     loss->deletion->at == INSTANT_NONE ? context->run->now : loss->deletion->at);
    if (books->update_mapping(books, mapping, error) ||
        batch_add(&page->batch, BATCH_DELETED, mapping, error))
        return error->code;
    if (loss->deletes &&
        internal->remove(internal, entry->internal, mapping->internal_id, mapping, error))
        return error->code;
    if (loss->deletes && loss->is_replaced && books->remove_mapping(books, mapping->key, error))
        return error->code;
    return tell_loss(loss, error);
}

/* The report shows a record after its deletion. Restored, or has somebody else got its id (spec
 * 13.6)? Who was known by it must not become that other person. */
static enum error_code is_replaced(struct loss *loss, struct error *error)
{
    struct pull_page *page = loss->page;
    struct internal_side *internal = page->context->run->internal;
    const struct mapping *mapping = loss->mapping;
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

static enum error_code carry_out_deletion(struct pull_page *page,
                                          const struct report_deletion *deletion,
                                          struct error *error)
{
    struct books *books = page->context->run->books;
    struct mapping **mappings = NULL;
    size_t count = 0;
    if (books->mappings_of_record(books, deletion->object, deletion->id, page->report->arena,
                                  &mappings, &count, error) ||
        (!deletion->overtaken &&
         books->forget_ambiguous(books, deletion->object, deletion->id, error)))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        struct loss loss = {.page = page, .deletion = deletion, .mapping = mappings[i]};
        if (mappings[i]->deleted || !mappings[i]->entry ||
            mappings[i]->entry->on_deleted_there == DELETION_IGNORE)
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
