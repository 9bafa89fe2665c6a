#include "sync/settle.h"

bool settle_has_mark(const struct tracked_change *tracked, int64_t mapping,
                     enum change_mark_kind kind)
{
    for (size_t i = 0; i < tracked->mark_count; i++) {
        if (tracked->marks[i].mapping == mapping && tracked->marks[i].kind == kind)
            return true;
    }
    return false;
}

/* Does the mapping's entry send this field to the integration at all? */
static bool sends(const struct mapping *mapping, size_t field)
{
    if (!mapping->entry)
        return false;
    for (size_t i = 0; i < mapping->entry->line_count; i++) {
        const struct manual_line *line = &mapping->entry->lines[i];
        if (line->internal_field == field && line->direction != DIRECTION_TO_INTERNAL)
            return true;
    }
    return false;
}

bool settle_is_complete(const struct tracked_change *tracked, struct mapping *const *mappings,
                        size_t mapping_count, int64_t except)
{
    for (size_t i = 0; i < mapping_count; i++) {
        const struct mapping *mapping = mappings[i];
        if (!mapping->deleted && mapping->key != except && mapping->key != tracked->origin &&
            tracked->field != SIZE_MAX && sends(mapping, tracked->field) &&
            !settle_has_mark(tracked, mapping->key, MARK_SETTLED))
            return false;
    }
    return true;
}

enum error_code settle_change(struct run_context *context, struct arena *arena,
                              const struct tracked_change *tracked,
                              const struct mapping *mapping, struct mapping *const *mappings,
                              size_t mapping_count, struct error *error)
{
    struct books *books = context->run->books;
    struct mapping **found = NULL;
    if (!mappings) {
        if (books->mappings_of_object(books, mapping->internal_object, mapping->internal_id,
                                      arena, &found, &mapping_count, error))
            return error->code;
        mappings = found;
    }
    if (settle_is_complete(tracked, mappings, mapping_count, mapping->key))
        return books->remove_tracked_change(books, tracked->sequence, error);
    return books->mark_tracked_change(books, tracked->sequence, mapping->key, MARK_SETTLED, error);
}
