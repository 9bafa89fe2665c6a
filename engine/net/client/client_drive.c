/* What happens next to each request: repeated, redirected, signed again, or done; and which is
 * next. */
#include "net/client/client_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Answers ---- */

static void log_answer(const struct http_call *call)
{
    const struct http_result *result = &call->result;
    if (!log_enabled(call->client->log, LOG_INFO))
        return;
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

/* How long the answer asks to wait before the next try; -1: it does not say. */
static int64_t asked_wait(const struct http_call *call)
{
    const struct http_response *const response = &call->result.response;
    const instant now = client_utc_now(call->client);
    const int64_t told = response->status == 429 ? rate_limit_told(response, now) : 0;
    const int64_t after = retry_after(response, now);
    if (after >= 0 || told > 0)
        return after >= 0 ? after : told;
    return told_wait(call->request.waits, call->request.wait_count, response->body);
}

/* Send it again later. False: it has been tried often enough. */
static bool try_again(struct http_call *call)
{
    struct http_client *client = call->client;
    const struct http_response *response = &call->result.response;
    const int64_t now = client_now_ms(client);
    const struct http_request read = {.method = TEXT("GET")};

    if (!retry_is_due(call->is_token ? &read : &call->request, &call->result))
        return false;
    const int64_t wait = call->result.fault == HTTP_FAULT_NONE ? asked_wait(call) : -1;
    if (wait > client->options.max_retry_after_ms) {
        client_fail_waiting(call, wait, response->status);
        return true;
    }
    call->failures++;
    if (call->failures >= client->options.max_attempts)
        return false;
    const int64_t backoff =
        retry_backoff(&client->jitter, call->failures, client->options.backoff_base_ms,
                      client->options.backoff_cap_ms);
    if (wait > 0 && response->status == 429 && !call->is_token)
        client_rate_hold(client, wait); /* the others need not ask */
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
    if (call->authentication && authentication_parameter(call->authentication)) {
        /* Servers may repeat our query in the redirect, which would show the key to the script and
         * send it twice. */
        url_remove_parameter(&call->url, authentication_parameter(call->authentication));
    }
}

static void name_origin(struct http_call *call)
{
    char *url = strdup(call->url.text);
    if (url) {
        free((void *)call->result.response.url.bytes);
        call->result.response.url = text_of(url);
    }
}

static void take_result(struct http_call *call, struct http_result *result)
{
    struct http_client *client = call->client;
    client_land(call);
    call->result = *result;
    *result = (struct http_result){0};
    client->counts.bytes_in += call->result.response.bytes_in;
    client->counts.bytes_out += call->result.response.bytes_out;
    http_traffic_add(&client->traffic, call->request.method,
                     call->result.fault == HTTP_FAULT_NONE ? call->result.response.status : 0,
                     call->result.response.elapsed_ms);
    log_answer(call);
    if (call->result.fault != HTTP_FAULT_NONE) {
        if (!try_again(call))
            client_finish(call);
        return;
    }
    name_origin(call); /* the transport's may contain credentials */
    if (!call->is_token && client_trusts(client, &call->url))
        client_note_clock(client, call);
    if (call->result.response.status == 401 && client_uses_credentials(call) && !call->rejected &&
        authentication_reject(call->authentication, call->generation)) {
        call->rejected = true;
        http_result_release(&call->result);
    } else if (call_is_redirect(&call->result.response)) {
        follow(call);
    } else if (!try_again(call)) {
        int64_t told =
            call->is_token ? 0 : rate_limit_told(&call->result.response, client_utc_now(client));
        if (told > 0)
            client_rate_hold(client, told);
        client_watch_outage(call);
        client_finish(call);
    }
}

/* ---- Driving ---- */

static void receive(struct http_client *client)
{
    for (struct delivery *delivery = mailbox_receive(client->box); delivery;
         delivery = mailbox_receive(client->box)) {
        if (delivery->owner)
            take_result(delivery->owner, &delivery->result);
        mailbox_delivery_free(delivery);
    }
}

/* One step of a waiting call. True if its state has changed. */
static bool advance(struct http_call *call)
{
    struct http_client *client = call->client;
    if (call->state != CALL_WAITING)
        return false;
    bool is_token = call->is_token;
    if (client_has_turn(call) && call->state == CALL_WAITING && client_has_credentials(call) &&
        client_takes_turn(call))
        client_send(call);
    /* A token call that failed at once is gone. */
    return is_token ? !client->token_call || call->state != CALL_WAITING
                    : call->state != CALL_WAITING;
}

void client_drive(struct http_client *client)
{
    bool changed = true;
    while (changed) {
        changed = false;
        receive(client);
        for (struct http_call *call = client->calls, *next = NULL; call; call = next) {
            bool had_token_call = client->token_call != NULL;
            next = call->next;
            changed |= advance(call) || had_token_call != (client->token_call != NULL);
        }
    }
}

int64_t client_next_step(struct http_client *client, bool *waiting)
{
    int64_t now = client_now_ms(client);
    int64_t limit = client_rate_wait(client, NULL, false);
    int64_t nearest = CLIENT_NEVER_WAKES;
    *waiting = false;
    for (const struct http_call *call = client->calls; call; call = call->next) {
        *waiting |= call->state != CALL_DONE;
        if (call->state != CALL_WAITING || (client->token_call && client_uses_credentials(call)) ||
            (!call->is_token && client->in_flight >= client->options.max_concurrent))
            continue;
        int64_t wait = call->not_before > now ? call->not_before - now : 0;
        int64_t rate = limit;
        if (!call->is_token && call->request.cost_count > 0)
            rate = client_rate_wait(client, &call->request, false);
        wait = !call->is_token && rate > wait ? rate : wait;
        nearest = nearest == CLIENT_NEVER_WAKES || wait < nearest ? wait : nearest;
    }
    return nearest;
}
