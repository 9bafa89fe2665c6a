/* Looking up marks of a tracked change, by mapping. */
#include "model/tracked_change.h"

static const struct change_mark *mark_of(const struct tracked_change *tracked, int64_t mapping,
                                         enum change_mark_kind kind)
{
    for (size_t i = 0; i < tracked->mark_count; i++) {
        if (tracked->marks[i].mapping == mapping && tracked->marks[i].kind == kind)
            return &tracked->marks[i];
    }
    return NULL;
}

bool tracked_change_has_mark(const struct tracked_change *tracked, int64_t mapping,
                             enum change_mark_kind kind)
{
    return mark_of(tracked, mapping, kind) != NULL;
}

bool tracked_change_is_ours_over(const struct tracked_change *tracked, int64_t mapping,
                                 uint64_t theirs)
{
    const struct change_mark *mark = mark_of(tracked, mapping, MARK_OURS);
    return mark && theirs != 0 && mark->theirs == theirs;
}

bool tracked_change_is_tied_with(const struct tracked_change *tracked, int64_t mapping,
                                 uint64_t theirs)
{
    const struct change_mark *mark = mark_of(tracked, mapping, MARK_TIE);
    return mark && theirs != 0 && mark->theirs == theirs;
}

bool tracked_change_has_reached(const struct tracked_change *tracked, int64_t mapping)
{
    return tracked->origin == mapping || tracked_change_has_mark(tracked, mapping, MARK_SETTLED);
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

bool tracked_change_is_complete(const struct tracked_change *tracked,
                                const struct mappings *mappings, int64_t except)
{
    for (size_t i = 0; i < mappings->count; i++) {
        const struct mapping *mapping = mappings->items[i];
        if (!mapping->deleted && mapping->key != except && tracked->field != SIZE_MAX &&
            sends(mapping, tracked->field) && !tracked_change_has_reached(tracked, mapping->key))
            return false;
    }
    return true;
}
