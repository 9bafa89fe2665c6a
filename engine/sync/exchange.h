/*
 * exchange: what the engine's run needs from the world, as tables of functions.
 *
 * `struct exchange` is what either side offers: a report and the execution of an order. The
 * internal side and the books are implemented by store/, an integration by script/; wrappers
 * (exchange_proxy.h) trace, run dry, count steps and inject faults.
 *
 * Rules for all of them: a table is embedded in the implementer's own struct, which is recovered
 * from the pointer given; memory that a function hands back lives in the arena given, and nothing
 * else is kept; an error leaves the run to end or to record the failure, never to abort.
 */
#ifndef TANDEM_SYNC_EXCHANGE_H
#define TANDEM_SYNC_EXCHANGE_H

#include "sync/judge.h"
#include "sync/order.h"

/* ------------------------------------------------------------------ what either side offers */

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

struct run_summary; /* sync/process.h */

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
    /* It reports nothing, ever: that a record is not in its reports tells nothing. */
    bool only_written_to;
    /* A create that is sent again under the same idempotency key makes nothing twice. */
    bool idempotent_creates;
    /* May. A conflict policy written as a function of the configuration: VERDICT_LEFT, RIGHT or
     * UNRESOLVED. */
    enum error_code (*resolve_conflict)(struct exchange *exchange, const struct manual_entry *entry,
                                        const struct manual_line *line,
                                        const struct testimony *left, const struct testimony *right,
                                        enum verdict *verdict, struct error *error);
    /* May. Told after an iteration's transaction, and after the run. Errors are logged, no more. */
    void (*batch_completed)(struct exchange *exchange, const struct batch_result *result);
    /* May. Does it listen to batch_completed at present? Without this function: always. */
    bool (*hears_batches)(struct exchange *exchange);
    void (*run_completed)(struct exchange *exchange, const struct run_summary *summary);
};

/* ------------------------------------------------------------------ the internal side */

/* An object of ours as the judge needs it. */
struct counterpart {
    bool exists;
    bool anonymous;       /* a contact that has no identifier yet */
    struct value *values; /* by index in the manual object's fields; as stored */
};

