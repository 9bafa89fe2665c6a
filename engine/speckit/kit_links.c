/* The links of an integration under test: those of its store, once it has one. */
#include "speckit/kit.h"
#include "store/books/partners.h"

static enum error_code after(void *context, struct text object, struct text id, size_t limit,
                             struct arena *arena, struct texts *ids, struct error *error)
{
    const struct kit *const kit = context;
    const struct partners partners = {.integration = kit->name, .object = object};
    ids->count = 0;
    return kit->store ? partners_after(kit->store, &partners, id, limit, arena, ids, error)
                      : ERROR_NONE;
}

static enum error_code edited(void *context, struct text object, const struct texts *ids,
                              struct arena *arena, struct texts *found, struct error *error)
{
    const struct kit *const kit = context;
    const struct partners partners = {.integration = kit->name, .object = object};
    found->count = 0;
    return kit->store ? partners_edited(kit->store, &partners, ids, arena, found, error)
                      : ERROR_NONE;
}

struct script_links kit_links_table(struct kit *kit)
{
    return (struct script_links){.context = kit, .after = after, .edited = edited};
}
