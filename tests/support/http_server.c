#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_REQUEST = 1 << 20, MAX_CONNECTIONS = 256, MAX_KEPT = 512, STEP_MS = 5 };

struct connection {
    struct http_server *server;
    pthread_t thread;
    int socket, number;
};

struct kept_request {
    char *head, *body;
};

struct http_server {
    http_handler *handler;
    void *context;
    int socket, port;
    char url[64];
    pthread_t thread;
    atomic_bool stopping;
    atomic_int requests, connection_count;
    pthread_mutex_t mutex; /* guards: */
    struct kept_request kept[MAX_KEPT];
    struct connection connections[MAX_CONNECTIONS]; /* used by the accepting thread */
};

static void sleep_ms(int ms)
{
    struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

/* False: the peer is gone, or the server is stopping. */
static bool readable(struct http_server *server, int socket)
{
    while (!atomic_load(&server->stopping)) {
        struct pollfd ready = {.fd = socket, .events = POLLIN};
        if (poll(&ready, 1, STEP_MS) > 0) {
            return true;
        }
    }
    return false;
}

static size_t content_length(const char *head)
{
    const char *line = strcasestr(head, "\r\ncontent-length:");
    return line ? (size_t)strtoul(line + strlen("\r\ncontent-length:"), NULL, 10) : 0;
}

/* Reads one request into `bytes` (NUL-terminated). Returns the length of its head, 0 at the end. */
static size_t read_request(struct connection *connection, char *bytes, size_t *length)
{
    *length = 0;
    for (;;) {
        bytes[*length] = '\0';
        char *end = strstr(bytes, "\r\n\r\n");
        if (end && *length >= (size_t)(end + 4 - bytes) + content_length(bytes)) {
            return (size_t)(end + 4 - bytes);
        }
        if (*length >= MAX_REQUEST || !readable(connection->server, connection->socket)) {
            return 0;
        }
        ssize_t count = recv(connection->socket, bytes + *length, MAX_REQUEST - *length, 0);
        if (count <= 0) {
            return 0;
        }
        *length += (size_t)count;
    }
}

static int keep(struct http_server *server, const char *head, const char *body)
{
    pthread_mutex_lock(&server->mutex);
    int number = atomic_fetch_add(&server->requests, 1);
    if (number < MAX_KEPT) {
        server->kept[number] = (struct kept_request){strdup(head), strdup(body)};
    }
    pthread_mutex_unlock(&server->mutex);
    return number;
}

static bool serve_one(struct connection *connection, char *bytes)
{
    struct http_server *server = connection->server;
    size_t length = 0;
    size_t head_length = read_request(connection, bytes, &length);
    char method[16] = "";
    char target[4096] = "";
    if (head_length == 0) {
        return false;
    }
    (void)sscanf(bytes, "%15s %4095s", method, target);
    char *head = strndup(bytes, head_length);
    int number = keep(server, head, bytes + head_length);
    struct http_exchange exchange = {
        .server = server,
        .socket = connection->socket,
        .number = number,
        .connection = connection->number,
        .method = method,
        .target = target,
        .head = head,
        .body = bytes + head_length,
        .body_length = length - head_length,
    };
    server->handler(&exchange, server->context);
    free(head);
    return !exchange.hung_up;
}

static void *serve(void *argument)
{
    struct connection *connection = argument;
    char *bytes = malloc(MAX_REQUEST + 1);
    while (bytes && serve_one(connection, bytes)) {
    }
    free(bytes);
    (void)close(connection->socket);
    return NULL;
}

static void *accept_all(void *argument)
{
    struct http_server *server = argument;
    int count = 0;
    while (count < MAX_CONNECTIONS && readable(server, server->socket)) {
        struct connection *connection = &server->connections[count];
        connection->socket = accept4(server->socket, NULL, NULL, SOCK_CLOEXEC);
        if (connection->socket < 0) {
            continue;
        }
        int on = 1; /* or head and body, sent one after the other, take 40 ms */
        (void)setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        connection->server = server;
        connection->number = count;
        if (pthread_create(&connection->thread, NULL, serve, connection) != 0) {
            (void)close(connection->socket);
            break;
        }
        atomic_store(&server->connection_count, ++count);
    }
    for (int i = 0; i < count; i++) {
        (void)pthread_join(server->connections[i].thread, NULL);
    }
    return NULL;
}

static bool listen_anywhere(struct http_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->socket < 0 || bind(server->socket, (struct sockaddr *)&address, size) != 0 ||
        listen(server->socket, MAX_CONNECTIONS) != 0 ||
        getsockname(server->socket, (struct sockaddr *)&address, &size) != 0) {
        return false;
    }
    server->port = ntohs(address.sin_port);
    (void)snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%d", server->port);
    return true;
}

