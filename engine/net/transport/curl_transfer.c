/* One easy handle: options set, body and headers taken in, the outcome read. */
#include "net/transport/curl_transfer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/wire/address_guard.h"
#include "net/wire/url.h"

/* A server that has begun to answer and then sends less than this is given up. */
enum { SLOW_BYTES_PER_SECOND = 16 };

/* ---- Callbacks of libcurl ---- */

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *target)
{
    struct curl_transfer *transfer = context;
    struct address address;
    (void)purpose;
    if (!address_of_socket(&target->addr, &address) ||
        !address_allowed(&address, transfer->limits.allow_private)) {
        transfer->refused = true;
        return CURL_SOCKET_BAD;
    }
    transfer->sockets++;
    return socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

/* Called before each request, for new and for reused connections. */
static int before_request(void *context, char *peer, char *own, int peer_port, int own_port)
{
    struct curl_transfer *transfer = context;
    struct address address;
    (void)own;
    (void)peer_port;
    (void)own_port;
    if (!address_parse(text_of(peer), &address) ||
        !address_allowed(&address, transfer->limits.allow_private)) {
        transfer->refused = true;
        return CURL_PREREQFUNC_ABORT;
    }
    /* libcurl sends again by itself if a reused connection turns out to be dead; whether the
     * server had carried out the first one nobody knows. */
    if (transfer->passes > 0 && !transfer->repeatable) {
        transfer->repeated = true;
        return CURL_PREREQFUNC_ABORT;
    }
    transfer->passes++;
    return CURL_PREREQFUNC_OK;
}

static void forget_answer(struct curl_transfer *transfer)
{
    for (size_t i = 0; i < transfer->answer_count; i++) {
        free((void *)transfer->answer[i].name.bytes);
        free((void *)transfer->answer[i].value.bytes);
    }
    transfer->answer_count = 0;
}

static bool keep_header(struct curl_transfer *transfer, struct text name, struct text value)
{
    if (transfer->answer_count == transfer->answer_capacity) {
        size_t capacity = transfer->answer_capacity ? transfer->answer_capacity * 2 : 16;
        struct http_header *grown =
            reallocarray(transfer->answer, capacity, sizeof(*transfer->answer));
        if (grown == NULL) {
            return false;
        }
        transfer->answer = grown;
        transfer->answer_capacity = capacity;
    }
    struct http_header *header = &transfer->answer[transfer->answer_count];
    char *name_copy = strndup(name.bytes, name.length);
    char *value_copy = strndup(value.bytes, value.length);
    if (name_copy == NULL || value_copy == NULL) {
        free(name_copy);
        free(value_copy);
        return false;
    }
    header->name = (struct text){name_copy, strlen(name_copy)};
    header->value = (struct text){value_copy, strlen(value_copy)};
    transfer->answer_count++;
    return true;
}

static void begin_answer(struct curl_transfer *transfer)
{
    forget_answer(transfer);
    transfer->head_complete = false;
    /* Not before the server answers: it may think as long as the time limit lets it. */
    (void)transfer->curl->easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_LIMIT,
                                      (long)SLOW_BYTES_PER_SECOND);
    (void)transfer->curl->easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_TIME,
                                      (long)transfer->limits.stall_seconds);
}

/* More than any answer has: libcurl would take it for no length at all, and what comes for whole. */
static bool is_no_length(struct text value)
{
    enum { DIGITS_MOST = 18 };
    while (value.length > 0 && *value.bytes == '0') {
        value.bytes++;
        value.length--;
    }
    return value.length > DIGITS_MOST;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct curl_transfer *transfer = context;
    struct text line = {bytes, size * count};
    transfer->header_bytes += line.length;
    if (transfer->header_bytes > transfer->limits.max_header_bytes) {
        transfer->too_large = transfer->headers_too_large = true;
        return 0;
    }
    if (text_starts_with(line, TEXT("HTTP/"))) {
        begin_answer(transfer);
        return line.length;
    }
    const char *colon = memchr(line.bytes, ':', line.length);
    if (colon == NULL) { /* the empty line at the end, or no header */
        transfer->head_complete |= text_is_empty(text_trim(line));
        return line.length;
    }
    struct text name = {line.bytes, (size_t)(colon - line.bytes)};
    struct text value = {colon + 1, line.length - name.length - 1};
    if (http_header_is(text_trim(name), "Content-Length") && is_no_length(text_trim(value))) {
        transfer->too_large = true;
        return 0;
    }
    if (!keep_header(transfer, text_trim(name), text_trim(value))) {
        transfer->out_of_memory = true;
        return 0;
    }
    return line.length;
}

