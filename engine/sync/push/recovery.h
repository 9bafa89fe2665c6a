/*
 * recovery: finishes what an earlier run left behind, before anything else is done. Private to
 * sync/.
 *
 * Answers that were given but not stored are stored now. Records of creates with an unknown outcome
 * are looked up (exchange->find), or wait for the next complete report.
 */
#ifndef TANDEM_SYNC_PUSH_RECOVERY_H
#define TANDEM_SYNC_PUSH_RECOVERY_H

#include "sync/run/run_context.h"

/* Once, at the beginning of a run; each change is a transaction of its own. */
WARN_UNUSED enum error_code recovery_resolve(struct run_context *context, struct error *error);

#endif
