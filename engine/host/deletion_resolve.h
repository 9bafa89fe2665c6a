/*
 * deletion_resolve: what was decided of an object that was deleted on one side and edited on the
 * other (spec section 13.5), for the command line and the service alike. The caller holds the
 * integration's lock.
 */
#ifndef TANDEM_HOST_DELETION_RESOLVE_H
#define TANDEM_HOST_DELETION_RESOLVE_H

#include "store/books/edited_deletions.h"

/* `restore`: the next sync makes the missing one anew. Else the other one goes as well: ours at
 * once, theirs with the next sync. */
WARN_UNUSED enum error_code deletion_resolve(struct store *store,
                                             const struct edited_deletion *deletion, bool restore,
                                             struct error *error);

#endif
