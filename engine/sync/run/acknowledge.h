/*
 * acknowledge: when a tracked change can be removed (decisions 30, 41, 65). Private to sync/.
 *
 * A tracked change waits until every live mapping that needs it has it: because it came from there,
 * was sent there earlier, or is acknowledged now. Then exactly that row is removed.
 */
#ifndef TANDEM_SYNC_RUN_ACKNOWLEDGE_H
#define TANDEM_SYNC_RUN_ACKNOWLEDGE_H

#include "sync/run/run_context.h"
#include "model/tracked_change.h"

/* All mappings of one object in this integration, looked up when they are first needed. */
struct live_mappings_of_object {
    bool known;
    struct mappings mappings;
};

/* `mapping` has this change: remove the row if no other mapping of the object needs it, else mark
 * it. `live` serves for all changes of one object, as long as no mapping is stored between. */
WARN_UNUSED enum error_code acknowledge_change(struct run_context *context, struct arena *arena,
                                               const struct tracked_change *tracked,
                                               const struct mapping *mapping,
                                               struct live_mappings_of_object *live,
                                               struct error *error);
#endif
