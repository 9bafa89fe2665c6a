/* Each kind of answer and what it does to the books. */
#include "sync/push/push_booking.h"

#include "sync/push/push_again.h"
#include "sync/run/remap.h"

static enum error_code book_updated(struct push_booking *booking, const struct order_answer *answer,
                                    struct error *error)
{
    struct push_page *page = booking->page;
    struct mapping *mapping = booking->target->mapping;
    booking->updated = true;
    /* A date is set on the pair that was addressed; after a remap there is none. */
    if (!mapping || booking->remapped)
        return ERROR_NONE;
    mapping->version = answer->version; /* the previous version is outdated */
    mapping->last_sync = push_booking_instant(booking, answer);
    if (push_booking_update(booking, answer, mapping, error))
        return error->code;
    return booking->created ? ERROR_NONE : batch_add(&page->batch, BATCH_UPDATED, mapping, error);
}

/* The new pair belongs to another object: that is our object's conflict (decision 79). */
static enum error_code meet_displaced(struct push_booking *booking, struct error *error)
{
    struct push_page *page = booking->page;
    struct books *books = page->context->run->books;
    struct mapping *now = NULL;
    if (!booking->target->mapping)
        return ERROR_NONE;
    if (books->mapping_of_key(books, booking->target->mapping->key, page->report->arena, &now,
                              error))
        return error->code;
    if (now && now->deleted && now->ended_by == MAPPING_END_DISPLACED)
        push_item_meet(booking->item, OUTCOME_CONFLICT, "remap_conflict");
    return ERROR_NONE;
}

static enum error_code book_remapped(struct push_booking *booking,
                                     const struct order_answer *answer, struct error *error)
{
    struct push_page *page = booking->page;
    struct mapping *mapping = booking->target->mapping;
    const struct report_remap remap = {.old_object = answer->old_object,
                                       .old_id = answer->old_id,
                                       .new_object = answer->object,
                                       .new_id = answer->id};
    booking->remapped = true;
    if (mapping && push_booking_update(booking, answer, mapping, error))
        return error->code;
    if (text_is_empty(remap.old_id))
        return ERROR_NONE;
    return remap_record(page->context, &page->batch, &remap, NULL, error)
               ? error->code
               : meet_displaced(booking, error);
}

/* It waits for something that people have to do. */
static enum error_code book_waiting(const struct push_booking *booking,
                                    const struct order_answer *answer, struct error *error)
{
    booking->page->context->summary->status = RUN_DONE_WITH_ISSUES;
    return push_booking_note(booking, "waits", answer->message, booking->change->object_id, error);
}

static enum error_code book_answer(struct push_booking *booking, const struct order_answer *answer,
                                   struct error *error)
{
    switch (answer->kind) {
    case ANSWER_CREATED:
        return push_created_book(booking, answer, error);
    case ANSWER_UPDATED:
        return book_updated(booking, answer, error);
    case ANSWER_REMAPPED:
        return book_remapped(booking, answer, error);
    case ANSWER_DELETED:
        return push_deleted_book(booking, error);
    case ANSWER_RETRY:
        booking->retried = true;
        booking->stale |= answer->stale;
        booking->uncounted |= answer->uncounted;
        return text_is_empty(answer->message) ? ERROR_NONE : book_waiting(booking, answer, error);
    case ANSWER_ISSUE:
        booking->issued = true;
        booking->page->context->summary->push.issues++;
        return push_booking_note(booking, "issue", answer->message, booking->change->object_id,
                                 error);
    }
    return ERROR_NONE;
}

/* In the order of the spec, whatever the order in which they were given: new mappings, remaps,
 * dates, deletions, the rest. */
