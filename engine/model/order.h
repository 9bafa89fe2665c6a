/*
 * order: the changes that one side must make, and what it answered (spec sections 7, 8, 10).
 *
 * Made by the engine, executed by a side: the internal one fills `result` of each change, an
 * integration gives answers through the order_* functions below. An answer counts from the moment
 * it is given; `answered` (if set) makes it durable there and then.
 * Lives in the iteration's arena; texts given to the functions here are copied.
 */
#ifndef TANDEM_MODEL_ORDER_H
#define TANDEM_MODEL_ORDER_H

#include "model/base_version.h"
#include "model/matter.h"
#include "model/report.h"

/* Why a mapping is marked deleted. */
enum mapping_end {
    MAPPING_END_UNKNOWN,   /* it lives, or an older Tandem marked it */
    MAPPING_END_HERE,      /* our object was deleted */
    MAPPING_END_THERE,     /* the record was deleted */
    MAPPING_END_DISPLACED, /* the record became one that belongs to another object */
    MAPPING_END_BOTH       /* our object was deleted, and the record because of that */
};

/* A stored pair (spec section 1). */
struct mapping {
    int64_t key; /* identity in the store; survives remaps; 0: not stored yet */
    const struct manual_entry *entry; /* NULL if the manual has no entry of this pair (any more) */
    struct text internal_object, internal_id;
    struct text integration_object, integration_id;
    struct text version; /* of the record, as it was told last; absent: not known */
    instant last_sync;   /* INSTANT_NONE: never */
    bool deleted;
    enum mapping_end ended_by; /* if it is deleted */
    instant ended_at;          /* if it is deleted; INSTANT_NONE: not known */
    struct base_version *base_versions; /* by index in entry->internal->fields; NULL if entry is */
    const struct field_matter *matters; /* open at single fields */
    size_t matter_count;
};

enum answer_kind {
    ANSWER_CREATED,
    ANSWER_UPDATED,
    ANSWER_REMAPPED,
    ANSWER_DELETED,
    ANSWER_RETRY,
    ANSWER_ISSUE
};

/* One field of a record as the third party stored it. */
struct stored_field {
    size_t field;       /* index in the integration object's manual fields */
    struct value value; /* normalized as the type that it came with */
};

struct order_answer {
    enum answer_kind kind;
    struct text object, id;         /* created: the new record; remapped: the new pair */
    struct text old_object, old_id; /* remapped: the old pair */
    instant at;                     /* INSTANT_NONE: not given */
    struct text message;            /* issue */
    struct text version;            /* created, updated: of the record from now on; absent: unknown */
    bool stale;     /* retry: somebody was faster; the record is asked for again in this run */
    bool uncounted; /* retry: not the object's fault, it does not count towards holding it */
    const size_t *refused;          /* issue: integration fields of the change that are refused */
    size_t refused_count;
    const struct stored_field *stored; /* created, updated: what they made of what was sent */
    size_t stored_count;
    struct order_answer *next;
};

/* Why a field of a change was not written here. */
enum field_refusal {
    REFUSAL_NONE,
    REFUSAL_WRONG_TYPE,
    REFUSAL_TOO_LONG,
    REFUSAL_UNRESOLVED_REFERENCE,
    REFUSAL_UNKNOWN_OWNER,
    REFUSAL_DNC_NOT_A_NUMBER,
    REFUSAL_READ_ONLY
};

/* What the judge knows of a tracked change of the field that is to be written. */
enum field_tracking {
    FIELD_TRACKING_UNKNOWN,
    FIELD_UNTRACKED, /* there is none */
    FIELD_OVERRULED  /* it lost: the books settle it when the field is written */
};

