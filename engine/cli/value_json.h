/*
 * value_json: values as JSON for output, and JSON of the command line as raw values.
 */
#ifndef TANDEM_CLI_VALUE_JSON_H
#define TANDEM_CLI_VALUE_JSON_H

#include <jansson.h>

#include "sync/value.h"

/* A new reference; NULL if out of memory. */
json_t *value_to_json(const struct value *value);
/* Texts and lists are copied into the arena. Fails only for lack of memory. */
WARN_UNUSED enum error_code value_raw_of_json(struct arena *arena, const json_t *json,
                                              struct raw_value *raw, struct error *error);

#endif
