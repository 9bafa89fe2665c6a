/*
 * side: what either side of a sync offers, as tables of functions: a report of what changed, and
 * the execution of an order. An integration is a `struct exchange` (script/), our own store a
 * `struct internal_side` (store/); wrappers trace, run dry and inject faults.
 *
 * Rules: a table is embedded in the implementer's own struct, which is recovered from the pointer
 * given; memory that a function hands back lives in the arena given, and nothing else is kept; an
 * error leaves the run to end or to record the failure, never to abort.
 */
#ifndef TANDEM_MODEL_SIDE_H
#define TANDEM_MODEL_SIDE_H

#include "base/clock_bounds.h"
#include "model/judge.h"
#include "model/order.h"

/* One record in a batch result. */
struct batch_entry {
    struct text integration_object, integration_id, internal_object, internal_id;
    struct text old_object, old_id; /* remapped only */
};
/* What one iteration did, for listeners (spec section 10). */
struct batch_result {
    enum side side; /* SIDE_INTERNAL: of a pull; SIDE_INTEGRATION: of a push */
    unsigned iteration, depth;
    struct batch_entry *created, *updated, *remapped, *deleted;
    size_t created_count, updated_count, remapped_count, deleted_count;
};

struct run_summary; /* model/run.h */

struct exchange {
    /* Must. Fill `report` (made by report_new for this request) with one page. May block. An error
     * fails the run; whatever is in the report is then ignored. */
    enum error_code (*get_report)(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error);
    /* Must. Carry out `order` in its order: identified changes first, then the others. Internal
     * side: each change gets a `result`, one bad object never stops the others, an error means that
     * the whole iteration is rolled back. Integration: answers through order_*; an error means that
     * it failed half-way, and the answers given so far count. */
    enum error_code (*execute_order)(struct exchange *exchange, struct order *order,
                                     struct error *error);
    /* execute_order calls order->meanwhile while it waits, so the books of one order may be kept
     * while the next one is carried out. Never two orders at once. */
    bool overlaps;
    /* May. A hint that get_report will be called with exactly this request next: start fetching and
     * return at once. The hint may be wrong. */
    void (*prepare_report)(struct exchange *exchange, const struct request *request);
    /* May. Settle a change whose fate is unknown after a crash: look for the record that a create
     * with this key or these fields would have made. *id absent: there is none. *supported false:
     * it can't tell. */
    enum error_code (*find)(struct exchange *exchange, const struct order_change *change,
                            struct arena *arena, struct text *id, bool *supported,
                            struct error *error);
    /* May. How far the third party's clock is behind ours, by its answers so far. */
    struct clock_bounds (*clock_behind)(struct exchange *exchange);
    /* It reports nothing, ever: that a record is not in its reports tells nothing. */
    bool only_written_to;
    /* A create that is sent again under the same idempotency key makes nothing twice. */
    bool idempotent_creates;
    int64_t idempotent_for_ms; /* so long after it was sent first; 0: for ever */
    /* May. A conflict policy written as a function of the configuration: VERDICT_LEFT, RIGHT or
     * UNRESOLVED. */
    enum error_code (*resolve_conflict)(struct exchange *exchange, const struct manual_entry *entry,
                                        const struct manual_line *line,
                                        const struct judge_side *left, const struct judge_side *right,
                                        enum verdict *verdict, struct error *error);
    /* May. Told after an iteration's transaction, and after the run. Errors are logged, no more. */
    void (*batch_completed)(struct exchange *exchange, const struct batch_result *result);
    /* May. Does it listen to batch_completed at present? Without this function: always. */
    bool (*hears_batches)(struct exchange *exchange);
    void (*run_completed)(struct exchange *exchange, const struct run_summary *summary);
};

/* ------------------------------------------------------------------ the internal side */

/* An object of ours as the judge needs it. */
struct local_object {
    bool exists;
    bool anonymous;       /* a contact that has no identifier yet */
    instant changed_at;   /* when it was modified, else added; INSTANT_NONE: not known */
    struct value *values; /* by index in the manual object's fields; as stored */
};

struct internal_side {
    struct exchange exchange; /* get_report: full and partial; execute_order */
    /* The values of one object, for the fields of `object`. */
    enum error_code (*load)(struct internal_side *side, const struct manual_object *object,
                            struct text id, struct arena *arena, struct local_object *local_object,
                            struct error *error);
    /* Ids of objects of which all given identifier fields match (value_identifier_key); at most
     * `limit`, in id order. */
    enum error_code (*find)(struct internal_side *side, const struct manual_object *object,
                            const size_t *fields, const struct text *keys, size_t key_count,
                            size_t limit, struct arena *arena, struct text **ids, size_t *id_count,
                            struct error *error);
    /* Delete an object because the other side did (policy `delete`); mappings become deleted,
     * other integrations' policies apply. `origin` is the mapping that it came by. */
    enum error_code (*remove)(struct internal_side *side, const struct manual_object *object,
                              struct text id, const struct mapping *origin, struct error *error);
};

#endif
