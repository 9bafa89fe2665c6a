/*
 * process: one run, from the first request to the last stored page (spec section 2).
 *
 * process_run is the one place where a sync can be read from top to bottom.
 */
#ifndef TANDEM_SYNC_PROCESS_H
#define TANDEM_SYNC_PROCESS_H

#include "model/run.h"

/* Carry out the run. Returns ERROR_NONE also if single objects failed (status
 * RUN_DONE_WITH_ISSUES); otherwise the error of the run, and *summary says how far it came.
 * ERROR_REFUSED and ERROR_USAGE: nothing was read or written. */
WARN_UNUSED enum error_code process_run(const struct run *run, struct run_summary *summary,
                                        struct error *error);

#endif
