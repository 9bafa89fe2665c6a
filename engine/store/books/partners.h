/*
 * partners: the records of an integration that have a partner here.
 */
#ifndef TANDEM_STORE_BOOKS_PARTNERS_H
#define TANDEM_STORE_BOOKS_PARTNERS_H

#include "store/schema/store.h"

/* A kind of record of an integration, by the names of both. */
struct partners {
    struct text integration, object;
};

/* At most `limit` ids of such records, in the order of their bytes, after `id`; in the arena. None
 * for an integration or object that the store does not know. */
WARN_UNUSED enum error_code partners_after(struct store *store, const struct partners *partners,
                                           struct text id, size_t limit, struct arena *arena,
                                           struct texts *ids, struct error *error);
/* Those of these ids, in their order, whose partner here was edited since: the edit is still to be
 * sent to them, and did not come from them. In the arena. */
WARN_UNUSED enum error_code partners_edited(struct store *store, const struct partners *partners,
                                            const struct texts *ids, struct arena *arena,
                                            struct texts *edited, struct error *error);

#endif
