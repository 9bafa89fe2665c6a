/* Reading addresses and bodies, strictly: what docs/api.yaml does not describe is refused. */
#include "service/api/api.h"

#include <string.h>

enum { PARAMETER_MOST = 2000, LIMIT_DEFAULT = 50 };

const char *api_string(struct api_call *call, struct text text)
{
    return arena_string(call->arena, text.bytes ? text.bytes : "", text.length);
}

/* ---- captures ---- */

enum error_code api_integration(struct api_call *call, struct text name, struct error *error)
{
    pthread_mutex_lock(&call->service->lock);
    const bool known = roster_find(call->service->roster, name) != NULL;
    pthread_mutex_unlock(&call->service->lock);
    if (!known)
        return error_set(error, ERROR_NOT_FOUND, "there is no integration '%.*s'",
                         TEXT_PRINT(name));
    call->integration = name;
    return ERROR_NONE;
}

enum error_code api_object(struct api_call *call, struct text name, struct error *error)
{
    call->schema = store_schema(call->store, name);
    if (call->schema)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "there is no object '%.*s' here; see /objects",
                     TEXT_PRINT(name));
}

static enum error_code read_number(struct api_call *call, struct text given, struct error *error)
{
    if (text_to_integer(given, &call->number) && call->number >= 1)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "there is no '%.*s'", TEXT_PRINT(given));
}

enum error_code api_find(struct api_call *call, enum page page, int64_t id, json_t **item,
                         struct error *error)
{
    char digits[TEXT_DIGITS];
    const struct page_query query = {
        .page = page, .parameters = {[2] = text_digits(id, digits)}, .limit = 1};
    struct text next = TEXT_ABSENT;
    json_t *items = NULL;
    if (pages_read(call->store, &query, call->arena, &items, &next, error))
        return error->code;
    *item = json_incref(json_array_get(items, 0));
    json_decref(items);
    return ERROR_NONE;
}

static enum error_code find_item(struct api_call *call, struct text given, enum page page,
                                 const char *what, struct error *error)
{
    if (read_number(call, given, error) || api_find(call, page, call->number, &call->item, error))
        return error->code;
    if (call->item)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "there is no %s %lld", what, (long long)call->number);
}

static enum error_code read_run(struct api_call *call, struct text given, struct error *error)
{
    return find_item(call, given, PAGE_RUNS, "run", error);
}

static enum error_code read_delivery(struct api_call *call, struct text given, struct error *error)
{
    return find_item(call, given, PAGE_DELIVERIES, "delivery", error);
}

enum error_code api_captures(struct api_call *call, const char *pattern, struct error *error)
{
    static const struct {
        const char *name;
        enum error_code (*read)(struct api_call *call, struct text given, struct error *error);
    } kinds[] = {{"{integration}", api_integration},
                 {"{object}", api_object},
                 {"{number}", read_number},
                 {"{run}", read_run},
                 {"{delivery}", read_delivery}};
    for (size_t i = 0; !text_is_absent(call->captures[i]) && i < API_CAPTURES; i++) {
        pattern = strchr(pattern + 1, '{');
        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++) {
            if (strncmp(pattern, kinds[j].name, strlen(kinds[j].name)) == 0 &&
                kinds[j].read(call, call->captures[i], error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* ---- parameters ---- */

enum error_code api_parameter(struct api_call *call, const char *name, struct text *value,
                              struct error *error)
{
    if (web_request_parameter(call->request, name, value, error))
        return error->code;
    if (value->length > PARAMETER_MOST)
        return error_set(error, ERROR_INVALID, "the parameter '%s' is too long", name);
    return ERROR_NONE;
}

/* Is it one of these words, which blanks separate? */
static bool is_listed(const char *words, struct text word)
{
    struct text rest = text_of(words), one;
    bool more = !text_is_empty(rest), found = false;
    while (more && !found) {
        more = text_cut(rest, ' ', &one, &rest);
        found = text_equal(one, word);
    }
    return found;
}

enum error_code api_choice(struct api_call *call, const char *name, const char *among,
                           struct text *value, struct error *error)
{
    if (api_parameter(call, name, value, error))
        return error->code;
    if (!among || text_is_absent(*value) || is_listed(among, *value))
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID, "the parameter '%s' cannot be '%.*s'", name,
                     TEXT_PRINT(*value));
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

enum error_code api_place(struct api_call *call, int64_t least, int64_t *place, struct error *error)
{
    struct text after;
    if (api_parameter(call, "after", &after, error) || text_is_absent(after))
        return error->code;
    if (text_to_integer(after, place) && *place >= least)
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "this is not a position in this list");
}

/* ---- bodies ---- */

bool api_acts(const struct api_call *call, const char *action)
{
    return strcmp(call->route->audit, action) == 0;
}

enum error_code api_body(struct api_call *call, const char *members, struct error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (web_request_json(call->request, &call->body, error))
        return error->code;
    json_object_foreach(call->body, name, value)
    {
        if (!is_listed(members, text_of(name)))
            return error_set(error, ERROR_INVALID, "there is no '%.100s' in this request", name);
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
