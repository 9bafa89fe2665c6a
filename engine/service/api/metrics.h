/*
 * metrics: /metrics, in the text format of Prometheus.
 */
#ifndef TANDEM_SERVICE_API_METRICS_H
#define TANDEM_SERVICE_API_METRICS_H

#include "service/http/web_answer.h"
#include "service/work/service.h"

void metrics_answer(struct service *service, struct store *store, struct web_request *request);

#endif
