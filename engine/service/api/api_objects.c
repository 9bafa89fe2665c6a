/* Our objects: reading, editing and explaining them. */
#include "service/api/handlers.h"

#include "host/explain_json.h"
#include "host/object_json.h"
#include "model/value_json.h"

enum { NAME_MOST = 100, LINKS_MOST = 500 };

enum error_code api_object_schema(const struct api_call *call, const struct object_schema **schema,
                                  struct error *error)
{
    *schema = store_schema(call->store, call->captures[0]);
    if (*schema)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "there is no object '%.*s' here; see /objects",
                     TEXT_PRINT(call->captures[0]));
}

/* ---- reading ---- */

enum error_code api_handle_objects(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_query query = {.object = call->captures[0]};
    struct object_row *rows = NULL;
    size_t count = 0, limit = 0;
    int64_t after = 0;
    if (api_object_schema(call, &schema, error) ||
        api_parameter(call, "field", &query.filter, error) ||
        api_parameter(call, "value", &query.value, error) ||
        api_parameter(call, "after", &query.after, error) || api_limit(call, &limit, error))
        return error->code;
    if (!text_is_absent(query.after) && !text_to_integer(query.after, &after))
        return error_set(error, ERROR_USAGE, "this is not a position in this list");
    if (text_is_absent(query.filter) != text_is_absent(query.value))
        return error_set(error, ERROR_INVALID, "'field' and 'value' go together");
    query.limit = limit + 1;
    if (objects_list(call->store, &query, call->arena, &rows, &count, error))
        return error->code;
    json_t *const items = json_array();
    for (size_t i = 0; i < count && i < limit; i++)
        json_array_append_new(items, object_json_row(schema, &rows[i]));
    return api_answer_page(call, items, count > limit ? rows[limit - 1].id : TEXT_ABSENT, error);
}

static enum error_code read_row(struct api_call *call, const struct object_schema *schema,
                                json_t **json, struct error *error)
{
    struct object_row *row = NULL;
    if (objects_get(call->store, call->captures[0], call->captures[1], call->arena, &row, error))
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "there is no %.*s %.*s",
                         TEXT_PRINT(call->captures[0]), TEXT_PRINT(call->captures[1]));
    *json = object_json_row(schema, row);
    return *json ? ERROR_NONE : error_memory(error, "an object");
}

enum error_code api_handle_object(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    struct page_query query = {
        .page = PAGE_OBJECT_LINKS, .after = TEXT_ABSENT, .limit = LINKS_MOST};
    struct text next = TEXT_ABSENT;
    json_t *object = NULL, *links = NULL;
    if (api_object_schema(call, &schema, error) || read_row(call, schema, &object, error))
        return error->code;
    query.parameters[0] = schema->name;
    query.parameters[1] = call->captures[1];
    if (pages_read(call->store, &query, call->arena, &links, &next, error)) {
        json_decref(object);
        return error->code;
    }
    json_object_set_new(object, "links", links);
    return web_answer_json(call->request, 200, object, error);
}

/* ---- editing ---- */

static enum error_code read_fields(struct api_call *call, struct object_assignment **assignments,
                                   size_t *count, struct error *error)
{
    json_t *body = NULL, *value = NULL;
    const char *name = NULL;
    if (api_body(call, "fields", &body, error))
        return error->code;
    const json_t *const fields = json_object_get(body, "fields");
    *count = 0;
    *assignments = ARENA_ARRAY(call->arena, json_object_size(fields), struct object_assignment);
    enum error_code code = ERROR_NONE;
    if (!json_is_object(fields))
        code = error_set(error, ERROR_INVALID, "'fields' must be an object of names and values");
    else if (!*assignments)
        code = error_memory(error, "the fields");
    json_object_foreach((json_t *)(uintptr_t)fields, name, value)
    {
        if (code)
            break;
        struct object_assignment *const assignment = &(*assignments)[(*count)++];
        code = text_copy(call->arena, text_of(name), &assignment->field, error);
        if (!code)
            code = value_json_raw(call->arena, value, &assignment->value, error);
    }
    json_decref(body);
    return code;
}

static enum error_code tell_detail(struct api_call *call, struct error *error)
{
    return text_format(call->arena, &call->audit_detail, error, "%.*s:%.*s",
                       TEXT_PRINT(call->captures[0]), TEXT_PRINT(call->captures[1]));
}

enum error_code api_handle_add_object(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    json_t *object = NULL;
    call->captures[1] = TEXT_ABSENT; /* its id, once it has one */
    if (api_object_schema(call, &schema, error) || read_fields(call, &assignments, &count, error) ||
        objects_add(call->store, call->captures[0], assignments, count, call->arena,
                    &call->captures[1], error) ||
        read_row(call, schema, &object, error))
        return error->code;
    if (tell_detail(call, error)) {
        json_decref(object);
        return error->code;
    }
    return web_answer_json(call->request, 201, object, error);
}

enum error_code api_handle_set_object(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    json_t *object = NULL;
    if (api_object_schema(call, &schema, error) || read_fields(call, &assignments, &count, error) ||
        objects_set(call->store, call->captures[0], call->captures[1], assignments, count, error) ||
        tell_detail(call, error) || read_row(call, schema, &object, error))
        return error->code;
    return web_answer_json(call->request, 200, object, error);
}

enum error_code api_handle_delete_object(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    if (api_object_schema(call, &schema, error) ||
        objects_delete(call->store, call->captures[0], call->captures[1], error) ||
        tell_detail(call, error))
        return error->code;
    web_answer_empty(call->request, 204);
    return ERROR_NONE;
}

enum error_code api_handle_merge(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    struct text loser = TEXT_ABSENT;
    json_t *body = NULL, *object = NULL;
    if (api_object_schema(call, &schema, error) || api_body(call, "loser", &body, error))
        return error->code;
    const enum error_code code = api_member_text(call, body, "loser", NAME_MOST, &loser, error);
    json_decref(body);
    if (code)
        return code;
    if (text_is_empty(loser))
        return error_set(error, ERROR_INVALID, "'loser' must be the id of the other object");
    if (objects_merge(call->store, call->captures[0], call->captures[1], loser, error) ||
        text_format(call->arena, &call->audit_detail, error, "%.*s: %.*s and %.*s",
                    TEXT_PRINT(call->captures[0]), TEXT_PRINT(call->captures[1]),
                    TEXT_PRINT(loser)) ||
        read_row(call, schema, &object, error))
        return error->code;
    return web_answer_json(call->request, 200, object, error);
}

/* ---- why ---- */

static enum error_code answer_why(struct api_call *call, struct explain_facts *facts, bool theirs,
                                  struct error *error)
{
    if (api_parameter(call, "field", &facts->field, error) ||
        explain_facts_read(call->store, theirs, call->arena, facts, error))
        return error->code;
    return web_answer_json(call->request, 200, explain_json(facts), error);
}

enum error_code api_handle_why_object(struct api_call *call, struct error *error)
{
    const struct object_schema *schema = NULL;
    struct explain_facts facts = {.id = call->captures[1]};
    if (api_object_schema(call, &schema, error) ||
        api_parameter(call, "integration", &facts.integration, error))
        return error->code;
    if (text_is_absent(facts.integration))
        return error_set(error, ERROR_INVALID, "name an 'integration'");
    facts.object = schema->name;
    return answer_why(call, &facts, false, error);
}

enum error_code api_handle_why_record(struct api_call *call, struct error *error)
{
    struct explain_facts facts = {.object = call->captures[1], .id = call->captures[2]};
    if (api_integration(call, 0, &facts.integration, error))
        return error->code;
    return answer_why(call, &facts, true, error);
}
