/* What a deletion there does to the link and to our object. */
#include "sync/run/loss.h"

#include "model/tracked_change.h"
#include "sync/run/known_as.h"
#include "sync/run/mapping_life.h"

enum error_code loss_was_edited(const struct loss *loss, bool *edited, struct error *error)
{
    struct books *books = loss->context->run->books;
    const struct mapping *mapping = loss->mapping;
    struct tracked_changes tracked;
    *edited = false;
    if (books->tracked_changes(books, mapping->entry->internal, mapping->internal_id, loss->arena,
                               &tracked, error))
        return error->code;
    for (size_t i = 0; i < tracked.count; i++)
        *edited = *edited || !tracked_change_has_reached(&tracked.items[i], mapping->key);
    return ERROR_NONE;
}

enum error_code loss_end_link(const struct loss *loss, instant at, struct error *error)
{
    struct books *books = loss->context->run->books;
    mapping_life_end(loss->mapping, MAPPING_END_THERE, at);
    if (books->update_mapping(books, loss->mapping, error))
        return error->code;
    return batch_add(loss->batch, BATCH_DELETED, loss->mapping, error);
}

static struct note note_of(const struct mapping *mapping, const char *about, struct text message)
{
    return (struct note){.internal_object = mapping->internal_object,
                         .internal_id = mapping->internal_id,
                         .integration_object = mapping->integration_object,
                         .integration_id = mapping->integration_id,
                         .about = about,
                         .message = message};
}

/* What people call our object. */
static enum error_code name_ours(const struct loss *loss, struct text *name, struct error *error)
{
    struct internal_side *internal = loss->context->run->internal;
    const struct manual_entry *entry = loss->mapping->entry;
    struct local_object object = {.exists = false};
    if (internal->load(internal, entry->internal, loss->mapping->internal_id, loss->arena, &object,
                       error))
        return error->code;
    return known_as(loss->arena, entry, NULL, &object, name, error);
}

enum error_code loss_hold(const struct loss *loss, struct error *error)
{
    struct run_context *context = loss->context;
    struct books *books = context->run->books;
    const struct mapping *mapping = loss->mapping;
    const struct note note =
        note_of(mapping, "deleted_and_edited",
                TEXT("was deleted there, but edited here since; nothing was deleted; 'tandem "
                     "resolve' deletes it here, or has it created there again"));
    struct record_matter matter = {.reason = MATTER_DELETED_AND_EDITED,
                                   .internal_object = mapping->internal_object,
                                   .integration_object = mapping->integration_object,
                                   .integration_id = mapping->integration_id};
    if (loss_end_link(loss, context->run->now, error) || name_ours(loss, &matter.message, error) ||
        books->keep_record_matter(books, &matter, error))
        return error->code;
    return run_context_note(context, &note, error);
}

enum error_code loss_delete_object(const struct loss *loss, struct error *error)
{
    struct internal_side *internal = loss->context->run->internal;
    const struct mapping *mapping = loss->mapping;
    const struct note note =
        note_of(mapping, "deleted", TEXT("was deleted because its record was deleted there"));
    if (internal->remove(internal, mapping->entry->internal, mapping->internal_id, mapping, error))
        return error->code;
    loss->context->summary->pull.deleted++;
    return run_context_note(loss->context, &note, error);
}
