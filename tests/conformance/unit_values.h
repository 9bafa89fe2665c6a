/*
 * unit_values: cases of one rule about values: normalization, equality, field checks, identifiers,
 * do-not-contact, options with instants, the judge. Each function is a case_run.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_UNIT_VALUES_H
#define TANDEM_TESTS_CONFORMANCE_UNIT_VALUES_H

#include "conformance/case_list.h"

enum error_code unit_values_normalize(const json_t *item, struct comparison *comparison,
                                      struct error *error);
enum error_code unit_values_equal(const json_t *item, struct comparison *comparison,
                                  struct error *error);
enum error_code unit_values_fit(const json_t *item, struct comparison *comparison,
                                struct error *error);
enum error_code unit_values_identifier(const json_t *item, struct comparison *comparison,
                                       struct error *error);
enum error_code unit_values_do_not_contact(const json_t *item, struct comparison *comparison,
                                           struct error *error);
enum error_code unit_values_moment(const json_t *item, struct comparison *comparison,
                                   struct error *error);
enum error_code unit_values_form(const json_t *item, struct comparison *comparison,
                                 struct error *error);
enum error_code unit_values_judge(const json_t *item, struct comparison *comparison,
                                  struct error *error);

#endif
