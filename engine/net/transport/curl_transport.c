/* The thread that drives the multi interface, and the queue that feeds it. */
#include "net/transport/curl_transport.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/transport/curl_transfer.h"

/* How long the thread sleeps if nothing happens; wake-ups end it at once. */
enum { IDLE_MS = 60000 };
/* Connections kept for reuse. */
enum { KEPT_CONNECTIONS = 32 };

struct curl_transport {
    struct http_transport interface; /* first: the two have one address */
    struct log *log;                 /* borrowed; may be NULL */
    struct curl_library curl;
    CURLM *multi;
    CURLSH *share; /* TLS sessions; used on the thread only */
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    struct curl_transfer *transfers;
    uint64_t last_ticket;
    bool closing;
};

static struct curl_transport *transport_of(struct http_transport *interface)
{
    return (struct curl_transport *)(void *)interface;
}

static void unlink_transfer(struct curl_transport *transport, const struct curl_transfer *transfer)
{
    struct curl_transfer **place = &transport->transfers;
    while (*place && *place != transfer)
        place = &(*place)->next;
    if (*place)
        *place = transfer->next;
}

/* Give the outcome to the caller and forget the transfer. Called without the mutex. */
static void finish(struct curl_transport *transport, struct curl_transfer *transfer,
                   CURLcode status)
{
    struct http_result result = {0};
    if (transfer->added)
        (void)transport->curl.multi_remove_handle(transport->multi, transfer->easy);
    pthread_mutex_lock(&transport->mutex);
    unlink_transfer(transport, transfer);
    bool cancelled = transfer->cancelled || transport->closing;
    pthread_mutex_unlock(&transport->mutex);
    curl_transfer_result(transfer, status, cancelled && status != CURLE_OK, &result);
    transfer->done(transfer->context, &result);
    http_result_release(&result);
    curl_transfer_free(transfer);
}

/* One transfer that has to be started or ended, or NULL. */
static struct curl_transfer *next_job(struct curl_transport *transport, bool *end)
{
    pthread_mutex_lock(&transport->mutex);
    struct curl_transfer *transfer = transport->transfers;
    for (; transfer; transfer = transfer->next) {
        *end = transfer->cancelled || transport->closing;
        if (*end || !transfer->added)
            break;
    }
    pthread_mutex_unlock(&transport->mutex);
    return transfer;
}

static bool is_closing(struct curl_transport *transport)
{
    pthread_mutex_lock(&transport->mutex);
    bool closing = transport->closing;
    pthread_mutex_unlock(&transport->mutex);
    return closing;
}

static void start_and_cancel(struct curl_transport *transport)
{
    bool end = false;
    for (struct curl_transfer *transfer = next_job(transport, &end); transfer;
         transfer = next_job(transport, &end)) {
        if (end) {
            finish(transport, transfer, CURLE_ABORTED_BY_CALLBACK);
            continue;
        }
        /* Here, because the share has no locks and counts its users. */
        (void)transport->curl.easy_setopt(transfer->easy, CURLOPT_SHARE, transport->share);
        if (transport->curl.multi_add_handle(transport->multi, transfer->easy) != CURLM_OK)
            finish(transport, transfer, CURLE_OUT_OF_MEMORY);
        else
            transfer->added = true; /* only this thread looks at it */
    }
}

static void finish_completed(struct curl_transport *transport)
{
    int left = 0;
    for (CURLMsg *message = transport->curl.multi_info_read(transport->multi, &left); message;
         message = transport->curl.multi_info_read(transport->multi, &left)) {
        char *pointer = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode status = message->data.result; /* gone once the handle is removed */
        (void)transport->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
        finish(transport, (struct curl_transfer *)(void *)pointer, status);
    }
}

static void *run_jobs(void *argument)
{
    struct curl_transport *transport = argument;
    for (;;) {
        int running = 0;
        start_and_cancel(transport);
        if (is_closing(transport))
            return NULL;
        CURLMcode status = transport->curl.multi_perform(transport->multi, &running);
        finish_completed(transport);
        if (status == CURLM_OK)
            status = transport->curl.multi_poll(transport->multi, NULL, 0, IDLE_MS, NULL);
        if (status != CURLM_OK) {
            /* No handle is at fault; all we can do is not to spin. */
            log_write(transport->log, LOG_ERROR, "net", "libcurl: %s",
                      transport->curl.multi_strerror(status));
            (void)usleep(100000);
        }
    }
}