static size_t take_content(char *bytes, size_t size, size_t count, void *context)
{
    struct curl_transfer *transfer = context;
    size_t length = size * count;
    if (length > transfer->limits.max_body_bytes - transfer->content.length) {
        transfer->too_large = true;
        return 0;
    }
    if (buffer_append(&transfer->content, bytes, length, NULL)) {
        transfer->out_of_memory = true;
        return 0;
    }
    return length;
}

/* ---- Making ---- */

static bool add_line(struct curl_transfer *transfer, const char *line)
{
    struct curl_slist *longer = transfer->curl->slist_append(transfer->headers, line);
    if (longer != NULL) {
        transfer->headers = longer;
    }
    return longer != NULL;
}

static enum error_code add_headers(struct curl_transfer *transfer,
                                   const struct http_request *request, struct error *error)
{
    enum error_code code = ERROR_NONE;
    bool has_type = false;
    struct buffer line = BUFFER(1U << 20);

    for (size_t i = 0; i < request->header_count && code == ERROR_NONE; i++) {
        const struct http_header *header = &request->headers[i];
        has_type |= http_header_is(header->name, "Content-Type");
        buffer_clear(&line);
        /* libcurl reads "Name:" and "Name: " as "leave it out" and "Name;" as "send it empty". */
        code = text_is_empty(text_trim(header->value))
                   ? buffer_append_format(&line, error, "%.*s;", TEXT_PRINT(header->name))
                   : buffer_append_format(&line, error, "%.*s: %.*s", TEXT_PRINT(header->name),
                                          TEXT_PRINT(header->value));
        if (code == ERROR_NONE && !add_line(transfer, line.data)) {
            code = error_memory(error, "the headers of a request");
        }
    }
    if (code == ERROR_NONE && !text_is_empty(request->idempotency_key)) {
        buffer_clear(&line);
        code = buffer_append_format(&line, error, "Idempotency-Key: %.*s",
                                    TEXT_PRINT(request->idempotency_key));
        if (code == ERROR_NONE && !add_line(transfer, line.data)) {
            code = error_memory(error, "the headers of a request");
        }
    }
    if (code == ERROR_NONE &&
        ((!has_type && !add_line(transfer, "Content-Type:")) || !add_line(transfer, "Expect:"))) {
        code = error_memory(error, "the headers of a request");
    }
    if (line.data != NULL) {
        explicit_bzero(line.data, line.length);
    }
    buffer_release(&line);
    return code;
}

/* What is the same for every request. */
static CURLcode set_rules(struct curl_transfer *transfer, int64_t timeout_ms)
{
    CURL *easy = transfer->easy;
    CURLcode status = CURLE_OK;
#define SET(option, value)                                                                         \
    if (status == CURLE_OK) {                                                                      \
        status = transfer->curl->easy_setopt(easy, option, value);                                 \
    }
    SET(CURLOPT_PRIVATE, transfer)
    SET(CURLOPT_ERRORBUFFER, transfer->message)
    SET(CURLOPT_NOSIGNAL, 1L)
    SET(CURLOPT_PROXY, "")
    SET(CURLOPT_PROTOCOLS_STR, "http,https")
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "https")
    SET(CURLOPT_FOLLOWLOCATION, 0L)
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L)
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED)
    SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_NONE)
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS)
    SET(CURLOPT_HTTP09_ALLOWED, 0L)
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2)
    SET(CURLOPT_SSL_VERIFYPEER, 1L)
    SET(CURLOPT_SSL_VERIFYHOST, 2L)
    if (transfer->limits.ca_file != NULL) {
        SET(CURLOPT_CAINFO, transfer->limits.ca_file)
        SET(CURLOPT_CAPATH, NULL)
    }
    SET(CURLOPT_ACCEPT_ENCODING, "")
    SET(CURLOPT_PIPEWAIT, strncmp(transfer->url, "https:", 6) == 0 ? 1L : 0L)
    /* A name service that hangs must not hold up everybody when one request is given up. */
    SET(CURLOPT_QUICK_EXIT, 1L)
    SET(CURLOPT_MAXLIFETIME_CONN, 3600L)
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->limits.connect_timeout_ms)
    SET(CURLOPT_TIMEOUT_MS, (long)timeout_ms)
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket)
    SET(CURLOPT_OPENSOCKETDATA, transfer)
    SET(CURLOPT_PREREQFUNCTION, before_request)
    SET(CURLOPT_PREREQDATA, transfer)
    SET(CURLOPT_HEADERFUNCTION, take_header)
    SET(CURLOPT_HEADERDATA, transfer)
    SET(CURLOPT_WRITEFUNCTION, take_content)
    SET(CURLOPT_WRITEDATA, transfer)
#undef SET
    return status;
}

