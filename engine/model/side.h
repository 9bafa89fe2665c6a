/*
 * side: what each side of a sync can do: report what changed, and execute an order. An integration
 * is a `struct exchange` (script/), our own store a `struct internal_side` (store/); wrappers add
 * traces, dry runs and faults for tests.
 *
 * Rules: the implementer embeds the table in its own struct and recovers that from the pointer.
 * Memory that a function returns lives in the given arena. After an error the run records the
 * failure or ends; the process never aborts.
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
    bool contradicts; /* created only: linked although the object has another name (13.7) */
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
    /* Must. Execute `order` in the order of its changes: existing records first, then new ones.
     * Internal side: each change gets a `result`, what was written is listed in `executed`
     * (model/execution.h), one bad object never stops the others, and an error means that the
     * whole iteration is rolled back; nothing is kept in the books. Integration: answers through
     * order_*; an error means that it failed half-way, and the answers given so far count. */
    enum error_code (*execute_order)(struct exchange *exchange, struct order *order,
                                     struct error *error);
    /* execute_order calls order->meanwhile while it waits, so the results of one order can be
     * stored while the next one is executed. There are never two orders at once. */
    bool overlaps;
    /* May. A hint that get_report will be called with exactly this request next: start fetching and
     * return at once. The hint may be wrong. */
    void (*prepare_report)(struct exchange *exchange, const struct request *request);
    /* May. Find out the outcome of a create after a crash: look for the record that a create
     * with this key or these fields would have made. *id absent: there is none. *supported
     * false: it cannot tell. */
    enum error_code (*find)(struct exchange *exchange, const struct order_change *change,
                            struct arena *arena, struct text *id, bool *supported,
                            struct error *error);
    /* May. How far the other system's clock is behind ours, by its answers so far. */
    struct clock_bounds (*clock_behind)(struct exchange *exchange);
    /* It never reports anything, so a record missing from its reports proves nothing. */
    bool only_written_to;
    /* A create that is sent again with the same idempotency key creates nothing twice. */
    bool idempotent_creates;
    int64_t idempotent_for_ms; /* for so long after it was first sent; 0: for ever */
    /* May. A conflict policy written as a function of the configuration: VERDICT_LEFT, RIGHT or
     * UNRESOLVED. */
    enum error_code (*resolve_conflict)(struct exchange *exchange, const struct manual_entry *entry,
                                        const struct manual_line *line,
                                        const struct judge_side *left,
                                        const struct judge_side *right, enum verdict *verdict,
                                        struct error *error);
    /* May. Called after each iteration's transaction, and after the run. Errors are only logged. */
    void (*batch_completed)(struct exchange *exchange, const struct batch_result *result);
    /* May. Does it currently want batch_completed? Without this function: always. */
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

/* Objects that have all of these identifiers, at most `limit`. */
struct object_search {
    const struct manual_object *object;
    struct identity identity;
    size_t limit;
};

struct internal_side {
    struct exchange exchange; /* get_report: full and partial; execute_order */
    /* The values of one object, for the fields of `object`. */
    enum error_code (*load)(struct internal_side *side, const struct manual_object *object,
                            struct text id, struct arena *arena, struct local_object *local_object,
                            struct error *error);
    /* Ids of the objects that are searched, in id order. */
    enum error_code (*find)(struct internal_side *side, const struct object_search *search,
                            struct arena *arena, struct texts *ids, struct error *error);
    /* Delete an object because the other side did (policy `delete`); mappings become deleted,
     * other integrations' policies apply. `origin` is the mapping whose record was deleted. */
    enum error_code (*remove)(struct internal_side *side, const struct manual_object *object,
                              struct text id, const struct mapping *origin, struct error *error);
};

#endif