static enum error_code book_answers(struct push_booking *booking, struct error *error)
{
    static const enum answer_kind order[] = {ANSWER_CREATED, ANSWER_REMAPPED, ANSWER_UPDATED,
                                             ANSWER_DELETED, ANSWER_RETRY,    ANSWER_ISSUE};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        for (const struct order_answer *answer = booking->change->answers; answer;
             answer = answer->next) {
            if (answer->kind == order[i] && book_answer(booking, answer, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* Objects may be deleted here while orders are under way. */
static enum error_code mark_if_deleted(const struct push_booking *booking, struct error *error)
{
    struct books *books = booking->page->context->run->books;
    struct mapping *mapping = booking->target->mapping;
    if (!mapping || mapping->deleted)
        return ERROR_NONE;
    return books->mark_if_deleted(books, mapping, error);
}

/* An issue, or a create that was answered with somebody else's record, and no other answer that
 * says that the change was carried out or waits. */
static bool is_refused(const struct push_booking *booking)
{
    const bool carried_out = (booking->created && !booking->foreign) || booking->updated ||
                             booking->remapped || booking->deleted;
    return (booking->issued || booking->foreign) && !carried_out && !booking->retried;
}

static enum error_code book_refusal(struct push_booking *booking, struct error *error)
{
    const struct judge *judge = &booking->page->context->run->settings->judge;
    bool again = false;
    if (!is_refused(booking) || !judge_has_base(judge))
        return ERROR_NONE;
    if (push_refusals_book(booking->page, booking->item, booking->target, &again, error))
        return error->code;
    booking->target->settled = !again;
    return ERROR_NONE;
}

/* Decision 63: all answers count; their combined effect on the object. */
static void conclude(const struct push_booking *booking)
{
    struct push_item *item = booking->item;
    struct push_counts *counts = &booking->page->context->summary->push;
    booking->target->settled = !booking->retried;
    counts->retried += booking->retried && !booking->again;
    counts->deleted += booking->deleted;
    if (booking->not_kept)
        push_item_meet(item, OUTCOME_CONFLICT, "not_kept");
    if (booking->foreign)
        push_item_meet(item, OUTCOME_FAILED, "already_mapped");
    if (booking->retried && !booking->again)
        push_item_meet(item, OUTCOME_DEFERRED, "retry");
    if (booking->created && !booking->foreign)
        push_item_meet(item, OUTCOME_CREATED, NULL);
    else if (booking->updated || booking->remapped)
        push_item_meet(item, OUTCOME_UPDATED, NULL);
    if (booking->deleted)
        push_item_meet(item, OUTCOME_SKIPPED, "deleted");
    if (is_refused(booking) && !booking->foreign)
        push_item_meet(item, OUTCOME_FAILED, "issue");
}

/* An object that failed in too many runs goes into quarantine, visible and out of the way. */
static enum error_code count_tries(const struct push_booking *booking, const char *reason,
                                   struct error *error)
{
    struct push_page *page = booking->page;
    struct journal *journal = page->context->run->journal;
    bool held = false;
    if (!journal || page->failure.code || page->guard.code)
        return ERROR_NONE;
    if (booking->target->settled)
        return journal->clear_retries(journal, booking->change, error);
    if (booking->uncounted || booking->again)
        return ERROR_NONE;
    if (journal->count_retry(journal, booking->change, reason, &held, error))
        return error->code;
    if (!held)
        return ERROR_NONE;
    push_item_meet(booking->item, OUTCOME_FAILED, "quarantined");
    return push_booking_note(booking, "quarantined",
                             TEXT("failed in too many runs and is in quarantine; see 'tandem "
                                  "quarantine list'"),
                             booking->change->object_id, error);
}

/* The object was merged into another one while its create was under way: the other one's values
 * were not sent, so the next push looks at them. */
static enum error_code follow_heir(struct push_booking *booking, struct text heir,
                                   struct error *error)
{
    struct order_change *change = booking->change;
    const struct manual_entry *entry = change->entry;
    struct books *books = booking->page->context->run->books;
    change->mapped_id = heir;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        const enum field_role role = entry->internal->fields[line->internal_field].schema->role;
        struct tracked_change tracked = {.field = line->internal_field,
                                         .at = booking->page->context->run->now};
        if (line->direction != DIRECTION_TO_INTERNAL && role != FIELD_INTERNAL_ID &&
            role != FIELD_TIMELINE_URL &&
            books->track_change(books, entry->internal, heir, &tracked, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Commands and plain SQL may have changed the link while the answer was awaited: the books update
 * its current state, and only with what the answer says (spec 13.13). */
static enum error_code renew(struct push_booking *booking, struct error *error)
{
    struct arena *arena = booking->page->report->arena;
    struct books *books = booking->page->context->run->books;
    struct push_target *target = booking->target;
    struct text heir = TEXT_ABSENT;
    if (target->mapping)
        return books->mapping_of_key(books, target->mapping->key, arena, &target->mapping, error);
    if (!text_is_absent(booking->change->object_id))
        return ERROR_NONE;
    if (books->heir_of(books, booking->change->mapped_object, booking->change->mapped_id, arena,
                       &heir, error))
        return error->code;
    return text_is_absent(heir) ? ERROR_NONE : follow_heir(booking, heir, error);
}

enum error_code push_answers_book(struct push_page *page, struct push_item *item,
                                  struct push_target *target, struct error *error)
{
    struct push_booking booking = {
        .page = page, .item = item, .target = target, .change = target->decision.change};
    if (booking.change->withdrawn) {
        push_item_meet(item, OUTCOME_SKIPPED, "deleted");
        return ERROR_NONE;
    }
    if (renew(&booking, error))
        return error->code;
    if (!booking.change->answers) {
        push_item_meet(item, OUTCOME_FAILED, "no_answer");
        if (push_booking_unanswered(&booking, error))
            return error->code;
        if (push_booking_note(
                &booking, "no_answer",
                TEXT("was sent, but the integration's script gave no answer for it; an "
                     "update will be sent again, a create once it is known that there "
                     "is no record"),
                booking.change->object_id, error))
            return error->code;
        return count_tries(&booking, "no_answer", error);
    }
    if (book_answers(&booking, error) || mark_if_deleted(&booking, error))
        return error->code;
    if (booking.stale && push_again_read(page->context, booking.change, &booking.again, error))
        return error->code;
    conclude(&booking);
    if (book_refusal(&booking, error))
        return error->code;
    return count_tries(&booking, "retry", error);
}
