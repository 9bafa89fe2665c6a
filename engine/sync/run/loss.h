/*
 * loss: a link whose record is gone there, whoever found it: a report that says so, or the answer
 * to what was sent to it. Was our object edited since both agreed, nothing is deleted, and people
 * decide (spec 13.5). Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_LOSS_H
#define TANDEM_SYNC_RUN_LOSS_H

#include "sync/run/batch.h"
#include "sync/run/run_context.h"

struct loss {
    struct run_context *context;
    struct batch *batch;
    struct arena *arena; /* of the page */
    struct mapping *mapping;
};

/* Was the object edited here since both sides agreed, and the edit has not arrived there? */
WARN_UNUSED enum error_code loss_was_edited(const struct loss *loss, bool *edited,
                                            struct error *error);
/* Mark the link deleted since `at`. */
WARN_UNUSED enum error_code loss_end_link(const struct loss *loss, instant at, struct error *error);
/* End the link; the deletion against the edit is open until somebody decides. */
WARN_UNUSED enum error_code loss_hold(const struct loss *loss, struct error *error);
/* Our object goes as well. Its link has been ended. */
WARN_UNUSED enum error_code loss_delete_object(const struct loss *loss, struct error *error);

#endif
