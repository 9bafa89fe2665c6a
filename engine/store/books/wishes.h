/*
 * wishes: what operators want the next ordinary run of an integration to try again (13.3).
 *
 * A wish is "all", a reason of open matters, or TYPE:ID of either side, as in 'tandem sync
 * --retry'. It stays until a run that took it has ended without an error.
 */
#ifndef TANDEM_STORE_BOOKS_WISHES_H
#define TANDEM_STORE_BOOKS_WISHES_H

#include "model/run.h"
#include "store/schema/store.h"

/* Once; a wish that is there already is no error. ERROR_NOT_FOUND: the store does not know the
 * integration, as it was never synced. */
WARN_UNUSED enum error_code wishes_add(struct store *store, struct text integration,
                                       struct text wish, struct error *error);
/* The same, and adds them to what the run is asked to retry (options->retry). A run that is
 * limited to names, or is a slice, takes none. */
WARN_UNUSED enum error_code wishes_take(struct store *store, struct text integration,
                                        struct arena *arena, struct run_options *options,
                                        struct text **wishes, size_t *count, struct error *error);
/* These are fulfilled. */
WARN_UNUSED enum error_code wishes_end(struct store *store, struct text integration,
                                       const struct text *wishes, size_t count,
                                       struct error *error);

#endif
