/* Headers and body as they come in. */
#include "net/transport/curl_transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* If a server that has begun to answer then sends less than this, the request is given up. */
enum { SLOW_BYTES_PER_SECOND = 16 };

void curl_transfer_forget_answer(struct curl_transfer *transfer)
{
    for (size_t i = 0; i < transfer->answer_count; i++) {
        free((void *)transfer->answer[i].name.bytes);
        free((void *)transfer->answer[i].value.bytes);
    }
    transfer->answer_count = 0;
}

static bool keep_header(struct curl_transfer *transfer, struct text name, struct text value)
{
    struct http_header *const headers = array_grow_heap(
        transfer->answer, transfer->answer_count, &transfer->answer_capacity, sizeof *headers);
    if (!headers)
        return false;
    transfer->answer = headers;
    char *const name_copy = strndup(name.bytes, name.length);
    char *const value_copy = strndup(value.bytes, value.length);
    if (!name_copy || !value_copy) {
        free(name_copy);
        free(value_copy);
        return false;
    }
    headers[transfer->answer_count++] =
        (struct http_header){text_of(name_copy), text_of(value_copy)};
    return true;
}

static void begin_answer(struct curl_transfer *transfer)
{
    curl_transfer_forget_answer(transfer);
    transfer->head_complete = false;
    /* Not before the server answers: it may take as long as the time limit allows. */
    (void)transfer->curl->easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_LIMIT,
                                      (long)SLOW_BYTES_PER_SECOND);
    (void)transfer->curl->easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_TIME,
                                      (long)transfer->limits.stall_seconds);
}

/* Larger than any answer: libcurl would treat it as no length at all, and a truncated answer as
 * complete.
 */
static bool is_no_length(struct text value)
{
    enum { DIGITS_MOST = 18 };
    while (value.length > 0 && *value.bytes == '0') {
        value.bytes++;
        value.length--;
    }
    return value.length > DIGITS_MOST;
}

size_t curl_transfer_take_header(char *bytes, size_t size, size_t count, void *context)
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
    struct text name, value;
    if (!text_cut(line, ':', &name, &value)) { /* the empty line at the end, or no header */
        transfer->head_complete |= text_is_empty(text_trim(line));
        return line.length;
    }
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

size_t curl_transfer_take_content(char *bytes, size_t size, size_t count, void *context)
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
