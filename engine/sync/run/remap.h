/*
 * remap: a record got another object or id in the other system (a Lead became a Contact); decision
 * 24. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_REMAP_H
#define TANDEM_SYNC_RUN_REMAP_H

#include "sync/run/batch.h"
#include "sync/run/run_context.h"

/* Move the record's mappings of every internal kind to the new pair. Inside a transaction.
 * *found tells whether the old pair was mapped at all; may be NULL. */
WARN_UNUSED enum error_code remap_record(struct run_context *context, struct batch *batch,
                                         const struct report_remap *remap, bool *found,
                                         struct error *error);

#endif
