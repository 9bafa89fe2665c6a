/*
 * journal: what survives if a run dies in the middle of a push (spec section 10).
 *
 * An order is written to the journal before it is sent, and each answer when it is given; the
 * transaction that stores the iteration's results closes both. So after a crash there may be
 * changes whose answers are known but not stored, and creates with an unknown outcome. Implemented
 * by store/; a run without a journal (tests, dry runs) has a NULL pointer.
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
    const struct base_version *base_versions; /* after an answer, by internal field; NULL
                                               * without entry */
    const uint64_t *fingerprints; /* of the values sent, by internal field; 0: not sent; NULL
                                     without entry */
    const int64_t *sequences;     /* of the tracked changes that the report had read */
    size_t sequence_count;
    instant sent_at;
    bool deletion;
    bool left;                    /* outcome unknown, and people have to decide */
    struct order_answer *answers; /* NULL: none */
};

/* A create whose outcome is unknown. */
struct unknown_create {
    bool exists;
    struct text key; /* its idempotency key */
    instant sent_at;
};

struct journal {
    struct text store; /* the store's own name, part of idempotency keys */

    /* Outside a transaction. Durable on return if the order has creates; otherwise it survives
     * the process at once and a power cut from the next commit on. Answers belong to the order
     * written last. A create of an object that was deleted in the meantime, and a deletion of
     * one that exists (again), are withdrawn and removed from the order. */
    enum error_code (*write_order)(struct journal *journal, struct order *order,
                                   struct error *error);
    /* `answer` is the last one of the change. */
    enum error_code (*write_answer)(struct journal *journal, const struct order_change *change,
                                    const struct order_answer *answer, struct error *error);
    /* Inside the transaction that stores an order's results: close the order (one that was not
     * written is ignored). Another one may have been written in the meantime. Creates without an
     * answer have an unknown outcome, whether the integration failed half-way or its script ended
     * well and said nothing of them. */
    enum error_code (*close_order)(struct journal *journal, const struct order *order,
                                   struct error *error);

    /* Everything that earlier runs of this integration wrote and did not close, oldest first. */
    enum error_code (*unfinished)(struct journal *journal, struct arena *arena,
                                  struct journal_change **changes, size_t *count,
                                  struct error *error);
    /* Inside a transaction: close this one. */
    enum error_code (*forget)(struct journal *journal, const struct journal_change *change,
                              struct error *error);
    /* Inside a transaction: this create has an unknown outcome and waits for the next report to
     * show it. */
    enum error_code (*keep_unknown)(struct journal *journal, const struct journal_change *change,
                                    struct error *error);
    /* Inside a transaction: the integration cannot tell the outcome; people have to decide. */
    enum error_code (*leave_unknown)(struct journal *journal, const struct journal_change *change,
                                     struct error *error);
    /* Is there a create of this object as this integration object whose outcome is unknown? */
    enum error_code (*unknown_of)(struct journal *journal, const struct manual_entry *entry,
                                  struct text internal_id, struct arena *arena,
                                  struct unknown_create *create, struct error *error);
    /* Every create of this integration whose outcome is unknown, oldest first. */
    enum error_code (*unknown_outcomes)(struct journal *journal, struct arena *arena,
                                        struct journal_change **changes, size_t *count,
                                        struct error *error);
    /* Is there one of this entry's objects? Inside a transaction; it is asked for many records. */
    enum error_code (*has_unknown)(struct journal *journal, const struct manual_entry *entry,
                                   bool *has, struct error *error);
    /* How many of them people have to decide. */
    enum error_code (*unknown_left)(struct journal *journal, uint64_t *count, struct error *error);

    /* Inside a transaction: the object is to be tried again. *held: that was so in too many
     * runs, and it is quarantined now. */
    enum error_code (*count_retry)(struct journal *journal, const struct order_change *change,
                                   const char *reason, bool *held, struct error *error);
    /* Inside a transaction: it succeeded. */
    enum error_code (*clear_retries)(struct journal *journal, const struct order_change *change,
                                     struct error *error);

    /* Live mappings of an integration object; object NULL: of the integration. For the guards
     * against mass changes. */
    enum error_code (*live_mappings)(struct journal *journal, const struct manual_object *object,
                                     uint64_t *count, struct error *error);
    /* Objects deleted here whose entry says `delete` and whose record has not been deleted yet,
     * with a mapping key above `after`, at most `limit`, in key order. */
    enum error_code (*deletions)(struct journal *journal, int64_t after, size_t limit,
                                 struct arena *arena, struct mappings *mappings,
                                 struct error *error);
    enum error_code (*deletions_count)(struct journal *journal, uint64_t *count,
                                       struct error *error);
    /* Inside a transaction: its deletion no longer waits. Either it was carried out there (the
     * record is `gone`), or it cannot be passed on. If the object exists again, the link to a record
     * that is gone is removed, and any other is restored. */
    enum error_code (*deletion_done)(struct journal *journal, const struct mapping *mapping,
                                     bool gone, struct error *error);
    /* Inside a transaction: they refused it. It is not among the deletions until the books retry
     * it. If the object exists again, its link is restored. */
    enum error_code (*deletion_refused)(struct journal *journal, const struct mapping *mapping,
                                        struct error *error);
};

/* The same each time the same change is sent: 32 hexadecimal digits, a hash of the store's and
 * the integration's name, the pair, and the latest tracked change in it. */
WARN_UNUSED enum error_code journal_idempotency_key(struct arena *arena, struct text store,
                                                    struct text integration,
                                                    const struct order_change *change,
                                                    struct text *key, struct error *error);

#endif
