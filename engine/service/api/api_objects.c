/* Our objects: reading, editing and explaining them. */
#include "service/api/handlers.h"

#include "host/explain_json.h"
#include "host/object_json.h"
#include "model/value_json.h"

enum { NAME_MOST = 100, LINKS_MOST = 500 };

/* ---- reading ---- */

enum error_code api_handle_objects(struct api_call *call, struct error *error)
{
    struct object_query query = {.object = call->captures[0]};
    struct object_row *rows = NULL;
    size_t count = 0, limit = 0;
    int64_t after = 0;
    if (api_parameter(call, "field", &query.filter, error) ||
        api_parameter(call, "value", &query.value, error) ||
        api_parameter(call, "after", &query.after, error) ||
        api_place(call, INT64_MIN, &after, error) || api_limit(call, &limit, error))
        return error->code;
    if (text_is_absent(query.filter) != text_is_absent(query.value))
        return error_set(error, ERROR_INVALID, "'field' and 'value' go together");
    query.limit = limit + 1;
    if (objects_list(call->store, &query, call->arena, &rows, &count, error))
        return error->code;
    json_t *const items = json_array();
    for (size_t i = 0; i < count && i < limit; i++)
        json_array_append_new(items, object_json_row(call->schema, &rows[i]));
    return api_answer_page(call, items, count > limit ? rows[limit - 1].id : TEXT_ABSENT, error);
}

static enum error_code read_row(struct api_call *call, json_t **json, struct error *error)
{
    struct object_row *row = NULL;
    if (objects_get(call->store, call->captures[0], call->captures[1], call->arena, &row, error))
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "there is no %.*s %.*s",
                         TEXT_PRINT(call->captures[0]), TEXT_PRINT(call->captures[1]));
    *json = object_json_row(call->schema, row);
    return *json ? ERROR_NONE : error_memory(error, "an object");
}

enum error_code api_handle_object(struct api_call *call, struct error *error)
{
    const struct page_query query = {.page = PAGE_OBJECT_LINKS,
                                     .parameters = {call->schema->name, call->captures[1]},
                                     .limit = LINKS_MOST};
    struct text next = TEXT_ABSENT;
    json_t *object = NULL, *links = NULL;
    if (read_row(call, &object, error))
        return error->code;
    if (pages_read(call->store, &query, call->arena, &links, &next, error)) {
        json_decref(object);
        return error->code;
    }
    json_object_set_new(object, "links", links);
    return api_answer(call, object, error);
}

/* ---- editing ---- */

static enum error_code read_fields(struct api_call *call, struct object_assignment **assignments,
                                   size_t *count, struct error *error)
{
    json_t *const fields = json_object_get(call->body, "fields"), *value = NULL;
    const char *name = NULL;
    *count = 0;
    *assignments = ARENA_ARRAY(call->arena, json_object_size(fields), struct object_assignment);
    if (!json_is_object(fields))
        return error_set(error, ERROR_INVALID, "'fields' must be an object of names and values");
    if (!*assignments)
        return error_memory(error, "the fields");
    json_object_foreach(fields, name, value)
    {
        struct object_assignment *const assignment = &(*assignments)[(*count)++];
        assignment->field = text_of(name);
        if (value_json_raw(call->arena, value, &assignment->value, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code tell_detail(struct api_call *call, struct error *error)
{
    return text_format(call->arena, &call->audit_detail, error, "%.*s:%.*s",
                       TEXT_PRINT(call->captures[0]), TEXT_PRINT(call->captures[1]));
}

static enum error_code answer_changed(struct api_call *call, unsigned status, struct error *error)
{
    json_t *object = NULL;
    if (tell_detail(call, error) || read_row(call, &object, error))
        return error->code;
    return web_answer_json(call->request, status, object, error);
}

enum error_code api_handle_add_object(struct api_call *call, struct error *error)
{
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    if (read_fields(call, &assignments, &count, error) ||
        objects_add(call->store, call->captures[0], assignments, count, call->arena,
                    &call->captures[1], error))
        return error->code;
    return answer_changed(call, 201, error);
}

enum error_code api_handle_set_object(struct api_call *call, struct error *error)
{
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    if (read_fields(call, &assignments, &count, error) ||
        objects_set(call->store, call->captures[0], call->captures[1], assignments, count, error))
        return error->code;
    return answer_changed(call, 200, error);
}

enum error_code api_handle_delete_object(struct api_call *call, struct error *error)
{
    if (objects_delete(call->store, call->captures[0], call->captures[1], error) ||
        tell_detail(call, error))
        return error->code;
    web_answer_empty(call->request, 204);
    return ERROR_NONE;
}

enum error_code api_handle_merge(struct api_call *call, struct error *error)
{
    struct text loser = TEXT_ABSENT;
    json_t *object = NULL;
    if (api_member_text(call, call->body, "loser", NAME_MOST, &loser, error))
        return error->code;
    if (text_is_empty(loser))
        return error_set(error, ERROR_INVALID, "'loser' must be the id of the other object");
    if (objects_merge(call->store, call->captures[0], call->captures[1], loser, error) ||
        text_format(call->arena, &call->audit_detail, error, "%.*s: %.*s and %.*s",
                    TEXT_PRINT(call->captures[0]), TEXT_PRINT(call->captures[1]),
                    TEXT_PRINT(loser)) ||
        read_row(call, &object, error))
        return error->code;
    return api_answer(call, object, error);
}

/* ---- why ---- */

static enum error_code answer_why(struct api_call *call, struct explain_facts *facts, bool theirs,
                                  struct error *error)
{
    if (api_parameter(call, "field", &facts->field, error) ||
        explain_facts_read(call->store, theirs, call->arena, facts, error))
        return error->code;
    return api_answer(call, explain_json(facts), error);
}

enum error_code api_handle_why_object(struct api_call *call, struct error *error)
{
    struct explain_facts facts = {.object = call->schema->name, .id = call->captures[1]};
    if (api_parameter(call, "integration", &facts.integration, error))
        return error->code;
    if (text_is_absent(facts.integration))
        return error_set(error, ERROR_INVALID, "name an 'integration'");
    return answer_why(call, &facts, false, error);
}

enum error_code api_handle_why_record(struct api_call *call, struct error *error)
{
    struct explain_facts facts = {
        .integration = call->integration, .object = call->captures[1], .id = call->captures[2]};
    return answer_why(call, &facts, true, error);
}
