/*
 * pull_workspace: memory that the decisions of a pull use one after the other (change_pull).
 *
 * Made once for a page, large enough for every entry of the manual; the results of a decision are
 * copied out of it. Lives in the arena.
 */
#ifndef TANDEM_SYNC_PULL_PULL_WORKSPACE_H
#define TANDEM_SYNC_PULL_PULL_WORKSPACE_H

#include "sync/pull/change_pull.h"

struct pull_workspace {
    size_t *slot; /* by internal field: its place in `fields`, or SIZE_MAX */
    const struct tracked_change **tracked; /* by internal field; NULL: none */
    struct order_field *fields;            /* what is to be written */
    struct value *decided;
    struct pull_decision empty; /* nothing is decided yet; its lists have room for every line */
};

WARN_UNUSED enum error_code pull_workspace_new(struct arena *arena, const struct manual *manual,
                                               struct pull_workspace **workspace,
                                               struct error *error);

#endif
