/*
 * engine_json: what a run makes, as the cases write it. All results are owned by the caller
 * (json_decref) and NULL if out of memory.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_ENGINE_JSON_H
#define TANDEM_TESTS_CONFORMANCE_ENGINE_JSON_H

#include <jansson.h>

#include "model/outcome.h"
#include "model/side.h"

json_t *engine_json_change(const struct order_change *change, enum side receiver);
/* NULL also for an order without changes, which is not made. */
json_t *engine_json_order(const struct order *order);
json_t *engine_json_request(const struct request *request);
/* NULL also for an empty result, which is left out. */
json_t *engine_json_batch(const struct batch_result *result);
json_t *engine_json_outcome(const struct outcome *outcome);
json_t *engine_json_note(const struct note *note);
/* "required_empty firstname" */
json_t *engine_json_about(const char *about, struct text field);

#endif
