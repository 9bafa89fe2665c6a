/*
 * site: what is served beside /api/v1: health, metrics, the dashboard's files, a plain status page.
 */
#ifndef TANDEM_SERVICE_API_SITE_H
#define TANDEM_SERVICE_API_SITE_H

#include "service/api/api.h"

/* /livez and /readyz: open to anybody, and show only whether all is well. */
bool site_is_health(struct text path);
void site_health(struct api *api, struct api_worker *worker, struct web_request *request);
/* /metrics and /status for those who may read; everything else: a file of the dashboard. */
void site_serve(struct api *api, size_t thread, struct web_request *request);

/* /metrics, in the text format of Prometheus (site_metrics.c); `session`: of this thread. */
void site_metrics(struct service *service, struct session *session, struct web_request *request);

/* A session for a thread, whose store knows the current fields. */
WARN_UNUSED enum error_code api_worker_open(struct api *api, struct api_worker *worker,
                                            struct error *error);

#endif
