/*
 * order: the changes that one side is to make, and its answers (spec sections 7, 8, 10).
 *
 * The engine builds it and one side executes it. The internal side fills in `result` of each
 * change and lists what it wrote in `executed`; an integration answers with the order_* functions
 * below. An answer counts from the moment it is given; `answered` (if set) makes it durable at
 * once. Lives in the iteration's arena; texts given to the functions here are copied.
 */
#ifndef TANDEM_MODEL_ORDER_H
#define TANDEM_MODEL_ORDER_H

#include "model/base_version.h"
#include "model/matter.h"
#include "model/report.h"

/* Why a mapping is marked deleted. */
enum mapping_end {
    MAPPING_END_UNKNOWN,   /* it is not deleted, or an older version marked it */
    MAPPING_END_HERE,      /* our object was deleted */
    MAPPING_END_THERE,     /* the record was deleted */
    MAPPING_END_DISPLACED, /* the record became one that belongs to another object */
    MAPPING_END_BOTH       /* our object was deleted, and therefore the record */
};

/* A stored pair (spec section 1). */
struct mapping {
    int64_t key; /* identity in the store; survives remaps; 0: not stored yet */
    const struct manual_entry *entry; /* NULL if the manual has no entry of this pair (any more) */
    struct text internal_object, internal_id;
    struct text integration_object, integration_id;
    struct text version; /* of the record, as last reported; absent: not known */
    instant last_sync;   /* INSTANT_NONE: never */
    bool deleted;
    enum mapping_end ended_by;          /* if it is deleted */
    instant ended_at;                   /* if it is deleted; INSTANT_NONE: not known */
    struct base_version *base_versions; /* by index in entry->internal->fields; NULL if entry is */
    const struct field_matter *matters; /* open at single fields */
    size_t matter_count;
};
struct mappings {
    struct mapping **items;
    size_t count;
};

/* The matter that is open at a field of the mapping (NULL: none); NULL: it is not open. */
static inline const struct field_matter *mapping_matter(const struct mapping *mapping, size_t field,
                                                        enum matter_reason reason)
{
    for (size_t i = 0; mapping && i < mapping->matter_count; i++)
        if (mapping->matters[i].field == field && mapping->matters[i].reason == reason)
            return &mapping->matters[i];
    return NULL;
}

enum answer_kind {
    ANSWER_CREATED,
    ANSWER_UPDATED,
    ANSWER_REMAPPED,
    ANSWER_DELETED,
    ANSWER_RETRY,
    ANSWER_ISSUE
};

/* One field of a record as the other system stored it. */
struct stored_field {
    size_t field;       /* index in the integration object's manual fields */
    struct value value; /* normalized as the type that it came with */
};

