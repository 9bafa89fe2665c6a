/* A tracked change goes when every link that needs it has it. */
#include "sync/run/acknowledge.h"

enum error_code acknowledge_change(struct run_context *context, struct arena *arena,
                                   const struct tracked_change *tracked,
                                   const struct mapping *mapping,
                                   struct live_mappings_of_object *live, struct error *error)
{
    struct books *books = context->run->books;
    if (!live->known &&
        books->mappings_of_object(books, mapping->internal_object, mapping->internal_id, arena,
                                  &live->mappings, error))
        return error->code;
    live->known = true;
    if (tracked_change_is_complete(tracked, &live->mappings, mapping->key))
        return books->remove_tracked_change(books, tracked->sequence, error);
    const struct change_mark mark = {.mapping = mapping->key, .kind = MARK_SETTLED};
    return books->mark_tracked_change(books, tracked->sequence, &mark, error);
}
