/* manual: building the tables once, so that a run compares indexes and no names. */
#include "model/manual.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static const char *const direction_names[] = {
    [DIRECTION_TO_INTERNAL] = "to_internal",
    [DIRECTION_TO_INTEGRATION] = "to_integration",
    [DIRECTION_BIDIRECTIONAL] = "bidirectional",
};

/* A list of pointers that grows by one; they have no capacity of their own, manuals are short. */
static void *list_with(struct arena *arena, void *list, size_t count)
{
    void *grown = arena_array(arena, count + 1, sizeof(void *));

    if (grown && count > 0)
        memcpy(grown, list, count * sizeof(void *));
    return grown;
}

static struct manual_object *object_named(struct manual_object *const *objects, size_t count,
                                          struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(objects[i]->name, name))
            return objects[i];
    return NULL;
}

/* The object of that name in one side's list, added if it is new. */
static enum error_code object_of(struct arena *arena, struct manual_object ***objects,
                                 size_t *count, struct text name, struct manual_object **object,
                                 struct error *error)
{
    *object = object_named(*objects, *count, name);
    if (*object)
        return ERROR_NONE;
    struct manual_object *made = ARENA_NEW(arena, struct manual_object);
    struct manual_object **list = list_with(arena, *objects, *count);
    if (!made || !list)
        return error_memory(error, "an object of the mapping manual");
    if (text_copy(arena, name, &made->name, error))
        return error->code;
    made->index = *count;
    list[(*count)++] = made;
    *objects = list;
    *object = made;
    return ERROR_NONE;
}

/* The index of a field in an object's table, added if it is new. `schema` is NULL on the
 * integration's side. */
static enum error_code field_of(struct arena *arena, struct manual_object *object, struct text name,
                                const struct field_schema *schema, size_t *index,
                                struct error *error)
{
    *index = manual_object_field(object, name);
    if (*index != SIZE_MAX)
        return ERROR_NONE;
    struct manual_field *fields = array_grow(arena, object->fields, object->field_count,
                                             &object->field_capacity, sizeof(*fields));
    if (!fields)
        return error_memory(error, "a field of the mapping manual");
    object->fields = fields;
    if (text_copy(arena, name, &fields[object->field_count].name, error))
        return error->code;
    fields[object->field_count].schema = schema;
    *index = object->field_count++;
    object->sorted = NULL; /* out of date until the next manual_finish */
    return ERROR_NONE;
}

const struct field_schema *manual_schema_field(const struct object_schema *schema, struct text name)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (text_equal(schema->fields[i].name, name))
            return &schema->fields[i];
    return NULL;
}

enum error_code manual_new(struct arena *arena, struct manual **manual, struct error *error)
{
    *manual = ARENA_NEW(arena, struct manual);
    if (!*manual)
        return error_memory(error, "the mapping manual");
    (*manual)->arena = arena;
    return ERROR_NONE;
}

enum error_code manual_add_entry(struct manual *manual, const struct object_schema *internal,
                                 struct text integration_object, struct manual_entry **entry,
                                 struct error *error)
{
    struct manual_object *ours = NULL, *theirs = NULL;

    *entry = NULL;
    if (text_is_empty(integration_object))
        return error_set(error, ERROR_CONFIGURATION,
                         "the mapping of '%.*s' names no object of the integration, name one",
                         TEXT_PRINT(internal->name));
    if (object_of(manual->arena, &manual->internal, &manual->internal_count, internal->name, &ours,
                  error) ||
        object_of(manual->arena, &manual->integration, &manual->integration_count,
                  integration_object, &theirs, error))
        return error->code;
    if (manual_entry_of(manual, ours, theirs))
        return error_set(error, ERROR_CONFIGURATION,
                         "the mapping of '%.*s' to '%.*s' is given twice, remove one of them",
                         TEXT_PRINT(theirs->name), TEXT_PRINT(ours->name));
    struct manual_entry *made = ARENA_NEW(manual->arena, struct manual_entry);
    struct manual_entry **entries = list_with(manual->arena, manual->entries, manual->entry_count);
    if (!made || !entries)
        return error_memory(error, "an entry of the mapping manual");
    ours->is_contact = internal->is_contact;
    *made = (struct manual_entry){
        .index = manual->entry_count, .internal = ours, .integration = theirs};
    entries[manual->entry_count++] = made;
    manual->entries = entries;
    *entry = made;
    return ERROR_NONE;
}

/* The default as the field would store it; refused if it would not. */
static enum error_code default_of(struct manual *manual, const struct manual_entry *entry,
                                  const struct field_schema *schema, const struct raw_value *raw,
                                  struct value *value, struct error *error)
{
    struct raw_value copy = {.kind = RAW_NULL};
    struct value normalized = value_null(schema->type);
    bool readable = false;
    enum field_verdict verdict = FIELD_FITS;

