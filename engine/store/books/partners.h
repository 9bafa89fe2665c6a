/*
 * partners: the records of an integration that have a partner here.
 */
#ifndef TANDEM_STORE_BOOKS_PARTNERS_H
#define TANDEM_STORE_BOOKS_PARTNERS_H

#include "store/schema/store.h"

/* At most `limit` ids of the integration's object, in the order of their bytes, after `id`; in the
 * arena. None for an integration or object that the store does not know. */
WARN_UNUSED enum error_code partners_after(struct store *store, struct text integration,
                                           struct text object, struct text id, size_t limit,
                                           struct arena *arena, struct text **ids, size_t *count,
                                           struct error *error);
/* Those of these ids, in their order, whose partner here was edited since: the edit is still to be
 * sent to them, and did not come from them. In the arena. */
WARN_UNUSED enum error_code partners_edited(struct store *store, struct text integration,
                                            struct text object, const struct text *ids,
                                            size_t count, struct arena *arena, struct text **edited,
                                            size_t *edited_count, struct error *error);

#endif
