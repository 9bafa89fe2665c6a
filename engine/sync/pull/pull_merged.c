/* pull_merged: a mark of a refusal at an identifier, and another live link of the same kind. */
#include "sync/pull/pull_merged.h"

#include "model/books.h"
#include "model/tracked_change.h"

static bool refused_identifier(const struct pull_item *item)
{
    const struct manual_object *internal = item->entry->internal;
    for (size_t i = 0; i < item->tracked.count; i++) {
        const struct tracked_change *tracked = &item->tracked.items[i];
        if (tracked->field < internal->field_count && /* else: not mapped any more */
            internal->fields[tracked->field].schema->unique &&
            tracked_change_has_mark(tracked, item->mapping->key, MARK_REFUSED))
            return true;
    }
    return false;
}

enum error_code pull_merged_refuses(const struct pull_page *page, const struct pull_item *item,
                                    bool *refuses, struct error *error)
{
    struct books *books = page->context->run->books;
    struct mapping **mappings = NULL;
    size_t count = 0;
    bool is_heir = false;
    *refuses = false;
    if (!refused_identifier(item))
        return ERROR_NONE;
    if (books->is_heir(books, item->entry->internal->name, item->internal_id, &is_heir, error))
        return error->code;
    if (!is_heir)
        return ERROR_NONE;
    if (books->mappings_of_object(books, item->entry->internal->name, item->internal_id,
                                  page->report->arena, &mappings, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++)
        *refuses |= !mappings[i]->deleted && mappings[i]->entry == item->entry &&
                    mappings[i]->key != item->mapping->key;
    return ERROR_NONE;
}
