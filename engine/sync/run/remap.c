/* A record with a new object or id: its links follow it. */
#include "sync/run/remap.h"

#include "sync/run/guard.h"
#include "sync/run/mapping_life.h"

/* The link ended because the record was gone, which is not the whole truth if it was merged. Has
 * our object lived on? Then what was held because it had been edited is explained, too. */
static enum error_code lives_on(struct run_context *context, struct arena *arena,
                                const struct mapping *mapping, bool *lives, struct error *error)
{
    struct internal_side *internal = context->run->internal;
    struct books *books = context->run->books;
    const struct record_matter held = {.reason = MATTER_DELETED_AND_EDITED,
                                       .internal_object = mapping->internal_object,
                                       .integration_object = mapping->integration_object,
                                       .integration_id = mapping->integration_id};
    struct local_object object = {.exists = false};
    *lives = false;
    if (mapping->ended_by != MAPPING_END_THERE || !mapping->entry)
        return ERROR_NONE;
    if (internal->load(internal, mapping->entry->internal, mapping->internal_id, arena, &object,
                       error))
        return error->code;
    *lives = object.exists;
    return *lives ? books->end_record_matter(books, &held, error) : ERROR_NONE;
}

/* The link is lost, whoever is right: a wrong log of merges would end all of them. *lost false: it
 * was before, and people know. */
static enum error_code lose(struct run_context *context, struct arena *arena,
                            struct mapping *mapping, bool *lost, struct error *error)
{
    struct books *books = context->run->books;
    const struct manual_object *object =
        manual_integration(context->run->manual, mapping->integration_object);
    *lost = !mapping->deleted;
    if (mapping->deleted ? lives_on(context, arena, mapping, lost, error)
                         : object && guard_remove(context, object, error))
        return error->code;
    if (!*lost)
        return ERROR_NONE;
    mapping_life_end(mapping, MAPPING_END_DISPLACED, context->run->now);
    return books->update_mapping(books, mapping, error);
}

/* The new pair is taken by another object of ours: that mapping is kept, and people have to say
 * whether the two objects are one. Reported once, although windows overlap. */
static enum error_code give_way(struct run_context *context, struct arena *arena,
                                struct mapping *mapping, const struct mapping *taken,
                                struct error *error)
{
    struct books *books = context->run->books;
    struct text message = TEXT_ABSENT;
    bool lost = false;
    if (lose(context, arena, mapping, &lost, error))
        return error->code;
    if (!lost)
        return ERROR_NONE;
    if (text_format(
            arena, &message, error,
            "'%.*s:%.*s' became '%.*s:%.*s', which already belongs to %.*s:%.*s; the older link "
            "is kept: 'tandem object merge %.*s %.*s %.*s' merges the two here",
            TEXT_PRINT(mapping->integration_object), TEXT_PRINT(mapping->integration_id),
            TEXT_PRINT(taken->integration_object), TEXT_PRINT(taken->integration_id),
            TEXT_PRINT(taken->internal_object), TEXT_PRINT(taken->internal_id),
            TEXT_PRINT(taken->internal_object), TEXT_PRINT(taken->internal_id),
            TEXT_PRINT(mapping->internal_id)))
        return error->code;
    const struct record_matter matter = {.reason = MATTER_MERGE,
                                         .internal_object = mapping->internal_object,
                                         .internal_id = mapping->internal_id,
                                         .integration_object = taken->integration_object,
                                         .integration_id = taken->integration_id,
                                         .message = message};
    const struct note note = {.internal_object = mapping->internal_object,
                              .internal_id = mapping->internal_id,
                              .integration_object = taken->integration_object,
                              .integration_id = taken->integration_id,
                              .about = "remap_conflict",
                              .message = message};
    const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                    .object = mapping->integration_object,
                                    .id = mapping->integration_id,
                                    .kind = OUTCOME_CONFLICT,
                                    .reason = "remap_conflict"};
    if (books->keep_record_matter(books, &matter, error) || run_context_note(context, &note, error))
        return error->code;
    return run_context_outcome(context, &outcome, error);
}

static enum error_code move(struct run_context *context, struct batch *batch,
                            struct mapping *mapping, const struct report_remap *remap,
                            struct error *error)
{
    struct books *books = context->run->books;
    const struct manual *manual = context->run->manual;
    const struct manual_object *target = manual_integration(manual, remap->new_object);
    struct mappings existing = {.count = 0};

    if (books->mappings_of_record(books, remap->new_object, remap->new_id, batch->arena, &existing,
                                  error))
        return error->code;
    for (size_t i = 0; i < existing.count; i++) {
        const struct mapping *other = existing.items[i];
        if (!text_equal(other->internal_object, mapping->internal_object))
            continue;
        /* A link that has ended owns nothing (decision 109), and takes nothing: otherwise a merge
         * that is reported again would make us forget that the other object existed there. */
        if (other->deleted) {
            if (mapping->deleted && !text_equal(other->internal_id, mapping->internal_id))
                return ERROR_NONE;
            if (books->remove_mapping(books, other->key, error))
                return error->code;
            continue;
        }
        if (!text_equal(other->internal_id, mapping->internal_id))
            return give_way(context, batch->arena, mapping, other, error);
        if (books->join_mappings(books, mapping->key, other->key, error))
            return error->code;
        return batch_add_remapped(batch, other, remap->old_object, remap->old_id, error);
    }
    const struct manual_object *internal = manual_internal(manual, mapping->internal_object);
    mapping->integration_object = remap->new_object;
    mapping->integration_id = remap->new_id;
    mapping->version = TEXT_ABSENT;
    mapping->entry = internal && target ? manual_entry_of(manual, internal, target) : NULL;
    if (!mapping->entry)
        mapping->base_versions = NULL;
    if (books->update_mapping(books, mapping, error))
        return error->code;
    return batch_add_remapped(batch, mapping, remap->old_object, remap->old_id, error);
}

enum error_code remap_record(struct run_context *context, struct batch *batch,
                             const struct report_remap *remap, bool *found, struct error *error)
{
    struct books *books = context->run->books;
    struct mappings mappings = {.count = 0};

    if (found)
        *found = false;
    if (text_equal(remap->old_object, remap->new_object) &&
        text_equal(remap->old_id, remap->new_id))
        return ERROR_NONE;
    if (books->mappings_of_record(books, remap->old_object, remap->old_id, batch->arena, &mappings,
                                  error))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        if (move(context, batch, mappings.items[i], remap, error))
            return error->code;
    }
    if (found)
        *found = mappings.count > 0;
    return books->move_late(books, remap->old_object, remap->old_id, remap->new_object,
                            remap->new_id, error);
}
