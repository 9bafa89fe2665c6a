/* Pairs of fields by likeness: the best pair first, then the best of what is left. */
#include "cli/commands/mapping_suggestion.h"

#include <string.h>

#include "host/field_likeness.h"
#include "store/objects/objects.h"

enum { OBJECTS_READ = 200, SAMPLE_CHARACTERS = 60, SAMPLES_OF_THEIRS = 3 };

/* What is being suggested for one of their objects. */
struct pairing {
    const struct session *session;
    const struct mapping_object *object;
    const struct object_schema *schema;
    const json_t **theirs; /* their fields that are not mapped; NULL: taken */
    size_t their_count;
    struct likeness_field *ours; /* by index in the schema */
    bool *taken;
    double *likeness; /* [theirs * ours] */
};

static struct text member(const json_t *field, const char *name)
{
    return text_of(json_string_value(json_object_get(field, name)));
}

static const struct mapping_object *
mapped_object(const struct integration_configuration *configuration, struct text name)
{
    for (size_t i = 0; i < configuration->object_count; i++) {
        if (text_equal(configuration->objects[i].integration_object, name))
            return &configuration->objects[i];
    }
    return NULL;
}

/* Is this field of one side in the mapping of the object? */
static bool is_mapped(const struct mapping_object *object, struct text field, bool theirs)
{
    for (size_t i = 0; object && i < object->field_count; i++) {
        const struct mapping_field *const line = &object->fields[i];
        if (text_equal(theirs ? line->integration_field : line->internal_field, field))
            return true;
    }
    return false;
}

/* ---- our side ---- */

static enum error_code add_value(struct arena *arena, const struct value *value,
                                 struct likeness_field *field, struct error *error)
{
    struct text shown = TEXT_ABSENT;
    if (value_is_empty(value))
        return ERROR_NONE;
    struct text *const samples = field->samples ? (struct text *)field->samples
                                                : ARENA_ARRAY(arena, OBJECTS_READ, struct text);
    if (!samples || value_format(arena, value, SAMPLE_CHARACTERS, &shown, error))
        return samples ? error->code : error_memory(error, "values of a field");
    samples[field->sample_count++] = shown;
    field->samples = samples;
    return ERROR_NONE;
}

static enum error_code read_ours(struct pairing *pairing, struct error *error)
{
    const struct session *const session = pairing->session;
    const struct object_schema *const schema = pairing->schema;
    const struct object_query query = {.object = schema->name,
                                       .after = TEXT_ABSENT,
                                       .filter = TEXT_ABSENT,
                                       .value = TEXT_ABSENT,
                                       .limit = OBJECTS_READ};
    struct object_row *rows = NULL;
    size_t count = 0;
    enum error_code code =
        objects_list(session->store, &query, session->arena, &rows, &count, error);
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field_schema *const field = &schema->fields[i];
        pairing->ours[i] = (struct likeness_field){field->name, field->label,
                                                   text_of(value_type_name(field->type)), NULL, 0};
        pairing->taken[i] =
            field->role != FIELD_ORDINARY || is_mapped(pairing->object, field->name, false);
        for (size_t row = 0; !code && !pairing->taken[i] && row < count; row++)
            code = add_value(session->arena, &rows[row].values[i], &pairing->ours[i], error);
    }
    return code;
}

/* ---- pairs ---- */

static void weigh(struct pairing *pairing, size_t theirs)
{
    struct text samples[SAMPLES_OF_THEIRS];
    const json_t *const field = pairing->theirs[theirs], *const values =
                                                             json_object_get(field, "samples");
    struct likeness_field compared = {member(field, "name"), member(field, "label"),
                                      member(field, "type"), samples, 0};
    while (compared.sample_count < json_array_size(values) &&
           compared.sample_count < SAMPLES_OF_THEIRS) {
        samples[compared.sample_count] =
            text_of(json_string_value(json_array_get(values, compared.sample_count)));
        compared.sample_count++;
    }
    for (size_t i = 0; i < pairing->schema->field_count; i++)
        pairing->likeness[theirs * pairing->schema->field_count + i] =
            pairing->taken[i] ? 0 : field_likeness(&compared, &pairing->ours[i]);
}

