/*
 * receiver: takes what third parties deliver to /hooks/NAME, on a listener of its own.
 *
 * A delivery is verified over its raw bytes, stored, and answered; only then does anybody look into
 * it (`tandem sync NAME --deliveries`, with the integration's webhook_reader.lua in its sandbox). A
 * sender learns only whether it was accepted.
 */
#ifndef TANDEM_SERVICE_WEBHOOKS_RECEIVER_H
#define TANDEM_SERVICE_WEBHOOKS_RECEIVER_H

#include "service/http/web_answer.h"
#include "service/work/service.h"

enum { RECEIVER_THREADS = 2 };

struct receiver {
    struct service *service;                /* borrowed */
    struct store *stores[RECEIVER_THREADS]; /* owned; one for each thread */
    instant told[RECEIVER_THREADS];
};

/* The service is borrowed; each thread opens its store with its first delivery. receiver_release
 * must follow. */
void receiver_init(struct receiver *receiver, struct service *service);
void receiver_release(struct receiver *receiver);
/* A listener's handler; `context` is the receiver. */
void receiver_handle(void *context, size_t thread, struct web_request *request);

#endif
