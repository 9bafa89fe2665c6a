/* Making a client, starting requests, waiting for them. */
#include "net/client/http_client.h"

#include <stdlib.h>
#include <string.h>

#include "net/client/client_state.h"
#include "net/wire/request_check.h"

enum {
    DEFAULT_CONNECT_TIMEOUT_MS = 10000,
    DEFAULT_TIMEOUT_MS = 60000,
    DEFAULT_STALL_SECONDS = 30,
    DEFAULT_MAX_BODY = 64 << 20,
    DEFAULT_MAX_HEADERS = 256 << 10,
    DEFAULT_ATTEMPTS = 5,
    DEFAULT_BACKOFF_BASE_MS = 500,
    DEFAULT_BACKOFF_CAP_MS = 30000,
    DEFAULT_MAX_RETRY_AFTER_MS = 120000,
    DEFAULT_CONCURRENT = 4
};

/* ---- Making ---- */

static int64_t machine_now_ms(void *context)
{
    (void)context;
    return instant_monotonic_ms();
}

static instant machine_now(void *context)
{
    (void)context;
    return instant_now();
}

static void set_defaults(struct http_client_options *options)
{
    struct http_limits *limits = &options->limits;
#define DEFAULT(field, value) field = (field) > 0 ? (field) : (value)
    DEFAULT(limits->connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS);
    DEFAULT(limits->timeout_ms, DEFAULT_TIMEOUT_MS);
    DEFAULT(limits->stall_seconds, DEFAULT_STALL_SECONDS);
    DEFAULT(limits->max_body_bytes, DEFAULT_MAX_BODY);
    DEFAULT(limits->max_header_bytes, DEFAULT_MAX_HEADERS);
    DEFAULT(options->max_attempts, DEFAULT_ATTEMPTS);
    DEFAULT(options->backoff_base_ms, DEFAULT_BACKOFF_BASE_MS);
    DEFAULT(options->backoff_cap_ms, DEFAULT_BACKOFF_CAP_MS);
    DEFAULT(options->max_retry_after_ms, DEFAULT_MAX_RETRY_AFTER_MS);
    DEFAULT(options->max_concurrent, DEFAULT_CONCURRENT);
#undef DEFAULT
    options->now_ms = options->now_ms ? options->now_ms : machine_now_ms;
    options->now = options->now ? options->now : machine_now;
}

static enum error_code set_base_url(struct http_client *client, struct text base_url,
                                    struct error *error)
{
    if (host_list_add_url(client->hosts, base_url, error) ||
        url_parse(base_url, &client->origin, error))
        return error_prefix(error, "base_url");
    if (memchr(base_url.bytes, '?', base_url.length) ||
        memchr(base_url.bytes, '#', base_url.length))
        return error_set(error, ERROR_CONFIGURATION, "base_url must end with its path");
    while (base_url.length > 0 && base_url.bytes[base_url.length - 1] == '/')
        base_url.length--;
    client->base_url = strndup(base_url.bytes, base_url.length);
    return client->base_url ? ERROR_NONE : error_memory(error, "base_url");
}

static enum error_code allow_token_url(struct http_client *client,
                                       const struct authentication *authentication,
                                       struct error *error)
{
    if (!authentication || text_is_absent(authentication_token_url(authentication)))
        return ERROR_NONE;
    return host_list_add_url(client->token_hosts, authentication_token_url(authentication), error)
               ? error_prefix(error, "token_url")
               : ERROR_NONE;
}

static enum error_code set_hosts(struct http_client *client,
                                 const struct http_client_options *options, struct error *error)
{
    client->hosts = host_list_new();
    client->token_hosts = host_list_new();
    if (!client->hosts || !client->token_hosts)
        return error_memory(error, "the allowed hosts");
    if (!text_is_empty(options->base_url) && set_base_url(client, options->base_url, error))
        return error->code;
    for (size_t i = 0; i < options->host_count; i++)
        if (host_list_add(client->hosts, options->hosts[i].entry, options->hosts[i].credentials,
                          error))
            return error->code;
    return allow_token_url(client, client->authentication, error);
}

enum error_code http_client_new(const struct http_client_options *options,
                                struct http_transport *transport,
                                struct authentication *authentication, struct log *log,
                                struct http_client **out, struct error *error)
{
    struct http_client *const client = calloc(1, sizeof(*client));

