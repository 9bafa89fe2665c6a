#include "net/client.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/authentication_use.h"
#include "net/call.h"
#include "net/host_list.h"
#include "net/mailbox.h"
#include "net/rate_limit.h"
#include "net/request_check.h"
#include "net/retry.h"

enum {
    DEFAULT_CONNECT_TIMEOUT_MS = 10000,
    DEFAULT_TIMEOUT_MS = 60000,
    DEFAULT_MAX_BODY = 64 << 20,
    DEFAULT_MAX_HEADERS = 256 << 10,
    DEFAULT_ATTEMPTS = 5,
    DEFAULT_BACKOFF_BASE_MS = 500,
    DEFAULT_BACKOFF_CAP_MS = 30000,
    DEFAULT_MAX_RETRY_AFTER_MS = 120000,
    DEFAULT_CONCURRENT = 4,
    NEVER_WAKES = -1
};

struct http_client {
    struct http_client_options options; /* base_url: owned; hosts: not used after new */
    char *base_url;                     /* without slashes at its end; NULL: none */
    struct host_list *hosts;
    struct host_list *token_hosts; /* for token requests only */
    struct http_transport *transport;
    struct authentication *authentication; /* NULL: none */
    struct log *log;
    struct mailbox *box;
    struct rate_limit limit;
    struct jitter jitter;
    struct http_call *calls;      /* oldest first; those that are done as well */
    struct http_call *token_call; /* also the first of calls; NULL: no token is asked for */
    int in_flight;
    uint64_t finished; /* calls of the script that came to their end */
    uint64_t reported; /* those of them that were when the last wait returned */
    struct http_counts counts;
};

/* ---- Clock ---- */

