/*
 * history: what happens in one seed's world, as a list of steps that can be shortened: a step picks
 * what it works on by numbers taken modulo what there is, so any sublist is a history as well.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_HISTORY_H
#define TANDEM_TESTS_CONVERGENCE_HISTORY_H

#include "convergence/world.h"

enum { STEP_MAX = 64, STEP_UNTIL_MINUTE = -1 };

enum step_kind {
    STEP_STORE_CREATE,
    STEP_STORE_EDIT,
    STEP_STORE_DELETE,
    STEP_PARTY_CREATE,
    STEP_PARTY_EDIT,
    STEP_PARTY_DELETE,
    STEP_PARTY_CONVERT,
    STEP_SYNC
};

struct step {
    enum step_kind kind;
    uint32_t numbers[5];
    int64_t wait;                                     /* milliseconds before it */
    bool faults, meddling, first_time, killed, again; /* SYNC */
};

struct history {
    uint64_t seed;
    bool faults;
    unsigned manners;  /* what the parties may do as real ones do (bits by enum manner) */
    bool without_base; /* dates alone decide: edits are lost, which shows that the test can fail */
    bool without_journal; /* nothing is known of what a killed sync had sent: the same */
    bool planned;         /* no faults, no meddling: every sync is planned first (promise.h) */
    bool kills;           /* it runs in processes, which are killed in many syncs (kill.h) */
    struct step steps[STEP_MAX];
    size_t count;
};

struct history history_of(uint64_t seed, bool faults, bool kills);
/* How it ended. */
struct history_end {
    char failure[FAILURE_SIZE]; /* empty: all held */
    unsigned alone;             /* edits that had to survive whatever the clocks said */
    struct world_tally tally;
};
/* Live through it, let it run quiet, and check. */
WARN_UNUSED enum error_code history_run(const struct history *history, FILE *story,
                                        struct history_end *end, struct error *error);
/* Drop steps and faults as long as it still fails. */
WARN_UNUSED enum error_code history_shrink(struct history *history, struct error *error);
/* What the world of the seed is like. */
void history_describe(const struct history *history, FILE *out);

#endif
