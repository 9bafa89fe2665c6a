/*
 * explain_output: what is known of one object, in plain words.
 */
#ifndef TANDEM_CLI_SHOW_EXPLAIN_OUTPUT_H
#define TANDEM_CLI_SHOW_EXPLAIN_OUTPUT_H

#include "host/explain_facts.h"

/* On standard output; of each field the newest decision, unless one field was asked for. */
void explain_output_text(const struct explain_facts *facts);

#endif
