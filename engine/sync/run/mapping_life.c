/* mapping_life: the end and the restoration of a link. */
#include "sync/run/mapping_life.h"

#include <string.h>

void mapping_life_end(struct mapping *mapping, enum mapping_end ended_by, instant at)
{
    mapping->deleted = true;
    mapping->ended_by = ended_by;
    mapping->ended_at = at;
}

void mapping_life_renew(struct mapping *mapping)
{
    mapping->deleted = false;
    mapping->ended_by = MAPPING_END_UNKNOWN;
    mapping->ended_at = INSTANT_NONE;
    if (mapping->entry && mapping->base_versions)
        memset(mapping->base_versions, 0,
               mapping->entry->internal->field_count * sizeof *mapping->base_versions);
}
