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

static json_t *problem_json(unsigned status, const char *code, const char *title,
                            const char *detail)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", code, "title", title, "status",
                     (int)status, "detail", text_is_utf8(text_of(detail)) ? detail : title, "code",
                     code);
}

/* Takes `problem`; NULL: there was no memory for it. */
static void answer_problem(struct web_request *request, unsigned status, json_t *problem)
{
    if (!problem || web_answer_json(request, status, problem, NULL))
        web_answer_body(request, status, NULL, TEXT_ABSENT);
    else
        request->answer.content_type = "application/problem+json";
}

void web_answer_problem(struct web_request *request, unsigned status, const char *code,
                        const char *title, const char *detail, int64_t actual)
{
    json_t *const problem = problem_json(status, code, title, detail);
    if (problem && actual >= 0)
        json_object_set_new(problem, "actual", json_integer(actual));
    answer_problem(request, status, problem);
}

void web_answer_error(struct web_request *request, unsigned status, const char *code,
                      const char *title, const struct error *trouble)
{
    json_t *const problem = problem_json(status, code, title, trouble->message);
    char number[ERROR_NUMBER_TEXT_SIZE];
    if (problem)
        json_object_set_new(problem, "error_code", json_string(error_number_text(trouble, number)));
    answer_problem(request, status, problem);
}
