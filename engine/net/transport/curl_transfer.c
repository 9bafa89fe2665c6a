/* One easy handle: the options of a request. */
#include "net/transport/curl_transfer.h"

#include <stdlib.h>
#include <string.h>

#include "net/wire/address_guard.h"
#include "net/wire/url.h"

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
    (void)own, (void)peer_port, (void)own_port;
    if (!address_parse(text_of(peer), &address) ||
        !address_allowed(&address, transfer->limits.allow_private)) {
        transfer->refused = true;
        return CURL_PREREQFUNC_ABORT;
    }
    /* libcurl resends by itself if a reused connection turns out to be dead; it is unknown whether
     * the server had executed the first request. */
    if (transfer->passes > 0 && !transfer->repeatable) {
        transfer->repeated = true;
        return CURL_PREREQFUNC_ABORT;
    }
    transfer->passes++;
    return CURL_PREREQFUNC_OK;
}

/* ---- Making ---- */

static enum error_code add_line(struct curl_transfer *transfer, const char *line,
                                struct error *error)
{
    struct curl_slist *const longer = transfer->curl->slist_append(transfer->headers, line);
    if (!longer)
        return error_memory(error, "the headers of a request");
    transfer->headers = longer;
    return ERROR_NONE;
}

static enum error_code add_header(struct curl_transfer *transfer, struct text name,
                                  struct text value, struct error *error)
{
    struct buffer line = BUFFER(1U << 20);
    /* libcurl reads "Name:" and "Name: " as "leave it out" and "Name;" as "send it empty". */
    enum error_code code =
        text_is_empty(text_trim(value))
            ? buffer_append_format(&line, error, "%.*s;", TEXT_PRINT(name))
            : buffer_append_format(&line, error, "%.*s: %.*s", TEXT_PRINT(name), TEXT_PRINT(value));
    if (!code)
        code = add_line(transfer, line.data, error);
    if (line.data)
        explicit_bzero(line.data, line.length);
    buffer_release(&line);
    return code;
}

static enum error_code add_headers(struct curl_transfer *transfer,
                                   const struct http_request *request, struct error *error)
{
    const size_t count = request->header_count;
    for (size_t i = 0; i < count; i++)
        if (add_header(transfer, request->headers[i].name, request->headers[i].value, error))
            return error->code;
    if (!text_is_empty(request->idempotency_key) &&
        add_header(transfer, TEXT("Idempotency-Key"), request->idempotency_key, error))
        return error->code;
    if (!http_header_find(request->headers, count, "Content-Type") &&
        add_line(transfer, "Content-Type:", error))
        return error->code;
    return add_line(transfer, "Expect:", error);
}

#define SET(option, value)                                                                         \
    if (status == CURLE_OK)                                                                        \
        status = transfer->curl->easy_setopt(easy, option, value);

/* What is the same for every request. */
static CURLcode set_rules(struct curl_transfer *transfer, int64_t timeout_ms)
{
    CURL *easy = transfer->easy;
    CURLcode status = CURLE_OK;
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
    if (transfer->limits.ca_file) {
        SET(CURLOPT_CAINFO, transfer->limits.ca_file)
        SET(CURLOPT_CAPATH, NULL)
    }
    SET(CURLOPT_ACCEPT_ENCODING, "")
    SET(CURLOPT_PIPEWAIT, strncmp(transfer->url, "https:", 6) == 0 ? 1L : 0L)
    /* A hanging name service must not hold up all requests when one is cancelled. */
    SET(CURLOPT_QUICK_EXIT, 1L)
    SET(CURLOPT_MAXLIFETIME_CONN, 3600L)
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->limits.connect_timeout_ms)
    SET(CURLOPT_TIMEOUT_MS, (long)timeout_ms)
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket)
    SET(CURLOPT_OPENSOCKETDATA, transfer)
    SET(CURLOPT_PREREQFUNCTION, before_request)
    SET(CURLOPT_PREREQDATA, transfer)
    SET(CURLOPT_HEADERFUNCTION, curl_transfer_take_header)
    SET(CURLOPT_HEADERDATA, transfer)
    SET(CURLOPT_WRITEFUNCTION, curl_transfer_take_content)
    SET(CURLOPT_WRITEDATA, transfer)
    return status;
}

