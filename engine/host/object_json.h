/*
 * object_json: objects of ours as JSON.
 */
#ifndef TANDEM_HOST_OBJECT_JSON_H
#define TANDEM_HOST_OBJECT_JSON_H

#include <jansson.h>

#include "store/objects/objects.h"

/* {"id", "fields": {...}, "added", "modified", "identified"}; NULL if out of memory. */
json_t *object_json_row(const struct object_schema *schema, const struct object_row *row);
/* {"preview", "added", "updated", "refused", "refusals": [{"line", "reason"}], "columns":
 * [{"column", "field", "unknown", "sample"}]}: what an import did, or would do. NULL if out of
 * memory. */
json_t *object_json_import(const struct import_result *result, bool preview);

#endif
