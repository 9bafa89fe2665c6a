/* Small helpers for requests and answers: headers, methods, statuses. */
#include "net/wire/http.h"

#include "base/error_number.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *http_fault_name(enum http_fault fault)
{
    static const char *const names[] = {
#define X(constant, name) [constant] = name,
        HTTP_FAULTS(X)
#undef X
    };
    return (size_t)fault < sizeof(names) / sizeof(names[0]) ? names[fault] : "unknown";
}

static void text_free(struct text *text)
{
    free((void *)text->bytes);
    *text = TEXT_ABSENT;
}

static void response_release(struct http_response *response)
{
    for (size_t i = 0; i < response->header_count; i++) {
        text_free(&response->headers[i].name);
        text_free(&response->headers[i].value);
    }
    free(response->headers);
    text_free(&response->body);
    text_free(&response->url);
    *response = (struct http_response){0};
}

void http_result_release(struct http_result *result)
{
    response_release(&result->response);
    *result = (struct http_result){0};
}

bool http_header_is(struct text name, const char *wanted)
{
    size_t length = strlen(wanted);
    return name.length == length && name.bytes && strncasecmp(name.bytes, wanted, length) == 0;
}

const struct http_header *http_header_find(const struct http_header *headers, size_t count,
                                           const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (http_header_is(headers[i].name, name))
            return &headers[i];
    return NULL;
}

struct text http_response_header(const struct http_response *response, const char *name)
{
    const struct http_header *const header =
        http_header_find(response->headers, response->header_count, name);
    return header ? header->value : TEXT_ABSENT;
}

bool http_method_is_safe(struct text method)
{
    return text_equal(method, TEXT("GET")) || text_equal(method, TEXT("HEAD")) ||
           text_equal(method, TEXT("OPTIONS"));
}

bool http_request_is_repeatable(const struct http_request *request)
{
    return request->reads || http_method_is_safe(request->method) ||
           text_equal(request->method, TEXT("PUT")) ||
           text_equal(request->method, TEXT("DELETE")) ||
           !text_is_empty(request->idempotency_key) ||
           http_header_find(request->headers, request->header_count, "Idempotency-Key");
}

/* Faults that may be gone in the next run. */
static bool fault_passes(enum http_fault fault)
{
    return fault == HTTP_FAULT_RESOLVE || fault == HTTP_FAULT_CONNECT ||
           fault == HTTP_FAULT_TIMEOUT || fault == HTTP_FAULT_SEND || fault == HTTP_FAULT_RECEIVE ||
           fault == HTTP_FAULT_RATE_LIMIT;
}

struct http_result *http_result_fail(struct http_result *result, enum http_fault fault,
                                     enum error_code code, const char *format, ...)
{
    va_list arguments;
    response_release(&result->response);
    result->fault = fault;
    va_start(arguments, format);
    (void)error_set_list(&result->error, code, format, arguments);
    va_end(arguments);
    (void)error_number_set(&result->error, error_number_of_name(http_fault_name(fault)), code);
    result->error.retry = fault_passes(fault) ? ERROR_RETRY_LATER : ERROR_RETRY_NEVER;
    return result;
}
