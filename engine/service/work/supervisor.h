/*
 * supervisor: the main thread of the daemon: starts what is due, receives the reports of runs, and
 * ends the service.
 *
 * What makes an integration due: its schedule, edits here, deliveries of webhooks, a person. One
 * run of each at a time; whatever comes up meanwhile is kept and starts when it has ended. None of
 * this has to survive a crash: edits and deliveries wait in the store, and the last run determines
 * when the next one is due.
 */
#ifndef TANDEM_SERVICE_WORK_SUPERVISOR_H
#define TANDEM_SERVICE_WORK_SUPERVISOR_H

#include "service/work/manager.h"
#include "service/work/service.h"

/* Until SIGTERM or SIGINT; all runs have ended when it returns. The signals must be blocked in all
 * threads. SIGHUP reads the configuration again. */
WARN_UNUSED enum error_code supervisor_run(struct service *service, const struct manager *manager,
                                           struct error *error);

#endif
