/*
 * recovery: finishes what an earlier run left behind, before anything else is done. Private to
 * sync/.
 *
 * Answers that were given but not booked are booked now; creates of which nobody knows whether they
 * happened are looked for (exchange->find), or else wait for the next complete report.
 */
#ifndef TANDEM_SYNC_PUSH_RECOVERY_H
#define TANDEM_SYNC_PUSH_RECOVERY_H

#include "sync/run/run_context.h"

WARN_UNUSED enum error_code recovery_resolve(struct run_context *context, struct error *error);

#endif