struct order_field {
    size_t field; /* index in the receiver's manual fields */
    const struct manual_line *line;
    enum field_state state;
    struct value value;
    instant
        at; /* when this field changed at the sender; INSTANT_NONE: the change's instant counts */
    enum field_tracking tracking; /* pull only */
    uint64_t shown; /* pull: fingerprint of what they have; 0: that of the value */
    bool undated;   /* pull: neither the field nor its record says when it changed */
    /* pull: of the writes of runs that nobody's edit explains this one, and the one that it answers,
     * make so many more; 0 and `edited`: somebody edited it there */
    unsigned echoes;
    bool edited;
    bool due;       /* push: it is sent because it changed: an answer agrees on it */
    bool awaited;   /* push: the integration asked for the record that it refers to in vain */
    bool telling;   /* pull: records of one kind that differ in it are not one object (13.7) */
    enum field_refusal refusal;   /* set by the internal side */
    bool written;                 /* set by the internal side: the store now holds this value */
};

/* What became of a change on the internal side. */
enum change_result {
    RESULT_PENDING,
    RESULT_CREATED,
    RESULT_UPDATED,
    RESULT_UNCHANGED,        /* nothing usable was left to write to an existing object */
    RESULT_SKIPPED_REQUIRED, /* a create that lacks a required field */
    RESULT_SKIPPED_EMPTY,    /* a create without any usable field */
    RESULT_SKIPPED_DOUBTFUL, /* a create that contradicts the one that it would be the same as */
    RESULT_FAILED            /* the store refused: `failure` says why */
};

struct local_object; /* model/side.h */

struct order_change {
    const struct manual_entry *entry;
    struct text object, object_id;        /* the receiver; object_id absent: to be created */
    struct text mapped_object, mapped_id; /* the sender */
    instant changed_at;
    instant sent_at; /* of a create whose fate is unknown: when it was sent; 0: else */
    struct order_field *fields; /* in the manual's order */
    size_t field_count;
    struct mapping *mapping;   /* the pair; NULL for a create (the internal side sets it) */
    struct base_version *base_versions;   /* by internal field index; pull: what the mapping is to
                                    hold   afterwards; push: of the values sent */
    const struct report_object *reported; /* the sender's report */
    /* pull: the receiver as it was judged in this very transaction; NULL: it has to be loaded */
    const struct local_object *local_object;
    bool stands_alone;           /* pull: an object of its own, whatever its identifiers say */
    struct text idempotency_key; /* push: stable over retries */
    struct text version;         /* push: of the record, as it was told last; absent: not known */
    bool resent;                 /* push: a create in doubt, sent again under its old key */
    bool deletion;               /* push: the object was deleted here and is to be deleted there */
    bool withdrawn; /* push: its reason was gone before it was sent; it is in no order any more */

    /* set by the internal side */
    enum change_result result;
    struct text result_id; /* of the object written */
    struct text failure;   /* RESULT_FAILED: message */

    /* set by the integration */
    struct order_answer *answers; /* in the order given; NULL: no answer */
};

/* Called for each answer at the moment it is given. */
typedef enum error_code order_answered(void *context, const struct order_change *change,
                                       const struct order_answer *answer, struct error *error);

/* One of our objects, or one of their records. */
struct order_link {
    struct text object, id; /* absent: none */
};
struct order_claim; /* order_claim.c */

struct order {
    struct arena *arena;
    enum side receiver;
    struct text integration;
    unsigned iteration, depth;
    instant now;                   /* the sync instant */
    struct order_change **changes; /* in order: receiver's objects in the manual's order */
    size_t change_count, change_capacity;
    order_answered *answered; /* may be NULL */
    void *answered_context;
    /* What the run does while the integration waits for the network; NULL: nothing. An exchange
     * with `overlaps` calls it at most once, when execute_order would wait for the first time. */
    void (*meanwhile)(void *context);
    void *meanwhile_context;
    /* To whom a record over there is linked, as far as it is not in this order; NULL: nobody is. */
    enum error_code (*find_owner)(void *context, struct text object, struct text id,
                                  struct order_link *owner, struct error *error);
    /* Which record over there is what the field of a change refers to? NULL: nothing is known.
     * *awaited: it has none yet, but may get one. */
    enum error_code (*find_reference)(void *context, const struct order_change *change,
                                      const struct order_field *field, struct order_link *record,
                                      bool *awaited, struct error *error);
    void *links_context; /* of the two */
    struct order_claim *claims; /* records that changes of this order have asked for */
    int64_t journalled; /* private to the journal: its first change there; 0: not written down */
    void *index;        /* private: look-up by object and mapped id */
};

