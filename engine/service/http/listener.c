/* libmicrohttpd with one epoll thread; connections are suspended while the pool works on them. */
#include "service/http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "service/http/web_answer.h"

enum {
    MOST_THREADS = 16,
    IDLE_SECONDS = 120,
    CONNECTION_MEMORY = 32768,
    BACKLOG = 256,
    STACK = 1 << 20
};

struct listener {
    struct MHD_Daemon *daemon;
    struct listener_options options;
    int socket;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct web_request *first, *last; /* waiting for a thread */
    bool ending;
    pthread_t threads[MOST_THREADS];
    struct seat {
        struct listener *listener;
        size_t number;
    } seats[MOST_THREADS];
    size_t started;
};

/* ---- the pool ---- */

static struct web_request *next_request(struct listener *listener)
{
    pthread_mutex_lock(&listener->lock);
    while (!listener->first && !listener->ending)
        pthread_cond_wait(&listener->work, &listener->lock);
    struct web_request *const request = listener->first;
    if (request)
        listener->first = request->next;
    if (!listener->first)
        listener->last = NULL;
    pthread_mutex_unlock(&listener->lock);
    return request;
}

static void *work(void *argument)
{
    const struct seat *const seat = argument;
    struct listener *const listener = seat->listener;
    for (struct web_request *request = next_request(listener); request;
         request = next_request(listener)) {
        listener->options.handle(listener->options.context, seat->number, request);
        MHD_resume_connection(request->connection);
    }
    return NULL;
}

/* False: the pool is gone, because the service is ending. */
static bool hand_over(struct listener *listener, struct web_request *request)
{
    request->queued = true;
    pthread_mutex_lock(&listener->lock);
    if (listener->ending) {
        pthread_mutex_unlock(&listener->lock);
        web_answer_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "the service is ending");
        return false;
    }
    MHD_suspend_connection(request->connection); /* before a thread can resume it */
    if (listener->last)
        listener->last->next = request;
    else
        listener->first = request;
    listener->last = request;
    pthread_cond_signal(&listener->work);
    pthread_mutex_unlock(&listener->lock);
    return true;
}

/* ---- requests ---- */

static void tell_address(struct MHD_Connection *connection, char address[WEB_REQUEST_ADDRESS])
{
    const union MHD_ConnectionInfo *const info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address[0] = '\0';
    if (info && info->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)info->client_addr)->sin_addr, address,
                  WEB_REQUEST_ADDRESS);
    else if (info && info->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr, address,
                  WEB_REQUEST_ADDRESS);
}

static void release(struct web_request *request)
{
    if (!request)
        return;
    if (request->answer.has_stream && request->answer.stream.release)
        request->answer.stream.release(request->answer.stream.context);
    buffer_release(&request->body);
    arena_free(request->arena);
    free(request);
}

static struct web_request *begin(struct listener *listener, struct MHD_Connection *connection,
                                 const char *url, const char *method)
{
    struct web_request *const request = calloc(1, sizeof *request);
    if (!request)
        return NULL;
    *request = (struct web_request){.connection = connection,
                                    .arena = arena_new(0),
                                    .body = BUFFER(WEB_REQUEST_BODY),
                                    .listener = listener};
    if (!request->arena || text_copy(request->arena, text_of(url), &request->path, NULL) ||
        text_copy(request->arena, text_of(method), &request->method, NULL)) {
        release(request);
        return NULL;
    }
    tell_address(connection, request->address);
    return request;
}

static void take_body(struct web_request *request, const char *bytes, size_t length)
{
    if (!request->too_large && buffer_append(&request->body, bytes, length, NULL)) {
        request->too_large = true;
        buffer_release(&request->body);
    }
}

static ssize_t read_stream(void *context, uint64_t position, char *bytes, size_t most)
{
    struct web_request *const request = context;
    (void)position;
    const ssize_t length = request->answer.stream.read(request->answer.stream.context, bytes, most);
    return length < 0 ? MHD_CONTENT_READER_END_OF_STREAM : length;
}

static struct MHD_Response *make_response(struct web_request *request)
{
    struct web_answer *const answer = &request->answer;
    if (answer->has_stream)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, request,
                                                 NULL);
    static char nothing[] = "";
    return MHD_create_response_from_buffer(
        answer->body.length, answer->body.bytes ? (void *)(uintptr_t)answer->body.bytes : nothing,
        MHD_RESPMEM_MUST_COPY);
}

/* The same content has the same tag; if the caller has it already, none is sent. */
static void tag(struct web_request *request, char etag[32])
{
    const struct text known = web_request_header(request, "If-None-Match");
    snprintf(etag, 32, "\"%016llx\"", (unsigned long long)text_hash(request->answer.body));
    if (!text_is_absent(known) && strstr(known.bytes, etag))
        web_answer_empty(request, MHD_HTTP_NOT_MODIFIED);
}