    if (value_raw_copy(manual->arena, raw, &copy, error) ||
        value_normalize(manual->arena, &copy, schema->type, &normalized, &readable, error) ||
        (readable && value_fit(manual->arena, schema, &normalized, value, &verdict, error)))
        return error->code;
    if (!readable || verdict == FIELD_WRONG_TYPE)
        return error_set(error, ERROR_CONFIGURATION,
                         "the default of field '%.*s' of '%.*s' can't be read as its type '%s', "
                         "give one of that type",
                         TEXT_PRINT(schema->name), TEXT_PRINT(entry->internal->name),
                         value_type_name(schema->type));
    if (verdict == FIELD_TOO_LONG)
        return error_set(error, ERROR_CONFIGURATION,
                         "the default of field '%.*s' of '%.*s' is longer than the %d characters "
                         "that fit, shorten it",
                         TEXT_PRINT(schema->name), TEXT_PRINT(entry->internal->name),
                         schema->limit);
    return ERROR_NONE;
}

enum error_code manual_add_line(struct manual *manual, struct manual_entry *entry,
                                const struct field_schema *schema, struct text integration_field,
                                const struct raw_value *raw_default, const struct manual_line *line,
                                struct error *error)
{
    struct manual_line made = *line;

    made.has_default = raw_default && raw_default->kind != RAW_NULL;
    made.default_value = value_null(schema->type);
    if (text_is_empty(integration_field))
        return error_set(error, ERROR_CONFIGURATION,
                         "the mapping of field '%.*s' of '%.*s' names no field of '%.*s', name one",
                         TEXT_PRINT(schema->name), TEXT_PRINT(entry->internal->name),
                         TEXT_PRINT(entry->integration->name));
    if ((made.has_default &&
         default_of(manual, entry, schema, raw_default, &made.default_value, error)) ||
        field_of(manual->arena, entry->internal, schema->name, schema, &made.internal_field,
                 error) ||
        field_of(manual->arena, entry->integration, integration_field, NULL,
                 &made.integration_field, error))
        return error->code;
    struct manual_line *lines = array_grow(manual->arena, entry->lines, entry->line_count,
                                           &entry->line_capacity, sizeof(*lines));
    if (!lines)
        return error_memory(error, "a line of the mapping manual");
    entry->lines = lines;
    lines[entry->line_count++] = made;
    return ERROR_NONE;
}

static int compare_fields(const void *left, const void *right, void *context)
{
    const struct manual_field *fields = context;

    return text_compare(fields[*(const size_t *)left].name, fields[*(const size_t *)right].name);
}

static enum error_code sort_fields(struct arena *arena, struct manual_object *object,
                                   struct error *error)
{
    size_t *sorted = ARENA_ARRAY(arena, object->field_count, size_t);

    if (!sorted)
        return error_memory(error, "a table of fields");
    for (size_t i = 0; i < object->field_count; i++)
        sorted[i] = i;
    if (object->field_count > 1)
        qsort_r(sorted, object->field_count, sizeof(*sorted), compare_fields, object->fields);
    object->sorted = sorted;
    return ERROR_NONE;
}

enum error_code manual_finish(struct manual *manual, struct error *error)
{
    for (size_t i = 0; i < manual->internal_count; i++)
        if (sort_fields(manual->arena, manual->internal[i], error))
            return error->code;
    for (size_t i = 0; i < manual->integration_count; i++)
        if (sort_fields(manual->arena, manual->integration[i], error))
            return error->code;
    return ERROR_NONE;
}

struct manual_object *manual_internal(const struct manual *manual, struct text name)
{
    struct manual_object *object = object_named(manual->internal, manual->internal_count, name);

    if (!object && text_equal(name, TEXT("lead")))
        object = object_named(manual->internal, manual->internal_count, TEXT("contact"));
    return object;
}

struct manual_object *manual_integration(const struct manual *manual, struct text name)
{
    return object_named(manual->integration, manual->integration_count, name);
}

struct manual_entry *manual_entry_of(const struct manual *manual,
                                     const struct manual_object *internal,
                                     const struct manual_object *integration)
{
    for (size_t i = 0; i < manual->entry_count; i++) {
        struct manual_entry *entry = manual->entries[i];
        if (entry->internal == internal && entry->integration == integration)
            return entry;
    }
    return NULL;
}

const struct manual_line *manual_line_in(const struct manual_entry *entry, size_t field)
{
    for (size_t i = 0; i < entry->line_count; i++)
        if (entry->lines[i].integration_field == field &&
            entry->lines[i].direction != DIRECTION_TO_INTEGRATION)
            return &entry->lines[i];
    return NULL;
}

size_t manual_object_field(const struct manual_object *object, struct text name)
{
    size_t low = 0;
    size_t high = object->field_count;

    if (!object->sorted) {
        for (size_t i = 0; i < object->field_count; i++)
            if (text_equal(object->fields[i].name, name))
                return i;
        return SIZE_MAX;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(name, object->fields[object->sorted[middle]].name);
        if (order == 0)
            return object->sorted[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SIZE_MAX;
}

const char *manual_direction_name(enum direction direction)
{
    return direction_names[direction];
}
