/*
 * value_json: values as JSON, and JSON as raw values: the one way there and back.
 */
#ifndef TANDEM_MODEL_VALUE_JSON_H
#define TANDEM_MODEL_VALUE_JSON_H

#include <jansson.h>

#include "model/value.h"

/* A string of a text; JSON null if it is absent; bytes that are not UTF-8 become '?'. A new
 * reference; NULL if out of memory. */
json_t *value_json_text(struct text text);
/* "2026-03-10T12:00:00Z" or JSON null. A new reference; NULL if out of memory. */
json_t *value_json_instant(instant at);
/* A normalized value. A new reference; NULL if out of memory. */
json_t *value_json_of(const struct value *value);
/* JSON as a raw value; texts and lists are copied into the arena. Fails only for lack of memory. */
WARN_UNUSED enum error_code value_json_raw(struct arena *arena, const json_t *json,
                                           struct raw_value *raw, struct error *error);

#endif
