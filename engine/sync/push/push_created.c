/* A record was created there, or an existing one was returned: link it. */
#include "sync/push/push_booking.h"

#include "model/tracked_change.h"
#include "sync/run/mapping_life.h"

static enum error_code new_mapping(struct push_booking *booking, const struct order_answer *answer,
                                   struct error *error)
{
    struct push_page *page = booking->page;
    const struct order_change *change = booking->change;
    const struct manual *manual = page->context->run->manual;
    const struct manual_object *object = manual_integration(manual, answer->object);
    const struct manual_entry *entry =
        object ? manual_entry_of(manual, change->entry->internal, object) : NULL;
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
                                .last_sync = push_booking_instant(booking, answer)};
    if (entry) {
        mapping->base_versions =
            ARENA_ARRAY(arena, entry->internal->field_count, struct base_version);
        if (!mapping->base_versions)
            return error_memory(error, "a mapping");
        if (push_booking_agree(booking, answer, mapping, error))
            return error->code;
    }
    if (page->context->run->books->add_mapping(page->context->run->books, mapping, error))
        return error->code;
    booking->target->mapping = mapping;
    return push_booking_settle(booking, answer, mapping, error);
}

/* The record had a link to this object. */
static enum error_code renew_mapping(struct push_booking *booking,
                                     const struct order_answer *answer, struct mapping *mapping,
                                     struct error *error)
{
    if (mapping->deleted)
        mapping_life_renew(mapping);
    mapping->version = answer->version;
    mapping->last_sync = push_booking_instant(booking, answer);
    booking->target->mapping = mapping;
    return push_booking_update(booking, answer, mapping, error);
}

/* Fields that were refused in the create are refused at its record (decision 97). */
static enum error_code take_over_refusals(const struct push_booking *booking, struct error *error)
{
    struct books *books = booking->page->context->run->books;
    const struct order_change *change = booking->change;
    const struct mapping *mapping = booking->target->mapping;
    const int64_t key = books->create_key(books, change->entry);
    for (size_t i = 0; i < booking->item->reported->tracked.count; i++) {
        const struct tracked_change *tracked = &booking->item->reported->tracked.items[i];
        if (tracked_change_has_mark(tracked, key, MARK_REFUSED) ||
            tracked_change_has_mark(tracked, key, MARK_RETRIED))
            return books->move_marks(books, change->entry->internal, change->mapped_id, key,
                                     mapping->key, error);
    }
    return ERROR_NONE;
}

/* Decision 61: the record belongs to another of our objects; that mapping is kept. */
static enum error_code keep_foreign(struct push_booking *booking, const struct order_answer *answer,
                                    struct mapping *taken, struct error *error)
{
    struct push_page *page = booking->page;
    struct books *books = page->context->run->books;
    struct text message = TEXT_ABSENT;
    booking->foreign = true;
    taken->last_sync = push_booking_instant(booking, answer);
    if (books->update_mapping(books, taken, error) ||
        text_format(page->report->arena, &message, error,
                    "was answered with record '%.*s:%.*s', which belongs to %.*s:%.*s",
                    TEXT_PRINT(answer->object), TEXT_PRINT(answer->id),
                    TEXT_PRINT(taken->internal_object), TEXT_PRINT(taken->internal_id)))
        return error->code;
    return push_booking_note(booking, "already_mapped", message, answer->id, error);
}

enum error_code push_created_book(struct push_booking *booking, const struct order_answer *answer,
                                  struct error *error)
{
    struct push_page *page = booking->page;
    struct books *books = page->context->run->books;
    const struct order_change *change = booking->change;
    struct mappings existing = {.count = 0};
    struct mapping *known = NULL;

    booking->created = true;
    if (books->mappings_of_record(books, answer->object, answer->id, page->report->arena, &existing,
                                  error))
        return error->code;
    for (size_t i = 0; i < existing.count && !known; i++) {
        if (text_equal(existing.items[i]->internal_object, change->mapped_object))
            known = existing.items[i];
    }
    if (known && !known->deleted && !text_equal(known->internal_id, change->mapped_id))
        return keep_foreign(booking, answer, known, error);
    const bool own = known && text_equal(known->internal_id, change->mapped_id);
    const bool ended = known && known->deleted;
    /* A link that has ended owns nothing (decision 109), and what is open at it is the business of
     * the object that it belonged to: the record gets a link of its own. */
    if ((known && !own && books->remove_mapping(books, known->key, error)) ||
        (own ? renew_mapping(booking, answer, known, error) : new_mapping(booking, answer, error)))
        return error->code;
    if (take_over_refusals(booking, error))
        return error->code;
    /* What the record of an ended link has besides what was sent may never be reported again. */
    if (ended && books->ask_for_whole(books, booking->target->mapping, error))
        return error->code;
    return batch_add(&page->batch, known ? BATCH_UPDATED : BATCH_CREATED, booking->target->mapping,
                     error);
}
