/* What happens next to each request: sent, repeated, redirected, signed anew, or done. */
#include "base/error_number.h"
#include "net/client/client_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- The list of calls ---- */

void client_add_call(struct http_client *client, struct http_call *call)
{
    struct http_call **place = &client->calls;
    while (!call->is_token && *place != NULL) {
        place = &(*place)->next;
    }
    call->client = client;
    call->next = *place;
    *place = call;
}

void client_remove_call(struct http_client *client, struct http_call *call)
{
    struct http_call **place = &client->calls;
    while (*place != call) {
        place = &(*place)->next;
    }
    *place = call->next;
    call->client = NULL;
}

static void land(struct http_call *call)
{
    call->delivery = NULL;
    call->state = CALL_WAITING;
    call->client->in_flight--;
}

/* Whatever still comes for this call is thrown away. */
void client_abandon(struct http_call *call)
{
    if (call->state == CALL_IN_FLIGHT) {
        call->delivery->owner = NULL;
        if (call->client->transport->cancel != NULL) {
            call->client->transport->cancel(call->client->transport, call->ticket);
        }
        land(call);
    }
}

/* ---- The end of a call ---- */

void client_finish(struct http_call *call)
{
    struct http_client *client = call->client;
    call->state = CALL_DONE;
    if (call->is_token) {
        log_redact(client->log, call->result.error.message);
        authentication_token_answer(client->authentication, &call->result, client_utc_now(client));
        client->token_call = NULL;
        client_remove_call(client, call);
        call_free(call);
        return;
    }
    call_redact(call, log_secrets(client->log));
    client->finished++;
}

void client_fail(struct http_call *call, enum http_fault fault, const struct error *error)
{
    (void)http_result_fail(&call->result, fault, error->code, "%s", error->message);
    call->result.error.number = (int)error_number_of(error);
    call->result.error.detail = error->detail;
    call->result.error.retry = error->retry;
    client_finish(call);
}

/* A wait that is longer than the operator allows: `ms` for the status that asked for it. */
static void fail_waiting(struct http_call *call, int64_t ms, int status)
{
    (void)http_result_fail(&call->result, HTTP_FAULT_RATE_LIMIT, ERROR_TRANSPORT,
                           "the rate limit of '%s' allows the next request in %lld seconds: run "
                           "again then",
                           call->url.host, (long long)(ms / 1000 + (ms % 1000 != 0)));
    call->result.error.detail = status;
    client_finish(call);
}

/* ---- Sending ---- */

/* Is it where the answer with the token said that the API is? */
static bool is_told_origin(const struct http_client *client, const struct url *url)
{
    const char *told =
        client->authentication != NULL ? authentication_base_url(client->authentication) : NULL;
    struct url origin = {0};
    bool same = told != NULL && url_parse(text_of(told), &origin, NULL) == ERROR_NONE &&
                url_same_origin(&origin, url);
    url_release(&origin);
    return same;
}

bool client_trusts(const struct http_client *client, const struct url *url)
{
    return (client->origin.text != NULL && url_same_origin(&client->origin, url)) ||
           host_list_takes_credentials(client->hosts, url) || is_told_origin(client, url);
}

static bool uses_credentials(const struct http_call *call)
{
    return call->client->authentication != NULL && !call->is_token && !call->foreign &&
           !call->request.without_credentials && client_trusts(call->client, &call->url);
}

void client_ask_for_token(struct http_client *client)
{
    struct http_request request = {0};
    struct http_call *call = NULL;
    struct http_result failed = {0};
    struct error error = {0};
    enum error_code code = ERROR_NONE;

    if (client->token_call != NULL) {
        return;
    }
    code = authentication_token_request(client->authentication, client_utc_now(client), &request,
                                        &error);
    if (!code)
        code = call_new(&request, &call, &error);
    if (!code)
        code = url_parse(request.url, &call->url, &error);
    if (code) {
        call_free(call);
        (void)http_result_fail(&failed, HTTP_FAULT_AUTHENTICATION, code, "%s", error.message);
        failed.error.number = (int)error_number_of(&error);
        authentication_token_answer(client->authentication, &failed, client_utc_now(client));
        return;
    }
    /* The engine's own, so it may be sent again: a lost answer can't be had otherwise. */
    call->is_token = true;
    client->token_call = call;
    client_add_call(client, call);
}

