/*
 * world: one seed's world as it stands: our store, two parties, the time, and what users did.
 *
 * A failure is noted once (the first) and ends the history.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_WORLD_H
#define TANDEM_TESTS_CONVERGENCE_WORLD_H

#include <stdio.h>

#include "convergence/kill.h"
#include "convergence/party.h"
#include "store/objects/objects.h"
#include "store/books/store_run.h"

enum { FAILURE_SIZE = 1024, OBJECT_MAX = 512, TWIN_MAX = 16, SENT_MAX = 16 };

/* What a sync did, as its orders tell. */
struct sync_result {
    enum error_code code;
    struct error error;
    unsigned written; /* changes in orders, both ways */
    bool resumed;     /* it went on with a run that had been killed */
    struct run_summary summary;
};

/* What became of the syncs. */
struct world_tally {
    unsigned killed[KILL_KIND_COUNT];
    unsigned resumed; /* went on with a run that had been killed */
    unsigned settled; /* creates in doubt that were left to people */
};

/* In memory that processes share; what it points to is each one's own, but for the edits. */
struct world {
    struct setup setup;
    instant now;
    struct arena *arena;   /* owned, for as long as the store is open */
    struct arena *scratch; /* owned, for one step */
    char path[256];
    struct store *store;
    struct manual *manuals[PARTY_COUNT];
    struct party parties[PARTY_COUNT];
    struct truth truth;
    uint32_t next_value;
    /* how often an object of ours was written: whatever was refused of it may be sent again then */
    uint32_t touches[TYPE_COUNT][OBJECT_MAX];
    /* ... without what people have edited since the sync under way began: that waits (decision 33)
     */
    uint32_t touches_begun[TYPE_COUNT][OBJECT_MAX];
    uint32_t touches_sent[TYPE_COUNT][OBJECT_MAX]; /* the same when it was read to be sent */
    struct cell twin_keys[TWIN_MAX];               /* given to two objects here on purpose */
    size_t twin_count;
    uint32_t moment; /* counts what is written here, and what is mapped */
    uint32_t wrote[TYPE_COUNT][OBJECT_MAX][FIELD_COUNT]; /* the moment when it was last written */
    bool off;                                            /* the integrations are switched off */
    bool unconnected; /* the second party's integration is not there yet, and nothing is here */
    size_t running;   /* the party of the sync under way */
    uint32_t heirs[OBJECT_MAX]; /* the contact that this one was merged into; 0: none */
    uint32_t sent[SENT_MAX];    /* contacts in the order that is out, or was the last one */
    size_t sent_count;
    bool pushing; /* the run under way has sent something */
    /* when a sync last wrote here; the same when the run under way began */
    instant pulled_at, pulled_before;
    bool merged; /* people made one object of two, whose values are sent to all of its records */
    unsigned alone_count; /* edits of which check_all demanded that they survive, clocks aside */
    struct world_tally tally;
    bool without_base, without_journal;
    bool planned;       /* every sync is planned first, and must keep what the plan promised */
    struct death death; /* of the process of the sync under way */
    size_t step;        /* of the history: the next one */
    FILE *story;        /* where what happens is told; NULL: nowhere */
    char failure[FAILURE_SIZE]; /* empty: none */
};

/* Owned: world_free. The store is a file of its own for this process. */
WARN_UNUSED enum error_code world_new(uint64_t seed, bool faults, unsigned manners, FILE *story,
                                      struct world **world, struct error *error);
void world_free(struct world *world); /* accepts NULL; removes the file */

/* The store and the manuals, which belong to the process: world_new has opened them already. */
WARN_UNUSED enum error_code world_open_store(struct world *world, struct error *error);
void world_close_store(struct world *world);

/* The store is told what a party's integration is like by now; a run that is under way keeps the
 * manual that it has. */
WARN_UNUSED enum error_code world_register(struct world *world, size_t party, struct error *error);

