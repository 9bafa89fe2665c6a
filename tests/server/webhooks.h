/*
 * webhooks: hello.world tells somebody what changed, as third parties do.
 *
 * A thread of its own POSTs {"events": [{"object", "id"}]} with what came up since the last one,
 * signed in X-Signature ("sha256=" and the hexadecimal HMAC of the body), its id in X-Delivery.
 * What is not answered with 2xx is sent again every 200 milliseconds, forever, under the same id.
 */
#ifndef HELLO_WEBHOOKS_H
#define HELLO_WEBHOOKS_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>

struct webhooks {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t thread;
    const char *url, *secret; /* borrowed; url NULL: nobody is told */
    json_t *events;           /* owned: what is still to be told */
    bool started;
};

/* `url`: http://127.0.0.1:PORT/PATH, or NULL. False if it is another one. */
bool webhooks_start(struct webhooks *webhooks, const char *url, const char *secret);
/* From any thread. */
void webhooks_tell(struct webhooks *webhooks, const char *object, json_int_t id);

#endif
