/* Kinds of objects and their fields: listing, adding, changing settings. */
#include "service/api/handlers.h"

#include "model/value_json.h"

enum { NAME_MOST = 100, LIMIT_MOST = 1000000 };

static json_t *field_json(const struct field_schema *field)
{
    return json_pack("{s:o, s:o, s:s, s:b, s:b, s:I, s:b}", "name", value_json_text(field->name),
                     "label",
                     value_json_text(text_is_absent(field->label) ? field->name : field->label),
                     "type", value_type_name(field->type), "required", (int)field->required,
                     "unique", (int)field->unique, "limit", (json_int_t)field->limit, "special",
                     (int)(field->role != FIELD_ORDINARY));
}

static json_t *fields_json(const struct object_schema *schema)
{
    json_t *const fields = json_array();
    for (size_t i = 0; i < schema->field_count; i++)
        json_array_append_new(fields, field_json(&schema->fields[i]));
    return fields;
}

enum error_code api_handle_kinds(struct api_call *call, struct error *error)
{
    json_t *const items = json_array();
    for (size_t i = 0; i < store_schema_count(call->store); i++) {
        const struct object_schema *const schema = store_schema_at(call->store, i);
        json_array_append_new(items, json_pack("{s:o, s:o}", "name", value_json_text(schema->name),
                                               "fields", fields_json(schema)));
    }
    return api_answer_items(call, items, error);
}

/* ---- fields ---- */

/* The values in the body; the rest stays as it is. */
static enum error_code read_settings(struct api_call *call, struct field_schema *field,
                                     struct error *error)
{
    const json_t *const body = call->body;
    int64_t limit = field->limit;
    if ((json_object_get(body, "label") &&
         api_member_text(call, body, "label", NAME_MOST, &field->label, error)) ||
        api_member_integer(body, "limit", 0, LIMIT_MOST, limit, &limit, error) ||
        (json_object_get(body, "required") &&
         api_member_boolean(body, "required", &field->required, error)) ||
        (json_object_get(body, "unique") &&
         api_member_boolean(body, "unique", &field->unique, error)))
        return error->code;
    field->limit = (int)limit;
    return ERROR_NONE;
}

static enum error_code read_field(struct api_call *call, struct field_schema *field,
                                  bool *new_object, struct error *error)
{
    struct text type = TEXT_ABSENT;
    if (api_member_text(call, call->body, "name", NAME_MOST, &field->name, error) ||
        api_member_text(call, call->body, "type", NAME_MOST, &type, error) ||
        api_member_boolean(call->body, "new_object", new_object, error))
        return error->code;
    if (text_is_empty(field->name))
        return error_set(error, ERROR_INVALID, "'name' must be the name of the new field");
    field->label = field->name;
    field->type = text_is_absent(type) ? VALUE_TYPE_TEXT : value_type_of_name(type);
    if (field->type == VALUE_TYPE_UNKNOWN)
        return error_set(error, ERROR_INVALID, "there is no type '%.*s'", TEXT_PRINT(type));
    return read_settings(call, field, error);
}

static enum error_code tell_field(struct api_call *call, unsigned status,
                                  const struct field_schema *field, struct error *error)
{
    if (text_format(call->arena, &call->audit_detail, error, "%.*s.%.*s",
                    TEXT_PRINT(call->captures[0]), TEXT_PRINT(field->name)))
        return error->code;
    return web_answer_json(call->request, status, field_json(field), error);
}

enum error_code api_handle_add_field(struct api_call *call, struct error *error)
{
    const struct text object = call->captures[0];
    struct field_schema field = {.name = TEXT_ABSENT};
    bool new_object = false;
    if (read_field(call, &field, &new_object, error))
        return error->code;
    if (new_object && !store_schema(call->store, object)) {
        if (store_fields_replace(call->store, object, &field, 1, error))
            return error->code;
    } else if (api_object(call, object, error) ||
               store_field_add(call->store, object, &field, error)) {
        return error->code;
    }
    return tell_field(call, 201, &field, error);
}

enum error_code api_handle_change_field(struct api_call *call, struct error *error)
{
    const struct object_schema *const schema = call->schema;
    struct field_schema field = {.name = TEXT_ABSENT};
    for (size_t i = 0; i < schema->field_count; i++) {
        if (text_equal(schema->fields[i].name, call->captures[1]))
            field = schema->fields[i];
    }
    if (text_is_absent(field.name))
        return error_set(error, ERROR_NOT_FOUND, "%.*s has no field '%.*s'",
                         TEXT_PRINT(schema->name), TEXT_PRINT(call->captures[1]));
    /* the schema is read again, and what was borrowed from it is gone */
    if (read_settings(call, &field, error) ||
        text_keep(call->arena, error, &field.name, &field.label, NULL) ||
        store_field_change(call->store, call->captures[0], &field, error))
        return error->code;
    return tell_field(call, 200, &field, error);
}
