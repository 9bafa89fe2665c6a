/*
 * explain_output: what is known of one object, in plain words or as JSON.
 */
#ifndef TANDEM_CLI_SHOW_EXPLAIN_OUTPUT_H
#define TANDEM_CLI_SHOW_EXPLAIN_OUTPUT_H

#include <jansson.h>

#include "store/inspect/explain.h"

/* Everything is borrowed. */
struct explain_facts {
    struct text integration, object, id;
    struct text field; /* absent: all */
    const struct status_mapping *mappings;
    size_t mapping_count;
    const struct explain_outcome *outcomes;
    size_t outcome_count;
    const struct explain_change *changes;
    size_t change_count;
    const struct explain_decision *decisions; /* the newest first */
    size_t decision_count;
    const struct status_note *notes;
    size_t note_count;
};

json_t *explain_output_json(const struct explain_facts *facts);
/* On standard output; of each field the newest decision, unless one field was asked for. */
void explain_output_text(const struct explain_facts *facts);

#endif