static CURLcode set_request(struct curl_transfer *transfer, const struct http_request *request,
                            const char *method)
{
    CURL *easy = transfer->easy;
    bool may_lack_body =
        http_method_is_safe(request->method) || text_equal(request->method, TEXT("DELETE"));
    CURLcode status = transfer->curl->easy_setopt(easy, CURLOPT_URL, transfer->url);
    if (status == CURLE_OK) {
        status = transfer->curl->easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    }
    if (status == CURLE_OK && text_equal(request->method, TEXT("HEAD"))) {
        return transfer->curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    if (status == CURLE_OK && (transfer->body != NULL || !may_lack_body)) {
        (void)transfer->curl->easy_setopt(easy, CURLOPT_POST, 1L);
        (void)transfer->curl->easy_setopt(easy, CURLOPT_POSTFIELDS,
                                          transfer->body ? transfer->body : "");
        (void)transfer->curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                          (curl_off_t)transfer->body_length);
    }
    if (status == CURLE_OK) {
        status = transfer->curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    }
    return status;
}

static enum error_code copy_request(struct curl_transfer *transfer,
                                    const struct http_request *request, struct error *error)
{
    struct url url = {0};
    enum error_code code = url_parse(request->url, &url, error);
    if (code) {
        return code;
    }
    transfer->url = url.text;
    transfer->host = url.host;
    url.text = url.host = NULL;
    url_release(&url);
    if (!text_is_absent(request->body)) {
        transfer->body = malloc(request->body.length + 1);
        if (transfer->body == NULL) {
            return error_memory(error, "the body of a request");
        }
        memcpy(transfer->body, request->body.bytes, request->body.length);
        transfer->body[request->body.length] = '\0';
        transfer->body_length = request->body.length;
    }
    transfer->repeatable = http_request_is_repeatable(request);
    return add_headers(transfer, request, error);
}

enum error_code curl_transfer_new(const struct curl_library *curl,
                                  const struct http_request *request,
                                  const struct http_limits *limits, struct curl_transfer **out,
                                  struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct curl_transfer *transfer = calloc(1, sizeof(*transfer));
    char *method = strndup(request->method.bytes, request->method.length);

    *out = NULL;
    if (transfer != NULL) {
        transfer->curl = curl;
        transfer->easy = curl->easy_init();
    }
    if (transfer == NULL || method == NULL || transfer->easy == NULL) {
        code = error_memory(error, "a request");
        goto out;
    }
    transfer->limits = *limits;
    transfer->content.ceiling = limits->max_body_bytes;
    code = copy_request(transfer, request, error);
    if (code) {
        goto out;
    }
    int64_t timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : limits->timeout_ms;
    CURLcode status = set_rules(transfer, timeout_ms);
    if (status == CURLE_OK) {
        status = set_request(transfer, request, method);
    }
    if (status != CURLE_OK) {
        code = error_set(error, ERROR_INTERNAL, "libcurl refuses an option: %s",
                         curl->easy_strerror(status));
        goto out;
    }
    *out = transfer;
    transfer = NULL;

out:
    free(method);
    curl_transfer_free(transfer);
    return code;
}

void curl_transfer_free(struct curl_transfer *transfer)
{
    if (transfer == NULL) {
        return;
    }
    transfer->curl->easy_cleanup(transfer->easy);
    for (struct curl_slist *line = transfer->headers; line != NULL; line = line->next) {
        explicit_bzero(line->data, strlen(line->data));
    }
    transfer->curl->slist_free_all(transfer->headers);
    forget_answer(transfer);
    free(transfer->answer);
    buffer_release(&transfer->content);
    if (transfer->body != NULL) {
        explicit_bzero(transfer->body, transfer->body_length);
    }
    if (transfer->url != NULL) {
        explicit_bzero(transfer->url, strlen(transfer->url));
    }
    free(transfer->url);
    free(transfer->host);
    free(transfer->body);
    free(transfer);
}

/* ---- Outcome ---- */

static enum http_fault fault_of(CURLcode status)
{
    switch (status) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return HTTP_FAULT_RESOLVE;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
        return HTTP_FAULT_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_FAULT_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
        return HTTP_FAULT_TLS;
    case CURLE_SEND_ERROR:
        return HTTP_FAULT_SEND;
    case CURLE_URL_MALFORMAT:
        return HTTP_FAULT_REFUSED;
    default:
        return HTTP_FAULT_RECEIVE;
    }
}

static const char *headline(enum http_fault fault)
{
    switch (fault) {
    case HTTP_FAULT_RESOLVE:
        return "could not find the address of";
    case HTTP_FAULT_CONNECT:
        return "could not connect to";
    case HTTP_FAULT_TIMEOUT:
        return "no complete answer in time from";
    case HTTP_FAULT_TLS:
        return "no trusted TLS connection to";
    case HTTP_FAULT_SEND:
        return "could not send to";
    case HTTP_FAULT_REFUSED:
        return "libcurl refuses the URL of";
    default:
        return "no valid answer from";
    }
}

