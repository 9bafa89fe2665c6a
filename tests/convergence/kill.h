/*
 * kill: where the process of a sync ends itself with SIGKILL.
 *
 * The places at which it can die are counted by kind, and at the one that was chosen the process is
 * no more: no cleanup, no farewell. Places, not time, so a seed repeats exactly.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_KILL_H
#define TANDEM_TESTS_CONVERGENCE_KILL_H

#include <stdbool.h>
#include <stdint.h>

enum kill_kind {
    KILL_STEP,  /* a call that the run makes of an exchange, the books or the journal */
    KILL_WRITE, /* a write, sync or truncation of the store's files */
    KILL_PARTY, /* around what the party does: a page told, a change made, an answer given */
    KILL_KIND_COUNT
};

/* Which place; number 0: nowhere. */
struct kill_place {
    enum kill_kind kind;
    uint32_t number; /* from 1, in the process's life */
};

/* A place among as many as a sync of a history can have; many numbers are beyond its end. */
struct kill_place kill_choose(uint32_t kind, uint32_t number);
const char *kill_kind_name(enum kill_kind kind);

/* Put the store's files under watch (faults/fault_vfs.c), once for the process and its children. */
void kill_watch_files(void);
/* A death that was planned, in memory that outlives the process. */
struct death {
    struct kill_place place;
    bool done; /* set just before */
};
/* From now on this process dies at the place. */
void kill_arm(struct death *death);
void kill_disarm(void);
/* A place was met. */
void kill_meet(enum kill_kind kind);
/* What users do between two calls is no place to die: a pause, which may be nested. */
void kill_pause(void);
void kill_resume(void);

#endif
