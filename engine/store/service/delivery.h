/*
 * delivery: webhook deliveries, kept until a sync has processed them, and for a while after.
 *
 * A delivery is a hint. It is stored before the sender gets its answer, so a crash loses none; if
 * one is missed anyway, the next scheduled sync makes up for it.
 */
#ifndef TANDEM_STORE_SERVICE_DELIVERY_H
#define TANDEM_STORE_SERVICE_DELIVERY_H

#include "store/schema/store.h"

enum {
    DELIVERY_MOST_WAITING = 10000, /* of an integration; more are a flood */
    DELIVERY_MOST_ATTEMPTS = 5,    /* then it has failed */
    DELIVERY_MOST_AT_ONCE = 1000   /* handed to one run */
};

enum delivery_fate {
    DELIVERY_STORED,
    DELIVERY_DUPLICATE, /* it came before and needs nothing more */
    DELIVERY_FLOODED    /* not kept: a sync of the whole window is owed instead */
};

struct delivery {
    int64_t id;
    struct text body;
};

/* Durable when it returns. A delivery whose `sender_key` (absent: none) came in the last 72 hours,
 * or whose body waits already, is a duplicate. */
WARN_UNUSED enum error_code delivery_add(struct store *store, struct text integration,
                                         struct text sender_key, struct text digest,
                                         struct text body, enum delivery_fate *fate,
                                         struct error *error);

/* Those that wait, the oldest first, and one attempt more for each: who takes them has the
 * integration's lock. *owed: deliveries were dropped because there were too many. Bodies live in
 * the arena. */
WARN_UNUSED enum error_code delivery_take(struct store *store, struct text integration,
                                          struct arena *arena, struct delivery **deliveries,
                                          size_t *count, bool *owed, struct error *error);
/* It was read: so many records, or `trouble` (absent: none), which fails it at once if `final`,
 * else after DELIVERY_MOST_ATTEMPTS. Without records there is nothing to do: "ignored". */
WARN_UNUSED enum error_code delivery_read(struct store *store, int64_t id, size_t records,
                                          struct error *error);
WARN_UNUSED enum error_code delivery_fail(struct store *store, int64_t id, struct text trouble,
                                          bool final, struct error *error);
/* The run that processed it succeeded. */
WARN_UNUSED enum error_code delivery_done(struct store *store, int64_t id, int64_t run,
                                          struct error *error);
/* The sync of the whole window that was owed succeeded. */
WARN_UNUSED enum error_code delivery_paid(struct store *store, struct text integration,
                                          struct error *error);

/* Those with these ids, or (id_count 0) all of an integration with this status. */
struct delivery_choice {
    int64_t *ids;
    size_t id_count;
    struct text integration, status;
};
/* Process them again. */
WARN_UNUSED enum error_code delivery_again(struct store *store,
                                           const struct delivery_choice *choice, bool count_only,
                                           uint64_t *count, struct error *error);
/* The body of one; absent: there is no such delivery. In the arena. */
WARN_UNUSED enum error_code delivery_body(struct store *store, int64_t id, struct arena *arena,
                                          struct text *body, struct error *error);
/* Does anything of the integration wait, or is a sync owed? */
WARN_UNUSED enum error_code delivery_waits(struct store *store, struct text integration,
                                           bool *waits, struct error *error);
/* All integrations for which something waits. Names in the arena. */
WARN_UNUSED enum error_code delivery_waiting(struct store *store, struct arena *arena,
                                             struct text **integrations, size_t *count,
                                             struct error *error);
/* How many wait in all. */
WARN_UNUSED enum error_code delivery_queue(struct store *store, uint64_t *count,
                                           struct error *error);
/* Drop what is older than 30 days. */
WARN_UNUSED enum error_code delivery_forget(struct store *store, struct error *error);

#endif
