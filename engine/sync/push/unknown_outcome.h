/*
 * unknown_outcome: creates whose answer was lost, or whose run died. Nobody knows whether the
 * record exists, so they are never simply repeated. Private to sync/.
 *
 * First the integration is asked (exchange->find, see recovery.h); an API that recognizes
 * idempotency keys gets the create again (see push.c). Otherwise a complete report of the time when
 * it was sent decides: either it contains the record, which was linked by its unique identifiers,
 * or there is none. Where identifiers cannot decide, people have to (tandem quarantine).
 */
#ifndef TANDEM_SYNC_PUSH_UNKNOWN_OUTCOME_H
#define TANDEM_SYNC_PUSH_UNKNOWN_OUTCOME_H

#include "sync/run/run_context.h"

/* The window was pulled completely: end the unknown outcomes that this decides, and note those
 * that people have to decide. Inside a transaction. */
WARN_UNUSED enum error_code unknown_outcome_end(struct run_context *context, struct error *error);
/* The run is over: do people have to decide anything? */
WARN_UNUSED enum error_code unknown_outcome_report(struct run_context *context,
                                                   struct error *error);

#endif
