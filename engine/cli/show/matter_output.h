/*
 * matter_output: what is open, as tables and JSON: counted by reason, or one by one.
 */
#ifndef TANDEM_CLI_SHOW_MATTER_OUTPUT_H
#define TANDEM_CLI_SHOW_MATTER_OUTPUT_H

#include "cli/show/output.h"
#include "store/books/matters.h"

/* Counts with what they mean and what to do. `named`: with the integration's name in front. Prints
 * nothing if there are none. */
WARN_UNUSED enum error_code matter_output_counts(const struct matter_count *counts, size_t count,
                                                 bool named, struct error *error);
/* [{integration, reason, open, since, meaning, what_to_do}]; NULL if out of memory. */
json_t *matter_output_counts_json(const struct matter_count *counts, size_t count);
/* The matters, `most` at most (0: all). Prints nothing if there are none. */
WARN_UNUSED enum error_code matter_output_list(const struct open_matter *matters, size_t count,
                                               size_t most, struct error *error);
/* [{reason, object, id, integration_object, integration_id, field, since, last, message, meaning,
 * what_to_do}]; NULL if out of memory. */
json_t *matter_output_list_json(const struct open_matter *matters, size_t count);

#endif
