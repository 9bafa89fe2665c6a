/* The books of one page: answers first, then what was sent, then what failed. */
#include "sync/push/push.h"

#include "sync/push/push_again.h"

/* A field that cannot be sent. */
static enum error_code note_unsent(const struct push_page *page, const struct push_item *item,
                                   const struct push_target *target, const struct manual_line *line,
                                   const char *about, struct text message, struct error *error)
{
    const struct manual_entry *entry = target->decision.entry;
    const struct note note = {.internal_object = item->reported->name,
                              .internal_id = item->reported->id,
                              .integration_object = entry->integration->name,
                              .integration_id =
                                  target->mapping ? target->mapping->integration_id : TEXT_ABSENT,
                              .about = about,
                              .field = entry->internal->fields[line->internal_field].name,
                              .message = message};
    return run_context_note(page->context, &note, error);
}

static enum error_code note_empty(const struct push_page *page, const struct push_item *item,
                                  const struct push_target *target, struct error *error)
{
    const struct text message = TEXT("is empty although the integration requires it; not sent");
    for (size_t i = 0; i < target->decision.empty_count; i++) {
        if (note_unsent(page, item, target, target->decision.empty[i], "required_empty", message,
                        error))
            return error->code;
    }
    return ERROR_NONE;
}

/* A value that somebody wrote with plain SQL and that is not of the field's type. */
static enum error_code note_unreadable(const struct push_page *page, const struct push_item *item,
                                       const struct push_target *target, struct error *error)
{
    const struct manual_entry *entry = target->decision.entry;
    const struct text message = TEXT("has a value here that does not fit its type; not sent");
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (line->direction != DIRECTION_TO_INTERNAL &&
            item->reported->fields[line->internal_field].unreadable &&
            note_unsent(page, item, target, line, "unreadable", message, error))
            return error->code;
    }
    return ERROR_NONE;
}

static bool has_deleted_mapping(const struct push_item *item)
{
    for (size_t i = 0; i < item->mappings.count; i++) {
        if (item->mappings.items[i]->deleted)
            return true;
    }
    return false;
}

/* What happened to the object before anything was sent. */
static enum error_code meet_unsent(struct push_page *page, struct push_item *item,
                                   struct error *error)
{
    const struct request *request = page->report->request;
    if (item->target_count == 0) {
        if (has_deleted_mapping(item) && (!request->full || request->selective))
            push_item_meet(item, OUTCOME_SKIPPED, "deleted");
        else if (!has_deleted_mapping(item))
            push_item_meet(item, OUTCOME_SKIPPED, "not_mapped");
    }
    for (size_t i = 0; i < item->target_count; i++) {
        struct push_target *target = &item->targets[i];
        if (note_empty(page, item, target, error) || note_unreadable(page, item, target, error))
            return error->code;
        if (target->decision.tied)
            push_item_meet(item, OUTCOME_CONFLICT, "unresolved");
        if (target->decision.withheld)
            push_item_meet(item, OUTCOME_CONFLICT, "withheld");
        if (target->decision.looped)
            push_item_meet(item, OUTCOME_CONFLICT, "loop");
        if (target->decision.held_back)
            push_item_meet(item, OUTCOME_DEFERRED, "required");
        else if (!target->decision.change)
            push_item_meet(item, OUTCOME_UNCHANGED, NULL);
    }
    return ERROR_NONE;
}

/* Fields that were emptied here although nothing was agreed: nothing is sent for them (13.1), so
 * what they have comes, or the two sides would stay apart for good. */
static enum error_code ask_for_theirs(struct push_page *page, const struct push_target *target,
                                      struct error *error)
{
    for (size_t i = 0; i < target->decision.emptied_count; i++) {
        if (!target->mapping->deleted &&
            push_again_ask(page->context, target->mapping, target->decision.emptied[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Does this target still need the tracked change? An object that is tried again keeps all of its
 * changes. */
static bool target_waits(const struct push_target *target, size_t tracked)
{
    if (target->mapping && target->mapping->deleted)
        return false;
    return target->decision.waits[tracked] || target->decision.held_back ||
           (target->decision.change && !target->settled);
}

/* Remove the rows that the report has read and that no link needs any more; mark those that only
 * some links have. */
static enum error_code acknowledge_item(struct push_page *page, const struct push_item *item,
                                        struct error *error)
{
    struct books *books = page->context->run->books;
    /* Decision 35: a full report does not count objects whose records are deleted. */
    const struct request *request = page->report->request;
    const bool nowhere = item->target_count == 0 &&
                         (!has_deleted_mapping(item) || (request->full && !request->selective));
    for (size_t i = 0; i < item->reported->tracked.count && !nowhere; i++) {
        const struct tracked_change *tracked = &item->reported->tracked.items[i];
        bool waited_for = false;
        for (size_t j = 0; j < item->target_count && !waited_for; j++)
            waited_for = target_waits(&item->targets[j], i);
        if (!waited_for) {
            if (books->remove_tracked_change(books, tracked->sequence, error))
                return error->code;
            continue;
        }
        for (size_t j = 0; j < item->target_count; j++) {
            const struct push_target *target = &item->targets[j];
            if (!target->mapping || !target->settled || !target->decision.wanted[i] ||
                target->decision.waits[i])
                continue;
            const struct change_mark mark = {.mapping = target->mapping->key, .kind = MARK_SETTLED};
            if (books->mark_tracked_change(books, tracked->sequence, &mark, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

static enum error_code book_item(struct push_page *page, struct push_item *item,
                                 struct error *error)
{
    if (meet_unsent(page, item, error))
        return error->code;
    for (size_t i = 0; i < item->target_count; i++) {
        if (item->targets[i].decision.change &&
            push_answers_book(page, item, &item->targets[i], error))
            return error->code;
        if (item->targets[i].mapping && ask_for_theirs(page, &item->targets[i], error))
            return error->code;
    }
    if (acknowledge_item(page, item, error))
        return error->code;
    return push_item_tell(item, page->context, error);
}

enum error_code push_page_book(struct push_page *page, struct error *error)
{
    for (size_t i = 0; i < page->report->object_count; i++) {
        if (book_item(page, &page->items[i], error))
            return error->code;
    }
    page->context->summary->push.reported += page->report->object_count;
    return ERROR_NONE;
}