    *out = NULL;
    if (!client)
        return error_memory(error, "an HTTP client");
    client->options = *options;
    client->transport = transport;
    client->authentication = authentication;
    client->log = log;
    client->most_timeout_ms = options->limits.timeout_ms;
    set_defaults(&client->options);
    retry_jitter_seed(&client->jitter, options->retry_jitter_seed);
    rate_limit_init(&client->limit, options->requests_per_second, options->burst,
                    options->requests_per_day, client_now_ms(client), client_rate_now(client));
    if (rate_buckets_init(&client->buckets, options->buckets, options->bucket_count,
                          client_now_ms(client), client_rate_now(client), error) ||
        mailbox_new(&client->box, error) || set_hosts(client, options, error)) {
        http_client_free(client);
        return error->code;
    }
    *out = client;
    return ERROR_NONE;
}

enum error_code http_client_add_credentials(struct http_client *client, struct text name,
                                            struct authentication *authentication,
                                            struct error *error)
{
    struct further_credentials *const grown =
        realloc(client->further, (client->further_count + 1) * sizeof *grown);
    if (!grown)
        return error_memory(error, "further credentials");
    client->further = grown;
    grown[client->further_count].name = strndup(name.bytes, name.length);
    grown[client->further_count].authentication = authentication;
    if (!grown[client->further_count].name)
        return error_memory(error, "further credentials");
    client->further_count++;
    return allow_token_url(client, authentication, error);
}

void http_client_free(struct http_client *client)
{
    if (!client)
        return;
    while (client->calls) {
        struct http_call *call = client->calls;
        client_abandon(call);
        if (call->state != CALL_DONE) {
            (void)http_result_fail(&call->result, HTTP_FAULT_CANCELLED, ERROR_INTERRUPTED,
                                   "the request to '%s' was cancelled", call->url.host);
            call->state = CALL_DONE;
        }
        client_remove_call(client, call);
        if (call->is_token)
            call_free(call);
    }
    mailbox_close(client->box);
    rate_buckets_release(&client->buckets);
    host_list_free(client->hosts);
    host_list_free(client->token_hosts);
    url_release(&client->origin);
    for (size_t i = 0; i < client->further_count; i++)
        free(client->further[i].name);
    free(client->further);
    free(client->base_url);
    free(client);
}

/* ---- Waiting ---- */

/* True if it was woken by http_client_wake. */
static bool rest(struct http_client *client, int64_t ms)
{
    if (client->options.pause && client->in_flight == 0 && ms >= 0) {
        client->options.pause(client->options.clock_context, ms);
        return mailbox_wait(client->box, 0);
    }
    return mailbox_wait(client->box, ms);
}

void http_client_wait(struct http_client *client, int64_t timeout_ms)
{
    int64_t end = timeout_ms >= 0 ? client_now_ms(client) + timeout_ms : INT64_MAX;
    for (bool woken = false;;) {
        bool waiting = false;
        client_drive(client);
        int64_t wait = client_next_step(client, &waiting);
        int64_t left = end - client_now_ms(client);
        if (client->finished != client->reported || !waiting || woken || left <= 0) {
            client->reported = client->finished;
            return;
        }
        if (timeout_ms >= 0 && (wait == CLIENT_NEVER_WAKES || wait > left))
            wait = left;
        woken = rest(client, wait);
    }
}

static enum error_code authenticate(struct http_client *client,
                                    struct authentication *authentication, struct error *error)
{
    for (;;) {
        switch (authentication_check(authentication, client_utc_now(client), error)) {
        case AUTHENTICATION_READY:
            return ERROR_NONE;
        case AUTHENTICATION_TOKEN_NEEDED:
            client_ask_for_token(client, authentication);
            http_client_wait(client, CLIENT_NEVER_WAKES);
            break;
        default:
            return error->code;
        }
    }
}

enum error_code http_client_authenticate(struct http_client *client, struct error *error)
{
    if (client->authentication && authenticate(client, client->authentication, error))
        return error->code;
    for (size_t i = 0; i < client->further_count; i++)
        if (authenticate(client, client->further[i].authentication, error))
            return error_prefix(error, "other_auth.%s", client->further[i].name);
    return ERROR_NONE;
}

