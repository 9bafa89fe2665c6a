/* The references of a record that have to wait at its link. */
#include "sync/pull/pull.h"

static bool is_unresolved(const struct pull_page *page, const struct report_object *reported,
                          size_t field)
{
    for (size_t i = 0; i < page->unresolved_count; i++) {
        if (page->unresolved[i].object == reported && page->unresolved[i].field == field)
            return true;
    }
    return false;
}

/* What our field has, if the record itself did not write it a moment ago. */
static uint64_t our_fingerprint(const struct pull_item *item, size_t field)
{
    if (order_change_field(item->decision.change, field))
        return 0;
    if (item->local_object)
        return value_fingerprint(&item->local_object->values[field]);
    const struct value nothing = value_null(item->entry->internal->fields[field].schema->type);
    return value_fingerprint(&nothing);
}

static enum error_code end_reported(struct pull_page *page, const struct pull_item *item,
                                    const struct mapping *mapping, struct error *error)
{
    struct books *books = page->context->run->books;
    struct late_reference *waiting = NULL;
    size_t count = 0;
    if (books->late_of_mapping(books, mapping->key, page->report->arena, &waiting, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const size_t field = manual_object_field(item->entry->integration, waiting[i].field);
        if (field == SIZE_MAX || is_unresolved(page, item->reported, field) ||
            (item->reported->fields[field].state == FIELD_ABSENT &&
             !item->reported->fields[field].unreadable))
            continue;
        if (books->end_late(books, mapping->key, waiting[i].field, false, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code pull_late_book(struct pull_page *page, const struct pull_item *item,
                               struct error *error)
{
    struct books *books = page->context->run->books;
    const struct order_change *change = item->decision.change;
    const struct mapping *mapping = item->mapping ? item->mapping : change ? change->mapping : NULL;
    if (!mapping || mapping->key == 0 || mapping->deleted)
        return ERROR_NONE;
    if (end_reported(page, item, mapping, error))
        return error->code;
    for (size_t i = 0; i < page->unresolved_count; i++) {
        const struct relation_unresolved *unresolved = &page->unresolved[i];
        if (unresolved->object != item->reported)
            continue;
        const struct manual_line *line = manual_line_in(item->entry, unresolved->field);
        if (!line)
            continue;
        const struct late_reference late = {
            .mapping = mapping->key,
            .field = unresolved->relation->field,
            .to_object = unresolved->relation->to_object,
            .to_id = unresolved->relation->to_id,
            .field_at = item->reported->fields[unresolved->field].changed_at,
            .record_at = item->reported->changed_at,
            .ours = our_fingerprint(item, line->internal_field)};
        if (books->keep_late(books, &late, error))
            return error->code;
    }
    return ERROR_NONE;
}