/* Can it be sent as far as credentials are concerned? False: it waits, or has failed. */
static bool has_credentials(struct http_call *call)
{
    struct http_client *client = call->client;
    struct error error = {0};
    if (!uses_credentials(call)) {
        return true;
    }
    switch (authentication_check(client->authentication, client_utc_now(client), &error)) {
    case AUTHENTICATION_READY:
        return true;
    case AUTHENTICATION_TOKEN_NEEDED:
        client_ask_for_token(client);
        return false;
    default:
        client_fail(call, HTTP_FAULT_AUTHENTICATION, &error);
        return false;
    }
}

/* Is it its turn? False: it waits, or has failed. */
static bool has_turn(struct http_call *call)
{
    struct http_client *client = call->client;
    if (call->not_before > client_now_ms(client)) {
        return false;
    }
    if (call->is_token) {
        return true;
    }
    if (client->in_flight >= client->options.max_concurrent) {
        return false;
    }
    int64_t wait = client_rate_wait(client, &call->request, false);
    if (wait > client->options.max_retry_after_ms) {
        fail_waiting(call, wait, 0);
    }
    return wait == 0;
}

/* Another process may have taken the turn since. */
static bool takes_turn(const struct http_call *call)
{
    return call->is_token || client_rate_wait(call->client, &call->request, true) == 0;
}

static void count_request(struct http_client *client, const struct http_call *call)
{
    client->counts.requests++;
    client->counts.retries += call->failures > 0;
    client->counts.writes +=
        !call->is_token && !call->request.reads && !http_method_is_safe(call->request.method);
}

