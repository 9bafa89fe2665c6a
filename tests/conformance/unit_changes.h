/*
 * unit_changes: cases of what becomes of one reported object, in either direction. Each function is
 * a case_run.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_UNIT_CHANGES_H
#define TANDEM_TESTS_CONFORMANCE_UNIT_CHANGES_H

#include "conformance/case_list.h"

enum error_code unit_changes_pull(const json_t *item, struct comparison *comparison,
                                  struct error *error);
enum error_code unit_changes_push(const json_t *item, struct comparison *comparison,
                                  struct error *error);

#endif
