/*
 * notify: tells people what waits for them, each matter once, by every channel that is configured.
 *
 * A message is stored before it is sent and dropped after: whatever dies in between, nothing is
 * lost, and what goes out twice has the same key. A channel that fails holds up no other one; its
 * message stays, and new matters are in the next one.
 */
#ifndef TANDEM_SERVICE_NOTIFY_NOTIFY_H
#define TANDEM_SERVICE_NOTIFY_NOTIFY_H

#include "host/session.h"

struct notify_result {
    size_t sent, waiting; /* messages */
    instant next;         /* when what waits is to be tried again; INSTANT_NONE: nothing waits */
    struct error trouble; /* why something waits */
};

/* For one process at a time (ERROR_LOCKED). ERROR_CONFIGURATION: nothing is configured. A channel's
 * failure is not an error, but the result's trouble. */
WARN_UNUSED enum error_code notify_people(struct session *session, struct notify_result *result,
                                          struct error *error);
/* What would be sent now, as text; nothing is written down. Absent: nothing is new. */
WARN_UNUSED enum error_code notify_preview(struct session *session, struct text *text,
                                           struct error *error);

#endif
