/*
 * edits: what was written here, by anybody, since the last look.
 *
 * Whoever watches asks edits_version first, which reads nothing of a table, and looks for edits
 * only if it has changed.
 */
#ifndef TANDEM_STORE_SERVICE_EDITS_H
#define TANDEM_STORE_SERVICE_EDITS_H

#include "store/schema/store.h"

/* Another number whenever another connection has committed since this one last asked. */
WARN_UNUSED enum error_code edits_version(struct store *store, int64_t *version,
                                          struct error *error);

/* Another number whenever tables or columns have changed: a store that was opened earlier does not
 * know the current fields. */
WARN_UNUSED enum error_code edits_schema(struct store *store, int64_t *version,
                                         struct error *error);

struct edit {
    struct text integration; /* for which it waits */
    struct text object, id;  /* absent: a deletion; a whole push is necessary */
};

/* Where to begin; zeroed: everything that waits now is new. */
struct edits_mark {
    int64_t sequence; /* of tracked changes */
    int64_t deletion; /* mapping whose object is gone, and that is the latest of them */
    int64_t deletions;
};

/* New edits, each object once for each integration, and the mark to begin with next time. At most
 * `limit`; if there are more the mark stands before them. In the arena. */
WARN_UNUSED enum error_code edits_since(struct store *store, struct edits_mark *mark, size_t limit,
                                        struct arena *arena, struct edit **edits, size_t *count,
                                        struct error *error);

/* ---- what the service remembers of an integration ---- */

/* Whether the service leaves the integration alone until somebody goes on with it. */
WARN_UNUSED enum error_code edits_set_paused(struct store *store, struct text integration,
                                             bool paused, struct error *error);
/* Names of those that are paused. */
WARN_UNUSED enum error_code edits_paused(struct store *store, struct arena *arena,
                                         struct text **integrations, size_t *count,
                                         struct error *error);
/* When the newest run of each integration began and, of those that ended well, ended. */
struct edits_last_run {
    struct text integration;
    instant started, succeeded; /* INSTANT_NONE: never */
};
WARN_UNUSED enum error_code edits_last_runs(struct store *store, struct arena *arena,
                                            struct edits_last_run **runs, size_t *count,
                                            struct error *error);

#endif
