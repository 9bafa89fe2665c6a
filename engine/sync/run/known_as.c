/* Names first, then identifiers, in the order of the manual's fields. */
#include "sync/run/known_as.h"

enum { SHOWN_MOST = 60, FIELDS_MOST = 4 };

/* Is the field what people call such objects by? */
static bool is_name(const struct manual_object *internal, size_t field)
{
    const struct text name = internal->fields[field].name;
    return internal->is_contact &&
           (text_equal(name, TEXT("firstname")) || text_equal(name, TEXT("lastname")));
}

/* NULL: not known, or empty. */
static const struct value *value_of(const struct manual_entry *entry,
                                    const struct report_object *reported,
                                    const struct local_object *local_object, size_t field)
{
    const struct value *value = NULL;
    if (local_object)
        value = local_object->exists ? &local_object->values[field] : NULL;
    for (size_t i = 0; !local_object && i < entry->line_count && !value; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *shown = &reported->fields[line->integration_field];
        if (line->internal_field == field && shown->state != FIELD_ABSENT)
            value = &shown->value;
    }
    return value && !value_is_empty(value) ? value : NULL;
}

enum error_code known_as(struct arena *arena, const struct manual_entry *entry,
                         const struct report_object *reported,
                         const struct local_object *local_object, struct text *name,
                         struct error *error)
{
    const struct manual_object *internal = entry->internal;
    size_t told = 0;
    *name = TEXT_ABSENT;
    for (int identifiers = 0; identifiers <= 1; identifiers++) {
        for (size_t i = 0; i < internal->field_count && told < FIELDS_MOST; i++) {
            const bool identifies =
                internal->fields[i].schema && internal->fields[i].schema->unique;
            const struct value *value = value_of(entry, reported, local_object, i);
            struct text shown = TEXT_ABSENT;
            if (!value || (identifiers ? !identifies : !is_name(internal, i)))
                continue;
            if (value_format(arena, value, SHOWN_MOST, &shown, error) ||
                (told == 0 ? text_copy(arena, shown, name, error)
                           : text_format(arena, name, error, "%.*s%s%.*s", TEXT_PRINT(*name),
                                         identifiers ? ", " : " ", TEXT_PRINT(shown))))
                return error->code;
            told++;
        }
    }
    return ERROR_NONE;
}
