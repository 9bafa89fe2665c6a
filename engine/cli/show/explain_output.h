/*
 * explain_output: what is known of one object, in plain words.
 */
#ifndef TANDEM_CLI_SHOW_EXPLAIN_OUTPUT_H
#define TANDEM_CLI_SHOW_EXPLAIN_OUTPUT_H

#include "host/explain_facts.h"

/* On standard output; only the newest decision of each field, unless one field was requested. */
void explain_output_text(const struct explain_facts *facts);

#endif