/* Note a failure, unless there is one. */
void world_fail(struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);
/* The objects of our store, in scratch; the world fails if they cannot be listed. */
struct object_row *world_rows(struct world *world, enum object_type type, size_t *count);
bool world_failed(const struct world *world);
/* A line of the story. */
void world_tell(struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);
/* A field of an object of ours. */
struct cell world_cell(const struct world *world, enum object_type type,
                       const struct object_row *row, size_t field);
void world_wait(struct world *world, int64_t milliseconds);

/* An object of ours was written, by a user or by a sync. */
void world_touch(struct world *world, enum object_type type, struct text id);
/* A field of it was, or is about to be, written here. */
void world_wrote(struct world *world, enum object_type type, struct text id, size_t field);
/* Was it written since the party got its line? */
bool world_wrote_since(const struct world *world, const struct party *party, enum object_type type,
                       struct text id, size_t field);
/* Whatever was refused may be tried again. */
void world_touch_all(struct world *world);
uint32_t world_touches(struct world *world, enum object_type type, struct text id);
/* A sync has written it: what that sync sends has the value. */
void world_touch_pulled(struct world *world, enum object_type type, struct text id);
/* A sync begins. */
void world_touches_begin(struct world *world);
/* What is sent of it is what it was when the sync began, and what the sync has written. */
void world_touches_keep(struct world *world, enum object_type type, struct text id);
uint32_t world_touches_sent(struct world *world, enum object_type type, struct text id);

/* Do our store and all records that are linked to it have the same value of this field, before
 * somebody at `place` (PLACE_STORE, or a party) changes it at `object` (an id of ours, or the index
 * of a record)? Whoever edits it then is the only one who has. False if a party that could have the
 * object does not, has it twice, or has the field one way. */
bool world_agrees(struct world *world, int place, size_t object, size_t field,
                  enum object_type type);

/* The id of our object to which the record at `index` of a party is linked, or was; SIZE_MAX: none.
 */
size_t world_linked_to(struct world *world, int party, size_t index);

/* ---- what our users do; choices are taken modulo what there is ---- */
void world_store_create(struct world *world, uint32_t type, uint32_t key, uint32_t fields);
void world_store_edit(struct world *world, uint32_t type, uint32_t object, uint32_t field,
                      uint32_t value);
void world_store_delete(struct world *world, uint32_t type, uint32_t object);
/* Both tables are emptied and filled again with what was in them, by plain SQL. */
void world_store_reload(struct world *world);
/* ---- what the users of a party do ---- */
void world_party_create(struct world *world, uint32_t party, uint32_t kind, uint32_t key,
                        uint32_t fields);
void world_party_edit(struct world *world, uint32_t party, uint32_t record, uint32_t field,
                      uint32_t value);
void world_party_delete(struct world *world, uint32_t party, uint32_t record);
/* False: nothing to give back. */
bool world_party_restore(struct world *world, uint32_t party, uint32_t record);
void world_party_convert(struct world *world, uint32_t party, uint32_t record);
/* Now and then somebody does something while a run is under way. */
void world_meddle(struct world *world, struct random *random);

/* One run of one party's integration. */
struct sync_request {
    uint32_t party;
    uint64_t seed; /* of its faults */
    bool faults, meddling, first_time;
    struct kill_place killed_at;
    struct object_name object, record; /* limited to one of ours, or theirs; absent: to none */
};
/* Its parts, for who wraps them. */
struct world_run {
    struct world *world;
    const struct sync_request *request;
    struct exchange *exchange;      /* the party's, or what stands for it */
    struct internal_side *internal; /* ours */
    struct store_run *store_run;
    const struct store_unfinished *resumed; /* the run that it goes on with; NULL: none */
    bool planned; /* it only says what a run would do: the party has told it nothing */
    const struct observer *observers;
    size_t observer_count;
};
struct store_run_options world_run_options(const struct party *party,
                                           const struct sync_request *request);
WARN_UNUSED enum error_code world_run_carry_out(const struct world_run *parts,
                                                struct run_summary *summary, struct error *error);

/* If it is to be killed it opens and closes the store itself, as the program does. */
struct sync_result world_sync(struct world *world, const struct sync_request *request);

#endif
