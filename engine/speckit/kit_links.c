/* The links of an integration under test: those of its store, once it has one. */
#include "speckit/kit.h"
#include "store/books/partners.h"

static enum error_code after(void *context, struct text object, struct text id, size_t limit,
                             struct arena *arena, struct text **ids, size_t *count,
                             struct error *error)
{
    const struct kit *const kit = context;
    *count = 0;
    return kit->store
               ? partners_after(kit->store, kit->name, object, id, limit, arena, ids, count, error)
               : ERROR_NONE;
}

static enum error_code edited(void *context, struct text object, const struct text *ids,
                              size_t count, struct arena *arena, struct text **found,
                              size_t *found_count, struct error *error)
{
    const struct kit *const kit = context;
    *found_count = 0;
    return kit->store ? partners_edited(kit->store, kit->name, object, ids, count, arena, found,
                                        found_count, error)
                      : ERROR_NONE;
}

struct script_links kit_links_table(struct kit *kit)
{
    return (struct script_links){.context = kit, .after = after, .edited = edited};
}
