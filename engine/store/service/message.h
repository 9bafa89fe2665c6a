/*
 * message: notifications about matters that need people, each matter once.
 *
 * A channel ("webhook", "command") has at most one message that is still to be sent. Its matters
 * are recorded in the same transaction, so a process that dies neither forgets a matter nor reports
 * it in two messages; a message that was sent but not recorded as sent goes out again under the
 * same key. A matter that is resolved is forgotten, and reported again if it comes back.
 */
#ifndef TANDEM_STORE_SERVICE_MESSAGE_H
#define TANDEM_STORE_SERVICE_MESSAGE_H

#include "store/schema/store.h"

enum { MESSAGE_EXAMPLES = 5 };

/* One of the newest of its kind: an open matter, or (reason "failing") an integration of which the
 * last runs failed. */
struct message_matter {
    struct text integration, reason;
    struct text object, id, record, record_id, field; /* empty where there is none */
    struct text message;                              /* absent: none */
    instant since;
    int64_t fresh, open; /* of this integration and reason: not reported yet; all that are open */
};

struct message {
    int64_t id;
    struct text key, body;
    int64_t attempts;
};

/* Begins a transaction and lists what the channel has not reported yet, by integration and reason,
 * at most MESSAGE_EXAMPLES of each. *count 0 (nothing is new, or a message still waits): the
 * transaction is over; else message_add ends it. In the arena. */
WARN_UNUSED enum error_code message_begin(struct store *store, struct text channel,
                                          struct arena *arena, struct message_matter **matters,
                                          size_t *count, struct error *error);
/* The message that reports all of it; `code` not ERROR_NONE: it could not be made, and nothing was
 * reported. */
WARN_UNUSED enum error_code message_add(struct store *store, struct text channel, struct text key,
                                        struct text body, enum error_code code,
                                        struct error *error);
/* The one that waits; `id` 0: none. In the arena. */
WARN_UNUSED enum error_code message_waiting(struct store *store, struct text channel,
                                            struct arena *arena, struct message *message,
                                            struct error *error);
WARN_UNUSED enum error_code message_sent(struct store *store, int64_t id, struct error *error);
WARN_UNUSED enum error_code message_failed(struct store *store, int64_t id, struct text trouble,
                                           instant next, struct error *error);

/* The state of messages: how many wait, when the next one is tried again (INSTANT_NONE: none
 * waits), and why it could not be sent (absent: not tried yet). */
struct message_state {
    int64_t waiting;
    instant next;
    struct text trouble;
};
WARN_UNUSED enum error_code message_state(struct store *store, struct arena *arena,
                                          struct message_state *state, struct error *error);

#endif
