/*
 * journal: what survives the death of a run (spec section 10; the issue "nothing lost, nothing
 * doubled").
 *
 * Before an order goes out it is written down, each answer is written down when it is given, and
 * the iteration's books close both in their own transaction. So after a crash there are changes
 * whose answers are known but not booked, and creates of which nobody knows whether they happened.
 * Implemented by store/; a run without a journal (tests, dry runs) has a NULL pointer.
 */
#ifndef TANDEM_MODEL_JOURNAL_H
#define TANDEM_MODEL_JOURNAL_H

#include "model/order.h"

/* One change that was sent, as the journal remembers it. */
struct journal_change {
    int64_t key;
    const struct manual_entry *entry; /* NULL: the manual does not have it any more */
    struct text internal_object, internal_id;
    struct text integration_object;
    struct text integration_id; /* absent: it was to be created */
    struct text idempotency_key;
    const struct base_version *base_versions; /* what an answer agrees on, by internal field; NULL
                                        without entry */
    const uint64_t *fingerprints; /* of the values sent, by internal field; 0: not sent; NULL
                                     without entry */
    const int64_t *sequences;     /* of the tracked changes that the report had read */
    size_t sequence_count;
    instant sent_at;
    bool deletion;
    bool left;                    /* in doubt, and left to people */
    struct order_answer *answers; /* NULL: none is known */
};

/* An object that is gone here while its record still lives there. */
struct journal_deletion {
    struct mapping *mapping; /* marked deleted */
};

struct journal {
    struct text store; /* the store's own name, part of idempotency keys */

    /* Outside of a transaction; durable at return if the order has creates, else from the next
     * commit on (but for the death of the process at once). Answers are those of the order last
     * written. A create of an object that is gone by now, and a deletion of one that lives (again),
     * are withdrawn and taken out of the order. */
    enum error_code (*write_order)(struct journal *journal, struct order *order,
                                   struct error *error);
    enum error_code (*write_answer)(struct journal *journal, const struct order_change *change,
                                    const struct order_answer *answer, struct error *error);
    /* Inside the transaction that books an order: it is done with (one that was not written down is
     * left alone). Another one may have been written meanwhile. `failed`: the integration failed
     * half-way; creates without an answer are in doubt then. */
    enum error_code (*close_order)(struct journal *journal, const struct order *order, bool failed,
                                   struct error *error);

    /* Everything that earlier runs of this integration wrote and did not close, oldest first. */
    enum error_code (*unfinished)(struct journal *journal, struct arena *arena,
                                  struct journal_change **changes, size_t *count,
                                  struct error *error);
    /* Inside a transaction: this one is done with. */
    enum error_code (*forget)(struct journal *journal, const struct journal_change *change,
                              struct error *error);
    /* Inside a transaction: a create in doubt waits for the next report to find it. */
    enum error_code (*keep_unknown)(struct journal *journal, const struct journal_change *change,
                                     struct error *error);
    /* Inside a transaction: nothing that the integration says can settle it; people have to. */
    enum error_code (*leave_unknown)(struct journal *journal, const struct journal_change *change,
                                      struct error *error);
    /* Is a create of this object as this integration object in doubt? Then *key is the idempotency
     * key that it was sent with, and *sent_at when. */
    enum error_code (*unknown_of)(struct journal *journal, const struct manual_entry *entry,
                                struct text internal_id, struct arena *arena, bool *in_doubt,
                                struct text *key, instant *sent_at, struct error *error);
    /* Every create in doubt of this integration, oldest first. */
    enum error_code (*unknown_outcomes)(struct journal *journal, struct arena *arena,
                              struct journal_change **changes, size_t *count, struct error *error);
    /* How many of them are left to people. */
    enum error_code (*unknown_left)(struct journal *journal, uint64_t *count, struct error *error);

    /* Inside a transaction: the object was to be tried again. *held: it has been so for too many
     * runs and is in quarantine now: reports leave it out until it is released. */
    enum error_code (*count_retry)(struct journal *journal, const struct order_change *change,
                                   const char *reason, bool *held, struct error *error);
    /* Inside a transaction: it went through. */
    enum error_code (*clear_retries)(struct journal *journal, const struct order_change *change,
                                     struct error *error);

    /* Live mappings of an integration object; object NULL: of the integration. For the brakes. */
    enum error_code (*live_mappings)(struct journal *journal, const struct manual_object *object,
                                     uint64_t *count, struct error *error);
    /* Objects deleted here whose entry says `delete` and whose record has not been deleted yet,
     * with a mapping key above `after`, at most `limit`, in key order. */
    enum error_code (*deletions)(struct journal *journal, int64_t after, size_t limit,
                                 struct arena *arena, struct mapping ***mappings, size_t *count,
                                 struct error *error);
    enum error_code (*deletions_count)(struct journal *journal, uint64_t *count,
                                       struct error *error);
    /* Inside a transaction: its deletion was passed on, or can't be (the record is not `gone`). If
     * the object lives again, so does its link, or it has none any more. */
    enum error_code (*deletion_done)(struct journal *journal, const struct mapping *mapping,
                                     bool gone, struct error *error);
};

/* The same for the same change in every try: 32 hexadecimal digits over the store's and the
 * integration's name, the pair, and the latest tracked change that is in it. */
WARN_UNUSED enum error_code journal_idempotency_key(struct arena *arena, struct text store,
                                                    struct text integration,
                                                    const struct order_change *change,
                                                    struct text *key, struct error *error);

#endif
