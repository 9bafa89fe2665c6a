/* Manifest + configuration + schemas -> manual. */
#include "script/integration/manual_loader.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"

struct loading {
    const struct manifest *manifest;
    const struct integration_configuration *configuration;
    const struct schema_source *schemas;
    struct arena *arena;
    struct manual *manual;
    struct manual_warnings *warnings;
    size_t lines;
};

static enum error_code warn(struct loading *loading, struct error *error, const char *format, ...)
    PRINTF_LIKE(3, 4);

static enum error_code warn(struct loading *loading, struct error *error, const char *format, ...)
{
    struct manual_warnings *const warnings = loading->warnings;
    if (!warnings)
        return ERROR_NONE;
    struct error told = {.code = ERROR_CONFIGURATION};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(told.message, sizeof told.message, format, arguments);
    va_end(arguments);
    configuration_integration_redact(loading->configuration, &told);
    struct text *const messages = array_grow(loading->arena, warnings->messages, warnings->count,
                                             &warnings->capacity, sizeof *messages);
    if (!messages)
        return error_memory(error, "warnings");
    warnings->messages = messages;
    return text_copy(loading->arena, text_of(told.message), &warnings->messages[warnings->count++],
                     error);
}

/* ---------------------------------------------------------------- what is mapped twice */

static bool feeds_internal(const struct mapping_field *field)
{
    return field->direction != DIRECTION_TO_INTEGRATION;
}

static bool feeds_integration(const struct mapping_field *field)
{
    return field->direction != DIRECTION_TO_INTERNAL;
}

/* In a Lua table lines have no order, so "the later one wins" would mean nothing. */
static enum error_code check_twice(const struct loading *loading,
                                   const struct mapping_object *object, struct error *error)
{
    const char *const path = loading->configuration->path.bytes;
    for (size_t i = 0; i < object->field_count; i++) {
        const struct mapping_field *const field = &object->fields[i];
        for (size_t before = 0; before < i; before++) {
            const struct mapping_field *const other = &object->fields[before];
            if (text_equal(field->internal_field, other->internal_field) &&
                ((feeds_internal(field) && feeds_internal(other)) ||
                 text_equal(field->integration_field, other->integration_field)))
                return error_set(
                    error, ERROR_CONFIGURATION,
                    "%s: %s: our field '%s' is mapped twice, to '%s' and '%s'; give one "
                    "of them direction = \"to_integration\" or leave it out",
                    path, object->place.bytes, field->internal_field.bytes,
                    other->integration_field.bytes, field->integration_field.bytes);
            if (text_equal(field->integration_field, other->integration_field) &&
                feeds_integration(field) && feeds_integration(other))
                return error_set(error, ERROR_CONFIGURATION,
                                 "%s: %s: their field '%s' is mapped twice, to '%s' and '%s'; give "
                                 "one of them direction = \"to_internal\" or leave it out",
                                 path, object->place.bytes, field->integration_field.bytes,
                                 other->internal_field.bytes, field->internal_field.bytes);
        }
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- entries */

static enum error_code add_line(struct loading *loading, struct manual_entry *entry,
                                const struct object_schema *schema,
                                const struct mapping_field *field, struct error *error)
{
    const char *const path = loading->configuration->path.bytes;
    const struct field_schema *const internal = manual_schema_field(schema, field->internal_field);
    if (!internal)
        return warn(loading, error, "%s: %s: '%s' has no field '%s', this line is not used", path,
                    field->place.bytes, schema->name.bytes, field->internal_field.bytes);
    const struct manual_line line = {.direction = field->direction,
                                     .required = field->required,
                                     .on_conflict = field->on_conflict,
                                     .on_clear = field->on_clear};
    if (manual_add_line(loading->manual, entry, internal, field->integration_field,
                        field->has_default ? &field->default_value : NULL, &line, error))
        return error_prefix(error, "%s: %s", path, field->place.bytes);
    loading->lines++;
    return ERROR_NONE;
}

static bool is_for(const struct mapping_object *object, const struct manifest_object *manifest,
                   bool exact)
{
    if (!text_equal(object->integration_object, manifest->name))
        return false;
    return exact ? text_equal(object->internal_object, manifest->internal)
                 : !object->internal_object.bytes;
}

/* "citizen:contact" before "citizen". */
static const struct mapping_object *mapping_of(const struct loading *loading,
                                               const struct manifest_object *manifest)
{
    const struct integration_configuration *const configuration = loading->configuration;
    for (int exact = 1; exact >= 0; exact--) {
        for (size_t i = 0; i < configuration->object_count; i++) {
            if (is_for(&configuration->objects[i], manifest, exact != 0))
                return &configuration->objects[i];
        }
    }
    return NULL;
}

static enum error_code add_object(struct loading *loading, const struct manifest_object *manifest,
                                  struct error *error)
{
    const struct mapping_object *const object = mapping_of(loading, manifest);
    if (!object)
        return ERROR_NONE;
    const struct object_schema *schema = NULL;
    if (check_twice(loading, object, error) ||
        loading->schemas->schema_of(loading->schemas->context, manifest->internal, &schema, error))
        return error->code;
    if (!schema)
        return warn(loading, error,
                    "%s/integration.lua: there is no internal object '%s', '%s' is not synced",
                    loading->manifest->name.bytes, manifest->internal.bytes, manifest->name.bytes);
    struct manual_entry *entry = NULL;
    if (manual_add_entry(loading->manual, schema, manifest->name, &entry, error))
        return error_prefix(error, "%s/integration.lua", loading->manifest->name.bytes);
    entry->create = object->create;
    entry->on_deleted_here = object->on_deleted_here;
    entry->on_deleted_there = object->on_deleted_there;
    for (size_t i = 0; i < object->field_count; i++) {
        if (add_line(loading, entry, schema, &object->fields[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

/* A mapping for an object that the manifest does not have is a typing mistake. */
static enum error_code check_objects(const struct loading *loading, struct error *error)
{
    for (size_t i = 0; i < loading->configuration->object_count; i++) {
        const struct mapping_object *const object = &loading->configuration->objects[i];
        bool known = false;
        for (size_t at = 0; at < loading->manifest->object_count && !known; at++)
            known = is_for(object, &loading->manifest->objects[at],
                           object->internal_object.bytes != NULL);
        if (!known)
            return error_set(error, ERROR_CONFIGURATION,
                             "%s: %s: the integration's manifest has no such object",
                             loading->configuration->path.bytes, object->place.bytes);
    }
    return ERROR_NONE;
}

enum error_code manual_load(const struct manifest *manifest,
                            const struct integration_configuration *configuration,
                            const struct schema_source *schemas, struct arena *arena,
                            struct manual **manual, struct manual_warnings *warnings,
                            struct error *error)
{
    *manual = NULL;
    struct loading loading = {manifest, configuration, schemas, arena, NULL, warnings, 0};
    enum error_code code = manual_new(arena, &loading.manual, error);
    if (!code)
        code = check_objects(&loading, error);
    for (size_t i = 0; i < manifest->object_count && !code; i++)
        code = add_object(&loading, &manifest->objects[i], error);
    if (!code && loading.lines == 0)
        code =
            error_set(error, ERROR_CONFIGURATION,
                      "%s: mapping: nothing is left to sync, map at least one field of an object",
                      configuration->path.bytes);
    if (!code)
        code = manual_finish(loading.manual, error);
    if (!code)
        *manual = loading.manual;
    else
        configuration_integration_redact(configuration, error);
    return code;
}
