/*
 * conflicts: fields without a winner, and resolving them.
 *
 * Everything returned lives in the given arena.
 */
#ifndef TANDEM_STORE_INSPECT_CONFLICTS_H
#define TANDEM_STORE_INSPECT_CONFLICTS_H

#include "store/schema/store.h"

/* A tie at one mapping. Values as the last judgment saw them; absent: empty, or not known any
 * more. */
struct conflict {
    int64_t id; /* of the field; a new edit of it has another one */
    struct text integration, object, object_id, field, integration_object, integration_id;
    struct text left, right; /* left is ours */
    bool known;              /* there is a judgment on record */
    instant changed_here;
    instant changed_there; /* INSTANT_NONE: not known */
};
/* Of one integration, or of all (absent), in the order of their ids. */
WARN_UNUSED enum error_code conflicts_list(struct store *store, struct text integration,
                                           struct arena *arena, struct conflict **conflicts,
                                           size_t *count, struct error *error);
/* The ties of one id; ERROR_NOT_FOUND if there is none (any more). */
WARN_UNUSED enum error_code conflicts_find(struct store *store, int64_t id, struct arena *arena,
                                           struct conflict **conflicts, size_t *count,
                                           struct error *error);

/* Ours is right: it counts as an edit made now, wins over their value as it is, and the next push
 * sends it. If they change theirs once more, that is judged again. */
WARN_UNUSED enum error_code conflicts_take_ours(struct store *store, int64_t id,
                                                struct error *error);
/* Theirs is right: our edit is forgotten, and so is what both sides last agreed on, so that the
 * next report of the record is taken. */
WARN_UNUSED enum error_code conflicts_take_theirs(struct store *store, int64_t id,
                                                  struct error *error);

#endif