/* Faults of our own making. False: it was none. */
static bool own_fault(const struct curl_transfer *transfer, CURLcode status, bool cancelled,
                      struct http_result *result)
{
    unsigned long long limit = transfer->headers_too_large ? transfer->limits.max_header_bytes
                                                           : transfer->limits.max_body_bytes;
    if (cancelled) {
        (void)http_result_fail(result, HTTP_FAULT_CANCELLED, ERROR_INTERRUPTED,
                               "the request to '%s' was cancelled", transfer->host);
    } else if (transfer->refused &&
               (transfer->sockets == 0 || status == CURLE_ABORTED_BY_CALLBACK)) {
        (void)http_result_fail(result, HTTP_FAULT_REFUSED, ERROR_REFUSED,
                               "'%s' has a private or reserved address: if it is meant, write "
                               "'private:%s' into 'hosts' of the configuration",
                               transfer->host, transfer->host);
    } else if (transfer->repeated) {
        (void)http_result_fail(result, HTTP_FAULT_RECEIVE, ERROR_TRANSPORT,
                               "'%s' closed the connection without an answer", transfer->host);
    } else if (transfer->too_large) {
        (void)http_result_fail(result, HTTP_FAULT_TOO_LARGE, ERROR_TRANSPORT,
                               "the %s of the answer from '%s' %s larger than %llu bytes",
                               transfer->headers_too_large ? "headers" : "body", transfer->host,
                               transfer->headers_too_large ? "are" : "is", limit);
    } else if (transfer->out_of_memory) {
        (void)http_result_fail(result, HTTP_FAULT_RECEIVE, ERROR_MEMORY,
                               "out of memory for the answer from '%s'", transfer->host);
    } else {
        return false;
    }
    return true;
}

static void measure(const struct curl_transfer *transfer, struct http_response *response)
{
    curl_off_t down = 0;
    curl_off_t up = 0;
    curl_off_t microseconds = 0;
    long request = 0;
    (void)transfer->curl->easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    (void)transfer->curl->easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &up);
    (void)transfer->curl->easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    (void)transfer->curl->easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &request);
    response->elapsed_ms = microseconds / 1000;
    response->bytes_in = (uint64_t)down + transfer->header_bytes;
    response->bytes_out = (uint64_t)(request > up ? request : up);
}

static bool take_answer(struct curl_transfer *transfer, struct http_response *response)
{
    long status = 0;
    char *url = strdup(transfer->url);
    if (url == NULL || (transfer->content.data == NULL &&
                        buffer_append(&transfer->content, "", 0, NULL) != ERROR_NONE)) {
        free(url);
        return false;
    }
    (void)transfer->curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    response->status = (int)status;
    response->url = text_of(url);
    /* The buffer has grown by doubling. */
    char *body = realloc(transfer->content.data, transfer->content.length + 1);
    response->body = (struct text){body ? body : transfer->content.data, transfer->content.length};
    response->headers = transfer->answer;
    response->header_count = transfer->answer_count;
    transfer->answer = NULL;
    transfer->answer_count = transfer->answer_capacity = 0;
    transfer->content = (struct buffer)BUFFER(0);
    return true;
}

void curl_transfer_result(struct curl_transfer *transfer, CURLcode status, bool cancelled,
                          struct http_result *result)
{
    struct http_response measured = {0};
    result->sent = transfer->passes > 0;
    measure(transfer, &measured);
    if (status == CURLE_OK && !transfer->head_complete) {
        status = CURLE_WEIRD_SERVER_REPLY; /* libcurl takes half a head for a whole one */
    } else if (status == CURLE_OUT_OF_MEMORY && result->sent && !transfer->head_complete) {
        transfer->too_large = transfer->headers_too_large = true; /* one line over its own limit */
    }
    if (status == CURLE_OK && take_answer(transfer, &result->response)) {
        result->response.elapsed_ms = measured.elapsed_ms;
    } else if (status == CURLE_OK) {
        transfer->out_of_memory = true;
    }
    if ((status != CURLE_OK || transfer->out_of_memory) &&
        !own_fault(transfer, status, cancelled, result)) {
        enum http_fault fault = fault_of(status);
        (void)http_result_fail(
            result, fault, fault == HTTP_FAULT_REFUSED ? ERROR_REFUSED : ERROR_TRANSPORT,
            "%s '%s': %s", headline(fault), transfer->host,
            transfer->message[0] != '\0' ? transfer->message
                                         : transfer->curl->easy_strerror(status));
        if (status == CURLE_SSL_CONNECT_ERROR) {
            result->error.retry = ERROR_RETRY_LATER; /* no certificate: the handshake broke off */
        }
    }
    /* Also for faults: what was moved was moved. */
    result->response.bytes_in = measured.bytes_in;
    result->response.bytes_out = measured.bytes_out;
    result->response.elapsed_ms = measured.elapsed_ms;
}
