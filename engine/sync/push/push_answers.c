/* Each kind of answer and what it does to the books. */
#include "sync/push/push_answers.h"

#include "model/tracked_change.h"
#include "sync/push/push_again.h"
#include "sync/push/push_refusals.h"
#include "sync/push/push_stored.h"

#include "sync/run/guard.h"
#include "sync/run/mapping_life.h"
#include "sync/run/remap.h"

/* One change with everything needed to book its answers. */
struct booking {
    struct push_page *page;
    struct push_item *item;
    struct push_target *target;
    struct order_change *change;
    bool updated, retried, issued, deleted, created, remapped, foreign, not_kept;
    bool stale, uncounted; /* of a retry */
    bool again;            /* it comes once more in this run */
};

static enum error_code note_change(const struct booking *booking, const char *about,
                                   struct text message, struct text integration_id,
                                   struct error *error)
{
    const struct note note = {.internal_object = booking->change->mapped_object,
                              .internal_id = booking->change->mapped_id,
                              .integration_object = booking->change->object,
                              .integration_id = integration_id,
                              .about = about,
                              .message = message};
    return run_context_note(booking->page->context, &note, error);
}

static instant answer_instant(const struct booking *booking, const struct order_answer *answer)
{
    return answer->at == INSTANT_NONE ? booking->page->context->run->now : answer->at;
}

/* Both sides now agree on every field that was sent because it changed (decisions 47, 91). */
static enum error_code agree_on_sent(struct booking *booking, const struct order_answer *answer,
                                     struct mapping *mapping, struct error *error)
{
    bool not_kept = false;
    if (push_stored_agree(booking->page, booking->change, answer, mapping, &not_kept, error))
        return error->code;
    booking->not_kept |= not_kept;
    return ERROR_NONE;
}

/* What was refused of the create is refused of its record (decision 97). */
static enum error_code take_over_refusals(const struct booking *booking,
                                          const struct mapping *mapping, struct error *error)
{
    struct books *books = booking->page->context->run->books;
    const struct order_change *change = booking->change;
    const int64_t key = books->create_key(books, change->entry);
    for (size_t i = 0; i < booking->item->reported->tracked_count; i++) {
        const struct tracked_change *tracked = &booking->item->reported->tracked[i];
        if (tracked_change_has_mark(tracked, key, MARK_REFUSED) ||
            tracked_change_has_mark(tracked, key, MARK_RETRIED))
            return books->move_marks(books, change->entry->internal, change->mapped_id, key,
                                     mapping->key, error);
    }
    return ERROR_NONE;
}

static enum error_code new_mapping(struct booking *booking, const struct order_answer *answer,
                                   const struct manual_entry *entry, struct error *error)
{
    struct push_page *page = booking->page;
    const struct order_change *change = booking->change;
    struct arena *arena = page->report->arena;
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    if (!mapping)
        return error_memory(error, "a mapping");
    *mapping = (struct mapping){.entry = entry,
                                .internal_object = change->mapped_object,
                                .internal_id = change->mapped_id,
                                .integration_object = answer->object,
                                .integration_id = answer->id,
                                .version = answer->version,
                                .last_sync = answer_instant(booking, answer)};
    if (entry) {
        mapping->evidence = ARENA_ARRAY(arena, entry->internal->field_count, struct evidence);
        if (!mapping->evidence)
            return error_memory(error, "a mapping");
        if (agree_on_sent(booking, answer, mapping, error))
            return error->code;
    }
    if (page->context->run->books->add_mapping(page->context->run->books, mapping, error))
        return error->code;
    booking->target->mapping = mapping;
    if (take_over_refusals(booking, mapping, error) ||
        push_stored_book(page, change, answer, mapping, error))
        return error->code;
    return batch_add(&page->batch, BATCH_CREATED, mapping, error);
}

/* Decision 61: the record belongs to another of our objects; that mapping is kept. */
static enum error_code keep_foreign(struct booking *booking, const struct order_answer *answer,
                                    struct mapping *taken, struct error *error)
{
    struct push_page *page = booking->page;
    struct books *books = page->context->run->books;
    struct text message = TEXT_ABSENT;
    booking->foreign = true;
    taken->last_sync = answer_instant(booking, answer);
    if (books->update_mapping(books, taken, error) ||
        text_format(page->report->arena, &message, error,
                    "was answered with record '%.*s:%.*s', which belongs to %.*s:%.*s",
                    TEXT_PRINT(answer->object), TEXT_PRINT(answer->id),
                    TEXT_PRINT(taken->internal_object), TEXT_PRINT(taken->internal_id)))
        return error->code;
    return note_change(booking, "already_mapped", message, answer->id, error);
}

