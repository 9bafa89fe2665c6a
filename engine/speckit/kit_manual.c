/* Which field goes where: the configuration's mapping, or every field into one of its own. */
#include "speckit/kit.h"

/* ---- every field for itself ---- */

/* {name, type, required, label} of one field; its own field over here bears the object's name, so
 * that two objects with fields of one name and different types do not meet. */
static enum error_code read_field(struct kit *kit, struct text object, const json_t *told,
                                  struct field_schema *schema, struct text *name,
                                  struct error *error)
{
    const struct text type = kit_text(told, "type");
    *schema = (struct field_schema){.type = value_type_of_name(type)};
    if (text_is_empty(kit_text(told, "name")))
        return error_set(error, ERROR_USAGE, "a field of '%.*s' has no name", TEXT_PRINT(object));
    if (schema->type == VALUE_TYPE_UNKNOWN)
        return error_set(error, ERROR_USAGE, "the field '%.*s' of '%.*s' has no known type: '%.*s'",
                         TEXT_PRINT(kit_text(told, "name")), TEXT_PRINT(object), TEXT_PRINT(type));
    if (text_copy(kit->arena, kit_text(told, "name"), name, error))
        return error->code;
    return text_format(kit->arena, &schema->name, error, "%.*s.%.*s", TEXT_PRINT(object),
                       TEXT_PRINT(*name));
}

static enum error_code add_entry(struct kit *kit, struct manual *manual,
                                 const struct manifest_object *object, const json_t *told,
                                 struct error *error)
{
    const size_t count = json_array_size(told);
    struct object_schema *const schema = ARENA_NEW(kit->arena, struct object_schema);
    struct field_schema *const fields = ARENA_ARRAY(kit->arena, count, struct field_schema);
    struct text *const names = ARENA_ARRAY(kit->arena, count, struct text);
    struct manual_entry *entry = NULL;
    if (!schema || !fields || !names)
        return error_memory(error, "a manual");
    for (size_t i = 0; i < count; i++) {
        if (read_field(kit, object->name, json_array_get(told, i), &fields[i], &names[i], error))
            return error->code;
    }
    *schema = (struct object_schema){.fields = fields, .field_count = count};
    if (text_copy(kit->arena, object->internal, &schema->name, error) ||
        manual_add_entry(manual, schema, object->name, &entry, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct manual_line line = {
            .direction = DIRECTION_BIDIRECTIONAL,
            .required = json_is_true(json_object_get(json_array_get(told, i), "required")),
        };
        if (manual_add_line(manual, entry, &fields[i], names[i], NULL, &line, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code use(struct kit *kit, struct manual *manual)
{
    kit->manual = manual;
    script_exchange_set_manual(kit->exchange, manual);
    return ERROR_NONE;
}

enum error_code kit_use_fields(struct kit *kit, const json_t *fields, struct error *error)
{
    const struct manifest *const manifest = script_exchange_manifest(kit->exchange);
    struct manual *manual = NULL;
    size_t used = 0;
    if (manual_new(kit->arena, &manual, error))
        return error->code;
    for (size_t i = 0; i < manifest->object_count; i++) {
        const struct text name = manifest->objects[i].name;
        const json_t *const told = json_object_getn(fields, name.bytes, name.length);
        if (told && add_entry(kit, manual, &manifest->objects[i], told, error))
            return error->code;
        used += told != NULL;
    }
    if (used < json_object_size(fields))
        return error_set(error, ERROR_USAGE,
                         "fields are given for an object that integration.lua does not list");
    return manual_finish(manual, error) ? error->code : use(kit, manual);
}

/* ---- as configured ---- */

static enum error_code add_store_field(struct kit *kit, struct text object, const json_t *told,
                                       struct error *error)
{
    const struct field_schema field = {
        .name = kit_text(told, "name"),
        .label = kit_text(told, "name"),
        .type = value_type_of_name(kit_text(told, "type")),
        .required = json_is_true(json_object_get(told, "required")),
        .unique = json_is_true(json_object_get(told, "unique")),
        .limit = (int)json_integer_value(json_object_get(told, "limit")),
    };
    const struct object_schema *const schema = store_schema(kit->store, object);
    if (schema && manual_schema_field(schema, field.name))
        return ERROR_NONE;
    return store_field_add(kit->store, object, &field, error);
}

static enum error_code schema_of(void *context, struct text object,
                                 const struct object_schema **schema, struct error *error)
{
    (void)error;
    *schema = store_schema(((const struct kit *)context)->store, object);
    return ERROR_NONE;
}

enum error_code kit_use_mapping(struct kit *kit, const json_t *schema, struct error *error)
{
    const struct schema_source source = {.context = kit, .schema_of = schema_of};
    const char *object = NULL;
    json_t *fields = NULL;
    struct manual *manual = NULL;
    if (kit_open_store(kit, error))
        return error->code;
    json_object_foreach((json_t *)schema, object, fields)
    {
        for (size_t i = 0; i < json_array_size(fields); i++)
            if (add_store_field(kit, text_of(object), json_array_get(fields, i), error))
                return error->code;
    }
    return manual_load(script_exchange_manifest(kit->exchange), kit->configuration, &source,
                       kit->arena, &manual, &kit->warnings, error)
               ? error->code
               : use(kit, manual);
}
