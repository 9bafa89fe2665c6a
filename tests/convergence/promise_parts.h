/*
 * promise_parts: what the parts of a promise share (promise.h). Private to them.
 *
 * A plan tells changes, outcomes and open matters; a run makes them. Both are noted in the same
 * form, each from its own source: the plan's as 'tandem plan' hears of them, the run's from its
 * orders, from what the party answers, and from the store.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_PROMISE_PARTS_H
#define TANDEM_TESTS_CONVERGENCE_PROMISE_PARTS_H

#include "convergence/promise.h"
#include "host/plan_watch.h"
#include "store/books/matters.h"
#include "store/inspect/status.h"

enum { CHANGE_MAX = 1024, MET_MAX = 4096, JUDGED_MAX = 4096, WHY_SIZE = 64 };

struct promise_field {
    bool set;
    struct cell after;
    bool known, replaces; /* told: whether `before` is, and whether it is overwritten */
    struct cell before;
    char why[WHY_SIZE];
};

/* One change: told by the plan, or in an order of the run. */
struct promise_change {
    enum side receiver;
    const char *action; /* of struct plan_change; of the run: create, update or delete */
    struct text object, id, expected_id, from_object, from_id;
    struct promise_field fields[FIELD_COUNT];
    bool done; /* told: something has been found in the run that is just that */
    /* of the run, sent: */
    bool otherwise;                   /* the answer was not that which the plan gave itself */
    unsigned refused;                 /* fields that the answer names, as bits */
    struct text made_object, made_id; /* the record that was made, or what it is called now */
};

struct promise_changes {
    struct promise_change *items;
    size_t count;
};

/* The outcome of an object. */
struct promise_met {
    enum side side;
    struct text object, id;
    enum outcome_kind kind;
    const char *reason;
    bool done;
};

struct promise_mets {
    struct promise_met *items;
    size_t count;
};

/* The last verdict on a field of a record. */
struct promise_judged {
    const struct manual_entry *entry;
    const struct manual_line *line;
    struct text id;
    const char *decided_by;
};

/* What reports of the run have shown of a record. */
struct promise_shown {
    bool set[FIELD_COUNT];
    struct cell cells[FIELD_COUNT];
};

/* One object of ours. */
struct promise_row {
    enum object_type type;
    struct text id;
    struct cell cells[FIELD_COUNT];
    bool gone;
};

struct promise_rows {
    struct promise_row *items;
    size_t count;
};

struct promise {
    struct exchange theirs; /* around the party's, for the run; first: recovered from it */
    struct world *world;
    struct party *party;
    struct party *before; /* owned: the party as it was */
    struct arena *arena;  /* owned: what follows */
    struct promise_changes told, made;
    struct promise_mets foretold, met;
    struct promise_judged *judged; /* by the run */
    size_t judged_count;
    struct promise_shown *shown; /* by record of the party */
    struct promise_rows rows;    /* as they were */
    struct status_mapping *mappings;
    size_t mapping_count;
    struct open_matter *matters; /* those that the plan ends with */
    size_t matter_count;
    struct run_summary summary; /* the plan's */
    struct error trouble;       /* of a callback that cannot return one */
};

/* ---- promise_told.c: the plan, on a copy of the store ---- */
WARN_UNUSED enum error_code promise_plan(struct promise *promise,
                                         const struct sync_request *request, struct error *error);
/* SIZE_MAX: none of the test's. */
size_t promise_field_number(enum object_type type, struct text name);
enum object_type promise_type(const struct promise *promise, enum side receiver,
                              struct text object);
/* The next one, with these texts copied; NULL: there is no room. */
struct promise_change *promise_add(struct promise *promise, struct promise_changes *changes,
                                   const struct promise_change *change, struct error *error);
WARN_UNUSED enum error_code promise_meet(struct promise *promise, struct promise_mets *mets,
                                         const struct outcome *outcome, struct error *error);

/* ---- promise_made.c: what the run sends, and how it is answered ---- */
struct exchange promise_theirs(const struct promise *promise);
/* The index of a record, gone or not; SIZE_MAX: none has this name. */
size_t promise_record(const struct promise *promise, struct text object, struct text id);
/* Has a change of this object of ours been answered otherwise than the plan could know? */
bool promise_surprised(const struct promise *promise, struct text object, struct text id);

/* ---- promise_ours.c ---- */
WARN_UNUSED enum error_code promise_read_rows(struct promise *promise, struct promise_rows *rows,
                                              struct error *error);
void promise_check_ours(struct promise *promise);

/* ---- promise_sent.c ---- */
void promise_check_sent(struct promise *promise);
/* The party has what it was sent, in a form of its own perhaps, and nothing else. */
void promise_check_theirs(struct promise *promise);

/* ---- promise_books.c ---- */
WARN_UNUSED enum error_code promise_read_mappings(struct promise *promise,
                                                  struct status_mapping **mappings, size_t *count,
                                                  struct error *error);
void promise_check_links(struct promise *promise);
void promise_check_outcomes(struct promise *promise);
void promise_check_matters(struct promise *promise);
void promise_check_counts(struct promise *promise, const struct run_summary *done);

#endif
