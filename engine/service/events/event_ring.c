/* A ring of lines that are ready to be sent, and the streams that read from it. */
#include "service/events/event_ring.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "service/http/web_answer.h"

enum { NAME_MOST = 128, LINE_MOST = 1 << 20 };

struct event {
    char *line; /* owned; "id: ...\nevent: ...\ndata: ...\n\n" */
    char integration[NAME_MOST];
};

struct stream {
    struct event_ring *ring;
    struct MHD_Connection *connection;
    char integration[NAME_MOST]; /* "": all */
    uint64_t next;               /* number of the event that it reads next */
    char *pending;               /* owned; what of a line is still to be sent */
    size_t pending_length, sent;
    bool asleep, beat;
    struct stream *following;
};

struct event_ring {
    pthread_mutex_t lock;
    struct event events[EVENTS_KEPT];
    uint64_t told; /* numbers of events begin with 1 */
    char start[24];
    char *hello;
    struct stream *streams;
    size_t stream_count;
    bool ended;
};

struct event_ring *event_ring_new(json_t *hello)
{
    struct event_ring *const ring = calloc(1, sizeof *ring);
    char *const dumped = hello ? json_dumps(hello, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(hello);
    if (!ring || !dumped) {
        free(ring);
        free(dumped);
        return NULL;
    }
    pthread_mutex_init(&ring->lock, NULL);
    ring->hello = dumped;
    snprintf(ring->start, sizeof ring->start, "%llx", (unsigned long long)instant_now());
    return ring;
}

void event_ring_free(struct event_ring *ring)
{
    if (!ring)
        return;
    for (size_t i = 0; i < EVENTS_KEPT; i++)
        free(ring->events[i].line);
    free(ring->hello);
    pthread_mutex_destroy(&ring->lock);
    free(ring);
}

/* The lock is held. */
static void wake_all(struct event_ring *ring, bool beat)
{
    for (struct stream *stream = ring->streams; stream; stream = stream->following) {
        stream->beat |= beat;
        if (stream->asleep) {
            stream->asleep = false;
            web_request_wake(stream->connection);
        }
    }
}

static char *make_line(const struct event_ring *ring, uint64_t number, const char *type,
                       const char *data)
{
    struct buffer line = BUFFER(LINE_MOST);
    if (!buffer_append_format(&line, NULL, "id: %s-%llu\nevent: %s\ndata: %s\n\n", ring->start,
                              (unsigned long long)number, type, data))
        return line.data;
    buffer_release(&line);
    return NULL;
}

void event_ring_tell(struct event_ring *ring, const char *type, struct text integration,
                     json_t *data)
{
    char *const dumped = data ? json_dumps(data, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(data);
    if (!dumped)
        return;
    pthread_mutex_lock(&ring->lock);
    char *const line = make_line(ring, ring->told + 1, type, dumped);
    if (line) {
        struct event *const event = &ring->events[++ring->told % EVENTS_KEPT];
        free(event->line);
        event->line = line;
        snprintf(event->integration, sizeof event->integration, "%.*s", TEXT_PRINT(integration));
        wake_all(ring, false);
    }
    pthread_mutex_unlock(&ring->lock);
    free(dumped);
}

void event_ring_beat(struct event_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    wake_all(ring, true);
    pthread_mutex_unlock(&ring->lock);
}

size_t event_ring_listeners(struct event_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    const size_t count = ring->stream_count;
    pthread_mutex_unlock(&ring->lock);
    return count;
}

void event_ring_end(struct event_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->ended = true;
    wake_all(ring, false);
    pthread_mutex_unlock(&ring->lock);
}

/* ---- a stream ---- */

static void set_pending(struct stream *stream, char *line)
{
    free(stream->pending);
    stream->pending = line;
    stream->pending_length = line ? strlen(line) : 0;
    stream->sent = 0;
}

/* The next line for this stream; NULL: there is none for now. The lock is held. */
static char *next_line(struct stream *stream)
{
    struct event_ring *const ring = stream->ring;
    if (stream->next + EVENTS_KEPT <= ring->told) { /* it reads too slowly */
        stream->next = ring->told + 1;
        return make_line(ring, ring->told, "reset", "{\"reason\":\"too much has happened since\"}");
    }
    while (stream->next <= ring->told) {
        const struct event *const event = &ring->events[stream->next++ % EVENTS_KEPT];
        if (!stream->integration[0] || !event->integration[0] ||
            strcmp(stream->integration, event->integration) == 0)
            return strdup(event->line);
    }
    if (!stream->beat)
        return NULL;
    stream->beat = false;
    return strdup(":\n\n");
}

static ssize_t read_stream(void *context, char *bytes, size_t most)
{
    struct stream *const stream = context;
    struct event_ring *const ring = stream->ring;
    ssize_t length = 0;
    pthread_mutex_lock(&ring->lock);
    if (stream->sent == stream->pending_length && !ring->ended)
        set_pending(stream, next_line(stream));
    if (stream->sent < stream->pending_length) {
        const size_t left = stream->pending_length - stream->sent;
        length = (ssize_t)(left < most ? left : most);
        memcpy(bytes, stream->pending + stream->sent, (size_t)length);
        stream->sent += (size_t)length;
    } else if (ring->ended) {
        length = -1;
    } else {
        stream->asleep = true;
        web_request_sleep(stream->connection);
    }
    pthread_mutex_unlock(&ring->lock);
    return length;
}

static void release_stream(void *context)
{
    struct stream *const stream = context;
    struct event_ring *const ring = stream->ring;
    pthread_mutex_lock(&ring->lock);
    for (struct stream **place = &ring->streams; *place; place = &(*place)->following) {
        if (*place == stream) {
            *place = stream->following;
            ring->stream_count--;
            break;
        }
    }
    pthread_mutex_unlock(&ring->lock);
    free(stream->pending);
    free(stream);
}

/* Where to continue after an id; false if it is not from this ring, or too old. */
static bool find_place(const struct event_ring *ring, struct text last, uint64_t *next)
{
    struct text start, place;
    int64_t number = 0;
    if (!text_cut(last, '-', &start, &place) || !text_equal(start, text_of(ring->start)) ||
        !text_to_integer(place, &number) || number < 0 || (uint64_t)number > ring->told ||
        (uint64_t)number + EVENTS_KEPT <= ring->told)
        return false;
    *next = (uint64_t)number + 1;
    return true;
}

enum error_code event_ring_listen(struct event_ring *ring, struct web_request *request,
                                  struct text integration, struct text last, struct error *error)
{
    struct stream *const stream = calloc(1, sizeof *stream);
    struct buffer first = BUFFER(LINE_MOST);
    if (!stream)
        return error_memory(error, "a stream of events");
    *stream = (struct stream){.ring = ring, .connection = request->connection};
    snprintf(stream->integration, sizeof stream->integration, "%.*s", TEXT_PRINT(integration));
    pthread_mutex_lock(&ring->lock);
    stream->next = ring->told + 1;
    const bool goes_on = !text_is_empty(last) && find_place(ring, last, &stream->next);
    /* No id before the missed events are sent: a connection that breaks must not skip the rest of
     * them. */
    const bool failed =
        (!goes_on && buffer_append_format(&first, error, "id: %s-%llu\n", ring->start,
                                          (unsigned long long)ring->told)) ||
        buffer_append_format(&first, error, "event: hello\ndata: %s\n\n", ring->hello) ||
        (!text_is_empty(last) && !goes_on &&
         buffer_append_format(&first, error, "event: reset\ndata: {\"reason\":\"%s\"}\n\n",
                              "this is too long ago, or the service was restarted"));
    const bool full = ring->ended || ring->stream_count == EVENTS_LISTENERS;
    if (!failed && !full) {
        set_pending(stream, first.data);
        stream->following = ring->streams;
        ring->streams = stream;
        ring->stream_count++;
    }
    pthread_mutex_unlock(&ring->lock);
    if (failed || full) {
        buffer_release(&first);
        free(stream);
        return failed ? error->code
                      : error_set(error, ERROR_BUSY, "there are %d listeners already",
                                  EVENTS_LISTENERS);
    }
    const struct web_answer_stream reading = {read_stream, release_stream, stream};
    web_answer_stream(request, "text/event-stream", &reading);
    return ERROR_NONE;
}
