/*
 * event_ring: the latest events, and the clients that listen to them (Server-Sent Events).
 *
 * Any thread may publish an event; listeners get it from the ring, which keeps the last
 * EVENTS_KEPT, so a listener that reconnects gets what it missed. Ids begin with a word for this
 * start of the service: those of an earlier one are not taken for places in this ring.
 */
#ifndef TANDEM_SERVICE_EVENTS_EVENT_RING_H
#define TANDEM_SERVICE_EVENTS_EVENT_RING_H

#include <jansson.h>

#include "service/http/web_request.h"

enum { EVENTS_KEPT = 1000, EVENTS_LISTENERS = 200 };

struct event_ring; /* opaque */

/* `hello` is the data of each stream's first event; taken. NULL: out of memory. */
struct event_ring *event_ring_new(json_t *hello);
void event_ring_free(struct event_ring *ring); /* no stream may be open; accepts NULL */

/* `type` is static; `integration` (absent: of none) is what streams select by. Takes `data`. */
void event_ring_tell(struct event_ring *ring, const char *type, struct text integration,
                     json_t *data);
/* A sign of life for all streams. */
void event_ring_beat(struct event_ring *ring);
/* Answer a request with a stream of events, only those of `integration` (absent: all); `last` is
 * the id of the last event that the caller knows (absent: none). ERROR_BUSY if there are too
 * many. */
WARN_UNUSED enum error_code event_ring_listen(struct event_ring *ring, struct web_request *request,
                                              struct text integration, struct text last,
                                              struct error *error);
size_t event_ring_listeners(struct event_ring *ring);
/* Streams end, and no new ones begin. */
void event_ring_end(struct event_ring *ring);

#endif
