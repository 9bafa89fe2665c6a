/*
 * metrics: /metrics, in the text format of Prometheus.
 */
#ifndef TANDEM_SERVICE_API_METRICS_H
#define TANDEM_SERVICE_API_METRICS_H

#include "host/session.h"
#include "service/http/web_answer.h"
#include "service/work/service.h"

/* `session`: of this thread. */
void metrics_answer(struct service *service, struct session *session, struct web_request *request);

#endif
