/*
 * mapping_text: a mapping as Lua text.
 */
#ifndef TANDEM_SERVICE_API_MAPPING_TEXT_H
#define TANDEM_SERVICE_API_MAPPING_TEXT_H

#include <jansson.h>

#include "base/text.h"

/* The objects of a MappingProposal (docs/api.yaml) as such a table. ERROR_INVALID if they are not
 * valid. */
WARN_UNUSED enum error_code mapping_text_write(const json_t *objects, struct buffer *out,
                                               struct error *error);

#endif
