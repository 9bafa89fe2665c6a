/* What all kinds of answers do: a note, an instant, the base versions of a mapping. */
#include "sync/push/push_booking.h"

#include "sync/run/their_clock.h"

enum error_code push_booking_note(const struct push_booking *booking, const char *about,
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

instant push_booking_instant(const struct push_booking *booking, const struct order_answer *answer)
{
    const struct run_context *context = booking->page->context;
    return answer->at == INSTANT_NONE ? context->run->now : their_clock_ours(context, answer->at);
}

/* It was carried out in part, and nobody says which part: all of it is sent again (decision 63). */
static bool is_tried_again(const struct push_booking *booking)
{
    return order_change_has_answer(booking->change, ANSWER_RETRY);
}

/* What was sent is to be sent again; until then what they show is what they made of it (13.2). */
static void split_sent(const struct order_change *change, struct mapping *mapping)
{
    for (size_t i = 0; change->base_versions && mapping->base_versions &&
                       i < change->entry->internal->field_count;
         i++) {
        if (base_version_is_agreed(&change->base_versions[i]) &&
            base_version_is_agreed(&mapping->base_versions[i]))
            base_version_split(&mapping->base_versions[i]);
    }
}

enum error_code push_booking_agree(struct push_booking *booking, const struct order_answer *answer,
                                   struct mapping *mapping, struct error *error)
{
    const bool again = is_tried_again(booking);
    if (again && !booking->created)
        return ERROR_NONE; /* what was agreed before the update still is */
    if (push_stored_agree(booking, answer, mapping, error))
        return error->code;
    if (again)
        split_sent(booking->change, mapping);
    return ERROR_NONE;
}

enum error_code push_booking_settle(struct push_booking *booking, const struct order_answer *answer,
                                    struct mapping *mapping, struct error *error)
{
    return is_tried_again(booking) ? ERROR_NONE : push_stored_book(booking, answer, mapping, error);
}

enum error_code push_booking_update(struct push_booking *booking, const struct order_answer *answer,
                                    struct mapping *mapping, struct error *error)
{
    struct books *books = booking->page->context->run->books;
    if (push_booking_agree(booking, answer, mapping, error) ||
        books->update_mapping(books, mapping, error))
        return error->code;
    return push_booking_settle(booking, answer, mapping, error);
}

enum error_code push_booking_unanswered(struct push_booking *booking, struct error *error)
{
    const struct run *run = booking->page->context->run;
    const struct order_change *change = booking->change;
    struct mapping *mapping = booking->target->mapping;
    bool any = false;
    if (!mapping || mapping->deleted || !mapping->base_versions || !change->base_versions ||
        !judge_has_base(&run->settings->judge))
        return ERROR_NONE;
    for (size_t i = 0; i < change->entry->internal->field_count; i++) {
        const struct base_version *sent = &change->base_versions[i];
        struct base_version *base = &mapping->base_versions[i];
        if (!base_version_is_agreed(sent) || base_version_keeps(base, sent->ours))
            continue;
        if (base_version_is_agreed(base))
            base_version_split(base);
        if (!base_version_is_unseen(base))
            base->unseen = sent->unseen;
        any = true;
    }
    return any ? run->books->update_mapping(run->books, mapping, error) : ERROR_NONE;
}
