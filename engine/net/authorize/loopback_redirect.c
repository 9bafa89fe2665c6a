/* A tiny HTTP listener that answers until the browser brings the code. */
#include "net/authorize/loopback_redirect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/instant.h"
#include "net/wire/encoding.h"

enum { LARGEST_REQUEST = 16384, PATIENCE_MS = 3000, BACKLOG = 64, VISITORS = 16 };

/* A client that has connected, and what it has sent so far. Browsers open connections in advance
 * and send nothing, and so may any program on this machine: no client waits for another one. */
struct visitor {
    int socket; /* -1: there is nobody */
    int64_t until;
    struct buffer head;
};

struct loopback_redirect {
    int socket;
    char uri[64];
    struct visitor visitors[VISITORS];
};

/* What one client sent. */
struct visit {
    struct buffer state, code, refusal;
};

enum error_code loopback_redirect_open(int port, struct loopback_redirect **out,
                                       struct error *error)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof(address);
    struct loopback_redirect *listener = calloc(1, sizeof(*listener));

    *out = NULL;
    if (!listener)
        return error_memory(error, "an authorization");
    for (size_t i = 0; i < VISITORS; i++)
        listener->visitors[i].socket = -1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->socket < 0 || bind(listener->socket, (struct sockaddr *)&address, size) != 0 ||
        listen(listener->socket, BACKLOG) != 0 ||
        getsockname(listener->socket, (struct sockaddr *)&address, &size) != 0) {
        (void)error_system(error, "cannot listen on port %d of 127.0.0.1", port);
        loopback_redirect_close(listener);
        return ERROR_SYSTEM;
    }
    (void)snprintf(listener->uri, sizeof(listener->uri), "http://127.0.0.1:%u/callback",
                   (unsigned)ntohs(address.sin_port));
    *out = listener;
    return ERROR_NONE;
}

static void see_off(struct visitor *visitor)
{
    if (visitor->socket >= 0)
        (void)close(visitor->socket);
    encoding_wipe(&visitor->head);
    *visitor = (struct visitor){.socket = -1};
}

void loopback_redirect_close(struct loopback_redirect *listener)
{
    if (!listener)
        return;
    for (size_t i = 0; i < VISITORS; i++)
        see_off(&listener->visitors[i]);
    if (listener->socket >= 0)
        (void)close(listener->socket);
    free(listener);
}

struct text loopback_redirect_uri(const struct loopback_redirect *listener)
{
    return text_of(listener->uri);
}

/* Read what it sends; true when it is done: the head is complete, it has left, or it sent too
 * much. */
