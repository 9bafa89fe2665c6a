/*
 * case_manual: fields and mapping manuals as the cases write them, as the engine has them.
 *
 * Everything lives in the arena; texts are borrowed from the JSON.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_CASE_MANUAL_H
#define TANDEM_TESTS_CONFORMANCE_CASE_MANUAL_H

#include <jansson.h>

#include "model/manual.h"

/* [{name, type, required?, unique?, limit?}] */
WARN_UNUSED enum error_code case_manual_fields(struct arena *arena, const json_t *list,
                                               struct field_schema **fields, size_t *count,
                                               struct error *error);
/* Add [{internal, integration, direction, required, default?}] to an entry; lines that name a field
 * which `schema` does not have are not used (decision 26). */
WARN_UNUSED enum error_code case_manual_lines(struct manual *manual, struct manual_entry *entry,
                                              const struct object_schema *schema,
                                              const json_t *lines, struct error *error);

#endif
