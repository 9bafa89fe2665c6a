/* The lines of the manual against the list of fields. */
#include "script/integration/script_missing.h"

/* An empty list says nothing: there is no fields.lua, or it does not know. */
static bool is_missing(const struct script_field_list *list, struct text field)
{
    return list->count > 0 && !script_fields_find(list, field);
}

/* Does every record of the page that has the field say nothing of it, and is there such a one? */
static bool is_silent(const struct report *report, const struct manual_object *object, size_t field)
{
    bool silent = false;
    for (size_t i = 0; i < report->object_count; i++) {
        const struct report_object *const record = report->objects[i];
        if (record->object != object ||
            (record->fields[field].state == FIELD_ABSENT && !record->fields[field].unreadable))
            continue;
        if (!record->fields[field].silent)
            return false;
        silent = true;
    }
    return silent;
}

static bool any_silent(const struct report *report, const struct manual_object *object)
{
    for (size_t i = 0; i < object->field_count; i++) {
        if (is_silent(report, object, i))
            return true;
    }
    return false;
}

static bool says_empty(const struct report_field *field)
{
    return field->unreadable ? field->raw.kind == RAW_NULL
                             : field->state != FIELD_ABSENT && value_is_empty(&field->value);
}

/* What is empty because it does not exist is not known to be empty. */
static void forget_empty(struct report *report, const struct manual_object *object,
                         const struct script_field_list *list)
{
    for (size_t field = 0; field < object->field_count; field++) {
        if (!is_missing(list, object->fields[field].name))
            continue;
        for (size_t i = 0; i < report->object_count; i++) {
            struct report_object *const record = report->objects[i];
            if (record->object != object || !says_empty(&record->fields[field]))
                continue;
            record->fields[field].state = FIELD_ABSENT;
            record->fields[field].unreadable = false;
        }
    }
}

/* ---- telling ---- */

static enum error_code tell_line(const struct manual_entry *entry, const struct manual_line *line,
                                 struct report *report, struct error *error)
{
    const struct text theirs = entry->integration->fields[line->integration_field].name;
    struct report_fault fault = {.object = entry->integration->name,
                                 .id = TEXT_ABSENT,
                                 .field = entry->internal->fields[line->internal_field].name};
    if (text_format(report->arena, &fault.message, error,
                    "is mapped to '%.*s', which '%.*s' does not have there (renamed, removed, or "
                    "hidden from this login?): nothing is emptied here because of it; correct the "
                    "mapping",
                    TEXT_PRINT(theirs), TEXT_PRINT(entry->integration->name)))
        return error->code;
    return report_add_fault(report, &fault, error);
}

static enum error_code tell_entry(const struct report_source *source,
                                  const struct manual_entry *entry, struct report *report,
                                  struct error *error)
{
    const struct script_field_list *list = NULL;
    if (script_fields_of(source->fields, source->script, entry->integration->name, false, &list,
                         error))
        return error->code;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *const line = &entry->lines[i];
        if (is_missing(list, entry->integration->fields[line->integration_field].name) &&
            tell_line(entry, line, report, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code tell_object(const struct report_source *source,
                                   const struct manual_object *object, struct report *report,
                                   struct error *error)
{
    const struct manual *const manual = source->manual;
    for (size_t i = 0; i < manual->entry_count; i++) {
        if (manual->entries[i]->integration == object &&
            tell_entry(source, manual->entries[i], report, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code script_missing_look(const struct report_source *source,
                                    const struct request *request, struct report *report,
                                    struct error *error)
{
    const struct manual *const manual = source->manual;
    const bool first = request->iteration == 1 && request->depth == 0;
    for (size_t i = 0; i < manual->integration_count; i++) {
        const struct manual_object *const object = manual->integration[i];
        const struct script_field_list *list = NULL;
        if (script_fields_of(source->fields, source->script, object->name, false, &list, error))
            return error->code;
        const bool anew = !list->asked && any_silent(report, object);
        if (anew &&
            script_fields_of(source->fields, source->script, object->name, true, &list, error))
            return error->code;
        forget_empty(report, object, list);
        /* on a later page, nobody knew of it when the first one was told */
        if (anew && !first && tell_object(source, object, report, error))
            return error->code;
    }
    for (size_t i = 0; first && i < manual->entry_count; i++) {
        if (tell_entry(source, manual->entries[i], report, error))
            return error->code;
    }
    return ERROR_NONE;
}