static enum error_code book_created(struct booking *booking, const struct order_answer *answer,
                                    struct error *error)
{
    struct push_page *page = booking->page;
    const struct manual *manual = page->context->run->manual;
    struct books *books = page->context->run->books;
    const struct manual_object *internal = booking->change->entry->internal;
    const struct manual_object *object = manual_integration(manual, answer->object);
    struct mapping **existing = NULL;
    size_t count = 0;

    booking->created = true;
    if (books->mappings_of_record(books, answer->object, answer->id, page->report->arena, &existing,
                                  &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        struct mapping *mapping = existing[i];
        if (!text_equal(mapping->internal_object, booking->change->mapped_object))
            continue;
        if (!mapping->deleted && !text_equal(mapping->internal_id, booking->change->mapped_id))
            return keep_foreign(booking, answer, mapping, error);
        /* A link that has ended owns nothing (decision 109). */
        if (mapping->deleted)
            mapping_life_renew(mapping);
        mapping->internal_id = booking->change->mapped_id;
        mapping->version = answer->version;
        mapping->last_sync = answer_instant(booking, answer);
        booking->target->mapping = mapping;
        if (agree_on_sent(booking, answer, mapping, error) ||
            books->update_mapping(books, mapping, error) ||
            push_stored_book(page, booking->change, answer, mapping, error))
            return error->code;
        return batch_add(&page->batch, BATCH_UPDATED, mapping, error);
    }
    return new_mapping(booking, answer, object ? manual_entry_of(manual, internal, object) : NULL,
                       error);
}

static enum error_code book_updated(struct booking *booking, const struct order_answer *answer,
                                    struct error *error)
{
    struct push_page *page = booking->page;
    struct mapping *mapping = booking->target->mapping;
    booking->updated = true;
    /* A date is set on the pair that was addressed; after a remap there is none. */
    if (!mapping || booking->remapped)
        return ERROR_NONE;
    mapping->version = answer->version; /* the one before is not the record's any more */
    mapping->last_sync = answer_instant(booking, answer);
    if (agree_on_sent(booking, answer, mapping, error) ||
        page->context->run->books->update_mapping(page->context->run->books, mapping, error) ||
        push_stored_book(page, booking->change, answer, mapping, error))
        return error->code;
    return booking->created ? ERROR_NONE : batch_add(&page->batch, BATCH_UPDATED, mapping, error);
}

/* The new pair belongs to another object: that is our object's conflict (decision 79). */
static enum error_code meet_displaced(struct booking *booking, struct error *error)
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

static enum error_code book_remapped(struct booking *booking, const struct order_answer *answer,
                                     struct error *error)
{
    struct push_page *page = booking->page;
    struct mapping *mapping = booking->target->mapping;
    const struct report_remap remap = {.old_object = answer->old_object,
                                       .old_id = answer->old_id,
                                       .new_object = answer->object,
                                       .new_id = answer->id};
    booking->remapped = true;
    if (mapping) {
        if (agree_on_sent(booking, answer, mapping, error) ||
            page->context->run->books->update_mapping(page->context->run->books, mapping, error) ||
            push_stored_book(page, booking->change, answer, mapping, error))
            return error->code;
    }
    if (text_is_empty(remap.old_id))
        return ERROR_NONE;
    return remap_record(page->context, &page->batch, &remap, NULL, error)
               ? error->code
               : meet_displaced(booking, error);
}

static enum error_code book_deleted(struct booking *booking, struct error *error)
{
    struct push_page *page = booking->page;
    struct books *books = page->context->run->books;
    struct mapping **mappings = NULL;
    size_t count = 0;
    if (text_is_absent(booking->change->object_id)) {
        booking->deleted = true;
        return ERROR_NONE;
    }
    /* An API that has lost everything answers 404 for everything: then nothing is unlinked, the
     * changes wait, and the run ends. */
    if (!booking->change->deletion &&
        guard_remove(page->context, booking->change->entry->integration, &page->brake)) {
        if (page->brake.code != ERROR_MASS_CHANGE) {
            *error = page->brake;
            return error->code;
        }
        booking->retried = true;
        return ERROR_NONE;
    }
    booking->deleted = true;
    if (books->mappings_of_record(books, booking->change->object, booking->change->object_id,
                                  page->report->arena, &mappings, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        mapping_life_end(mappings[i], MAPPING_END_THERE, page->context->run->now);
        if (books->update_mapping(books, mappings[i], error) ||
            batch_add(&page->batch, BATCH_DELETED, mappings[i], error))
            return error->code;
    }
    if (booking->target->mapping)
        mapping_life_end(booking->target->mapping, MAPPING_END_THERE, page->context->run->now);
    return ERROR_NONE;
}

static enum error_code book_answer(struct booking *booking, const struct order_answer *answer,
                                   struct error *error)
{
    switch (answer->kind) {
    case ANSWER_CREATED:
        return book_created(booking, answer, error);
    case ANSWER_UPDATED:
        return book_updated(booking, answer, error);
    case ANSWER_REMAPPED:
        return book_remapped(booking, answer, error);
    case ANSWER_DELETED:
        return book_deleted(booking, error);
    case ANSWER_RETRY:
        booking->retried = true;
        booking->stale |= answer->stale;
        booking->uncounted |= answer->uncounted;
        return ERROR_NONE;
    case ANSWER_ISSUE:
        booking->issued = true;
        booking->page->context->summary->push.issues++;
        return note_change(booking, "issue", answer->message, booking->change->object_id, error);
    }
    return ERROR_NONE;
}

/* In the order of the spec, whatever the order in which they were given: new mappings, remaps,
 * dates, deletions, the rest. */
static enum error_code book_answers(struct booking *booking, struct error *error)
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

/* Nobody waits with a deletion here until what is under way has been answered. */
static enum error_code mark_if_deleted(const struct booking *booking, struct error *error)
{
    struct books *books = booking->page->context->run->books;
    struct mapping *mapping = booking->target->mapping;
    if (!mapping || mapping->deleted)
        return ERROR_NONE;
    return books->mark_if_deleted(books, mapping, error);
}

/* An issue, and nothing beside it that says what became of the change. */
static bool is_refused(const struct booking *booking)
{
    return booking->issued && !booking->created && !booking->updated && !booking->remapped &&
           !booking->retried && !booking->deleted;
}

static enum error_code book_refusal(struct booking *booking, struct error *error)
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

/* Decision 63: all answers count; what they make of the object together. */
static void conclude(const struct booking *booking)
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
    if (is_refused(booking))
        push_item_meet(item, OUTCOME_FAILED, "issue");
}

/* What was tried in vain for too many runs goes into quarantine, visible and out of the way. */
static enum error_code count_tries(const struct booking *booking, const char *reason,
                                   struct error *error)
{
    struct push_page *page = booking->page;
    struct journal *journal = page->context->run->journal;
    bool held = false;
    if (!journal || page->failure.code != ERROR_NONE || page->brake.code != ERROR_NONE)
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
    return note_change(booking, "quarantined",
                       TEXT("failed in too many runs and is in quarantine; see 'tandem quarantine "
                            "list'"),
                       booking->change->object_id, error);
}

/* The object was merged into another one while its create was out: what the other one has was not
 * sent, and is looked at by the next push. */
static enum error_code follow_heir(struct booking *booking, struct text heir, struct error *error)
{
    struct order_change *change = booking->change;
    const struct manual_entry *entry = change->entry;
    struct books *books = booking->page->context->run->books;
    change->mapped_id = heir;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        const enum field_role role = entry->internal->fields[line->internal_field].schema->role;
        int64_t sequence = 0;
        if (line->direction != DIRECTION_TO_INTERNAL && role != FIELD_INTERNAL_ID &&
            role != FIELD_TIMELINE_URL &&
            books->track_change(books, entry->internal, heir, line->internal_field,
                                booking->page->context->run->now, 0, &sequence, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Commands and plain SQL may have changed the link while the answer was awaited: the books change
 * it as it is now, and only in what the answer says (spec 13.13). */
static enum error_code renew(struct booking *booking, struct error *error)
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
    struct booking booking = {
        .page = page, .item = item, .target = target, .change = target->decision.change};
    if (booking.change->withdrawn) {
        push_item_meet(item, OUTCOME_SKIPPED, "deleted");
        return ERROR_NONE;
    }
    if (renew(&booking, error))
        return error->code;
    if (!booking.change->answers) {
        push_item_meet(item, OUTCOME_FAILED, "no_answer");
        if (note_change(&booking, "no_answer",
                        TEXT("was sent, but the integration's script gave no answer for it; it "
                             "will be sent again"),
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