struct http_server *http_server_start(http_handler *handler, void *context)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (!server) {
        return NULL;
    }
    server->handler = handler;
    server->context = context;
    (void)pthread_mutex_init(&server->mutex, NULL);
    if (!listen_anywhere(server) ||
        pthread_create(&server->thread, NULL, accept_all, server) != 0) {
        if (server->socket >= 0) {
            (void)close(server->socket);
        }
        free(server);
        return NULL;
    }
    return server;
}

void http_server_stop(struct http_server *server)
{
    if (!server) {
        return;
    }
    atomic_store(&server->stopping, true);
    (void)pthread_join(server->thread, NULL);
    (void)close(server->socket);
    for (int i = 0; i < MAX_KEPT; i++) {
        free(server->kept[i].head);
        free(server->kept[i].body);
    }
    (void)pthread_mutex_destroy(&server->mutex);
    free(server);
}

static struct kept_request kept(struct http_server *server, int number)
{
    struct kept_request request = {0};
    pthread_mutex_lock(&server->mutex);
    if (number >= 0 && number < MAX_KEPT) {
        request = server->kept[number];
    }
    pthread_mutex_unlock(&server->mutex);
    return request;
}

const char *http_server_head(struct http_server *server, int number)
{
    const char *head = kept(server, number).head;
    return head ? head : "";
}

const char *http_server_body(struct http_server *server, int number)
{
    const char *body = kept(server, number).body;
    return body ? body : "";
}

int http_server_port(const struct http_server *server)
{
    return server->port;
}

const char *http_server_url(const struct http_server *server)
{
    return server->url;
}

int http_server_requests(const struct http_server *server)
{
    return atomic_load(&server->requests);
}

int http_server_connections(const struct http_server *server)
{
    return atomic_load(&server->connection_count);
}

bool http_send(struct http_exchange *exchange, const char *bytes, size_t length)
{
    while (length > 0 && !atomic_load(&exchange->server->stopping)) {
        ssize_t count = send(exchange->socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
            continue;
        }
        struct pollfd ready = {.fd = exchange->socket, .events = POLLOUT};
        (void)poll(&ready, 1, STEP_MS);
        if ((ready.revents & (POLLERR | POLLHUP)) != 0) {
            break;
        }
    }
    exchange->hung_up |= length > 0;
    return length == 0;
}

bool http_send_text(struct http_exchange *exchange, const char *text)
{
    return http_send(exchange, text, strlen(text));
}

void http_reply(struct http_exchange *exchange, int status, const char *headers, const char *body)
{
    char head[1024];
    size_t length = body ? strlen(body) : 0;
    (void)snprintf(head, sizeof(head), "HTTP/1.1 %d Reason\r\nContent-Length: %zu\r\n%s\r\n",
                   status, length, headers ? headers : "");
    if (http_send_text(exchange, head) && length > 0 && strcmp(exchange->method, "HEAD") != 0) {
        (void)http_send(exchange, body, length);
    }
}

bool http_pause(struct http_exchange *exchange, int ms)
{
    for (; ms > 0 && !atomic_load(&exchange->server->stopping); ms -= STEP_MS) {
        sleep_ms(STEP_MS);
    }
    return !atomic_load(&exchange->server->stopping);
}

void http_hang_up(struct http_exchange *exchange, bool reset)
{
    if (reset) {
        struct linger linger = {1, 0};
        (void)setsockopt(exchange->socket, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    }
    exchange->hung_up = true;
}

bool http_sent_header(const struct http_exchange *exchange, const char *name, char *out,
                      size_t size)
{
    size_t length = strlen(name);
    const char *line = strstr(exchange->head, "\r\n");
    for (; line && strncmp(line, "\r\n\r\n", 4) != 0; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            const char *value = line + 2 + length + 1;
            value += strspn(value, " ");
            size_t end = strcspn(value, "\r");
            end = end < size - 1 ? end : size - 1;
            memcpy(out, value, end);
            out[end] = '\0';
            return true;
        }
    }
    return false;
}
