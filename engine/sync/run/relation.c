/* References of a report, resolved through links, with what is missing listed. */
#include "sync/run/selection.h"
#include "sync/run/relation.h"

/* The local object of (object, id): the first internal kind, in the manual's order, that has a
 * mapping. *mapping NULL: there is none. */
static enum error_code find_local_object(struct run_context *context,
                                         const struct manual_object *object, struct text id,
                                         struct arena *arena, struct mapping **mapping,
                                         struct error *error)
{
    const struct manual *manual = context->run->manual;
    struct books *books = context->run->books;
    *mapping = NULL;
    for (size_t i = 0; i < manual->entry_count && !*mapping; i++) {
        if (manual->entries[i]->integration == object &&
            books->mapping_of_record(books, manual->entries[i], id, arena, mapping, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Does any line bring this field of theirs here? */
static bool is_brought_in(const struct manual *manual, const struct manual_object *object,
                          size_t field)
{
    for (size_t i = 0; i < manual->entry_count; i++) {
        if (manual->entries[i]->integration == object && manual_line_in(manual->entries[i], field))
            return true;
    }
    return false;
}

/* The field that a relation is about, if its object is in the report. The relation reports the
 * field, also where the object does not have it. */
static struct report_field *related_field(const struct run_context *context,
                                          const struct report *report,
                                          const struct report_relation *relation, size_t *index)
{
    const struct report_object *object = report_find(report, relation->object, relation->id);
    if (!object || !object->object)
        return NULL;
    *index = manual_object_field(object->object, relation->field);
    if (*index == SIZE_MAX || (object->fields[*index].state == FIELD_ABSENT &&
                               !is_brought_in(context->run->manual, object->object, *index)))
        return NULL;
    return &object->fields[*index];
}

/* Will a remap of this very report give (object, id) a mapping? */
static enum error_code remapped_to(struct run_context *context, const struct report *report,
                                   const struct report_relation *relation, bool *remapped,
                                   struct error *error)
{
    struct books *books = context->run->books;
    *remapped = false;
    for (size_t i = 0; i < report->remap_count && !*remapped; i++) {
        const struct report_remap *remap = &report->remaps[i];
        struct mappings mappings = {.count = 0};
        if (!text_equal(remap->new_object, relation->to_object) ||
            !text_equal(remap->new_id, relation->to_id))
            continue;
        if (books->mappings_of_record(books, remap->old_object, remap->old_id, report->arena,
                                      &mappings, error))
            return error->code;
        *remapped = mappings.count > 0;
    }
    return ERROR_NONE;
}

/* *target: the object of the record that a relation leads to, if it is to be requested; else NULL.
 */
static enum error_code find_missing(struct run_context *context, const struct report *report,
                                    const struct report_relation *relation,
                                    const struct manual_object **target, struct error *error)
{
    const struct manual_object *object =
        manual_integration(context->run->manual, relation->to_object);
    struct mapping *mapping = NULL;
    size_t index = 0;
    bool remapped = false;
    *target = NULL;
    if (!object || text_is_empty(relation->to_id) ||
        !related_field(context, report, relation, &index) ||
        text_set_has(&context->asked, relation->to_object, relation->to_id))
        return ERROR_NONE;
    if (find_local_object(context, object, relation->to_id, report->arena, &mapping, error) ||
        remapped_to(context, report, relation, &remapped, error))
        return error->code;
    if (!mapping && !remapped)
        *target = object;
    return ERROR_NONE;
}

enum error_code relation_missing(struct run_context *context, const struct report *report,
                                 struct selection_ids **missing, bool *any, struct error *error)
{
    *any = false;
    *missing =
        ARENA_ARRAY(context->arena, context->run->manual->integration_count, struct selection_ids);
    if (!*missing)
        return error_memory(error, "relations");
    for (size_t i = 0; i < report->relation_count; i++) {
        const struct report_relation *relation = &report->relations[i];
        const struct manual_object *target = NULL;
        bool added = false;
        if (find_missing(context, report, relation, &target, error))
            return error->code;
        if (!target)
            continue;
        if (selection_ids_add(context, &(*missing)[target->index], relation->to_id, error) ||
            text_set_add(&context->asked, relation->to_object, relation->to_id, &added, error))
            return error->code;
        *any = true;
    }
    return ERROR_NONE;
}

/* Is the local object still there? */
static enum error_code is_alive(struct run_context *context, const struct mapping *mapping,
                                struct arena *arena, bool *alive, struct error *error)
{
    struct internal_side *internal = context->run->internal;
    struct local_object local_object = {0};
    *alive = false;
    if (!mapping || mapping->deleted || !mapping->entry)
        return ERROR_NONE;
    if (internal->load(internal, mapping->entry->internal, mapping->internal_id, arena,
                       &local_object, error))
        return error->code;
    *alive = local_object.exists;
    return ERROR_NONE;
}

enum error_code relation_target(struct run_context *context, struct text object, struct text id,
                                struct arena *arena, struct value *value, bool *found,
                                struct error *error)
{
    const struct manual_object *target = manual_integration(context->run->manual, object);
    struct mapping *mapping = NULL;
    *found = false;
    if ((target && find_local_object(context, target, id, arena, &mapping, error)) ||
        is_alive(context, mapping, arena, found, error))
        return error->code;
    if (*found)
        *value = (struct value){.type = VALUE_TYPE_REFERENCE,
                                .kind = VALUE_REFERENCE,
                                .as.reference = {mapping->internal_object, mapping->internal_id}};
    return ERROR_NONE;
}

enum error_code relation_resolve(struct run_context *context, struct report *report,
                                 struct relation_unresolved **unresolved, size_t *unresolved_count,
                                 struct error *error)
{
    *unresolved_count = 0;
    *unresolved = ARENA_ARRAY(report->arena, report->relation_count, struct relation_unresolved);
    if (!*unresolved)
        return error_memory(error, "relations");
    for (size_t i = 0; i < report->relation_count; i++) {
        const struct report_relation *relation = &report->relations[i];
        size_t index = SIZE_MAX;
        bool found = false;
        struct report_field *field = related_field(context, report, relation, &index);
        if (!field)
            continue;
        if (relation_target(context, relation->to_object, relation->to_id, report->arena,
                            &field->value, &found, error))
            return error->code;
        if (found) {
            if (field->state == FIELD_ABSENT)
                field->state = FIELD_CHANGED;
            field->unreadable = false;
            continue;
        }
        field->state = FIELD_ABSENT;
        (*unresolved)[(*unresolved_count)++] = (struct relation_unresolved){
            report_find(report, relation->object, relation->id), index, relation};
    }
    return ERROR_NONE;
}

enum error_code relation_forget_found(struct run_context *context, const struct selection_ids *ids,
                                      struct error *error)
{
    const struct run *run = context->run;
    for (size_t i = 0; i < run->manual->integration_count; i++) {
        for (size_t j = 0; j < ids[i].count; j++) {
            struct mappings mappings = {.count = 0};
            if (run->books->mappings_of_record(run->books, run->manual->integration[i]->name,
                                               ids[i].ids[j], context->arena, &mappings, error))
                return error->code;
            if (mappings.count > 0)
                text_set_remove(&context->asked, run->manual->integration[i]->name, ids[i].ids[j]);
        }
    }
    return ERROR_NONE;
}
