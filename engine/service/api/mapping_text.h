/*
 * mapping_text: the mapping of a configuration file as Lua text: finding it, writing another one.
 */
#ifndef TANDEM_SERVICE_API_MAPPING_TEXT_H
#define TANDEM_SERVICE_API_MAPPING_TEXT_H

#include <jansson.h>

#include "base/text.h"

/* The table of `mapping = { ... }` in a file, braces included; false if there is no such literal
 * table. `has_code`: it holds functions or variables, which nobody but its author should edit. */
bool mapping_text_find(struct text file, struct text *table, bool *has_code);
/* The objects of a MappingProposal (docs/api.yaml) as such a table. ERROR_INVALID for what they
 * must not be. */
WARN_UNUSED enum error_code mapping_text_write(const json_t *objects, struct buffer *out,
                                               struct error *error);

#endif