void http_client_wake(struct http_client *client)
{
    mailbox_wake(client->box);
}

/* ---- Starting ---- */

/* "scheme://": anything else belongs to base_url. */
static bool is_absolute(struct text url)
{
    const char *const separator = memmem(url.bytes, url.length, "://", 3);
    const char *c = url.bytes;
    while (separator && c < separator && !memchr("/?#", *c, 3))
        c++;
    return separator && separator != url.bytes && c == separator;
}

static enum error_code resolve(struct http_client *client, struct text written, bool *relative,
                               struct url *url, struct error *error)
{
    struct buffer whole = BUFFER(2 * URL_MAX_LENGTH);
    *relative = !is_absolute(written);
    if (!*relative)
        return url_parse(written, url, error);
    if (!client->base_url) {
        return error_set(error, ERROR_USAGE,
                         "the URL '%.*s' is relative, but the configuration has no base_url",
                         (int)(written.length < 200 ? written.length : 200), written.bytes);
    }
    bool joined = text_is_empty(written) || written.bytes[0] == '/' || written.bytes[0] == '?';
    enum error_code code = buffer_append_format(&whole, error, "%s%s%.*s", client->base_url,
                                                joined ? "" : "/", TEXT_PRINT(written));
    if (!code)
        code = url_parse(buffer_text(&whole), url, error);
    buffer_release(&whole);
    return code;
}

/* Whose credentials the request carries, where its address is one that gets any. */
static enum error_code find_credentials(const struct http_client *client,
                                        const struct http_request *request,
                                        struct authentication **authentication, struct error *error)
{
    *authentication = request->without_credentials ? NULL : client->authentication;
    if (text_is_absent(request->credentials))
        return ERROR_NONE;
    for (size_t i = 0; i < client->further_count; i++) {
        if (text_equal(request->credentials, text_of(client->further[i].name))) {
            *authentication = client->further[i].authentication;
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_USAGE,
                     "the configuration has no credentials '%.*s', add them to 'other_auth'",
                     TEXT_PRINT(request->credentials));
}

enum error_code http_client_start(struct http_client *client, const struct http_request *request,
                                  struct http_call **out, struct error *error)
{
    struct http_call *call = NULL;
    struct error refused = {0};
    bool allow_private = false;
    struct authentication *authentication = NULL;

    *out = NULL;
    if (find_credentials(client, request, &authentication, error) ||
        request_check(request, authentication ? authentication_header(authentication) : NULL,
                      error) ||
        call_new(request, &call, error))
        return error->code;
    call->authentication = authentication;
    enum error_code code = resolve(client, request->url, &call->relative, &call->url, &refused);
    if (!code)
        code = host_list_check(client->hosts, &call->url, &allow_private, &refused);
    if (code && code != ERROR_REFUSED) {
        call_free(call);
        *error = refused;
        return code;
    }
    client_add_call(client, call);
    if (code == ERROR_REFUSED) {
        client_fail(call, HTTP_FAULT_REFUSED, &refused);
    } else if (client->options.dry_run && !request->reads &&
               !http_method_is_safe(request->method)) {
        if (client->options.would_send) {
            struct http_request recorded = call->request;
            recorded.url = text_of(call->url.text);
            client->options.would_send(client->options.would_send_context, &recorded);
        }
        (void)http_result_fail(&call->result, HTTP_FAULT_DRY_RUN, ERROR_REFUSED,
                               "dry run: %.*s to '%s' was not sent", TEXT_PRINT(request->method),
                               call->url.host);
        client_finish(call);
    }
    *out = call;
    client_drive(client);
    return ERROR_NONE;
}

bool http_call_done(const struct http_call *call)
{
    return call->state == CALL_DONE;
}

const struct http_result *http_call_result(const struct http_call *call)
{
    return &call->result;
}

void http_call_free(struct http_call *call)
{
    if (!call)
        return;
    if (call->client) {
        client_abandon(call);
        client_remove_call(call->client, call);
    }
    call_free(call);
}

struct http_counts http_client_counts(const struct http_client *client)
{
    return client->counts;
}

const struct http_traffic *http_client_traffic(const struct http_client *client)
{
    return &client->traffic;
}
