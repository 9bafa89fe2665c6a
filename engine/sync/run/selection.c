/* Ids given by options become records and objects of this run. */
#include "sync/run/selection.h"

#include "base/array.h"

bool selection_ids_has(const struct selection_ids *selected, struct text id)
{
    return text_is_among(id, selected->ids, selected->count);
}

enum error_code selection_ids_add(struct run_context *context, struct selection_ids *selected,
                                  struct text id, struct error *error)
{
    if (selection_ids_has(selected, id))
        return ERROR_NONE;
    struct text *const ids = array_grow(context->arena, selected->ids, selected->count,
                                        &selected->capacity, sizeof *selected->ids);
    if (!ids)
        return error_memory(error, "selected ids");
    selected->ids = ids;
    if (text_copy(context->arena, id, &selected->ids[selected->count], error))
        return error->code;
    selected->count++;
    return ERROR_NONE;
}

static enum error_code skip(struct run_context *context, enum side side,
                            const struct object_name *name, const char *reason, struct error *error)
{
    const struct outcome outcome = {.side = side,
                                    .object = name->object,
                                    .id = name->id,
                                    .kind = OUTCOME_SKIPPED,
                                    .reason = reason};
    return run_context_outcome(context, &outcome, error);
}

/* One of our objects, and its live records. */
static enum error_code select_object(struct run_context *context,
                                     const struct manual_object *object, struct text id,
                                     struct error *error)
{
    struct books *books = context->run->books;
    struct mappings mappings = {.count = 0};
    if (selection_ids_add(context, &context->selected_objects[object->index], id, error) ||
        books->mappings_of_object(books, object->name, id, context->arena, &mappings, error))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        const struct mapping *mapping = mappings.items[i];
        if (!mapping->deleted && mapping->entry &&
            selection_ids_add(context,
                              &context->selected_records[mapping->entry->integration->index],
                              mapping->integration_id, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code selection_resolve_records(struct run_context *context, struct error *error)
{
    const struct manual *manual = context->run->manual;
    const struct run_options *options = context->run->options;
    for (size_t i = 0; i < options->integration_id_count; i++) {
        const struct object_name *name = &options->integration_ids[i];
        const struct manual_object *object = manual_integration(manual, name->object);
        if (object ? selection_ids_add(context, &context->selected_records[object->index], name->id,
                                       error)
                   : skip(context, SIDE_INTEGRATION, name, "not_mapped", error))
            return error->code;
    }
    for (size_t i = 0; i < options->internal_id_count; i++) {
        const struct object_name *name = &options->internal_ids[i];
        const struct manual_object *object = manual_internal(manual, name->object);
        if (object ? select_object(context, object, name->id, error)
                   : skip(context, SIDE_INTERNAL, name, "not_mapped", error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code selection_resolve_objects(struct run_context *context, struct error *error)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->options->integration_id_count; i++) {
        const struct object_name *name = &run->options->integration_ids[i];
        struct mappings mappings = {.count = 0};
        if (run->books->mappings_of_record(run->books, name->object, name->id, context->arena,
                                           &mappings, error))
            return error->code;
        for (size_t j = 0; j < mappings.count; j++) {
            const struct manual_object *object =
                manual_internal(run->manual, mappings.items[j]->internal_object);
            if (object && !mappings.items[j]->deleted &&
                selection_ids_add(context, &context->selected_objects[object->index],
                                  mappings.items[j]->internal_id, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

enum error_code selection_note_missing(struct run_context *context, struct error *error)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->options->internal_id_count; i++) {
        const struct object_name *name = &run->options->internal_ids[i];
        const struct manual_object *object = manual_internal(run->manual, name->object);
        struct local_object local_object = {0};
        if (!object)
            continue;
        const struct object_name found = {object->name, name->id};
        if (run->internal->load(run->internal, object, name->id, context->arena, &local_object,
                                error) ||
            (!local_object.exists && skip(context, SIDE_INTERNAL, &found, "not_found", error)))
            return error->code;
    }
    return ERROR_NONE;
}
