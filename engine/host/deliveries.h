/*
 * deliveries: turns webhook deliveries into ids for a sync (tandem sync NAME --deliveries).
 *
 * Calling sequence, with the integration's lock held: deliveries_take, the sync, deliveries_end.
 */
#ifndef TANDEM_HOST_DELIVERIES_H
#define TANDEM_HOST_DELIVERIES_H

#include "host/integration.h"
#include "model/run.h"
#include "store/service/delivery.h"

enum { DELIVERIES_NAMED_MOST = 200 };

struct deliveries {
    struct delivery *taken;
    bool *read; /* those whose records are synced */
    size_t count;
    bool owed;                 /* deliveries were dropped because there were too many */
    bool whole;                /* too many records: sync the whole window */
    struct object_name *names; /* each once */
    size_t name_count;
};

/* Read all that wait with the integration's webhook_reader.lua; one that it cannot read is marked
 * as failed and stops no other. Everything lives in the session's arena. */
WARN_UNUSED enum error_code deliveries_take(struct integration *integration,
                                            struct deliveries *deliveries, struct error *error);
/* The sync succeeded: they are done. */
WARN_UNUSED enum error_code deliveries_end(struct integration *integration,
                                           const struct deliveries *deliveries, int64_t run,
                                           struct error *error);

#endif
