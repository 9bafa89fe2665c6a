/*
 * json_log: lines of the log as JSON, for those who collect them.
 */
#ifndef TANDEM_SERVICE_DAEMON_JSON_LOG_H
#define TANDEM_SERVICE_DAEMON_JSON_LOG_H

#include "base/log.h"

/* A log_sink: one object a line on standard error: ts, level, component, message, and integration
 * and run where they are known. */
void json_log_sink(void *context, enum log_level level, const char *line);

#endif
