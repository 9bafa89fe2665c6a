/* Several records of one object on one page: who wins, and who is told. */
#include "sync/pull/pull.h"

#include "base/pair_index.h"

/* The items of one object of ours, linked by `next`. */
struct duplicate {
    const struct pull_item *item;
    struct duplicate *next;
};

/* Did another record of the object write exactly the value that this record was seen to have? */
static bool was_given_by_duplicate(const struct pull_item *item, const struct duplicate *duplicates,
                                   size_t field)
{
    const uint64_t seen = item->decision.reported[field];
    for (const struct duplicate *duplicate = duplicates; seen && duplicate;
         duplicate = duplicate->next) {
        const struct order_change *change = duplicate->item->decision.change;
        const struct order_field *given = order_change_field(change, field);
        if (duplicate->item != item && given && given->written &&
            change->base_versions[field].ours == seen)
            return true;
    }
    return false;
}

static enum error_code acknowledge_duplicate(struct pull_page *page, const struct pull_item *item,
                                             const struct duplicate *duplicates,
                                             struct error *error)
{
    struct books *books = page->context->run->books;
    struct tracked_changes tracked;
    const struct change_mark mark = {.mapping = item->mapping->key, .kind = MARK_SETTLED};
    if (books->tracked_changes(books, item->entry->internal, item->internal_id, page->report->arena,
                               &tracked, error))
        return error->code;
    for (size_t i = 0; i < tracked.count; i++) {
        if (tracked.items[i].field != SIZE_MAX && tracked.items[i].origin != item->mapping->key &&
            was_given_by_duplicate(item, duplicates, tracked.items[i].field) &&
            books->mark_tracked_change(books, tracked.items[i].sequence, &mark, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Fill `first` (by item) with the duplicates of each item; *any tells whether there are some. */
static enum error_code find_duplicates(struct pull_page *page, struct duplicate **first, bool *any,
                                       struct error *error)
{
    struct arena *arena = page->report->arena;
    struct pair_index *index = NULL;
    struct duplicate *duplicates = ARENA_ARRAY(arena, page->item_count, struct duplicate);
    if (!duplicates)
        return error_memory(error, "a page");
    if (pair_index_new(arena, &index, error))
        return error->code;
    for (size_t i = 0; i < page->item_count; i++) {
        const struct pull_item *item = &page->items[i];
        struct duplicate *head = NULL;
        duplicates[i].item = item;
        first[i] = &duplicates[i];
        if (!item->mapping)
            continue;
        head = pair_index_find(index, item->entry->internal->name, item->internal_id);
        if (!head) {
            if (pair_index_add(index, item->entry->internal->name, item->internal_id,
                               &duplicates[i], error))
                return error->code;
            continue;
        }
        duplicates[i].next = head->next;
        head->next = &duplicates[i];
        first[i] = head;
        *any = true;
    }
    return ERROR_NONE;
}

enum error_code pull_duplicates_acknowledge(struct pull_page *page, struct error *error)
{
    bool any = false;
    struct duplicate **first = NULL;
    if (page->item_count < 2 || page->order->change_count == 0)
        return ERROR_NONE;
    first = ARENA_ARRAY(page->report->arena, page->item_count, struct duplicate *);
    if (!first)
        return error_memory(error, "a page");
    if (find_duplicates(page, first, &any, error))
        return error->code;
    for (size_t i = 0; any && i < page->item_count; i++) {
        if (page->items[i].mapping && first[i]->next &&
            acknowledge_duplicate(page, &page->items[i], first[i], error))
            return error->code;
    }
    return ERROR_NONE;
}
