/*
 * notifier: decides when people are notified (tandem notify, as a job).
 *
 * Soon after a run that left something open, but at most once in `notify.every`; and regularly in
 * any case, because runs outside the service leave something open, too.
 */
#ifndef TANDEM_SERVICE_WORK_NOTIFIER_H
#define TANDEM_SERVICE_WORK_NOTIFIER_H

#include "service/work/service.h"

struct notifier {
    instant at;   /* when it is due */
    instant last; /* when it began last; INSTANT_NONE: not yet */
};

/* All of them with the lock held. */
void notifier_begin(struct notifier *notifier, struct service *service, instant now);
void notifier_ended(struct notifier *notifier, const struct service *service, const struct job *job,
                    instant now);
/* INSTANT_NONE: nothing is configured. */
instant notifier_next(const struct notifier *notifier, const struct service *service);

#endif
