/* mapping_life: the end and the restoration of a link. */
#include "sync/run/mapping_life.h"

#include <string.h>

enum error_code mapping_life_has_other(struct run_context *context, const struct mapping *mapping,
                                       const struct manual_entry *entry, struct arena *arena,
                                       bool *has, struct error *error)
{
    struct books *books = context->run->books;
    struct mappings mappings = {.count = 0};
    *has = false;
    if (books->mappings_of_object(books, mapping->internal_object, mapping->internal_id, arena,
                                  &mappings, error))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        const struct mapping *other = mappings.items[i];
        *has |= !other->deleted && other->key != mapping->key && (!entry || other->entry == entry);
    }
    return ERROR_NONE;
}

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