static CURLcode set_request(struct curl_transfer *transfer, const struct http_request *request)
{
    CURL *easy = transfer->easy;
    CURLcode status = CURLE_OK;
    SET(CURLOPT_URL, transfer->url)
    SET(CURLOPT_HTTPHEADER, transfer->headers)
    if (text_equal(request->method, TEXT("HEAD"))) {
        SET(CURLOPT_NOBODY, 1L)
        return status;
    }
    if (transfer->body ||
        !(http_method_is_safe(request->method) || text_equal(request->method, TEXT("DELETE")))) {
        SET(CURLOPT_POST, 1L)
        SET(CURLOPT_POSTFIELDS, transfer->body ? transfer->body : "")
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_length)
    }
    SET(CURLOPT_CUSTOMREQUEST, transfer->method)
    return status;
}
#undef SET

static enum error_code copy_request(struct curl_transfer *transfer,
                                    const struct http_request *request, struct error *error)
{
    struct url url = {0};
    if (url_parse(request->url, &url, error))
        return error->code;
    transfer->url = url.text;
    transfer->host = url.host;
    url.text = url.host = NULL;
    url_release(&url);
    transfer->method = strndup(request->method.bytes, request->method.length);
    if (!transfer->method)
        return error_memory(error, "a request");
    if (!text_is_absent(request->body)) {
        transfer->body = malloc(request->body.length + 1);
        if (!transfer->body)
            return error_memory(error, "the body of a request");
        memcpy(transfer->body, request->body.bytes, request->body.length);
        transfer->body[request->body.length] = '\0';
        transfer->body_length = request->body.length;
    }
    transfer->repeatable = http_request_is_repeatable(request);
    return add_headers(transfer, request, error);
}

static enum error_code prepare(struct curl_transfer *transfer, const struct http_request *request,
                               struct error *error)
{
    const int64_t timeout_ms =
        request->timeout_ms > 0 ? request->timeout_ms : transfer->limits.timeout_ms;
    if (!transfer->easy)
        return error_memory(error, "a request");
    if (copy_request(transfer, request, error))
        return error->code;
    CURLcode status = set_rules(transfer, timeout_ms);
    if (status == CURLE_OK)
        status = set_request(transfer, request);
    return status == CURLE_OK ? ERROR_NONE
                              : error_set(error, ERROR_INTERNAL, "libcurl refuses an option: %s",
                                          transfer->curl->easy_strerror(status));
}

enum error_code curl_transfer_new(const struct curl_library *curl,
                                  const struct http_request *request,
                                  const struct http_limits *limits, struct curl_transfer **out,
                                  struct error *error)
{
    struct curl_transfer *const transfer = calloc(1, sizeof(*transfer));

    *out = NULL;
    if (!transfer)
        return error_memory(error, "a request");
    transfer->curl = curl;
    transfer->easy = curl->easy_init();
    transfer->limits = *limits;
    transfer->content.ceiling = limits->max_body_bytes;
    if (prepare(transfer, request, error)) {
        curl_transfer_free(transfer);
        return error->code;
    }
    *out = transfer;
    return ERROR_NONE;
}

void curl_transfer_free(struct curl_transfer *transfer)
{
    if (!transfer)
        return;
    transfer->curl->easy_cleanup(transfer->easy);
    for (struct curl_slist *line = transfer->headers; line; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    transfer->curl->slist_free_all(transfer->headers);
    curl_transfer_forget_answer(transfer);
    free(transfer->answer);
    buffer_release(&transfer->content);
    if (transfer->body)
        explicit_bzero(transfer->body, transfer->body_length);
    if (transfer->url)
        explicit_bzero(transfer->url, strlen(transfer->url));
    free(transfer->url);
    free(transfer->host);
    free(transfer->method);
    free(transfer->body);
    free(transfer);
}
