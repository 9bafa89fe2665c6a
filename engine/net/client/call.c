/* The state of one request, from its start over retries and redirects to its result. */
#include "net/client/call.h"

#include <stdlib.h>
#include <string.h>

#include "net/wire/rate_bucket.h"
#include "net/wire/told_wait.h"

static enum error_code copy_request(struct http_call *call, const struct http_request *request,
                                    struct error *error)
{
    struct arena *const arena = call->arena;
    struct http_request *const copy = &call->request;
    struct http_header *const headers =
        arena_copy(arena, request->headers, request->header_count, sizeof *headers);
    struct http_cost *const costs =
        arena_copy(arena, request->costs, request->cost_count, sizeof *costs);
    struct http_told_wait *const waits =
        arena_copy(arena, request->waits, request->wait_count, sizeof *waits);
    if (!headers || !costs || !waits)
        return error_memory(error, "a request");
    *copy = *request;
    copy->headers = headers;
    copy->costs = costs;
    copy->waits = waits;
    /* First, because call_free wipes it: it must not be the caller's. */
    enum error_code code = text_copy(arena, request->body, &copy->body, error);
    if (!code)
        code = text_keep(arena, error, &copy->method, &copy->url, &copy->credentials,
                         &copy->idempotency_key, NULL);
    for (size_t i = 0; i < copy->header_count && !code; i++)
        code = text_keep(arena, error, &headers[i].name, &headers[i].value, NULL);
    for (size_t i = 0; i < copy->cost_count && !code; i++)
        code = text_keep(arena, error, &costs[i].bucket, NULL);
    for (size_t i = 0; i < copy->wait_count && !code; i++)
        code = text_keep(arena, error, &waits[i].member, &waits[i].word, NULL);
    return code;
}

enum error_code call_new(const struct http_request *request, struct http_call **out,
                         struct error *error)
{
    struct http_call *const call = calloc(1, sizeof(*call));
    struct arena *const arena = arena_new(0);

    *out = NULL;
    if (!call || !arena) {
        free(call);
        arena_free(arena);
        return error_memory(error, "a request");
    }
    call->arena = arena;
    call->not_before = INT64_MIN;
    const enum error_code code = copy_request(call, request, error);
    if (code)
        call_free(call);
    else
        *out = call;
    return code;
}

void call_free(struct http_call *call)
{
    if (!call)
        return;
    if (!text_is_empty(call->request.body))
        explicit_bzero((char *)call->request.body.bytes, call->request.body.length);
    arena_free(call->arena);
    url_release(&call->url);
    http_result_release(&call->result);
    free(call);
}

bool call_is_redirect(const struct http_response *response)
{
    int status = response->status;
    return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
           !text_is_empty(http_response_header(response, "Location"));
}

/* Headers that may go to another origin: they describe the request, not who sends it. */
static bool is_harmless(struct text name)
{
    return http_header_is(name, "Accept") || http_header_is(name, "Accept-Language") ||
           http_header_is(name, "User-Agent");
}

static void drop_secrets(struct http_call *call)
{
    struct http_header *headers = (struct http_header *)call->request.headers;
    size_t kept = 0;
    for (size_t i = 0; i < call->request.header_count; i++)
        if (is_harmless(headers[i].name))
            headers[kept++] = headers[i];
    call->request.header_count = kept;
    call->request.body = TEXT_ABSENT;
}

enum error_code call_redirect(struct http_call *call, const struct http_response *response,
                              struct error *error)
{
    struct url target = {0};

    if (call->is_token || !http_method_is_safe(call->request.method)) {
        return error_set(
            error, ERROR_REFUSED,
            "%.*s to '%s' was answered by a redirect (%d), which is followed for reads "
            "only: correct the URL",
            TEXT_PRINT(call->request.method), call->url.host, response->status);
    }
    if (call->hops >= CALL_MAX_HOPS) {
        return error_set(error, ERROR_REFUSED, "more than %d redirects, the last one by '%s'",
                         CALL_MAX_HOPS, call->url.host);
    }
    const struct text location = text_trim(http_response_header(response, "Location"));
    if (url_resolve(&call->url, location, &target, error))
        return error_prefix(error, "redirect by '%s'", call->url.host);
    if (call->url.secure && !target.secure) {
        url_release(&target);
        return error_set(error, ERROR_REFUSED, "'%s' redirects from https to plain http",
                         call->url.host);
    }
    if (!url_same_origin(&call->url, &target)) {
        call->foreign = true;
        drop_secrets(call);
    }
    url_release(&call->url);
    call->url = target;
    call->hops++;
    return ERROR_NONE;
}

/* ---- What the script may see ---- */

enum { SAID_MOST = 64 };

/* The texts of the request as the script wrote them, so the echo of a guess reveals nothing. */
static size_t list_said(const struct http_call *call, struct text said[SAID_MOST])
{
    size_t count = 0;
    said[count++] = call->request.url;
    said[count++] = call->request.body;
    said[count++] = call->request.idempotency_key;
    for (size_t i = 0; i < call->request.header_count && count < SAID_MOST; i++)
        said[count++] = call->request.headers[i].value;
    return count;
}

static void redact(const struct secrets *secrets, struct text *text, const struct text *said,
                   size_t said_count)
{
    if (!text_is_empty(*text)) {
        text->length =
            secrets_redact_answer(secrets, (char *)text->bytes, text->length, said, said_count);
    }
}

void call_redact(struct http_call *call, const struct secrets *secrets)
{
    struct text said[SAID_MOST];
    struct http_result *result = &call->result;
    if (!secrets)
        return;
    const size_t count = list_said(call, said);
    for (size_t i = 0; i < result->response.header_count; i++) {
        redact(secrets, &result->response.headers[i].name, said, count);
        redact(secrets, &result->response.headers[i].value, said, count);
    }
    redact(secrets, &result->response.body, said, count);
    if (result->fault != HTTP_FAULT_NONE) {
        struct text message = text_of(result->error.message);
        redact(secrets, &message, said, count);
        result->error.message[message.length] = '\0';
    }
}
