/* A queue between two threads, with a pipe to wake the one that waits. */
#include "net/wire/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is written into the pipe. */
#define RESULT_MARK 'r'
#define WAKE_MARK   'w'

struct mailbox {
    int reading, writing; /* a pipe, because a signal handler may write into it */
    pthread_mutex_t mutex;
    struct delivery *first, *last; /* guarded by the mutex, like what follows */
    size_t expected;
    bool closed;
};

enum error_code mailbox_new(struct mailbox **out, struct error *error)
{
    int ends[2] = {-1, -1};
    struct mailbox *box = calloc(1, sizeof(*box));
    *out = NULL;
    if (!box)
        return error_memory(error, "the results of requests");
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        free(box); /* which leaves errno as it is */
        return error_system(error, "no pipe for the network");
    }
    box->reading = ends[0];
    box->writing = ends[1];
    (void)pthread_mutex_init(&box->mutex, NULL);
    *out = box;
    return ERROR_NONE;
}

static void destroy(struct mailbox *box)
{
    for (struct delivery *delivery = mailbox_receive(box); delivery;
         delivery = mailbox_receive(box))
        mailbox_delivery_free(delivery);
    (void)close(box->reading);
    (void)close(box->writing);
    (void)pthread_mutex_destroy(&box->mutex);
    free(box);
}

void mailbox_close(struct mailbox *box)
{
    if (!box)
        return;
    pthread_mutex_lock(&box->mutex);
    box->closed = true;
    bool unused = box->expected == 0;
    pthread_mutex_unlock(&box->mutex);
    if (unused)
        destroy(box);
}

struct delivery *mailbox_expect(struct mailbox *box, void *owner)
{
    struct delivery *delivery = calloc(1, sizeof(*delivery));
    if (delivery) {
        delivery->box = box;
        delivery->owner = owner;
        pthread_mutex_lock(&box->mutex);
        box->expected++;
        pthread_mutex_unlock(&box->mutex);
    }
    return delivery;
}

void mailbox_withdraw(struct delivery *delivery)
{
    struct mailbox *box = delivery->box;
    pthread_mutex_lock(&box->mutex);
    box->expected--;
    pthread_mutex_unlock(&box->mutex);
    mailbox_delivery_free(delivery);
}

static void mark(struct mailbox *box, char byte)
{
    int saved = errno;
    /* A full pipe wakes the reader as well. */
    ssize_t written = write(box->writing, &byte, 1);
    (void)written;
    errno = saved;
}

void mailbox_done(void *context, struct http_result *result)
{
    struct delivery *delivery = context;
    struct mailbox *box = delivery->box;
    delivery->result = *result;
    *result = (struct http_result){0};
    pthread_mutex_lock(&box->mutex);
    box->expected--;
    if (box->last)
        box->last->next = delivery;
    else
        box->first = delivery;
    box->last = delivery;
    /* Within the mutex: the owner could close the box as soon as it is free. */
    mark(box, RESULT_MARK);
    bool unused = box->closed && box->expected == 0;
    pthread_mutex_unlock(&box->mutex);
    if (unused)
        destroy(box);
}

struct delivery *mailbox_receive(struct mailbox *box)
{
    pthread_mutex_lock(&box->mutex);
    struct delivery *delivery = box->first;
    if (delivery) {
        box->first = delivery->next;
        if (!box->first)
            box->last = NULL;
        delivery->next = NULL;
    }
    pthread_mutex_unlock(&box->mutex);
    return delivery;
}

void mailbox_delivery_free(struct delivery *delivery)
{
    http_result_release(&delivery->result);
    free(delivery);
}

bool mailbox_wait(struct mailbox *box, int64_t timeout_ms)
{
    struct pollfd ready = {.fd = box->reading, .events = POLLIN};
    bool woken = false;
    char marks[64];
    int timeout = timeout_ms < 0 ? -1 : timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms;

    (void)poll(&ready, 1, timeout); /* a signal ends it early, which does no harm */
    for (;;) {
        const ssize_t count = read(box->reading, marks, sizeof(marks));
        if (count <= 0)
            return woken;
        woken |= memchr(marks, WAKE_MARK, (size_t)count) != NULL;
    }
}

void mailbox_wake(struct mailbox *box)
{
    mark(box, WAKE_MARK);
}