struct order_answer {
    enum answer_kind kind;
    struct text object, id;         /* created: the new record; remapped: the new pair */
    struct text old_object, old_id; /* remapped: the old pair */
    instant at;                     /* theirs; INSTANT_NONE: not given */
    instant given_at;               /* ours, when it came; 0: not known */
    struct text message;            /* issue; retry: why, absent: nobody has to know */
    struct text version;   /* created, updated: of the record from now on; absent: unknown */
    bool stale;            /* retry: somebody was faster; the record is read again in this run */
    bool uncounted;        /* retry: not the object's fault, does not count towards quarantine */
    const size_t *refused; /* issue: integration fields of the change that are refused */
    size_t refused_count;
    const struct stored_field *stored; /* created, updated: the record as they stored it */
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

/* Whether there is a tracked change of the field that is to be written, and who won. */
enum field_tracking {
    FIELD_TRACKING_UNKNOWN,
    FIELD_UNTRACKED, /* there is none */
    FIELD_OVERRULED  /* it lost: it is removed when the field is written */
};

struct order_field {
    size_t field; /* index in the receiver's manual fields */
    const struct manual_line *line;
    enum field_state state;
    struct value value;
    instant at; /* when it changed at the sender; INSTANT_NONE: the change's instant counts */
    enum field_tracking tracking; /* pull only */
    uint64_t shown;               /* pull: fingerprint of their value; 0: that of `value` */
    bool undated;                 /* pull: neither the field nor its record has an instant */
    bool unagreed;                /* pull: nothing was agreed with the record (13.1) */
    /* pull: writes by runs that no edit explains: how many this one adds, with the one that it
     * answers; 0 and `edited`: somebody edited it there */
    unsigned echoes;
    bool edited;
    bool due;     /* push: it is sent because it changed, so an answer makes it the base
                   * version */
    bool unkept;  /* push: the answer shows that they stored something else */
    bool awaited; /* push: the integration asked for the record that it refers to, but there
                   * was none */
    bool telling; /* pull: two records that differ in it are not the same object (13.7) */
    enum field_refusal refusal; /* set by the internal side */
    bool written;               /* set by the internal side: the store now holds this value */
};

/* The result of a change on the internal side. */
enum change_result {
    RESULT_PENDING,
    RESULT_CREATED,
    RESULT_UPDATED,
    RESULT_UNCHANGED,        /* nothing usable was left to write to an existing object */
    RESULT_SKIPPED_REQUIRED, /* a create that lacks a required field */
    RESULT_SKIPPED_EMPTY,    /* a create without any usable field */
    RESULT_SKIPPED_DOUBTFUL, /* a create that matches an earlier one by its identifiers but has
                              * another name */
    RESULT_FAILED            /* the store refused: `failure` says why */
};

struct local_object; /* model/side.h */

struct order_change {
    const struct manual_entry *entry;
    struct text object, object_id;        /* the receiver; object_id absent: to be created */
    struct text mapped_object, mapped_id; /* the sender */
    instant changed_at;
    instant sent_at; /* of a create whose outcome is unknown: when it was sent; otherwise 0 */
    struct order_field *fields; /* in the manual's order */
    size_t field_count;
    struct mapping *mapping; /* the pair; NULL for a create, until its result is kept */
    /* by internal field index; pull: what the mapping is to hold afterwards; push: of the values
     * sent */
    struct base_version *base_versions;
    const struct report_object *reported; /* the sender's report */
    /* pull: the receiver as judged in this transaction; NULL: it has to be loaded */
    const struct local_object *local_object;
    bool stands_alone;           /* pull: becomes a new object, whatever its identifiers say */
    struct text idempotency_key; /* push: stable over retries */
    struct text version;         /* push: of the record, as last reported; absent: not known */
    bool resent;                 /* push: a create with an unknown outcome, sent again with its
                                  * old key */
    bool deletion;               /* push: the object was deleted here and is to be deleted there */
    bool withdrawn; /* push: no longer necessary before it was sent; removed from the order */

    /* set by the internal side */
    enum change_result result;
    struct text result_id; /* of the object written */
    struct text failure;   /* RESULT_FAILED: message */

