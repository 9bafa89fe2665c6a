/*
 * field_samples: what the fields of an integration hold, from the first pages that it reports.
 */
#ifndef TANDEM_CLI_COMMANDS_FIELD_SAMPLES_H
#define TANDEM_CLI_COMMANDS_FIELD_SAMPLES_H

#include <jansson.h>

#include "host/integration.h"

/* {"citizen": {"email": ["kim@example.com", ...]}}: a few different values of each field that has
 * any, as people see them, of the objects that are mapped (of all, if none is). The caller's.
 * Scripts may write to their cache: use a session on a snapshot, and an integration that sends only
 * reading requests. The integration cannot be used for anything else afterwards. */
WARN_UNUSED enum error_code field_samples_read(struct integration *integration, json_t **samples,
                                               struct error *error);

#endif