static bool has_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (http_header_is(request->headers[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Hands the request to the transport, with credentials. */
static enum error_code hand_over(struct http_call *call, bool allow_private, struct error *error)
{
    struct http_client *client = call->client;
    struct http_request request = call->request;
    struct http_limits limits = client->options.limits;
    struct credentials credentials = {0};
    enum error_code code = ERROR_NONE;
    struct http_header *headers = calloc(request.header_count + 2, sizeof(*headers));

    if (headers != NULL) {
        call->delivery = mailbox_expect(client->box, call);
    }
    if (headers == NULL || call->delivery == NULL) {
        code = error_memory(error, "a request");
        goto out;
    }
    request.url = text_of(call->url.text);
    request.for_token = call->is_token;
    if (client->most_timeout_ms > 0 && request.timeout_ms > client->most_timeout_ms) {
        request.timeout_ms = client->most_timeout_ms;
    }
    limits.allow_private = allow_private;
    if (request.header_count > 0) {
        memcpy(headers, request.headers, request.header_count * sizeof(*headers));
    }
    request.headers = headers;
    if (!has_header(&request, "User-Agent")) {
        headers[request.header_count++] =
            (struct http_header){TEXT("User-Agent"), TEXT("tandem/0.1.0")};
    }
    if (uses_credentials(call)) {
        code = authentication_sign(client->authentication, &request, &call->url,
                                   client_utc_now(client), &credentials, error);
        call->generation = authentication_generation(client->authentication);
        if (code) {
            goto out;
        }
    }
    if (credentials.header.length > 0) {
        headers[request.header_count++] =
            (struct http_header){text_of(authentication_header(client->authentication)),
                                 buffer_text(&credentials.header)};
    }
    if (credentials.url.length > 0) {
        request.url = buffer_text(&credentials.url);
    }
    code = client->transport->send(client->transport, &request, &limits, mailbox_done,
                                   call->delivery, &call->ticket, error);

out:
    if (code && call->delivery != NULL) {
        mailbox_withdraw(call->delivery);
        call->delivery = NULL;
    }
    authentication_credentials_release(&credentials);
    free(headers);
    return code;
}

/* May it go where it goes, and also to a private address? */
static enum error_code check_host(const struct http_call *call, bool *allow_private,
                                  struct error *error)
{
    const struct http_client *client = call->client;
    bool said_in_hosts = false;
    if (!call->is_token) {
        return host_list_check(client->hosts, &call->url, allow_private, error);
    }
    enum error_code code = host_list_check(client->token_hosts, &call->url, allow_private, error);
    if (code == ERROR_NONE &&
        host_list_check(client->hosts, &call->url, &said_in_hosts, NULL) == ERROR_NONE) {
        *allow_private |= said_in_hosts; /* token_url has no way to say "private:" */
    }
    return code;
}

/* What is below base_url goes where the answer with the token says that the API is; the path stays.
 * The host is checked after it. */
static enum error_code rebase(struct http_call *call, struct error *error)
{
    const char *base = NULL;
    if (call->relative && call->hops == 0 && uses_credentials(call)) {
        base = authentication_base_url(call->client->authentication);
    }
    return base != NULL ? url_move(&call->url, text_of(base), error) : ERROR_NONE;
}

static void send_call(struct http_call *call)
{
    struct http_client *client = call->client;
    struct error error = {0};
    bool allow_private = false;
    enum error_code code = rebase(call, &error);
    if (code == ERROR_NONE) {
        code = check_host(call, &allow_private, &error);
    }
    if (code == ERROR_NONE) {
        code = hand_over(call, allow_private, &error);
    }
    if (code) {
        client_fail(call, code == ERROR_REFUSED ? HTTP_FAULT_REFUSED : HTTP_FAULT_SEND, &error);
        return;
    }
    call->state = CALL_IN_FLIGHT;
    client->in_flight++;
    count_request(client, call);
}

/* ---- Answers ---- */

static void log_answer(const struct http_call *call)
{
    const struct http_result *result = &call->result;
    if (!log_enabled(call->client->log, LOG_INFO)) {
        return;
    }
    /* No query: it may carry secrets or personal data. */
    if (result->fault == HTTP_FAULT_NONE) {
        log_write(call->client->log, LOG_INFO, "net", "%.*s %s%s %d %lld ms %llu bytes, attempt %d",
                  TEXT_PRINT(call->request.method), call->url.host, call->url.path,
                  result->response.status, (long long)result->response.elapsed_ms,
                  (unsigned long long)result->response.bytes_in, call->failures + 1);
    } else {
        log_write(call->client->log, LOG_WARN, "net", "%.*s %s%s %s, attempt %d: %s",
                  TEXT_PRINT(call->request.method), call->url.host, call->url.path,
                  http_fault_name(result->fault), call->failures + 1, result->error.message);
    }
}

/* Send it again later. False: it has been tried often enough. */
static bool try_again(struct http_call *call)
{
    struct http_client *client = call->client;
    const struct http_response *response = &call->result.response;
    int64_t now = client_now_ms(client);
    int64_t wait = -1;
    int status = response->status;
    bool repeatable = call->is_token || retry_is_due(&call->request, &call->result);

    if (call->is_token) {
        struct http_request read = {.method = TEXT("GET")};
        repeatable = retry_is_due(&read, &call->result);
    }
    if (!repeatable) {
        return false;
    }
    if (call->result.fault == HTTP_FAULT_NONE) {
        int64_t told = status == 429 ? rate_limit_told(response, client_utc_now(client)) : 0;
        wait = retry_after(response, client_utc_now(client));
        wait = wait < 0 && told > 0 ? told : wait;
        wait = wait < 0 ? told_wait(call->request.waits, call->request.wait_count, response->body)
                        : wait;
        if (wait > client->options.max_retry_after_ms) {
            fail_waiting(call, wait, status);
            return true;
        }
    }
    call->failures++;
    if (call->failures >= client->options.max_attempts) {
        return false;
    }
    int64_t backoff =
        retry_backoff(&client->jitter, call->failures, client->options.backoff_base_ms,
                      client->options.backoff_cap_ms);
    if (wait > 0 && status == 429 && !call->is_token) {
        client_rate_hold(client, wait); /* the others need not ask */
    }
    call->not_before = now + (wait > 0 ? wait : backoff);
    http_result_release(&call->result);
    return true;
}

static void follow(struct http_call *call)
{
    struct error error = {0};
    if (call_redirect(call, &call->result.response, &error)) {
        error.detail = call->result.response.status;
        client_fail(call, HTTP_FAULT_REFUSED, &error);
        return;
    }
    http_result_release(&call->result);
    call->not_before = INT64_MIN;
    if (call->client->authentication != NULL &&
        authentication_parameter(call->client->authentication) != NULL) {
        /* Servers repeat our query, which would show the key to the script and send it twice. */
        url_remove_parameter(&call->url, authentication_parameter(call->client->authentication));
    }
}

static void name_origin(struct http_call *call)
{
    char *url = strdup(call->url.text);
    if (url != NULL) {
        free((void *)call->result.response.url.bytes);
        call->result.response.url = text_of(url);
    }
}

static void take_result(struct http_call *call, struct http_result *result)
{
    struct http_client *client = call->client;
    land(call);
    call->result = *result;
    *result = (struct http_result){0};
    client->counts.bytes_in += call->result.response.bytes_in;
    client->counts.bytes_out += call->result.response.bytes_out;
    http_traffic_add(&client->traffic, call->request.method,
                     call->result.fault == HTTP_FAULT_NONE ? call->result.response.status : 0,
                     call->result.response.elapsed_ms);
    log_answer(call);
    if (call->result.fault != HTTP_FAULT_NONE) {
        if (!try_again(call)) {
            client_finish(call);
        }
        return;
    }
    name_origin(call); /* the transport's may contain credentials */
    if (!call->is_token && client_trusts(client, &call->url))
        client_note_clock(client, call);
    if (call->result.response.status == 401 && uses_credentials(call) && !call->rejected &&
        authentication_reject(client->authentication, call->generation)) {
        call->rejected = true;
        http_result_release(&call->result);
    } else if (call_is_redirect(&call->result.response)) {
        follow(call);
    } else if (!try_again(call)) {
        int64_t told =
            call->is_token ? 0 : rate_limit_told(&call->result.response, client_utc_now(client));
        if (told > 0) {
            client_rate_hold(client, told);
        }
        (void)client_is_outage(call);
        client_finish(call);
    }
}

/* ---- Driving ---- */

static void receive(struct http_client *client)
{
    for (struct delivery *delivery = mailbox_receive(client->box); delivery != NULL;
         delivery = mailbox_receive(client->box)) {
        if (delivery->owner != NULL) {
            take_result(delivery->owner, &delivery->result);
        }
        mailbox_delivery_free(delivery);
    }
}

/* One step of a waiting call. True if its state has changed. */
static bool advance(struct http_call *call)
{
    struct http_client *client = call->client;
    if (call->state != CALL_WAITING) {
        return false;
    }
    bool is_token = call->is_token;
    if (has_turn(call) && call->state == CALL_WAITING && has_credentials(call) &&
        takes_turn(call)) {
        send_call(call);
    }
    /* A token call that failed at once is gone. */
    return is_token ? client->token_call == NULL || call->state != CALL_WAITING
                    : call->state != CALL_WAITING;
}

void client_drive(struct http_client *client)
{
    bool changed = true;
    while (changed) {
        changed = false;
        receive(client);
        for (struct http_call *call = client->calls, *next = NULL; call != NULL; call = next) {
            bool had_token_call = client->token_call != NULL;
            next = call->next;
            changed |= advance(call) || had_token_call != (client->token_call != NULL);
        }
    }
}

/* Milliseconds until a waiting call may go on; CLIENT_NEVER_WAKES: only an answer helps. *waiting:
 * is anything under way at all? */
int64_t client_next_step(struct http_client *client, bool *waiting)
{
    int64_t now = client_now_ms(client);
    int64_t limit = client_rate_wait(client, NULL, false);
    int64_t nearest = CLIENT_NEVER_WAKES;
    *waiting = false;
    for (const struct http_call *call = client->calls; call != NULL; call = call->next) {
        *waiting |= call->state != CALL_DONE;
        if (call->state != CALL_WAITING || (client->token_call != NULL && uses_credentials(call)) ||
            (!call->is_token && client->in_flight >= client->options.max_concurrent)) {
            continue;
        }
        int64_t wait = call->not_before > now ? call->not_before - now : 0;
        int64_t rate = limit;
        if (!call->is_token && call->request.cost_count > 0) {
            rate = client_rate_wait(client, &call->request, false);
        }
        wait = !call->is_token && rate > wait ? rate : wait;
        nearest = nearest == CLIENT_NEVER_WAKES || wait < nearest ? wait : nearest;
    }
    return nearest;
}
