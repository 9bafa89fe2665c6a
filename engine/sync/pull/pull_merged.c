/* pull_merged: a mark of a refusal at an identifier, and another live link of the same kind. */
#include "sync/pull/pull.h"

#include "model/tracked_change.h"
#include "sync/run/mapping_life.h"

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
    *refuses = false;
    if (!refused_identifier(item))
        return ERROR_NONE;
    if (books->is_heir(books, item->entry->internal->name, item->internal_id, refuses, error))
        return error->code;
    return *refuses ? mapping_life_has_other(page->context, item->mapping, item->entry,
                                             page->report->arena, refuses, error)
                    : ERROR_NONE;
}
