/*
 * backfill: a long window of an integration, cut into slices that are pulled one by one or several
 * at once, each by a run of its own (store_run_options.slice).
 *
 * The store knows which slices are done, which are under way and by which run, so a continued
 * backfill starts from there. A slice counts as done in the transaction that ends its run. Calls
 * but backfill_find need the integration's lock; runs of slices share it.
 *
 * Positions: slices may be done in any order, so none moves a position by itself. The position of
 * an object moves over slices that follow one another from where it stands, as if they had been
 * pulled one after the other; without a stored position they begin with the first one.
 */
#ifndef TANDEM_STORE_BOOKS_BACKFILL_H
#define TANDEM_STORE_BOOKS_BACKFILL_H

#include "store/schema/store.h"

struct backfill {
    struct text asked; /* the operator's request, word for word; JSON; in the arena */
    instant from, to;  /* from <= date < to */
    int64_t slice_ms;  /* length of a slice; the last one may be shorter */
    instant begun;
    uint64_t done;      /* slices that are done ... */
    uint64_t attention; /* ... of these: some of their objects need attention */
    uint64_t failed;    /* slices whose last run failed */
    uint64_t open;      /* slices whose run is under way, was interrupted or was killed */
};

/* The backfill of an integration, finished or not; *found false if there is none. */
WARN_UNUSED enum error_code backfill_find(struct store *store, struct text integration,
                                          struct arena *arena, struct backfill *backfill,
                                          bool *found, struct error *error);
/* Begin a new one (asked, from, to, slice_ms) in the place of whatever there was. ERROR_NOT_FOUND
 * if registry_set does not know the integration. */
WARN_UNUSED enum error_code backfill_begin(struct store *store, struct text integration,
                                           const struct backfill *backfill, struct error *error);
/* For each of `count` slices: is it done? */
WARN_UNUSED enum error_code backfill_done(struct store *store, struct text integration, bool *done,
                                          size_t count, struct error *error);
/* Did earlier runs of this integration leave orders that no run has closed? */
WARN_UNUSED enum error_code backfill_needs_recovery(struct store *store, struct text integration,
                                                    bool *needed, struct error *error);

#endif
