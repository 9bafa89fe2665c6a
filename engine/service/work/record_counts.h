/*
 * record_counts: how many records runs processed, by side, object and outcome; for /metrics.
 *
 * Kept as {LABELS: count}, LABELS being the text that Prometheus reads: few, as objects and
 * outcomes are few.
 */
#ifndef TANDEM_SERVICE_WORK_RECORD_COUNTS_H
#define TANDEM_SERVICE_WORK_RECORD_COUNTS_H

#include <jansson.h>

#include "store/schema/store.h"

/* Add the records of a run that has ended. *counts is made when it is first needed; owned by the
 * caller. */
WARN_UNUSED enum error_code record_counts_add(struct store *store, int64_t run, json_t **counts,
                                              struct error *error);

#endif
