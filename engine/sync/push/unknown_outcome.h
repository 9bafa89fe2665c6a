/*
 * unknown_outcome: creates that were sent by a run that died, or whose answer was lost: nobody knows whether
 * they happened, and they are never repeated blindly. Private to sync/.
 *
 * Asking the integration (exchange->find) comes first, see recovery.h; an API that knows a create
 * by its idempotency key gets it again, see push.c. For the others a complete report of the time in
 * which it was sent tells: the record is in it and was linked by its unique identifiers, or it is
 * not there. Where identifiers can't tell, the create is left to people (tandem quarantine).
 */
#ifndef TANDEM_SYNC_PUSH_UNKNOWN_OUTCOME_H
#define TANDEM_SYNC_PUSH_UNKNOWN_OUTCOME_H

#include "sync/run/run_context.h"

/* The window was pulled completely: end the unknown_outcomes that this settles, and note what has to be left
 * to people. Inside a transaction. */
WARN_UNUSED enum error_code unknown_outcome_end(struct run_context *context, struct error *error);
/* The run is over: does something left to people need attention? */
WARN_UNUSED enum error_code unknown_outcome_report(struct run_context *context, struct error *error);

#endif