struct internal_side {
    struct exchange exchange; /* get_report: full and partial; execute_order */
    /* The values of one object, for the fields of `object`. */
    enum error_code (*load)(struct internal_side *side, const struct manual_object *object,
                            struct text id, struct arena *arena, struct counterpart *counterpart,
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

/* ------------------------------------------------------------------ the books */

enum outcome_kind {
    OUTCOME_FAILED,
    OUTCOME_CONFLICT,
    OUTCOME_DEFERRED,
    OUTCOME_CREATED,
    OUTCOME_UPDATED,
    OUTCOME_SKIPPED,
    OUTCOME_UNCHANGED,
    OUTCOME_KIND_COUNT
};
const char *outcome_name(enum outcome_kind kind);

struct outcome {
    enum side side; /* SIDE_INTEGRATION: pull (a record of theirs); SIDE_INTERNAL: push (ours) */
    struct text object, id;
    enum outcome_kind kind;
    const char *reason; /* "deleted", "not_mapped", ... or NULL (static) */
};

/* A note for the people who own an object (spec section 10). */
struct note {
    struct text internal_object, internal_id;       /* id absent: not created */
    struct text integration_object, integration_id; /* id absent: not created there */
    const char *about;   /* "unreadable", "required_empty", "too_long", "ambiguous" ... (static) */
    struct text field;   /* internal field; absent: about the whole object */
    struct text message; /* for people */
};

/* A field that was judged, for `explain`. */
struct decision {
    enum side side;
    const struct manual_entry *entry;
    const struct manual_line *line;
    struct text internal_id, integration_id;
    struct testimony left, right;
    uint64_t base;
    enum verdict verdict;
    const char
        *decided_by; /* mode, policy or rule: "base", "hard", "on_tie", "unchanged there" ... */
};

/* A record of theirs that several objects of ours match: it is linked to none of them, and waits
 * until they are told apart. */
struct unlinked_record {
    int64_t key;                      /* of the books */
    const struct manual_entry *entry; /* NULL: the manual does not have it any more */
    struct text integration_id;
    /* What it was looked for by (value_identifier_key), by field of the internal object; none: the
     * manual does not have these fields any more. */
    const size_t *fields;
    const struct text *keys;
    size_t key_count;
};

/* What a run was asked to do and how far it got: the journal's head. */
struct run_record {
    int64_t id;
    struct text integration;
    instant started_at;
    struct text options_json; /* what must be the same for a run to be resumed */
};

/* Where the position of an integration object may not pass (an object of its window failed), and
 * where it stands. */
struct run_hold {
    bool frozen;       /* the position stays where it was */
    instant at;        /* INSTANT_NONE: not held */
    struct text token; /* given with a page of this run; absent: none */
};

/* How far a run came, committed together with the iteration that it describes; from here it can be
 * resumed. */
struct run_progress {
    const char *phase;            /* "pull", "push" */
    unsigned iteration;           /* the last complete one; 0: none yet */
    struct text cursor;           /* pull: what the next request gets */
    const struct run_hold *holds; /* by index of the manual's integration objects; NULL: none */
    const struct text *after;     /* push: last ids, by index of the manual's internal objects */
};

/* All functions are required. Those that write are called between begin and commit only. */
struct books {
    enum error_code (*begin)(struct books *books, struct error *error);
    enum error_code (*commit)(struct books *books, struct error *error);
    /* The same, but what the disk takes may be waited for by whatever uses the books next. `settle`
     * waits for it and tells how it ended: before that, nobody may be told that it is stored. Until
     * then every function of the books may fail with what the commit failed with. */
    enum error_code (*commit_later)(struct books *books, struct error *error);
    enum error_code (*settle)(struct books *books, struct error *error);
    void (*rollback)(struct books *books);

    /* ---- object mappings ---- */
    /* The mapping of a record for one internal kind. *mapping NULL: there is none. */
    enum error_code (*mapping_of_record)(struct books *books, const struct manual_entry *entry,
                                         struct text integration_id, struct arena *arena,
                                         struct mapping **mapping, struct error *error);
    /* All mappings of a record, whatever the internal kind, also those without an entry. */
    enum error_code (*mappings_of_record)(struct books *books, struct text integration_object,
                                          struct text integration_id, struct arena *arena,
                                          struct mapping ***mappings, size_t *count,
                                          struct error *error);
    /* All mappings of an object of ours in this integration, deleted ones as well, oldest first. */
    enum error_code (*mappings_of_object)(struct books *books, struct text internal_object,
                                          struct text internal_id, struct arena *arena,
                                          struct mapping ***mappings, size_t *count,
                                          struct error *error);
    /* Store a new mapping; sets its key. */
    enum error_code (*add_mapping)(struct books *books, struct mapping *mapping,
                                   struct error *error);
    /* Write everything of a stored mapping: pair, last_sync, deleted, evidence. */
    enum error_code (*update_mapping)(struct books *books, const struct mapping *mapping,
                                      struct error *error);
    /* The mapping's record was just written to. If its object was deleted here meanwhile, make of
     * the mapping what the deletion would have made of it (`deleted`, and passed on if wanted). */
    enum error_code (*mark_if_deleted)(struct books *books, struct mapping *mapping,
                                       struct error *error);
    enum error_code (*remove_mapping)(struct books *books, int64_t key, struct error *error);
    /* `from` becomes `into` (two mappings of one pair after a remap): origins and marks follow. */
    enum error_code (*join_mappings)(struct books *books, int64_t from, int64_t into,
                                     struct error *error);

    /* ---- tracked changes, of this integration ---- */
    /* Of one object, at <= until (INSTANT_NONE: all), with their marks. */
    enum error_code (*tracked_changes)(struct books *books, const struct manual_object *object,
                                       struct text internal_id, instant until, struct arena *arena,
                                       struct tracked_change **changes, size_t *count,
                                       struct error *error);
    /* Remove exactly this row; a newer one of the same field stays. */
    enum error_code (*remove_tracked_change)(struct books *books, int64_t sequence,
                                             struct error *error);
    /* Set or replace the mark of a mapping at a tracked change. */
    enum error_code (*mark_tracked_change)(struct books *books, int64_t sequence,
                                           const struct change_mark *mark, struct error *error);
    enum error_code (*unmark_tracked_change)(struct books *books, int64_t sequence, int64_t mapping,
                                             struct error *error);
    /* Record that a field has to be looked at though nobody edited it: a tie where no tracked
     * change is, so that the next push does not send it. Sets *sequence. */
    enum error_code (*track_change)(struct books *books, const struct manual_object *object,
                                    struct text internal_id, size_t field, instant at,
                                    int64_t origin, int64_t *sequence, struct error *error);

    /* ---- positions ---- */
    /* INSTANT_NONE and an absent token: none stored. */
    enum error_code (*position)(struct books *books, const struct manual_object *object,
                                instant *at, struct text *token, struct arena *arena,
                                struct error *error);
    /* Either an instant or a token (then `at` is NONE). */
    enum error_code (*set_position)(struct books *books, const struct manual_object *object,
                                    instant at, struct text token, struct error *error);
    /* The run of a slice of a longer window has pulled it up to `at` (INSTANT_NONE: nothing can be
     * said). The books move the position over slices that follow one another. */
    enum error_code (*set_reach)(struct books *books, const struct manual_object *object,
                                 instant at, struct error *error);

    /* ---- records that several objects of ours match ---- */
    /* Remember one, or how it was looked for this time. */
    enum error_code (*remember_unlinked)(struct books *books, const struct unlinked_record *record,
                                         struct error *error);
    /* Those that may be asked for and have no mapping, by key, after `after`. */
    enum error_code (*unlinked)(struct books *books, int64_t after, size_t limit,
                                struct arena *arena, struct unlinked_record **records,
                                size_t *count, struct error *error);
    /* It was asked for in vain: `message` tells why. It may be asked for `again`, though not in
     * more runs than an object is tried. */
    enum error_code (*fail_unlinked)(struct books *books, int64_t key, struct text message,
                                     bool again, struct error *error);
    /* For every kind; but what this very run remembered of the record stays. */
    enum error_code (*forget_unlinked)(struct books *books, struct text integration_object,
                                       struct text integration_id, struct error *error);

    /* ---- what people read ---- */
    enum error_code (*add_note)(struct books *books, const struct note *note, struct error *error);
    enum error_code (*add_outcome)(struct books *books, const struct outcome *outcome,
                                   struct error *error);
    enum error_code (*add_decision)(struct books *books, const struct decision *decision,
                                    struct error *error);

    /* ---- the journal ---- */
    enum error_code (*set_progress)(struct books *books, const struct run_progress *progress,
                                    struct error *error);
};

/* ------------------------------------------------------------------ observers */

/* Who watches a run: progress, traces, tests. All members may be NULL. Everything given is borrowed
 * for the call. */
struct observer {
    void *context;
    void (*request_made)(void *context, const struct request *request);
    void (*report_received)(void *context, const struct request *request,
                            const struct report *report);
    /* A pull order before it is executed, a push order likewise. */
    void (*order_made)(void *context, const struct order *order);
    void (*batch_completed)(void *context, const struct batch_result *result);
    void (*outcome)(void *context, const struct outcome *outcome);
    void (*note)(void *context, const struct note *note);
    void (*decision)(void *context, const struct decision *decision);
};

#endif
