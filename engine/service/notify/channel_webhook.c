/* One POST by the HTTP client, which guards the address, the size and the time. */
#include "service/notify/channel.h"

#include "net/client/http_client.h"
#include "net/transport/curl_transport.h"
#include "service/http/signature.h"

enum { TIMEOUT_MS = 20000, ANSWER_MOST = 1 << 20 };

static enum error_code judge(const struct http_result *result, struct error *error)
{
    if (result->fault != HTTP_FAULT_NONE)
        return error_set(error, ERROR_TRANSPORT, "%s", result->error.message);
    if (result->response.status / 100 != 2)
        return error_set(error, ERROR_TRANSPORT, "the receiver answered %d",
                         result->response.status);
    return ERROR_NONE;
}

static enum error_code post(struct http_client *client, const struct notify_settings *settings,
                            const struct message *message, instant now, struct error *error)
{
    char digits[TEXT_DIGITS], signature[SIGNATURE_STANDARD_SIZE];
    struct http_call *call = NULL;
    const struct text timestamp = text_digits(now / 1000, digits);
    if (signature_standard(settings->secret, message->key, timestamp, message->body, signature,
                           error))
        return error->code;
    const struct http_header headers[] = {
        {TEXT("Content-Type"), TEXT("application/json")},
        {TEXT("webhook-id"), message->key},
        {TEXT("webhook-timestamp"), timestamp},
        {TEXT("webhook-signature"), text_of(signature)},
    };
    const struct http_request request = {
        .method = TEXT("POST"),
        .url = settings->url,
        .headers = headers,
        .header_count = sizeof headers / sizeof *headers,
        .body = message->body,
        .idempotency_key = TEXT_ABSENT,
    };
    enum error_code code = http_client_start(client, &request, &call, error);
    while (!code && !http_call_done(call))
        http_client_wait(client, -1);
    if (!code)
        code = judge(http_call_result(call), error);
    http_call_free(call);
    return code;
}

enum error_code channel_webhook(const struct notify_settings *settings,
                                const struct message *message, instant now, struct log *log,
                                struct error *error)
{
    const struct http_client_options options = {
        .base_url = settings->url,
        .max_attempts = 1,
        .limits = {.timeout_ms = TIMEOUT_MS, .max_body_bytes = ANSWER_MOST},
    };
    struct http_transport *transport = NULL;
    struct http_client *client = NULL;
    enum error_code code = curl_transport_open(log, &transport, error);
    if (!code)
        code = http_client_new(&options, transport, NULL, log, &client, error);
    if (!code)
        code = post(client, settings, message, now, error);
    http_client_free(client);
    if (transport)
        transport->close(transport);
    return code;
}