/* The best pair that is left; false: none is good enough. */
static bool best_pair(const struct pairing *pairing, size_t *theirs, size_t *ours)
{
    double most = 0;
    for (size_t i = 0; i < pairing->their_count; i++) {
        for (size_t j = 0; pairing->theirs[i] && j < pairing->schema->field_count; j++) {
            const double likeness = pairing->likeness[i * pairing->schema->field_count + j];
            if (pairing->taken[j] || likeness < FIELD_LIKENESS_GOOD || likeness <= most)
                continue;
            most = likeness;
            *theirs = i;
            *ours = j;
        }
    }
    return most > 0;
}

static void suggest(struct pairing *pairing, const char *object,
                    struct mapping_suggestions *suggestions)
{
    size_t theirs = 0, ours = 0;
    while (best_pair(pairing, &theirs, &ours)) {
        const json_t *const field = pairing->theirs[theirs];
        suggestions->list[suggestions->count++] = (struct mapping_suggestion){
            .object = pairing->object,
            .integration_object = object,
            .integration_field = json_string_value(json_object_get(field, "name")),
            .internal_field = pairing->schema->fields[ours].name,
            .writable = json_is_true(json_object_get(field, "writable")),
            .sample =
                text_of(json_string_value(json_array_get(json_object_get(field, "samples"), 0))),
        };
        pairing->theirs[theirs] = NULL;
        pairing->taken[ours] = true;
    }
}

static enum error_code pair_object(struct pairing *pairing, const json_t *fields,
                                   const char *object, struct mapping_suggestions *suggestions,
                                   struct error *error)
{
    struct arena *const arena = pairing->session->arena;
    const size_t ours = pairing->schema->field_count;
    size_t i = 0;
    const json_t *field = NULL;
    pairing->theirs = ARENA_ARRAY(arena, json_array_size(fields), const json_t *);
    pairing->ours = ARENA_ARRAY(arena, ours, struct likeness_field);
    pairing->taken = ARENA_ARRAY(arena, ours, bool);
    pairing->likeness = ARENA_ARRAY(arena, json_array_size(fields) * ours, double);
    if (!pairing->theirs || !pairing->ours || !pairing->taken || !pairing->likeness)
        return error_memory(error, "pairs of fields");
    if (read_ours(pairing, error))
        return error->code;
    json_array_foreach(fields, i, field)
    {
        const struct text type = member(field, "type");
        /* What refers to another record, or is no single value, takes more than a line. */
        if (!text_equal(member(field, "object"), text_of(object)) ||
            text_equal(type, TEXT("reference")) || text_equal(type, TEXT("multiselect")) ||
            is_mapped(pairing->object, member(field, "name"), true))
            continue;
        pairing->theirs[pairing->their_count] = field;
        weigh(pairing, pairing->their_count++);
    }
    suggest(pairing, object, suggestions);
    return ERROR_NONE;
}

enum error_code mapping_suggestion_find(const struct session *session,
                                        const struct integration_configuration *configuration,
                                        const json_t *fields,
                                        struct mapping_suggestions *suggestions,
                                        struct error *error)
{
    const char *last = NULL;
    size_t i = 0;
    const json_t *field = NULL;
    *suggestions = (struct mapping_suggestions){.count = 0};
    suggestions->list =
        ARENA_ARRAY(session->arena, json_array_size(fields), struct mapping_suggestion);
    if (!suggestions->list)
        return error_memory(error, "suggestions");
    json_array_foreach(fields, i, field)
    {
        const char *const object = json_string_value(json_object_get(field, "object"));
        if (last && strcmp(last, object) == 0)
            continue;
        last = object;
        struct pairing pairing = {.session = session,
                                  .object = mapped_object(configuration, text_of(object))};
        const bool says = pairing.object && !text_is_absent(pairing.object->internal_object);
        pairing.schema = store_schema(session->store, says ? pairing.object->internal_object
                                                           : member(field, "internal_object"));
        if (pairing.schema && (pairing.object || !configuration->object_count) &&
            pair_object(&pairing, fields, object, suggestions, error))
            return error->code;
    }
    return ERROR_NONE;
}
