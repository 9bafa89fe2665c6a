/*
 * batch: collects what one iteration did, for its batch result. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_BATCH_H
#define TANDEM_SYNC_RUN_BATCH_H

#include "model/side.h"

enum batch_list { BATCH_CREATED, BATCH_UPDATED, BATCH_REMAPPED, BATCH_DELETED, BATCH_LIST_COUNT };

struct batch {
    struct arena *arena;
    struct {
        struct batch_entry *entries;
        size_t count, capacity;
    } lists[BATCH_LIST_COUNT];
};

/* The mapping's texts are borrowed. */
WARN_UNUSED enum error_code batch_add(struct batch *batch, enum batch_list list,
                                      const struct mapping *mapping, struct error *error);
/* Into the list of what was created. */
WARN_UNUSED enum error_code batch_add_linked(struct batch *batch, const struct mapping *mapping,
                                             bool contradicts, struct error *error);
WARN_UNUSED enum error_code batch_add_remapped(struct batch *batch, const struct mapping *mapping,
                                               struct text old_object, struct text old_id,
                                               struct error *error);
struct batch_result batch_result_of(const struct batch *batch, enum side side, unsigned iteration,
                                    unsigned depth);

#endif
