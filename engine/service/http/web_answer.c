/* Statuses, headers and bodies. */
#include "service/http/web_answer.h"

#include <stdlib.h>

#include "base/error_number.h"

void web_answer_header(struct web_request *request, const char *name, struct text value)
{
    struct web_answer *const answer = &request->answer;
    struct text copy;
    if (answer->header_count == WEB_ANSWER_HEADERS || text_copy(request->arena, value, &copy, NULL))
        return;
    answer->headers[answer->header_count].name = name;
    answer->headers[answer->header_count++].value = copy;
}

void web_answer_empty(struct web_request *request, unsigned status)
{
    request->answer.status = status;
    request->answer.content_type = NULL;
    request->answer.body = TEXT_ABSENT;
}

void web_answer_body(struct web_request *request, unsigned status, const char *content_type,
                     struct text body)
{
    request->answer.status = status;
    request->answer.content_type = content_type;
    request->answer.body = body;
}

enum error_code web_answer_json(struct web_request *request, unsigned status, json_t *json,
                                struct error *error)
{
    char *const dumped =
        json ? json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15))
             : NULL;
    struct text body;
    enum error_code code = dumped ? text_copy(request->arena, text_of(dumped), &body, error)
                                  : error_memory(error, "an answer");
    json_decref(json);
    free(dumped);
    if (!code)
        web_answer_body(request, status, "application/json", body);
    return code;
}

void web_answer_stream(struct web_request *request, const char *content_type,
                       const struct web_answer_stream *stream)
{
    request->answer.status = 200;
    request->answer.content_type = content_type;
    request->answer.has_stream = true;
    request->answer.stream = *stream;
}

static void answer_problem(struct web_request *request, unsigned status, const char *detail,
                           const char *member, json_t *value)
{
    static const struct {
        unsigned status;
        const char *code, *title;
    } known[] = {{400, "bad_request", "Bad request"},
                 {401, "unauthorized", "Unauthorized"},
                 {403, "forbidden", "Forbidden"},
                 {404, "not_found", "Not found"},
                 {405, "method_not_allowed", "Method not allowed"},
                 {409, "conflict", "Conflict"},
                 {413, "too_large", "Content too large"},
                 {415, "unsupported_media_type", "Unsupported media type"},
                 {421, "misdirected", "Misdirected request"},
                 {422, "unprocessable", "Unprocessable content"},
                 {429, "too_many_requests", "Too many requests"},
                 {503, "unavailable", "Service unavailable"},
                 {0, "internal", "Internal error"}};
    size_t i = 0;
    while (known[i].status && known[i].status != status)
        i++;
    json_t *const problem =
        json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", known[i].code, "title", known[i].title,
                  "status", (int)status, "detail",
                  text_is_utf8(text_of(detail)) ? detail : known[i].title, "code", known[i].code);
    if (member)
        json_object_set_new(problem, member, value);
    if (web_answer_json(request, status, problem, NULL))
        web_answer_body(request, status, NULL, TEXT_ABSENT);
    else
        request->answer.content_type = "application/problem+json";
}

void web_answer_problem(struct web_request *request, unsigned status, const char *detail)
{
    answer_problem(request, status, detail, NULL, NULL);
}

void web_answer_conflict(struct web_request *request, const char *detail, uint64_t actual)
{
    answer_problem(request, 409, detail, "actual", json_integer((json_int_t)actual));
}

void web_answer_error(struct web_request *request, unsigned status, const struct error *trouble)
{
    char number[ERROR_NUMBER_TEXT_SIZE];
    answer_problem(request, status, trouble->message, "error_code",
                   json_string(error_number_text(trouble, number)));
}
