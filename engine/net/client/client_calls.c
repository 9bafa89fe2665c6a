/* The calls of a client, and how each of them ends. */
#include "base/error_number.h"
#include "net/client/client_state.h"

void client_add_call(struct http_client *client, struct http_call *call)
{
    struct http_call **place = &client->calls;
    while (!call->is_token && *place)
        place = &(*place)->next;
    call->client = client;
    call->next = *place;
    *place = call;
}

void client_remove_call(struct http_client *client, struct http_call *call)
{
    struct http_call **place = &client->calls;
    while (*place != call)
        place = &(*place)->next;
    *place = call->next;
    call->client = NULL;
}

void client_land(struct http_call *call)
{
    call->delivery = NULL;
    call->state = CALL_WAITING;
    call->client->in_flight--;
}

/* Whatever still arrives for this call is discarded. */
void client_abandon(struct http_call *call)
{
    if (call->state == CALL_IN_FLIGHT) {
        call->delivery->owner = NULL;
        if (call->client->transport->cancel)
            call->client->transport->cancel(call->client->transport, call->ticket);
        client_land(call);
    }
}

/* ---- The end of a call ---- */

void client_finish(struct http_call *call)
{
    struct http_client *client = call->client;
    call->state = CALL_DONE;
    if (call->is_token) {
        log_redact(client->log, call->result.error.message);
        authentication_token_answer(call->authentication, &call->result, client_utc_now(client));
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
void client_fail_waiting(struct http_call *call, int64_t ms, int status)
{
    (void)http_result_fail(&call->result, HTTP_FAULT_RATE_LIMIT, ERROR_TRANSPORT,
                           "the rate limit of '%s' allows the next request in %lld seconds: run "
                           "again then",
                           call->url.host, (long long)(ms / 1000 + (ms % 1000 != 0)));
    call->result.error.detail = status;
    client_finish(call);
}

/* ---- Servers that are down ---- */

/* A proxy without a server behind it answers every request, and each call would use up all its
 * attempts. After a few calls in a row the next ones fail at once. */
enum { CALLS_IN_A_ROW = 3 };

void client_watch_outage(struct http_call *call)
{
    struct http_client *client = call->client;
    const int status = call->result.response.status;

    if (call->is_token)
        return;
    client->down = status == 502 || status == 503 || status == 504 ? client->down + 1 : 0;
    if (client->down < CALLS_IN_A_ROW)
        return;
    (void)http_result_fail(
        &call->result, HTTP_FAULT_RECEIVE, ERROR_TRANSPORT,
        "'%s' has answered %d requests in a row with %d or a similar error: it is down; run "
        "again when it is up",
        call->url.host, client->down, status);
    (void)error_number_set(&call->result.error, ERROR_NUMBER_DOWN, ERROR_TRANSPORT);
    call->result.error.detail = status;
}
