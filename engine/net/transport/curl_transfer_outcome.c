/* The outcome of a request: the answer, or which fault and whose. */
#include "net/transport/curl_transfer.h"

#include <stdlib.h>
#include <string.h>

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
    static const char *const headlines[] = {
        [HTTP_FAULT_RESOLVE] = "could not find the address of",
        [HTTP_FAULT_CONNECT] = "could not connect to",
        [HTTP_FAULT_TIMEOUT] = "no complete answer in time from",
        [HTTP_FAULT_TLS] = "no trusted TLS connection to",
        [HTTP_FAULT_SEND] = "could not send to",
        [HTTP_FAULT_REFUSED] = "libcurl refuses the URL of",
    };
    return headlines[fault] ? headlines[fault] : "no valid answer from";
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
                               "'%s' has a private or reserved address: if that is intended, "
                               "write 'private:%s' into 'hosts' of the configuration",
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
    curl_off_t down = 0, up = 0, microseconds = 0;
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
    if (!url || (!transfer->content.data && buffer_append(&transfer->content, "", 0, NULL))) {
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
    if (status == CURLE_OK && !transfer->head_complete)
        status = CURLE_WEIRD_SERVER_REPLY; /* libcurl takes half a head for a whole one */
    else if (status == CURLE_OUT_OF_MEMORY && result->sent && !transfer->head_complete)
        transfer->too_large = transfer->headers_too_large = true; /* one line over its own limit */
    if (status == CURLE_OK && take_answer(transfer, &result->response))
        result->response.elapsed_ms = measured.elapsed_ms;
    else if (status == CURLE_OK)
        transfer->out_of_memory = true;
    if ((status != CURLE_OK || transfer->out_of_memory) &&
        !own_fault(transfer, status, cancelled, result)) {
        enum http_fault fault = fault_of(status);
        (void)http_result_fail(
            result, fault, fault == HTTP_FAULT_REFUSED ? ERROR_REFUSED : ERROR_TRANSPORT,
            "%s '%s': %s", headline(fault), transfer->host,
            transfer->message[0] != '\0' ? transfer->message
                                         : transfer->curl->easy_strerror(status));
        if (status == CURLE_SSL_CONNECT_ERROR)
            result->error.retry = ERROR_RETRY_LATER; /* no certificate: the handshake broke off */
    }
    /* Also for faults: the bytes were transferred in any case. */
    result->response.bytes_in = measured.bytes_in;
    result->response.bytes_out = measured.bytes_out;
    result->response.elapsed_ms = measured.elapsed_ms;
}
