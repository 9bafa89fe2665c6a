/*
 * request_builder: builds the requests of a run from the manual (spec sections 3 to 5). Private to
 * sync/.
 */
#ifndef TANDEM_SYNC_RUN_REQUEST_BUILDER_H
#define TANDEM_SYNC_RUN_REQUEST_BUILDER_H

#include "sync/run/run_context.h"

/* What to request, in addition to the manual. */
struct request_plan {
    enum side side;
    unsigned iteration, depth;
    const struct selection_ids *ids;   /* by object index; NULL: not limited */
    const struct selection_ids *again; /* push: by index of the internal object; NULL: none */
    const struct text *page_after; /* internal side, by object index: last id of the page before */
    struct text cursor;
};

/* request->object_count is 0 if there is nothing to request. */
WARN_UNUSED enum error_code request_build(const struct run_context *context, struct arena *arena,
                                          const struct request_plan *plan, struct request **request,
                                          struct error *error);

#endif
