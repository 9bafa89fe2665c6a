/*
 * json_value: between jansson's JSON and the engine's values and instants, for tests.
 *
 * Values become JSON by model/value_json. Texts of references are borrowed from the JSON, all
 * others are in the arena.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_JSON_VALUE_H
#define TANDEM_TESTS_CONFORMANCE_JSON_VALUE_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/instant.h"
#include "model/value_json.h"

/* JSON as a report would give it. NULL (absent) is null. */
WARN_UNUSED enum error_code json_value_to_raw(struct arena *arena, const json_t *json,
                                              struct raw_value *raw, struct error *error);
/* The same and normalized as `type`. */
WARN_UNUSED enum error_code json_value_normalize(struct arena *arena, const json_t *json,
                                                 enum value_type type, struct value *value,
                                                 bool *readable, struct error *error);
/* Does the value look like `expected` (NULL: absent, which is null)? Numbers by value, instants
 * of a datetime by instant, lists by order, texts byte by byte; null is not "". */
bool json_value_matches(const struct value *value, const json_t *expected);
/* Are two pieces of JSON the same, numbers by value (1 is 1.0)? NULL is null. */
bool json_value_equal(const json_t *left, const json_t *right);

/* A text that is a JSON string; absent for anything else. Borrowed. */
struct text json_value_text(const json_t *json);
/* An ISO instant; INSTANT_NONE for null, NULL and what is none. */
instant json_value_instant(const json_t *json);

#endif
