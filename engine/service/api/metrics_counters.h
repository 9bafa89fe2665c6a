/* metrics_counters: what has been counted since the service began. For service/api/ only. */
#ifndef TANDEM_SERVICE_API_METRICS_COUNTERS_H
#define TANDEM_SERVICE_API_METRICS_COUNTERS_H

#include "service/api/metrics_page.h"
#include "service/work/service.h"

/* The service's lock is held. */
void metrics_counters_put(struct metrics_page *page, const struct service *service);

#endif
