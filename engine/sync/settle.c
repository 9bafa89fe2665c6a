#include "sync/settle.h"

enum error_code settle_change(struct run_context *context, struct arena *arena,
                              const struct tracked_change *tracked, const struct mapping *mapping,
                              struct mapping *const *mappings, size_t mapping_count,
                              struct error *error)
{
    struct books *books = context->run->books;
    struct mapping **found = NULL;
    if (!mappings) {
        if (books->mappings_of_object(books, mapping->internal_object, mapping->internal_id, arena,
                                      &found, &mapping_count, error))
            return error->code;
        mappings = found;
    }
    if (tracked_change_is_complete(tracked, mappings, mapping_count, mapping->key))
        return books->remove_tracked_change(books, tracked->sequence, error);
    return books->mark_tracked_change(books, tracked->sequence, mapping->key, MARK_SETTLED, error);
}
