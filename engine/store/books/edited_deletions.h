/*
 * edited_deletions: objects that were deleted on one side and edited on the other, and what people
 * decide about them (spec section 13.5). They hold the integration's lock meanwhile.
 */
#ifndef TANDEM_STORE_BOOKS_EDITED_DELETIONS_H
#define TANDEM_STORE_BOOKS_EDITED_DELETIONS_H

#include "store/schema/store.h"

struct edited_deletion {
    int64_t mapping; /* key of the link that ended */
    struct text integration, object, id, record, record_id;
    bool here; /* it was deleted here, and edited there; else the other way round */
};

/* Those of an object of ours or of a record of theirs; ERROR_NOT_FOUND: none is open. */
WARN_UNUSED enum error_code edited_deletions_find(struct store *store, struct text object,
                                                  struct text id, struct arena *arena,
                                                  struct edited_deletion **deletions, size_t *count,
                                                  struct error *error);
/* The next sync creates what is missing again. */
WARN_UNUSED enum error_code edited_deletion_restore(struct store *store,
                                                    const struct edited_deletion *deletion,
                                                    struct error *error);
/* The next sync deletes the record there, if it was deleted here; if not, the caller has to delete
 * our object. */
WARN_UNUSED enum error_code edited_deletion_confirm(struct store *store,
                                                    const struct edited_deletion *deletion,
                                                    struct error *error);

#endif
