/* The state of one request, from its start over retries and redirects to its result. */
#include "net/client/call.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/wire/rate_bucket.h"
#include "net/wire/told_wait.h"

/* The buckets that it uses, and where its answer may ask for a wait. */
static enum error_code copy_rates(struct http_call *call, const struct http_request *request,
                                  struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct http_cost *costs = ARENA_ARRAY(call->arena, request->cost_count, struct http_cost);
    struct http_told_wait *waits =
        ARENA_ARRAY(call->arena, request->wait_count, struct http_told_wait);
    if (!costs || !waits)
        return error_memory(error, "a request");
    for (size_t i = 0; i < request->cost_count && !code; i++) {
        costs[i] = request->costs[i];
        code = text_copy(call->arena, request->costs[i].bucket, &costs[i].bucket, error);
    }
    for (size_t i = 0; i < request->wait_count && !code; i++) {
        waits[i] = request->waits[i];
        code = text_keep(call->arena, error, &waits[i].member, &waits[i].word, NULL);
    }
    call->request.costs = costs;
    call->request.cost_count = request->cost_count;
    call->request.waits = waits;
    call->request.wait_count = request->wait_count;
    return code;
}

static enum error_code copy_headers(struct http_call *call, const struct http_request *request,
                                    struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct http_header *headers =
        ARENA_ARRAY(call->arena, request->header_count, struct http_header);
    if (!headers)
        return error_memory(error, "a request");
    for (size_t i = 0; i < request->header_count && !code; i++) {
        headers[i] = request->headers[i];
        code = text_keep(call->arena, error, &headers[i].name, &headers[i].value, NULL);
    }
    call->request.headers = headers;
    call->request.header_count = request->header_count;
    return code;
}

enum error_code call_new(const struct http_request *request, struct http_call **out,
                         struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct http_call *call = calloc(1, sizeof(*call));

    *out = NULL;
    if (call)
        call->arena = arena_new(0);
    if (!call || !call->arena) {
        code = error_memory(error, "a request");
        goto out;
    }
    call->request.timeout_ms = request->timeout_ms;
    call->request.reads = request->reads;
    call->request.without_credentials = request->without_credentials;
    call->not_before = INT64_MIN;
    code = text_copy(call->arena, request->method, &call->request.method, error);
    if (!code)
        code = text_copy(call->arena, request->url, &call->request.url, error);
    if (!code)
        code = text_copy(call->arena, request->body, &call->request.body, error);
    if (!code)
        code = text_copy(call->arena, request->credentials, &call->request.credentials, error);
    if (!code)
        code =
            text_copy(call->arena, request->idempotency_key, &call->request.idempotency_key, error);
    if (!code)
        code = copy_headers(call, request, error);
    if (!code)
        code = copy_rates(call, request, error);
    if (code)
        goto out;
    *out = call;
    call = NULL;

out:
    call_free(call);
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
    enum error_code code = ERROR_NONE;

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
    code = url_resolve(&call->url, text_trim(http_response_header(response, "Location")), &target,
                       error);
    if (code)
        return error_prefix(error, "redirect by '%s'", call->url.host);
    if (call->url.secure && !target.secure) {
        code = error_set(error, ERROR_REFUSED, "'%s' redirects from https to plain http",
                         call->url.host);
        url_release(&target);
        return code;
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