WARN_UNUSED enum error_code order_new(struct arena *arena, enum side receiver, struct order **order,
                                      struct error *error);
WARN_UNUSED enum error_code order_add(struct order *order, struct order_change *change,
                                      struct error *error);
/* Take the changes that are marked `withdrawn` out of the list; answers to them count for nothing. */
void order_drop_withdrawn(struct order *order);
/* The change for the receiver's object whose sender's id is `mapped_id`; if several kinds of sender
 * share that id, the first. NULL if there is none. */
struct order_change *order_change_of(const struct order *order, struct text object,
                                     struct text mapped_id);

/* The change of this order that the record belongs to, by its pair, an answer or a claim; or NULL. */
const struct order_change *order_owner(const struct order *order, struct text object,
                                       struct text id);
/* May this change have a record that is there already? *owner: to whom it is linked; without an id it
 * is free, and from now on this change's: others that ask for it are told so. Nothing is stored: that
 * is done by the answer. */
WARN_UNUSED enum error_code order_claim(struct order *order, const struct order_change *change,
                                        struct text object, struct text id,
                                        struct order_link *owner, struct error *error);
/* The record over there that a field (the integration's name) of a change refers to; without an id
 * there is none (yet), or the change does not have the field. */
WARN_UNUSED enum error_code order_reference(const struct order *order, struct order_change *change,
                                            struct text name, struct order_link *record,
                                            struct error *error);

/* ---- The answers of an integration; each may fail for lack of memory, by `answered`, or with
 * ERROR_USAGE if the arguments are wrong (empty id ...) ---- */
WARN_UNUSED enum error_code order_add_object_mapping(struct order *order,
                                                     struct order_change *change,
                                                     struct text object, struct text id, instant at,
                                                     struct error *error);
WARN_UNUSED enum error_code order_update_last_sync_date(struct order *order,
                                                        struct order_change *change, instant at,
                                                        struct error *error);
/* The same two, with the record as the third party stored it. */
WARN_UNUSED enum error_code order_add_stored(struct order *order, struct order_change *change,
                                             const struct order_answer *given,
                                             struct error *error);
/* `change` may be NULL: then it is found by the old pair. */
WARN_UNUSED enum error_code order_remap_object(struct order *order, struct order_change *change,
                                               const struct report_remap *remap,
                                               struct error *error);
WARN_UNUSED enum error_code order_delete_object(struct order *order, struct order_change *change,
                                                struct error *error);
WARN_UNUSED enum error_code order_retry_sync_later(struct order *order, struct order_change *change,
                                                   struct error *error);
/* The same, and it is not the object's fault (the user lacks a right): it does not count towards
 * holding it. */
WARN_UNUSED enum error_code order_retry_uncounted(struct order *order, struct order_change *change,
                                                  struct error *error);
/* Somebody was faster: the record is asked for and judged again in this run, and what is still ours
 * is sent once more. */
WARN_UNUSED enum error_code order_stale(struct order *order, struct order_change *change,
                                        struct error *error);
/* Only these fields (the integration's names) are refused; names that the change does not have are
 * left out, and without any the change is refused as a whole. */
WARN_UNUSED enum error_code order_refuse_fields(struct order *order, struct order_change *change,
                                                struct text message, const struct text *names,
                                                size_t count, struct error *error);
/* Without a message, people read that there was none. */
WARN_UNUSED enum error_code order_note_object_sync_issue(struct order *order,
                                                         struct order_change *change,
                                                         struct text message, struct error *error);

#endif
