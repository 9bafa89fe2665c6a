/*
 * curl_transfer: one request of the curl transport: its easy handle, callbacks and outcome.
 *
 * Made on the thread that sends; from then on only the network thread touches it, but for
 * `ticket`, `cancelled` and `next`, which the transport's mutex guards.
 */
#ifndef TANDEM_NET_TRANSPORT_CURL_TRANSFER_H
#define TANDEM_NET_TRANSPORT_CURL_TRANSFER_H

#include "net/wire/curl_library.h"
#include "net/wire/http.h"

struct curl_transfer {
    /* The transport's. */
    struct curl_transfer *next;
    uint64_t ticket;
    bool cancelled;
    bool added; /* to the multi handle */
    http_done *done;
    void *context;
    /* What is sent. */
    const struct curl_library *curl; /* the transport's */
    CURL *easy;
    struct curl_slist *headers;
    char *url, *host, *method, *body;
    size_t body_length;
    bool repeatable;
    struct http_limits limits;
    /* What comes back. */
    struct http_header *answer;
    size_t answer_count, answer_capacity;
    uint64_t header_bytes;
    bool head_complete;
    struct buffer content;
    /* Why it was stopped. */
    int sockets;    /* opened */
    int passes;     /* times that a connection was ready and the request went out */
    bool refused;   /* an address was not allowed */
    bool repeated;  /* libcurl wanted to send a request again that must not be */
    bool too_large; /* which one: */
    bool headers_too_large;
    bool out_of_memory;
    char message[CURL_ERROR_SIZE];
};

/* Copies the request; borrows `curl`. Owned: curl_transfer_free. */
WARN_UNUSED enum error_code curl_transfer_new(const struct curl_library *curl,
                                              const struct http_request *request,
                                              const struct http_limits *limits,
                                              struct curl_transfer **transfer, struct error *error);
void curl_transfer_free(struct curl_transfer *transfer); /* accepts NULL; wipes what it sent */
/* Its outcome; fills a zeroed result, which takes the answer. */
void curl_transfer_result(struct curl_transfer *transfer, CURLcode status, bool cancelled,
                          struct http_result *result);

/* ---- curl_transfer_answer.c: libcurl's callbacks for received data ---- */

/* CURLOPT_HEADERFUNCTION and CURLOPT_WRITEFUNCTION: `context` is the transfer. They return
 * less than has come to stop the transfer. */
size_t curl_transfer_take_header(char *bytes, size_t size, size_t count, void *context);
size_t curl_transfer_take_content(char *bytes, size_t size, size_t count, void *context);
/* Frees the headers that have come. */
void curl_transfer_forget_answer(struct curl_transfer *transfer);

#endif
