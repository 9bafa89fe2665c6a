/* Reading requests and putting answers together; libmicrohttpd does the talking. */
#include "service/http/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

enum { JSON_DEPTH_FLAGS = JSON_REJECT_DUPLICATES };

/* ---- what was asked ---- */

struct text request_header(const struct request *request, const char *name)
{
    return text_of(MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name));
}

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

enum error_code request_decode(struct request *request, struct text raw, struct text *plain,
                               struct error *error)
{
    char *const out = arena_alloc(request->arena, raw.length + 1);
    size_t length = 0;
    if (!out)
        return error_memory(error, "a part of a request");
    for (size_t i = 0; i < raw.length; i++) {
        const bool coded = raw.bytes[i] == '%' && i + 2 < raw.length &&
                           hex_of(raw.bytes[i + 1]) >= 0 && hex_of(raw.bytes[i + 2]) >= 0;
        out[length++] = coded ? (char)(hex_of(raw.bytes[i + 1]) * 16 + hex_of(raw.bytes[i + 2]))
                              : raw.bytes[i];
        i += coded ? 2 : 0;
    }
    out[length] = '\0';
    *plain = (struct text){out, length};
    if (memchr(out, '\0', length) || !text_is_utf8(*plain))
        return error_set(error, ERROR_USAGE, "a part of the address is not UTF-8");
    return ERROR_NONE;
}

enum error_code request_parameter(struct request *request, const char *name, struct text *value,
                                  struct error *error)
{
    const struct text raw =
        text_of(MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name));
    *value = TEXT_ABSENT;
    return text_is_absent(raw) ? ERROR_NONE : request_decode(request, raw, value, error);
}

enum error_code request_json(const struct request *request, json_t **json, struct error *error)
{
    json_error_t trouble;
    if (text_is_empty(text_trim(buffer_text(&request->body)))) {
        *json = json_object();
        return *json ? ERROR_NONE : error_memory(error, "a request");
    }
    *json = json_loadb(request->body.data, request->body.length, JSON_DEPTH_FLAGS, &trouble);
    if (!*json)
        return error_set(error, ERROR_USAGE, "the body is not JSON: %s", trouble.text);
    if (json_is_object(*json))
        return ERROR_NONE;
    json_decref(*json);
    *json = NULL;
    return error_set(error, ERROR_USAGE, "the body must be a JSON object");
}

struct text request_cookie(const struct request *request, const char *name)
{
    return text_of(MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name));
}

/* ---- the answer ---- */

void answer_header(struct request *request, const char *name, struct text value)
{
    struct answer *const answer = &request->answer;
    struct text copy;
    if (answer->header_count == ANSWER_HEADERS || text_copy(request->arena, value, &copy, NULL))
        return;
    answer->headers[answer->header_count].name = name;
    answer->headers[answer->header_count++].value = copy;
}

void answer_empty(struct request *request, unsigned status)
{
    request->answer.status = status;
    request->answer.content_type = NULL;
    request->answer.body = TEXT_ABSENT;
}

void answer_body(struct request *request, unsigned status, const char *content_type,
                 struct text body)
{
    request->answer.status = status;
    request->answer.content_type = content_type;
    request->answer.body = body;
}

enum error_code answer_json(struct request *request, unsigned status, json_t *json,
                            struct error *error)
{
    char *const dumped =
        json ? json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15)) : NULL;
    struct text body;
    enum error_code code = dumped ? text_copy(request->arena, text_of(dumped), &body, error)
                                  : error_memory(error, "an answer");
    json_decref(json);
    free(dumped);
    if (!code)
        answer_body(request, status, "application/json", body);
    return code;
}

void answer_stream(struct request *request, const char *content_type,
                   const struct answer_stream *stream)
{
    request->answer.status = 200;
    request->answer.content_type = content_type;
    request->answer.has_stream = true;
    request->answer.stream = *stream;
}

void answer_problem(struct request *request, unsigned status, const char *code, const char *title,
                    const char *detail, int64_t actual)
{
    json_t *const problem =
        json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", code, "title", title, "status", (int)status,
                  "detail", text_is_utf8(text_of(detail)) ? detail : title, "code", code);
    if (problem && actual >= 0)
        json_object_set_new(problem, "actual", json_integer(actual));
    if (!problem || answer_json(request, status, problem, NULL))
        answer_body(request, status, NULL, TEXT_ABSENT);
    else
        request->answer.content_type = "application/problem+json";
}

void request_sleep(struct MHD_Connection *connection)
{
    MHD_suspend_connection(connection);
}

void request_wake(struct MHD_Connection *connection)
{
    MHD_resume_connection(connection);
}
