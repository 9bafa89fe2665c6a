/*
 * scripted_run: a run of the fixture's hub against a third party that does what a test says.
 *
 * What is reported comes in the first iteration; what is sent is written down and answered.
 */
#ifndef TANDEM_TEST_SCRIPTED_RUN_H
#define TANDEM_TEST_SCRIPTED_RUN_H

#include "store_fixture.h"
#include "model/run.h"

enum { TOLD_MOST = 64, TOLD_FIELDS = 4 };

/* A record, with pairs of field and text value. */
struct told_record {
    const char *object, *id;
    const char *fields[2 * TOLD_FIELDS];
    instant at; /* 0: fixture_now */
};
/* Which requests show a record. */
enum told_when { TOLD_ALWAYS, TOLD_IN_WINDOW, TOLD_BY_ID };
/* A deletion (new_id NULL), a merge of id into new_id, or with new_object a remap. */
struct told_move {
    const char *object, *id, *new_object, *new_id;
    instant at; /* of a deletion; 0: not known */
};

struct scripted_run {
    struct store_fixture *fixture;
    struct told_record records[TOLD_MOST];
    struct told_move moves[TOLD_MOST];
    enum told_when when[TOLD_MOST]; /* by record */
    size_t record_count, move_count;
    bool moves_first;        /* they are reported before the records */
    bool says_nothing;       /* an order is carried out, and its script answers no change */
    bool loses_answers;      /* an order is carried out, and then the connection breaks */
    bool idempotent_creates; /* what its manifest says */
    int64_t idempotent_for_ms;
    bool only_written_to;
    bool can_find;
    const char *found;  /* the id that it finds; NULL: it finds nothing */
    bool knows_nothing; /* 404 for every update */
    const char *lost;   /* 404 for updates of this record */
    bool refuses;       /* a validation error for every change */
    const char *never;  /* a field that it does not take: it names that when it is to change */
    void (*meanwhile)(struct store_fixture *fixture); /* what happens while an order is out */
    instant now;                                      /* of the run; 0: fixture_now */
    struct clock_bounds their_clock;                  /* what its answers tell of it */
    const char *made_ids; /* the prefix of ids of what it creates; NULL: "N" */
    struct run_settings settings;
    struct run_options options;

    /* what came of it */
    struct run_summary summary;
    enum error_code code;
    unsigned asked;               /* how often for the first page */
    instant asked_from, asked_to; /* the last time, for the last object */
    char sent[4096];              /* "create Contact from contact:1; update Contact:C1; ..." */
    char keys[4096];              /* idempotency keys of creates, each followed by a blank */
    char notes[4096];             /* "about object:id; ..." */
};

/* With default settings and options. */
struct scripted_run scripted_run_of(struct store_fixture *fixture);
void scripted_run_tell(struct scripted_run *run, const struct told_record *record);
/* The same, for some requests only. */
void scripted_run_tell_when(struct scripted_run *run, enum told_when when,
                            const struct told_record *record);
void scripted_run_move(struct scripted_run *run, const struct told_move *move);
/* Carry it out; what was told stays told. The test looks at run->code. */
void scripted_run(struct scripted_run *run);

#endif
