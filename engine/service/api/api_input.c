/* Reading parameters and bodies, strictly: what docs/api.yaml does not describe is refused. */
#include "service/api/api.h"

#include <string.h>

enum { PARAMETER_MOST = 2000, LIMIT_DEFAULT = 50 };

const char *api_string(struct api_call *call, struct text text)
{
    return arena_string(call->arena, text.bytes ? text.bytes : "", text.length);
}

enum error_code api_parameter(struct api_call *call, const char *name, struct text *value,
                              struct error *error)
{
    if (web_request_parameter(call->request, name, value, error))
        return error->code;
    if (value->length > PARAMETER_MOST)
        return error_set(error, ERROR_INVALID, "the parameter '%s' is too long", name);
    return ERROR_NONE;
}

enum error_code api_choice(struct api_call *call, const char *name, const char *const *among,
                           struct text *value, struct error *error)
{
    if (api_parameter(call, name, value, error) || text_is_absent(*value))
        return error->code;
    for (; *among; among++) {
        if (text_equal(*value, text_of(*among)))
            return ERROR_NONE;
    }
    return error_set(error, ERROR_INVALID, "the parameter '%s' cannot be '%.*s'", name,
                     TEXT_PRINT(*value));
}

enum error_code api_number(const struct api_call *call, size_t capture, int64_t *number,
                           struct error *error)
{
    const struct text text = call->captures[capture];
    if (text_to_integer(text, number) && *number >= 1)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "there is no '%.*s'", TEXT_PRINT(text));
}

enum error_code api_limit(struct api_call *call, size_t *limit, struct error *error)
{
    struct text text;
    int64_t number = LIMIT_DEFAULT;
    if (api_parameter(call, "limit", &text, error))
        return error->code;
    if (!text_is_absent(text) &&
        (!text_to_integer(text, &number) || number < 1 || number > PAGE_MOST))
        return error_set(error, ERROR_INVALID, "'limit' must be from 1 to %d", PAGE_MOST);
    *limit = (size_t)number;
    return ERROR_NONE;
}

/* ---- bodies ---- */

static bool is_listed(const char *members, const char *name)
{
    const size_t length = strlen(name);
    for (const char *place = members; length && (place = strstr(place, name)); place += length) {
        if ((place == members || place[-1] == ' ') &&
            (place[length] == ' ' || place[length] == '\0'))
            return true;
    }
    return false;
}

enum error_code api_body(struct api_call *call, const char *members, json_t **body,
                         struct error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    *body = NULL;
    if (web_request_json(call->request, body, error))
        return error->code;
    json_object_foreach(*body, name, value)
    {
        if (is_listed(members, name))
            continue;
        error_set(error, ERROR_INVALID, "there is no '%.100s' in this request", name);
        json_decref(*body);
        *body = NULL;
        return error->code;
    }
    return ERROR_NONE;
}

enum error_code api_member_text(struct api_call *call, const json_t *body, const char *name,
                                size_t most, struct text *text, struct error *error)
{
    const json_t *const member = json_object_get(body, name);
    *text = TEXT_ABSENT;
    if (!member)
        return ERROR_NONE;
    if (!json_is_string(member) || json_string_length(member) > most)
        return error_set(error, ERROR_INVALID, "'%s' must be a text of at most %zu bytes", name,
                         most);
    return text_copy(call->arena,
                     (struct text){json_string_value(member), json_string_length(member)}, text,
                     error);
}

enum error_code api_member_integer(const json_t *body, const char *name, int64_t least,
                                   int64_t most, int64_t otherwise, int64_t *number,
                                   struct error *error)
{
    const json_t *const member = json_object_get(body, name);
    *number = member ? json_integer_value(member) : otherwise;
    if (!member || (json_is_integer(member) && *number >= least && *number <= most))
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID, "'%s' must be a whole number from %lld to %lld", name,
                     (long long)least, (long long)most);
}

enum error_code api_member_boolean(const json_t *body, const char *name, bool *value,
                                   struct error *error)
{
    const json_t *const member = json_object_get(body, name);
    *value = json_is_true(member);
    if (!member || json_is_boolean(member))
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID, "'%s' must be true or false", name);
}
