/* Third parties that report no deletions tell of them in this way only. */
#include "sync/push/push_booking.h"

#include "sync/run/guard.h"
#include "sync/run/loss.h"
#include "sync/run/mapping_life.h"
#include "sync/run/selection.h"

/* An API that has lost its data answers 404 for everything: then nothing is unlinked, the changes
 * wait, and the run ends. */
static enum error_code ask_guard(struct push_booking *booking, bool *stopped, struct error *error)
{
    struct push_page *page = booking->page;
    *stopped = !booking->change->deletion &&
               guard_remove(page->context, booking->change->entry->integration, &page->guard);
    if (!*stopped || page->guard.code == ERROR_MASS_CHANGE)
        return ERROR_NONE;
    *error = page->guard;
    return error->code;
}

/* The link is forgotten, so that this run creates the object there, with its edit. */
static enum error_code create_anew(struct push_booking *booking, const struct loss *loss,
                                   struct error *error)
{
    struct books *books = loss->context->run->books;
    const struct manual_object *internal = loss->mapping->entry->internal;
    if (books->remove_mapping(books, loss->mapping->key, error))
        return error->code;
    booking->target->mapping = NULL;
    booking->retried = booking->again = true;
    return selection_ids_add(loss->context, &loss->context->again[internal->index],
                             loss->mapping->internal_id, error);
}

static enum error_code decide_edited(struct push_booking *booking, const struct loss *loss,
                                     struct error *error)
{
    switch (loss->context->run->settings->on_deleted_and_edited) {
    case EDITED_RESTORE:
        return create_anew(booking, loss, error);
    case EDITED_DELETE:
        return loss_end_link(loss, loss->context->run->now, error)
                   ? error->code
                   : loss_delete_object(loss, error);
    case EDITED_HOLD:
        push_item_meet(booking->item, OUTCOME_CONFLICT, "deleted_and_edited");
        return loss_hold(loss, error);
    }
    return ERROR_NONE;
}

/* Does the policy, and not only the link, depend on whether our object was edited? */
static enum error_code is_contested(const struct push_booking *booking, const struct loss *loss,
                                    bool *contested, struct error *error)
{
    const struct mapping *addressed = booking->target->mapping;
    bool has_other = false;
    *contested = false;
    if (!addressed || addressed->key != loss->mapping->key || loss->mapping->deleted ||
        !loss->mapping->entry || loss->mapping->entry->on_deleted_there != DELETION_DELETE)
        return ERROR_NONE;
    if (mapping_life_has_other(loss->context, loss->mapping, NULL, loss->arena, &has_other, error))
        return error->code;
    return has_other ? ERROR_NONE : loss_was_edited(loss, contested, error);
}

enum error_code push_deleted_book(struct push_booking *booking, struct error *error)
{
    struct push_page *page = booking->page;
    struct books *books = page->context->run->books;
    struct mappings mappings = {.count = 0};
    bool stopped = false, contested = false;
    if (text_is_absent(booking->change->object_id)) {
        booking->deleted = true;
        return ERROR_NONE;
    }
    if (ask_guard(booking, &stopped, error))
        return error->code;
    if (stopped) {
        booking->retried = true;
        return ERROR_NONE;
    }
    booking->deleted = true;
    if (books->mappings_of_record(books, booking->change->object, booking->change->object_id,
                                  page->report->arena, &mappings, error))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        const struct loss loss = {page->context, &page->batch, page->report->arena,
                                  mappings.items[i]};
        if (is_contested(booking, &loss, &contested, error))
            return error->code;
        if (contested ? decide_edited(booking, &loss, error)
                      : loss_end_link(&loss, page->context->run->now, error))
            return error->code;
    }
    if (booking->target->mapping)
        mapping_life_end(booking->target->mapping, MAPPING_END_THERE, page->context->run->now);
    return ERROR_NONE;
}