static enum MHD_Result respond(struct web_request *request)
{
    struct web_answer *const answer = &request->answer;
    char etag[32] = "";
    if (answer->status == 0)
        web_answer_problem(request, MHD_HTTP_INTERNAL_SERVER_ERROR,
                           "the request produced no answer");
    if (web_request_reads(request) && answer->status == MHD_HTTP_OK && !answer->has_stream &&
        answer->content_type)
        tag(request, etag);
    struct MHD_Response *const response = make_response(request);
    if (!response)
        return MHD_NO;
    if (answer->content_type)
        MHD_add_response_header(response, "Content-Type", answer->content_type);
    if (etag[0])
        MHD_add_response_header(response, "ETag", etag);
    for (size_t i = 0; i < answer->header_count; i++)
        MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value.bytes);
    const enum MHD_Result result =
        MHD_queue_response(request->connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **own)
{
    struct listener *const listener = context;
    struct web_request *request = *own;
    (void)version;
    if (!request) {
        *own = request = begin(listener, connection, url, method);
        return request ? MHD_YES : MHD_NO;
    }
    if (*upload_size > 0) {
        take_body(request, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (request->queued || !hand_over(listener, request))
        return respond(request);
    return MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **own,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    release(*own);
    *own = NULL;
}

/* Paths and parameters stay as they came: '/' in an id must not look like the end of it. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static void drop_message(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

/* ---- the socket ---- */

static enum error_code split_address(const char *address, char host[256], char port[8],
                                     struct error *error)
{
    const char *const colon = strrchr(address, ':');
    size_t length = colon ? (size_t)(colon - address) : 0;
    const char *begin = address;
    int64_t number = 0;
    if (length >= 2 && begin[0] == '[' && begin[length - 1] == ']') {
        begin++;
        length -= 2;
    }
    if (!colon || length == 0 || length >= 256 || !text_to_integer(text_of(colon + 1), &number) ||
        number < 0 || number > 65535)
        return error_set(error, ERROR_CONFIGURATION,
                         "'%s' is no address to listen on, such as 127.0.0.1:8321 or [::1]:8321",
                         address);
    memcpy(host, begin, length);
    host[length] = '\0';
    snprintf(port, 8, "%d", (int)number);
    return ERROR_NONE;
}

static enum error_code bind_to(const char *address, int *result, struct error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char host[256], port[8];
    const int on = 1;
    const enum error_code code = split_address(address, host, port, error);
    if (code)
        return code;
    const int reason = getaddrinfo(host, port, &hints, &found);
    if (reason)
        return error_set(error, ERROR_CONFIGURATION, "cannot listen on '%s': %s", address,
                         gai_strerror(reason));
    const int descriptor =
        socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, found->ai_protocol);
    if (descriptor >= 0)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool bound = descriptor >= 0 &&
                       bind(descriptor, found->ai_addr, found->ai_addrlen) == 0 &&
                       listen(descriptor, BACKLOG) == 0;
    const int failure = errno;
    freeaddrinfo(found);
    if (bound) {
        *result = descriptor;
        return ERROR_NONE;
    }
    if (descriptor >= 0)
        close(descriptor);
    return error_set(error, ERROR_SYSTEM, "cannot listen on '%s': %s", address, strerror(failure));
}

unsigned listener_port(const struct listener *listener)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(listener->socket, (struct sockaddr *)&address, &length) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return address.ss_family == AF_INET ? ntohs(((const struct sockaddr_in *)&address)->sin_port)
                                        : 0;
}

/* ---- starting and ending ---- */

static enum error_code start_threads(struct listener *listener, struct error *error)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    const size_t wanted =
        listener->options.threads < MOST_THREADS ? listener->options.threads : MOST_THREADS;
    for (; listener->started < wanted; listener->started++) {
        struct seat *const seat = &listener->seats[listener->started];
        *seat = (struct seat){listener, listener->started};
        if (pthread_create(&listener->threads[listener->started], &attributes, work, seat) != 0)
            break;
    }
    pthread_attr_destroy(&attributes);
    return listener->started == wanted
               ? ERROR_NONE
               : error_set(error, ERROR_SYSTEM, "cannot start the threads of the service");
}

static enum error_code start_daemon(struct listener *listener, struct error *error)
{
    const struct listener_options *const options = &listener->options;
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, listener, MHD_OPTION_EXTERNAL_LOGGER, drop_message, NULL,
        MHD_OPTION_LISTEN_SOCKET, listener->socket, MHD_OPTION_CONNECTION_LIMIT,
        options->most_connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        options->most_connections_of_address, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
    if (listener->daemon)
        return ERROR_NONE;
    return error_set(error, ERROR_SYSTEM, "cannot start the HTTP server");
}

enum error_code listener_start(const struct listener_options *options, struct listener **result,
                               struct error *error)
{
    struct listener *const listener = calloc(1, sizeof *listener);
    *result = NULL;
    if (!listener)
        return error_memory(error, "a listener");
    listener->options = *options;
    listener->socket = options->descriptor;
    pthread_mutex_init(&listener->lock, NULL);
    pthread_cond_init(&listener->work, NULL);
    if ((options->descriptor < 0 && bind_to(options->address, &listener->socket, error)) ||
        start_threads(listener, error) || start_daemon(listener, error)) {
        listener_stop(listener);
        return error->code;
    }
    *result = listener;
    return ERROR_NONE;
}

void listener_stop(struct listener *listener)
{
    if (!listener)
        return;
    if (listener->daemon)
        MHD_quiesce_daemon(listener->daemon);
    /* The pool answers what has arrived: no connection may be suspended when the daemon ends. */
    pthread_mutex_lock(&listener->lock);
    listener->ending = true;
    pthread_cond_broadcast(&listener->work);
    pthread_mutex_unlock(&listener->lock);
    for (size_t i = 0; i < listener->started; i++)
        pthread_join(listener->threads[i], NULL);
    if (listener->daemon)
        MHD_stop_daemon(listener->daemon);
    if (listener->socket >= 0)
        close(listener->socket);
    pthread_cond_destroy(&listener->work);
    pthread_mutex_destroy(&listener->lock);
    free(listener);
}
