/* Servers that are down: a proxy without a server behind it answers every request, and each call
 * would use up all its attempts. After a few calls in a row the next ones fail at once. */
#include "base/error_number.h"
#include "net/client/client_state.h"

enum { CALLS_IN_A_ROW = 3 };

static bool is_down(int status)
{
    return status == 502 || status == 503 || status == 504;
}

bool client_is_outage(struct http_call *call)
{
    struct http_client *client = call->client;
    int status = call->result.response.status;

    if (call->is_token)
        return false;
    client->down = is_down(status) ? client->down + 1 : 0;
    if (client->down < CALLS_IN_A_ROW)
        return false;
    (void)http_result_fail(
        &call->result, HTTP_FAULT_RECEIVE, ERROR_TRANSPORT,
        "'%s' has answered %d requests in a row with %d or a similar error: it is down; run "
        "again when it is up",
        call->url.host, client->down, status);
    (void)error_number_set(&call->result.error, ERROR_NUMBER_DOWN, ERROR_TRANSPORT);
    call->result.error.detail = status;
    return true;
}
