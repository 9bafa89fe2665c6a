/* Sending a call: its turn, its credentials, where it may go. */
#include "base/error_number.h"
#include "base/version.h"
#include "net/client/client_state.h"

#include <stdlib.h>
#include <string.h>

/* Is it the API's address from the answer with the token? */
static bool is_told_origin(const struct http_client *client, const struct url *url)
{
    const char *told =
        client->authentication ? authentication_base_url(client->authentication) : NULL;
    struct url origin = {0};
    bool same = told && !url_parse(text_of(told), &origin, NULL) && url_same_origin(&origin, url);
    url_release(&origin);
    return same;
}

bool client_trusts(const struct http_client *client, const struct url *url)
{
    return (client->origin.text && url_same_origin(&client->origin, url)) ||
           host_list_takes_credentials(client->hosts, url) || is_told_origin(client, url);
}

bool client_uses_credentials(const struct http_call *call)
{
    return call->authentication && !call->is_token && !call->foreign &&
           !call->request.without_credentials && client_trusts(call->client, &call->url);
}

void client_ask_for_token(struct http_client *client, struct authentication *authentication)
{
    struct http_request request = {0};
    struct http_call *call = NULL;
    struct http_result failed = {0};
    struct error error = {0};

    if (client->token_call)
        return;
    if (authentication_token_request(authentication, client_utc_now(client), &request, &error) ||
        call_new(&request, &call, &error) || url_parse(request.url, &call->url, &error)) {
        call_free(call);
        (void)http_result_fail(&failed, HTTP_FAULT_AUTHENTICATION, error.code, "%s", error.message);
        failed.error.number = (int)error_number_of(&error);
        authentication_token_answer(authentication, &failed, client_utc_now(client));
        return;
    }
    /* The engine's own request, so it may be repeated: there is no other way to get a lost
     * answer. */
    call->is_token = true;
    call->authentication = authentication;
    client->token_call = call;
    client_add_call(client, call);
}

/* Can it be sent as far as credentials are concerned? False: it waits, or has failed. */
bool client_has_credentials(struct http_call *call)
{
    struct http_client *client = call->client;
    struct error error = {0};
    if (!client_uses_credentials(call))
        return true;
    switch (authentication_check(call->authentication, client_utc_now(client), &error)) {
    case AUTHENTICATION_READY:
        return true;
    case AUTHENTICATION_TOKEN_NEEDED:
        client_ask_for_token(client, call->authentication);
        return false;
    default:
        client_fail(call, HTTP_FAULT_AUTHENTICATION, &error);
        return false;
    }
}

/* Is it its turn? False: it waits, or has failed. */
bool client_has_turn(struct http_call *call)
{
    struct http_client *client = call->client;
    if (call->not_before > client_now_ms(client))
        return false;
    if (call->is_token)
        return true;
    if (client->in_flight >= client->options.max_concurrent)
        return false;
    int64_t wait = client_rate_wait(client, &call->request, false);
    if (wait > client->options.max_retry_after_ms)
        client_fail_waiting(call, wait, 0);
    return wait == 0;
}

/* Another process may have taken the turn since. */
bool client_takes_turn(const struct http_call *call)
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

/* Hands the request to the transport, with credentials. */
static enum error_code hand_over(struct http_call *call, bool allow_private, struct error *error)
{
    struct http_client *client = call->client;
    struct http_request request = call->request;
    struct http_limits limits = client->options.limits;
    struct credentials credentials = {0};
    enum error_code code = ERROR_NONE;
    struct http_header *headers = calloc(request.header_count + 2, sizeof(*headers));

    if (headers)
        call->delivery = mailbox_expect(client->box, call);
    if (!headers || !call->delivery) {
        code = error_memory(error, "a request");
        goto out;
    }
    request.url = text_of(call->url.text);
    request.for_token = call->is_token;
    if (client->most_timeout_ms > 0 && request.timeout_ms > client->most_timeout_ms)
        request.timeout_ms = client->most_timeout_ms;
    limits.allow_private = allow_private;
    if (request.header_count > 0)
        memcpy(headers, request.headers, request.header_count * sizeof(*headers));
    request.headers = headers;
    if (!http_header_find(headers, request.header_count, "User-Agent")) {
        headers[request.header_count++] =
            (struct http_header){TEXT("User-Agent"), TEXT("tandem/" TANDEM_VERSION)};
    }
    if (client_uses_credentials(call)) {
        code = authentication_sign(call->authentication, &request, &call->url,
                                   client_utc_now(client), &credentials, error);
        call->generation = authentication_generation(call->authentication);
        if (code)
            goto out;
    }
    if (credentials.header.length > 0) {
        headers[request.header_count++] = (struct http_header){
            text_of(authentication_header(call->authentication)), buffer_text(&credentials.header)};
    }
    if (credentials.url.length > 0)
        request.url = buffer_text(&credentials.url);
    code = client->transport->send(client->transport, &request, &limits, mailbox_done,
                                   call->delivery, &call->ticket, error);

out:
    if (code && call->delivery) {
        mailbox_withdraw(call->delivery);
        call->delivery = NULL;
    }
    authentication_credentials_release(&credentials);
    free(headers);
    return code;
}

/* May it go to this host, and also to a private address? */
static enum error_code check_host(const struct http_call *call, bool *allow_private,
                                  struct error *error)
{
    const struct http_client *client = call->client;
    bool said_in_hosts = false;
    if (!call->is_token)
        return host_list_check(client->hosts, &call->url, allow_private, error);
    enum error_code code = host_list_check(client->token_hosts, &call->url, allow_private, error);
    if (!code && !host_list_check(client->hosts, &call->url, &said_in_hosts, NULL))
        *allow_private |= said_in_hosts; /* token_url has no way to say "private:" */
    return code;
}

/* Requests below base_url go to the API's address from the answer with the token; the path stays.
 * The host is checked after it. */
static enum error_code rebase(struct http_call *call, struct error *error)
{
    const char *base = NULL;
    if (call->relative && call->hops == 0 && client_uses_credentials(call))
        base = authentication_base_url(call->authentication);
    return base ? url_move(&call->url, text_of(base), error) : ERROR_NONE;
}

void client_send(struct http_call *call)
{
    struct http_client *client = call->client;
    struct error error = {0};
    bool allow_private = false;
    enum error_code code = rebase(call, &error);
    if (!code)
        code = check_host(call, &allow_private, &error);
    if (!code)
        code = hand_over(call, allow_private, &error);
    if (code) {
        client_fail(call, code == ERROR_REFUSED ? HTTP_FAULT_REFUSED : HTTP_FAULT_SEND, &error);
        return;
    }
    call->state = CALL_IN_FLIGHT;
    client->in_flight++;
    count_request(client, call);
}