static int64_t machine_now_ms(void *context)
{
    struct timespec time = {0};
    (void)context;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static instant machine_now(void *context)
{
    (void)context;
    return instant_now();
}

static int64_t now_ms(const struct http_client *client)
{
    return client->options.now_ms(client->options.clock_context);
}

static instant utc_now(const struct http_client *client)
{
    return client->options.now(client->options.clock_context);
}

/* ---- Making ---- */

static void set_defaults(struct http_client_options *options)
{
    struct http_limits *limits = &options->limits;
#define DEFAULT(field, value) field = (field) > 0 ? (field) : (value)
    DEFAULT(limits->connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS);
    DEFAULT(limits->timeout_ms, DEFAULT_TIMEOUT_MS);
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
    struct url url = {0};
    enum error_code code = host_list_add_url(client->hosts, base_url, error);
    if (code || (code = url_parse(base_url, &url, error))) {
        return error_prefix(error, "base_url");
    }
    url_release(&url);
    if (memchr(base_url.bytes, '?', base_url.length) != NULL ||
        memchr(base_url.bytes, '#', base_url.length) != NULL) {
        return error_set(error, ERROR_CONFIGURATION, "base_url must end with its path");
    }
    while (base_url.length > 0 && base_url.bytes[base_url.length - 1] == '/') {
        base_url.length--;
    }
    client->base_url = strndup(base_url.bytes, base_url.length);
    return client->base_url != NULL ? ERROR_NONE : error_memory(error, "base_url");
}

static enum error_code set_hosts(struct http_client *client,
                                 const struct http_client_options *options, struct error *error)
{
    enum error_code code = ERROR_NONE;
    client->hosts = host_list_new();
    client->token_hosts = host_list_new();
    if (client->hosts == NULL || client->token_hosts == NULL) {
        return error_memory(error, "the allowed hosts");
    }
    if (!text_is_empty(options->base_url) &&
        (code = set_base_url(client, options->base_url, error))) {
        return code;
    }
    for (size_t i = 0; i < options->host_count; i++) {
        if ((code = host_list_add(client->hosts, options->hosts[i], error))) {
            return code;
        }
    }
    if (client->authentication != NULL &&
        !text_is_absent(authentication_token_url(client->authentication)) &&
        (code = host_list_add_url(client->token_hosts,
                                  authentication_token_url(client->authentication), error))) {
        return error_prefix(error, "token_url");
    }
    return ERROR_NONE;
}

enum error_code http_client_new(const struct http_client_options *options,
                                struct http_transport *transport,
                                struct authentication *authentication, struct log *log,
                                struct http_client **out, struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct http_client *client = calloc(1, sizeof(*client));

    *out = NULL;
    if (client == NULL) {
        return error_memory(error, "an HTTP client");
    }
    client->options = *options;
    client->transport = transport;
    client->authentication = authentication;
    client->log = log;
    set_defaults(&client->options);
    jitter_seed(&client->jitter, options->jitter_seed);
    rate_limit_init(&client->limit, options->requests_per_second, options->burst,
                    options->requests_per_day, options->requests_today, now_ms(client),
                    utc_now(client));
    if ((code = mailbox_new(&client->box, error)) || (code = set_hosts(client, options, error))) {
        goto out;
    }
    *out = client;
    client = NULL;

out:
    http_client_free(client);
    return code;
}

/* ---- The list of calls ---- */

static void add_call(struct http_client *client, struct http_call *call)
{
    struct http_call **place = &client->calls;
    while (!call->is_token && *place != NULL) {
        place = &(*place)->next;
    }
    call->client = client;
    call->next = *place;
    *place = call;
}

static void remove_call(struct http_client *client, struct http_call *call)
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
static void abandon(struct http_call *call)
{
    if (call->state == CALL_IN_FLIGHT) {
        call->delivery->owner = NULL;
        if (call->client->transport->cancel != NULL) {
            call->client->transport->cancel(call->client->transport, call->ticket);
        }
        land(call);
    }
}

void http_client_free(struct http_client *client)
{
    if (client == NULL) {
        return;
    }
    while (client->calls != NULL) {
        struct http_call *call = client->calls;
        abandon(call);
        if (call->state != CALL_DONE) {
            (void)http_result_fail(&call->result, HTTP_FAULT_CANCELLED, ERROR_INTERRUPTED,
                                   "the request to '%s' was cancelled", call->url.host);
            call->state = CALL_DONE;
        }
        remove_call(client, call);
        if (call->is_token) {
            call_free(call);
        }
    }
    mailbox_close(client->box);
    host_list_free(client->hosts);
    host_list_free(client->token_hosts);
    free(client->base_url);
    free(client);
}

/* ---- The end of a call ---- */

static void finish(struct http_call *call)
{
    struct http_client *client = call->client;
    call->state = CALL_DONE;
    if (call->result.fault != HTTP_FAULT_NONE && client->log != NULL) {
        log_redact(client->log, call->result.error.message);
    }
    if (call->is_token) {
        authentication_token_answer(client->authentication, &call->result, utc_now(client));
        client->token_call = NULL;
        remove_call(client, call);
        call_free(call);
        return;
    }
    client->finished++;
}

static void fail(struct http_call *call, enum http_fault fault, const struct error *error)
{
    (void)http_result_fail(&call->result, fault, error->code, "%s", error->message);
    call->result.error.detail = error->detail;
    finish(call);
}

/* A wait that is longer than the operator allows: `ms` for the status that asked for it. */
static void fail_waiting(struct http_call *call, int64_t ms, int status)
{
    (void)http_result_fail(&call->result, HTTP_FAULT_RATE_LIMIT, ERROR_TRANSPORT,
                           "the rate limit of '%s' allows the next request in %lld seconds: run "
                           "again then",
                           call->url.host, (long long)(ms / 1000 + (ms % 1000 != 0)));
    call->result.error.detail = status;
    finish(call);
}

/* ---- Sending ---- */

static bool uses_credentials(const struct http_call *call)
{
    return call->client->authentication != NULL && !call->is_token && !call->foreign &&
           !call->request.without_credentials;
}

static void start_token_call(struct http_client *client)
{
    struct http_request request = {0};
    struct http_call *call = NULL;
    struct http_result failed = {0};
    struct error error = {0};
    enum error_code code = ERROR_NONE;

    if (client->token_call != NULL) {
        return;
    }
    if ((code = authentication_token_request(client->authentication, &request, &error)) ||
        (code = call_new(&request, &call, &error)) ||
        (code = url_parse(request.url, &call->url, &error))) {
        call_free(call);
        (void)http_result_fail(&failed, HTTP_FAULT_AUTHENTICATION, code, "%s", error.message);
        authentication_token_answer(client->authentication, &failed, utc_now(client));
        return;
    }
    /* The engine's own, so it may be sent again: a lost answer can't be had otherwise. */
    call->is_token = true;
    client->token_call = call;
    add_call(client, call);
}

/* Can it be sent as far as credentials are concerned? False: it waits, or has failed. */
static bool has_credentials(struct http_call *call)
{
    struct http_client *client = call->client;
    struct error error = {0};
    if (!uses_credentials(call)) {
        return true;
    }
    switch (authentication_check(client->authentication, utc_now(client), &error)) {
    case AUTHENTICATION_READY:
        return true;
    case AUTHENTICATION_TOKEN_NEEDED:
        start_token_call(client);
        return false;
    default:
        fail(call, HTTP_FAULT_AUTHENTICATION, &error);
        return false;
    }
}

/* Is it its turn? False: it waits, or has failed. */
static bool has_turn(struct http_call *call)
{
    struct http_client *client = call->client;
    int64_t now = now_ms(client);
    if (call->not_before > now) {
        return false;
    }
    if (call->is_token) {
        return true;
    }
    if (client->in_flight >= client->options.max_concurrent) {
        return false;
    }
    int64_t wait = rate_limit_wait(&client->limit, now, utc_now(client));
    if (wait > client->options.max_retry_after_ms) {
        fail_waiting(call, wait, 0);
    }
    return wait == 0;
}

static void count_request(struct http_client *client, const struct http_call *call)
{
    client->counts.requests++;
    client->counts.retries += call->failures > 0;
    client->counts.writes += !call->is_token && !http_method_is_safe(call->request.method);
    if (!call->is_token) {
        rate_limit_take(&client->limit);
    }
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

    if (headers == NULL || (call->delivery = mailbox_expect(client->box, call)) == NULL) {
        code = error_memory(error, "a request");
        goto out;
    }
    request.url = text_of(call->url.text);
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
        code = authentication_sign(client->authentication, &request, &call->url, utc_now(client),
                                   &credentials, error);
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
    credentials_release(&credentials);
    free(headers);
    return code;
}

static void send_call(struct http_call *call)
{
    struct http_client *client = call->client;
    struct error error = {0};
    bool allow_private = false;
    enum error_code code = host_list_check(call->is_token ? client->token_hosts : client->hosts,
                                           &call->url, &allow_private, &error);
    if (code == ERROR_NONE) {
        code = hand_over(call, allow_private, &error);
    }
    if (code) {
        fail(call, code == ERROR_REFUSED ? HTTP_FAULT_REFUSED : HTTP_FAULT_SEND, &error);
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
    int64_t now = now_ms(client);
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
        int64_t told = status == 429 ? rate_limit_told(response, utc_now(client)) : 0;
        wait = retry_after(response, utc_now(client));
        wait = wait < 0 && told > 0 ? told : wait;
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
        rate_limit_hold(&client->limit, now + wait); /* the others need not ask */
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
        fail(call, HTTP_FAULT_REFUSED, &error);
        return;
    }
    http_result_release(&call->result);
    call->not_before = INT64_MIN;
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
    log_answer(call);
    if (call->result.fault != HTTP_FAULT_NONE) {
        if (!try_again(call)) {
            finish(call);
        }
        return;
    }
    name_origin(call); /* the transport's may contain credentials */
    if (call->result.response.status == 401 && uses_credentials(call) && !call->rejected &&
        authentication_reject(client->authentication, call->generation)) {
        call->rejected = true;
        http_result_release(&call->result);
    } else if (call_is_redirect(&call->result.response)) {
        follow(call);
    } else if (!try_again(call)) {
        int64_t told =
            call->is_token ? 0 : rate_limit_told(&call->result.response, utc_now(client));
        rate_limit_hold(&client->limit, now_ms(client) + told);
        finish(call);
    }
}

/* ---- Driving ---- */

static void receive(struct http_client *client)
{
    struct delivery *delivery = NULL;
    while ((delivery = mailbox_receive(client->box)) != NULL) {
        if (delivery->owner != NULL) {
            take_result(delivery->owner, &delivery->result);
        }
        delivery_free(delivery);
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
    if (has_turn(call) && call->state == CALL_WAITING && has_credentials(call)) {
        send_call(call);
    }
    /* A token call that failed at once is gone. */
    return is_token ? client->token_call == NULL || call->state != CALL_WAITING
                    : call->state != CALL_WAITING;
}

static void drive(struct http_client *client)
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

/* Milliseconds until a waiting call may go on; NEVER_WAKES: only an answer helps. *waiting: is
 * anything under way at all? */
static int64_t next_step(struct http_client *client, bool *waiting)
{
    int64_t now = now_ms(client);
    int64_t limit = rate_limit_wait(&client->limit, now, utc_now(client));
    int64_t nearest = NEVER_WAKES;
    *waiting = false;
    for (const struct http_call *call = client->calls; call != NULL; call = call->next) {
        *waiting |= call->state != CALL_DONE;
        if (call->state != CALL_WAITING || (client->token_call != NULL && uses_credentials(call)) ||
            (!call->is_token && client->in_flight >= client->options.max_concurrent)) {
            continue;
        }
        int64_t wait = call->not_before > now ? call->not_before - now : 0;
        wait = !call->is_token && limit > wait ? limit : wait;
        nearest = nearest == NEVER_WAKES || wait < nearest ? wait : nearest;
    }
    return nearest;
}

/* True if it was woken by http_client_wake. */
static bool rest(struct http_client *client, int64_t ms)
{
    if (client->options.pause != NULL && client->in_flight == 0 && ms >= 0) {
        client->options.pause(client->options.clock_context, ms);
        return mailbox_wait(client->box, 0);
    }
    return mailbox_wait(client->box, ms);
}

void http_client_wait(struct http_client *client, int64_t timeout_ms)
{
    int64_t end = timeout_ms >= 0 ? now_ms(client) + timeout_ms : INT64_MAX;
    for (bool woken = false;;) {
        bool waiting = false;
        drive(client);
        int64_t wait = next_step(client, &waiting);
        int64_t left = end - now_ms(client);
        if (client->finished != client->reported || !waiting || woken || left <= 0) {
            client->reported = client->finished;
            return;
        }
        if (timeout_ms >= 0 && (wait == NEVER_WAKES || wait > left)) {
            wait = left;
        }
        woken = rest(client, wait);
    }
}

void http_client_wake(struct http_client *client)
{
    mailbox_wake(client->box);
}

/* ---- Starting ---- */

/* "scheme://": anything else belongs to base_url. */
static bool is_absolute(struct text url)
{
    const char *separator = memmem(url.bytes, url.length, "://", 3);
    if (separator == NULL || separator == url.bytes) {
        return false;
    }
    for (const char *c = url.bytes; c < separator; c++) {
        if (memchr("/?#", *c, 3) != NULL) {
            return false;
        }
    }
    return true;
}

static enum error_code resolve(struct http_client *client, struct text written, struct url *url,
                               struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct buffer whole = BUFFER(2 * URL_MAX_LENGTH);
    if (is_absolute(written)) {
        return url_parse(written, url, error);
    }
    if (client->base_url == NULL) {
        return error_set(error, ERROR_USAGE,
                         "the URL '%.*s' is relative, but the configuration has no base_url",
                         (int)(written.length < 200 ? written.length : 200), written.bytes);
    }
    bool joined = text_is_empty(written) || written.bytes[0] == '/' || written.bytes[0] == '?';
    code = buffer_append_format(&whole, error, "%s%s%.*s", client->base_url, joined ? "" : "/",
                                TEXT_PRINT(written));
    if (code == ERROR_NONE) {
        code = url_parse(buffer_text(&whole), url, error);
    }
    buffer_release(&whole);
    return code;
}

enum error_code http_client_start(struct http_client *client, const struct http_request *request,
                                  struct http_call **out, struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct http_call *call = NULL;
    struct error refused = {0};
    bool allow_private = false;
    const char *engine_header = NULL;

    *out = NULL;
    if (client->authentication != NULL && !request->without_credentials) {
        engine_header = authentication_header(client->authentication);
    }
    if ((code = request_check(request, engine_header, error)) ||
        (code = call_new(request, &call, error))) {
        return code;
    }
    if (!(code = resolve(client, request->url, &call->url, &refused))) {
        code = host_list_check(client->hosts, &call->url, &allow_private, &refused);
    }
    if (code != ERROR_NONE && code != ERROR_REFUSED) {
        call_free(call);
        if (error != NULL) {
            *error = refused;
        }
        return code;
    }
    add_call(client, call);
    if (code == ERROR_REFUSED) {
        fail(call, HTTP_FAULT_REFUSED, &refused);
    } else if (client->options.dry_run && !http_method_is_safe(request->method)) {
        if (client->options.would_send != NULL) {
            struct http_request recorded = call->request;
            recorded.url = text_of(call->url.text);
            client->options.would_send(client->options.would_send_context, &recorded);
        }
        (void)http_result_fail(&call->result, HTTP_FAULT_DRY_RUN, ERROR_REFUSED,
                               "dry run: %.*s to '%s' was not sent", TEXT_PRINT(request->method),
                               call->url.host);
        finish(call);
    }
    *out = call;
    drive(client);
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
    if (call == NULL) {
        return;
    }
    if (call->client != NULL) {
        abandon(call);
        remove_call(call->client, call);
    }
    call_free(call);
}

struct http_counts http_client_counts(const struct http_client *client)
{
    return client->counts;
}
