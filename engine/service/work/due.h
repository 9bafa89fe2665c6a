/*
 * due: which integration is to be synced next, how, and what follows from a run that has ended.
 *
 * With the service's lock held; for the supervisor only.
 */
#ifndef TANDEM_SERVICE_WORK_DUE_H
#define TANDEM_SERVICE_WORK_DUE_H

#include "service/work/service.h"

/* Create jobs for all integrations that are due now, as far as the limit of jobs allows. */
void due_begin(struct service *service, instant now);
/* When the next one is due; INSTANT_NONE: nothing is waited for. */
instant due_next(const struct service *service);
/* A sync has ended: decides when its integration is due again. `deliveries`: some still wait. */
void due_ended(struct service *service, const struct job *job, bool deliveries, instant now);

#endif