    /* set by the integration */
    struct order_answer *answers; /* in the order given; NULL: no answer */
};

/* Called for each answer at the moment it is given, which it may write into it. */
typedef enum error_code order_answered(void *context, const struct order_change *change,
                                       struct order_answer *answer, struct error *error);

/* One of our objects, or one of their records. */
struct order_link {
    struct text object, id; /* absent: none */
};
struct order_claim;     /* order_claim.c */
struct executed_object; /* model/execution.h */

struct order {
    struct arena *arena;
    enum side receiver;
    struct text integration;
    unsigned iteration, depth;
    instant now;                   /* the sync instant */
    struct order_change **changes; /* in order: receiver's objects in the manual's order */
    size_t change_count, change_capacity;
    struct executed_object *executed; /* set by the internal side: what it wrote */
    order_answered *answered;         /* may be NULL */
    void *answered_context;
    /* What the run does while the integration waits for the network; NULL: nothing. An exchange
     * with `overlaps` calls it at most once, when execute_order would wait for the first time. */
    void (*meanwhile)(void *context);
    void *meanwhile_context;
    /* The object to which a record there is linked, apart from this order; NULL: no record is
     * linked. */
    enum error_code (*find_owner)(void *context, struct text object, struct text id,
                                  struct order_link *owner, struct error *error);
    /* The record there to which the field of a change refers. NULL: unknown. *awaited: there is
     * none yet, but may be later. */
    enum error_code (*find_reference)(void *context, const struct order_change *change,
                                      const struct order_field *field, struct order_link *record,
                                      bool *awaited, struct error *error);
    void *links_context;        /* of the two */
    struct order_claim *claims; /* records that changes of this order have reserved */
    int64_t journalled;         /* private to the journal: its first change there; 0: not written */
    /* private: changes by the receiver's object and the sender's id, or the receiver's (creates
     * have none); the first of several */
    struct pair_index *by_sender, *by_receiver;
};

/* Without changes; its instant is INSTANT_NONE until the caller sets it. */
WARN_UNUSED enum error_code order_new(struct arena *arena, enum side receiver, struct order **order,
                                      struct error *error);
/* At the end; the change is borrowed. */
WARN_UNUSED enum error_code order_add(struct order *order, struct order_change *change,
                                      struct error *error);
/* The change's value for a field of the receiver; NULL: it has none, or there is no change. */
struct order_field *order_change_field(const struct order_change *change, size_t field);
/* Is one of the answers to the change of this kind? */
bool order_change_has_answer(const struct order_change *change, enum answer_kind kind);
/* Remove the changes that are marked `withdrawn` from the list; answers to them are ignored. */
void order_drop_withdrawn(struct order *order);
/* The change for the receiver's object whose sender's id is `mapped_id`; if several kinds of sender
 * share that id, the first. NULL if there is none. */
struct order_change *order_change_of(const struct order *order, struct text object,
                                     struct text mapped_id);

/* The change of this order to which the record belongs, by its pair, an answer or a claim; or
 * NULL. */
const struct order_change *order_owner(const struct order *order, struct text object,
                                       struct text id);
/* May this change use a record that exists already? *owner: the object to which it is linked;
 * without an id it is free, and reserved for this change from now on. Nothing is stored until
 * the answer. */
WARN_UNUSED enum error_code order_claim(struct order *order, const struct order_change *change,
                                        struct text object, struct text id,
                                        struct order_link *owner, struct error *error);
/* The record there to which a field (the integration's name) of a change refers; without an id
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
/* The same two, with the record as the other system stored it. */
WARN_UNUSED enum error_code order_add_stored(struct order *order, struct order_change *change,
                                             const struct order_answer *given, struct error *error);
/* `change` may be NULL: then it is found by the old pair. */
WARN_UNUSED enum error_code order_remap_object(struct order *order, struct order_change *change,
                                               const struct report_remap *remap,
                                               struct error *error);
WARN_UNUSED enum error_code order_delete_object(struct order *order, struct order_change *change,
                                                struct error *error);
/* To be tried again later. `reason`: what people have to know (absent: nothing). `counts` is false
 * if it is not the object's fault (the user lacks a right): then it does not count towards
 * quarantine. */
WARN_UNUSED enum error_code order_retry_because(struct order *order, struct order_change *change,
                                                bool counts, struct text reason,
                                                struct error *error);
/* Somebody was faster: the record is read and judged again in this run, and what is still ours
 * is sent again. */
WARN_UNUSED enum error_code order_stale(struct order *order, struct order_change *change,
                                        struct error *error);
/* Only these fields (the integration's names) are refused; names that the change does not have
 * are ignored, and without any name the whole change is refused. Without a message, people are
 * shown that there was none. */
WARN_UNUSED enum error_code order_refuse_fields(struct order *order, struct order_change *change,
                                                struct text message, const struct text *names,
                                                size_t count, struct error *error);

#endif
