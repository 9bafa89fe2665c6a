/*
 * scenario_record: what a run shows of itself to an observer, in the terms of `expected`.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_SCENARIO_RECORD_H
#define TANDEM_TESTS_CONFORMANCE_SCENARIO_RECORD_H

#include <jansson.h>

#include "model/observer.h"
#include "model/outcome.h"

/* Zero-initialize; all owned, scenario_record_release. */
struct scenario_record {
    json_t *requests, *pull_orders, *push_orders, *batch_results, *outcomes, *notifications;
};

WARN_UNUSED enum error_code scenario_record_init(struct scenario_record *record,
                                                 struct error *error);
void scenario_record_release(struct scenario_record *record);
/* An observer that writes into the record. */
struct observer scenario_record_observer(struct scenario_record *record);

#endif