static enum error_code transport_send(struct http_transport *interface,
                                      const struct http_request *request,
                                      const struct http_limits *limits, http_done *done,
                                      void *context, uint64_t *ticket, struct error *error)
{
    struct curl_transport *transport = transport_of(interface);
    struct curl_transfer *transfer = NULL;
    enum error_code code = curl_transfer_new(&transport->curl, request, limits, &transfer, error);

    if (code)
        return code;
    transfer->done = done;
    transfer->context = context;
    pthread_mutex_lock(&transport->mutex);
    *ticket = transfer->ticket = ++transport->last_ticket;
    transfer->next = transport->transfers;
    transport->transfers = transfer;
    pthread_mutex_unlock(&transport->mutex);
    (void)transport->curl.multi_wakeup(transport->multi);
    return ERROR_NONE;
}

static void transport_cancel(struct http_transport *interface, uint64_t ticket)
{
    struct curl_transport *transport = transport_of(interface);
    pthread_mutex_lock(&transport->mutex);
    for (struct curl_transfer *t = transport->transfers; t; t = t->next)
        if (t->ticket == ticket)
            t->cancelled = true;
    pthread_mutex_unlock(&transport->mutex);
    (void)transport->curl.multi_wakeup(transport->multi);
}

static void transport_free(struct curl_transport *transport)
{
    if (transport->multi)
        (void)transport->curl.multi_cleanup(transport->multi);
    if (transport->share)
        (void)transport->curl.share_cleanup(transport->share);
    (void)pthread_mutex_destroy(&transport->mutex);
    transport->curl.global_cleanup();
    free(transport);
}

static void transport_close(struct http_transport *interface)
{
    struct curl_transport *transport = transport_of(interface);
    pthread_mutex_lock(&transport->mutex);
    transport->closing = true;
    pthread_mutex_unlock(&transport->mutex);
    (void)transport->curl.multi_wakeup(transport->multi);
    (void)pthread_join(transport->thread, NULL);
    transport_free(transport);
}

static enum error_code prepare(struct curl_transport *transport, struct error *error)
{
    transport->multi = transport->curl.multi_init();
    transport->share = transport->curl.share_init();
    if (!transport->multi || !transport->share)
        return error_memory(error, "the HTTP transport");
    (void)transport->curl.multi_setopt(transport->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    (void)transport->curl.multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS,
                                       (long)KEPT_CONNECTIONS);
    /* No locks in it: all transfers run on one thread. */
    (void)transport->curl.share_setopt(transport->share, CURLSHOPT_SHARE,
                                       CURL_LOCK_DATA_SSL_SESSION);
    return ERROR_NONE;
}

/* Signals are for the engine's thread, whose waits they end. SIGPIPE, too, stays away from here,
 * and libcurl's resolver threads inherit all that. */
static enum error_code start_thread(struct curl_transport *transport, struct error *error)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    errno = pthread_create(&transport->thread, NULL, run_jobs, transport);
    const enum error_code code =
        errno ? error_system(error, "the network thread could not be started") : ERROR_NONE;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

enum error_code curl_transport_open(struct log *log, struct http_transport **out,
                                    struct error *error)
{
    struct curl_transport *const transport = calloc(1, sizeof(*transport));

    *out = NULL;
    if (!transport)
        return error_memory(error, "the HTTP transport");
    if (curl_library_load(&transport->curl, error)) {
        free(transport);
        return error->code;
    }
    if (transport->curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(transport);
        return error_set(error, ERROR_SYSTEM, "libcurl could not be started");
    }
    transport->interface =
        (struct http_transport){transport_send, transport_cancel, transport_close};
    transport->log = log;
    (void)pthread_mutex_init(&transport->mutex, NULL);
    if (prepare(transport, error) || start_thread(transport, error)) {
        transport_free(transport);
        return error->code;
    }
    *out = &transport->interface;
    return ERROR_NONE;
}
