/*
 * scenario: a whole run, or several after one another, through the real engine: a real store in a
 * temporary file, the real change generation and process, the integration played by a script in
 * the real sandbox. scenario_run is a case_run.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_SCENARIO_H
#define TANDEM_TESTS_CONFORMANCE_SCENARIO_H

#include "conformance/case_list.h"

enum error_code scenario_run(const json_t *item, struct comparison *comparison,
                             struct error *error);

#endif
