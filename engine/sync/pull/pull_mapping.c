/* Execution has only written objects; here the books learn of it (spec sections 8, 11). */
#include "sync/pull/pull_mapping.h"

/* A duplicate's value has won: the record goes on having its own, and what both sides once agreed
 * on says nothing of it any more. */
static void lose(struct base_version *base, uint64_t shown)
{
    if (base_version_is_agreed(base) && base->theirs != shown)
        base_version_split(base);
    base->theirs = shown;
}

/* Both sides have it now, each in its own form. */
static void agree(struct base_version *base, const struct order_field *field,
                  const struct executed_field *executed)
{
    base_version_agree(base, value_fingerprint(&executed->stored),
                       field->undated ? BASE_VERSION_UNDATED : executed->at);
    if (field->shown)
        base->theirs = field->shown;
    base->seen = true;
}

/* What the execution of a change proves about its fields. */
static void set_base_versions(const struct executed_object *executed, struct order_change *change)
{
    for (size_t i = 0; i < change->field_count; i++) {
        struct order_field *field = &change->fields[i];
        struct base_version *base = &change->base_versions[field->field];
        if (field->refusal != REFUSAL_NONE) { /* this agrees on nothing */
            *base = (struct base_version){.theirs = field->shown, .at = INSTANT_NONE};
        } else if (!field->written) {
            lose(base, field->shown);
        } else {
            agree(base, field, &executed->fields[field->field]);
            if (!executed->fields[field->field].changed)
                field->echoes = 0; /* another name of a company, say, is no loop */
        }
    }
}

static enum error_code keep_change(struct books *books, const struct executed_object *executed,
                                   struct order_change *change, struct arena *arena,
                                   struct error *error)
{
    struct mapping *mapping = change->mapping;
    set_base_versions(executed, change);
    if (mapping) {
        mapping->last_sync = change->changed_at;
        mapping->base_versions = change->base_versions;
        return books->update_mapping(books, mapping, error);
    }
    mapping = ARENA_NEW(arena, struct mapping);
    if (!mapping)
        return error_memory(error, "a mapping");
    *mapping =
        (struct mapping){.entry = change->entry,
                         .internal_object = executed->object->name,
                         .internal_id = executed->id,
                         .integration_object = change->entry->integration->name,
                         .integration_id = change->mapped_id,
                         .version = change->reported ? change->reported->version : TEXT_ABSENT,
                         .last_sync = change->changed_at,
                         .base_versions = change->base_versions};
    change->mapping = mapping;
    return books->add_mapping(books, mapping, error);
}

enum error_code pull_mapping_keep(struct books *books, const struct order *order,
                                  struct error *error)
{
    for (const struct executed_object *executed = order->executed; executed;
         executed = executed->next) {
        for (size_t i = 0; i < executed->change_count; i++) {
            if (keep_change(books, executed, executed->changes[i], order->arena, error))
                return error->code;
        }
        if (books->track_executed(books, executed, error))
            return error->code;
    }
    return ERROR_NONE;
}
