/*
 * plan_values: the values that a plan would replace, on either side: counted, and listed as CSV.
 *
 * A value counts as replaced if it is not empty now and would be another one afterwards.
 */
#ifndef TANDEM_CLI_SHOW_PLAN_VALUES_H
#define TANDEM_CLI_SHOW_PLAN_VALUES_H

#include "cli/show/plan_csv.h"
#include "store/inspect/replaced_values.h"

struct plan_values {
    struct replaced_values *values; /* owned */
    struct plan_csv csv;
    uint64_t counts[2]; /* by the side that has them; known after plan_values_end */
};

/* Make the file; a NULL path makes none. */
WARN_UNUSED enum error_code plan_values_open(struct plan_values *values, const char *path,
                                             struct error *error);
/* The next change of the plan. */
WARN_UNUSED enum error_code plan_values_tell(struct plan_values *values,
                                             const struct plan_change *change, struct error *error);
/* The plan has ended: count, and write the lines. */
WARN_UNUSED enum error_code plan_values_end(struct plan_values *values, struct error *error);
/* Also after a failed open. Returns `code`; a write that failed is the error if there was none. */
WARN_UNUSED enum error_code plan_values_close(struct plan_values *values, enum error_code code,
                                              struct error *error);

#endif
