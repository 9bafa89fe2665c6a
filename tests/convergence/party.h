/*
 * party: a third-party system: its records, its clock, what its users do, and how it answers the
 * engine (a struct exchange, with faults on demand).
 */
#ifndef TANDEM_TESTS_CONVERGENCE_PARTY_H
#define TANDEM_TESTS_CONVERGENCE_PARTY_H

#include "convergence/truth.h"
#include "model/side.h"

enum { RECORD_MAX = 512, CONVERSION_MAX = 128, RECORD_ID_SIZE = 16, IDEMPOTENCY_SIZE = 96 };

struct record {
    char id[RECORD_ID_SIZE];
    size_t kind; /* index in setup->kinds */
    bool gone;
    bool answer_lost; /* the engine made it and was not told, and has not seen it since */
    instant gone_at, changed_at;
    uint32_t version; /* of the party, when it was last written */
    instant field_at[FIELD_COUNT];
    struct cell cells[FIELD_COUNT];
    size_t unseen[FIELD_COUNT];  /* the user's edit that was not reported yet; SIZE_MAX: none */
    size_t told[FIELD_COUNT];    /* the same when it was last reported */
    bool garbled[FIELD_COUNT];   /* it was reported with bytes that were lost */
    bool damaged[FIELD_COUNT];   /* so it was once: what could not be taken is not agreed (13.1) */
    bool unread[FIELD_COUNT];    /* ... and nothing but emptiness was reported since */
    bool told_late[FIELD_COUNT]; /* it was reported as it had been before the engine wrote */
    struct cell told_cells[FIELD_COUNT]; /* what was reported last, and with which date */
    instant told_dates[FIELD_COUNT];
    struct cell
        brought[FIELD_COUNT]; /* what users wrote and the engine has taken over; null: none */
    uint32_t refused_when[FIELD_COUNT]; /* world_touches of our object then, and 1; 0: never */
    size_t refused_of[FIELD_COUNT];     /* the id of that object: it may be another one's by now */
    instant refused_at[FIELD_COUNT];
    bool refused_booked[FIELD_COUNT]; /* a run has ended well since */
    size_t matches;                   /* objects of ours that had its key when it was reported */
    instant told_when;                /* it was in a report */
    unsigned told_page;               /* in which page of the run */
    bool linked_before;               /* it had a link then */
    instant told_at[FIELD_COUNT];     /* when it was last taken over by a run */
    bool told_now[FIELD_COUNT];       /* it is in the report that was given last */
    bool told_gone;                   /* the engine was told that it is gone */
    unsigned seen_times[FIELD_COUNT]; /* reports of the field that a run has taken over */
    bool filled[FIELD_COUNT];         /* it has had a value */
    bool agreed[FIELD_COUNT];         /* the engine knows of a value that both had (spec 11) */
    size_t lost_by; /* id of our object that it was linked to when it was given back; SIZE_MAX:
                       none */
    bool excused[FIELD_COUNT];      /* an issue was answered: the engine keeps it as refused */
    instant pushed_at[FIELD_COUNT]; /* the answer to a push that was not reported yet; NONE: none */
    struct cell pushed[FIELD_COUNT], before[FIELD_COUNT]; /* what it sent, and wrote over */
    instant before_at[FIELD_COUNT];                       /* their dates then */
    instant written_at[FIELD_COUNT]; /* when an update of the engine's wrote it; NONE: never */
    bool moment[FIELD_COUNT];   /* reported otherwise than sent, as of the moment of the answer: it
                                   counts as what they made of it (spec 13.2.4, 13.2.5) */
    bool awaited[FIELD_COUNT];  /* the engine has sent it, and has no answer yet */
    bool in_doubt[FIELD_COUNT]; /* ... never got one, and no push was answered since */
    bool tainted[FIELD_COUNT];  /* written without an answer, or given up: its date misleads */
    size_t made_for;            /* id of our object; SIZE_MAX: made by a user */
    instant found_when;         /* a create of an object of ours has found it; 0: never */
    instant anew_when;          /* first told by its new name alone, as another record; 0: never */
    instant taken_when;         /* it became one of ours by a report without its key; 0: never */
    bool copied;        /* a user made it, or gave it back, for an object that we have already */
    unsigned key_edits; /* by users */
    char born_of[IDEMPOTENCY_SIZE];
};

/* (old_kind, old_id) became a record's present pair. */
struct conversion {
    size_t old_kind, record;
    char old_id[RECORD_ID_SIZE];
    size_t new_kind;
    char new_id[RECORD_ID_SIZE];
    instant at;
};

/* What goes wrong in one run; -1: nothing. */
struct party_plan {
    struct random random;
    bool faults, meddling;
    bool found;             /* a create has found a record that was there */
    bool full;              /* the run sends everything */
    bool waits;             /* for its own answers, so that the run goes on meanwhile */
    int report_fails_after; /* objects */
    int order_fails_after;  /* changes */
};

struct world;

struct party {
    struct exchange exchange;
    struct world *world;
    int number;
    const struct party_setup *setup;
    const struct manual *manual;
    struct record records[RECORD_MAX];
    size_t record_count;
    struct conversion conversions[CONVERSION_MAX];
    size_t conversion_count;
    bool refused[TYPE_COUNT][RECORD_MAX]; /* our objects that it would not create */
    /* ... or not with the field that it never takes: world_touches of the object then, and 1 */
    uint32_t refused_of_create[TYPE_COUNT][RECORD_MAX];
    uint32_t next_id;
    uint32_t version; /* grows with every write: change tokens */
    struct party_plan plan;
    size_t page[RECORD_MAX]; /* records to be reported in this run */
    size_t told_conversions; /* those before have been told; what is newer comes in the next run */
    size_t page_count, page_next;
    size_t page_starts[RECORD_MAX + 2]; /* by iteration: a run that goes on asks in its middle */
    size_t seen;                        /* of the page: what is before is in the engine's books */
    size_t named[RECORD_MAX];           /* told by their ids, and not in the books yet */
    size_t named_count;
};

void party_init(struct party *party, struct world *world, int number);
/* A run has ended, and the answers that it was given are in its books if it has ended well. */
void party_run_ended(struct party *party, bool well);
/* A full push sends all that was refused (spec 13.3); if it is to be tried again, or is not
 * answered, so does the next run (decision 63). */
void party_free_refused(struct party *party);
/* What its clock shows now. */
instant party_shown(const struct party *party);
/* What that is by our clock, for those who know how late it is there: within PARTY_CLOCK_FUZZ_MS,
 * as a Date is cut to the second, and an offset that is less than two seconds wrong is kept (13.9).
 */
enum { PARTY_CLOCK_FUZZ_MS = 3000 };
instant party_shown_here(const struct party *party);
/* A run begins. */
void party_plan(struct party *party, uint64_t seed, bool faults, bool meddling);

/* ---- what its users do; `record` is an index ---- */
/* SIZE_MAX if it has no room. */
size_t party_create(struct party *party, size_t kind, const char *key);
void party_set(struct party *party, size_t record, size_t field, const struct cell *cell);
void party_delete(struct party *party, size_t record);
/* A record that is gone is there again, as it was: dated anew, or as old as it is (a backup). */
void party_restore(struct party *party, size_t record, bool dated);
/* A Lead becomes a Contact, with a new id. */
void party_convert(struct party *party, size_t record);

/* SIZE_MAX if there is none that is not gone. */
size_t party_find(const struct party *party, size_t kind, struct text id);
enum object_type party_type_of(const struct party *party, size_t record);
/* A record (not gone) of this type has this key. */
bool party_has_key(const struct party *party, enum object_type type, const char *key);

#endif
