/* push_refusals: what the API refused stays an edit, marked at its tracked change (one is made if
 * there is none). */
#include "sync/push/push_booking.h"

#include "sync/push/push_again.h"

/* The fields that the API refused, by index of the integration object's fields. */
struct refused_fields {
    bool *has;
    size_t *fields;
    size_t count;
};

static enum error_code collect(struct arena *arena, const struct order_change *change,
                               struct refused_fields *refused, struct error *error)
{
    const size_t fields = change->entry->integration->field_count;
    *refused = (struct refused_fields){.has = ARENA_ARRAY(arena, fields, bool),
                                       .fields = ARENA_ARRAY(arena, fields, size_t)};
    if (!refused->has || !refused->fields)
        return error_memory(error, "refused fields");
    for (const struct order_answer *answer = change->answers; answer; answer = answer->next) {
        for (size_t i = 0; i < answer->refused_count; i++) {
            if (refused->has[answer->refused[i]])
                continue;
            refused->has[answer->refused[i]] = true;
            refused->fields[refused->count++] = answer->refused[i];
        }
    }
    return ERROR_NONE;
}

/* Would anything be left to send without them? A record can't be created without what it needs. */
static bool is_partial(const struct order_change *change, const struct refused_fields *refused)
{
    bool any_left = false;
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (!refused->has[field->field])
            any_left |= field->due;
        else if (text_is_absent(change->object_id) && field->line->required)
            return false;
    }
    return refused->count > 0 && any_left;
}

static bool is_refused(const struct order_change *change, const struct refused_fields *refused,
                       bool partial, size_t internal_field)
{
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (field->line->internal_field == internal_field && field->due &&
            (!partial || refused->has[field->field]))
            return true;
    }
    return false;
}

/* What a full push sent although nobody had edited it. */
static enum error_code track_untracked(struct push_page *page, const struct push_item *item,
                                       const struct push_target *target,
                                       const struct refused_fields *refused, bool partial,
                                       struct error *error)
{
    const struct run *run = page->context->run;
    const struct order_change *change = target->decision.change;
    const struct mapping none = {.entry = change->entry,
                                 .internal_object = change->mapped_object,
                                 .internal_id = change->mapped_id};
    for (size_t field = 0; field < change->entry->internal->field_count; field++) {
        bool tracked = !is_refused(change, refused, partial, field);
        for (size_t i = 0; i < item->reported->tracked.count && !tracked; i++)
            tracked = item->reported->tracked.items[i].field == field;
        if (!tracked &&
            run->books->owe_change(run->books, target->mapping ? target->mapping : &none, field,
                                   change->changed_at, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Does an edit wait that was not sent with what was refused? It ends the refusal, as a later edit
 * does (13.3): alone it would be sent without the refused fields. */
static bool is_edited_since(const struct push_item *item, const struct tracked_changes *tracked)
{
    for (size_t i = 0; i < tracked->count; i++) {
        bool sent = tracked->items[i].owed;
        for (size_t j = 0; j < item->reported->tracked.count && !sent; j++)
            sent = item->reported->tracked.items[j].sequence == tracked->items[i].sequence;
        if (!sent)
            return true;
    }
    return false;
}

static enum error_code mark(struct push_page *page, const struct push_item *item,
                            const struct push_target *target, const struct refused_fields *refused,
                            bool partial, struct error *error)
{
    struct books *books = page->context->run->books;
    const struct order_change *change = target->decision.change;
    const int64_t key =
        target->mapping ? target->mapping->key : books->create_key(books, change->entry);
    const struct change_mark mark = {.mapping = key, .kind = MARK_REFUSED};
    struct tracked_changes tracked;
    if (books->tracked_changes(books, change->entry->internal, change->mapped_id,
                               page->report->arena, &tracked, error))
        return error->code;
    if (is_edited_since(item, &tracked))
        return ERROR_NONE;
    for (size_t i = 0; i < tracked.count; i++) {
        if (tracked.items[i].field != SIZE_MAX &&
            is_refused(change, refused, partial, tracked.items[i].field) &&
            books->mark_tracked_change(books, tracked.items[i].sequence, &mark, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* The rows that the report has read: refused ones stay, and the others are done unless they are
 * sent once more. */
static void keep_refused(const struct push_item *item, struct push_target *target,
                         const struct refused_fields *refused, bool partial)
{
    for (size_t i = 0; i < item->reported->tracked.count; i++) {
        const size_t field = item->reported->tracked.items[i].field;
        if (field != SIZE_MAX && is_refused(target->decision.change, refused, partial, field))
            target->decision.waits[i] = true;
    }
}

enum error_code push_refusals_book(struct push_page *page, struct push_item *item,
                                   struct push_target *target, bool *again, struct error *error)
{
    const struct order_change *change = target->decision.change;
    struct refused_fields refused;
    *again = false;
    if (collect(page->report->arena, change, &refused, error))
        return error->code;
    const bool partial = is_partial(change, &refused);
    page->context->bad_values += refused.count > 0;
    if (track_untracked(page, item, target, &refused, partial, error) ||
        mark(page, item, target, &refused, partial, error))
        return error->code;
    keep_refused(item, target, &refused, partial);
    if (!partial) /* a full push would send it again with the object's other records */
        return target->mapping ? push_again_leave_out(page->context, change, error) : ERROR_NONE;
    *again = true;
    return push_again_add(page->context, change, refused.fields, refused.count, error);
}