static bool listen_to(struct visitor *visitor)
{
    char bytes[1024];
    const ssize_t count = recv(visitor->socket, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    return count <= 0 || buffer_append(&visitor->head, bytes, (size_t)count, NULL) ||
           memmem(visitor->head.data, visitor->head.length, "\r\n\r\n", 4);
}

static struct buffer *part_of(struct visit *visit, struct text name)
{
    return text_equal(name, TEXT("state"))   ? &visit->state
           : text_equal(name, TEXT("code"))  ? &visit->code
           : text_equal(name, TEXT("error")) ? &visit->refusal
                                             : NULL;
}

/* The query of "GET /callback?a=b&c=d HTTP/1.1". False: it is another request. */
static bool read_query(struct text head, struct visit *visit)
{
    const struct text start = TEXT("GET /callback?");
    struct text query, rest;
    if (!text_starts_with(head, start) ||
        !text_cut((struct text){head.bytes + start.length, head.length - start.length}, ' ', &query,
                  &rest))
        return false;
    while (query.length > 0) {
        struct text pair, name, value;
        (void)text_cut(query, '&', &pair, &query);
        struct buffer *const part =
            text_cut(pair, '=', &name, &value) ? part_of(visit, name) : NULL;
        if (part && encoding_unpercent(part, value, true, NULL))
            return false;
    }
    return true;
}

static void answer(int socket, int status, const char *sentence)
{
    char text[512];
    int length = snprintf(text, sizeof(text),
                          "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                          status, status == 200 ? "OK" : "Bad Request", strlen(sentence), sentence);
    ssize_t sent = send(socket, text, (size_t)length, MSG_NOSIGNAL);
    (void)sent; /* the browser may be gone; the code counts */
}

static bool is_ours(struct text state, const struct buffer *brought)
{
    return brought->length == state.length && state.length > 0 &&
           CRYPTO_memcmp(brought->data, state.bytes, state.length) == 0;
}

/* One client that is done. *settled: it brought our state. */
static enum error_code receive(const struct visitor *visitor, struct text state,
                               struct buffer *code, bool *settled, struct error *error)
{
    struct visit visit = {BUFFER(1024), BUFFER(8192), BUFFER(256)};
    enum error_code status = ERROR_NONE;
    const int socket = visitor->socket;

    *settled = read_query(buffer_text(&visitor->head), &visit) && is_ours(state, &visit.state);
    if (!*settled) {
        answer(socket, 400, "This is not the answer that tandem is waiting for.\n");
    } else if (visit.code.length == 0) {
        bool word =
            visit.refusal.length > 0 &&
            visit.refusal.data[strspn(visit.refusal.data, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
        answer(socket, 200, "The authorization was refused. You can close this window.\n");
        status = error_set(error, ERROR_AUTHENTICATION, "the authorization was refused: %s",
                           word ? visit.refusal.data : "no code was given");
    } else {
        status = buffer_append_text(code, buffer_text(&visit.code), error);
        answer(socket, 200, "Tandem is authorized. You can close this window.\n");
    }
    encoding_wipe(&visit.code);
    buffer_release(&visit.state);
    buffer_release(&visit.refusal);
    return status;
}

/* A free slot, or else that of the client that has been silent the longest. */
static struct visitor *place_for(struct loopback_redirect *listener)
{
    struct visitor *place = &listener->visitors[0];
    for (size_t i = 0; i < VISITORS; i++) {
        struct visitor *const visitor = &listener->visitors[i];
        if (visitor->socket < 0)
            return visitor;
        if (visitor->until < place->until)
            place = visitor;
    }
    see_off(place);
    return place;
}

static void let_in(struct loopback_redirect *listener)
{
    const int socket = accept4(listener->socket, NULL, NULL, SOCK_CLOEXEC);
    if (socket >= 0)
        *place_for(listener) = (struct visitor){.socket = socket,
                                                .until = instant_monotonic_ms() + PATIENCE_MS,
                                                .head = BUFFER(LARGEST_REQUEST)};
}

/* Wait for events; how many descriptors have one, or -1. */
static int wait_for_any(const struct loopback_redirect *listener, int64_t end,
                        struct pollfd ready[1 + VISITORS])
{
    int64_t until = end;
    ready[0] = (struct pollfd){.fd = listener->socket, .events = POLLIN};
    for (size_t i = 0; i < VISITORS; i++) {
        const struct visitor *const visitor = &listener->visitors[i];
        ready[1 + i] = (struct pollfd){.fd = visitor->socket, .events = POLLIN};
        if (visitor->socket >= 0 && visitor->until < until)
            until = visitor->until;
    }
    const int64_t left = until - instant_monotonic_ms();
    return poll(ready, 1 + VISITORS, left < 0 ? 0 : left < INT32_MAX ? (int)left : INT32_MAX);
}

enum error_code loopback_redirect_wait(struct loopback_redirect *listener, struct text state,
                                       int64_t timeout_ms, struct buffer *code, struct error *error)
{
    const int64_t end = instant_monotonic_ms() + timeout_ms;
    while (instant_monotonic_ms() < end) {
        struct pollfd ready[1 + VISITORS];
        if (wait_for_any(listener, end, ready) < 0 && errno == EINTR)
            return error_set(error, ERROR_INTERRUPTED, "the authorization was interrupted");
        for (size_t i = 0; i < VISITORS; i++) {
            struct visitor *const visitor = &listener->visitors[i];
            bool settled = false;
            if (visitor->socket < 0 || ((ready[1 + i].revents == 0 || !listen_to(visitor)) &&
                                        instant_monotonic_ms() < visitor->until))
                continue;
            const enum error_code status = receive(visitor, state, code, &settled, error);
            see_off(visitor);
            if (settled)
                return status;
        }
        if (ready[0].revents != 0)
            let_in(listener);
    }
    return error_set(error, ERROR_TRANSPORT, "the browser did not return in time: start again");
}
