/*
 * fault_plan: which place of the program is to fail, and how. For tests/faults only.
 *
 * FAULT_KIND names the kind of place, FAULT_AT its number from 1; at that place the process is
 * killed, or the call fails, as the kind says. With FAULT_COUNTS the numbers of places met are
 * written to that file when the program ends by itself.
 */
#ifndef TANDEM_TESTS_FAULT_PLAN_H
#define TANDEM_TESTS_FAULT_PLAN_H

#include <stdbool.h>
#include <stddef.h>

enum fault_kind {
    FAULT_STEP,     /* killed at a call of exchange, internal side or books */
    FAULT_JOURNAL,  /* killed at a call of the journal */
    FAULT_REQUEST,  /* killed before and after each send */
    FAULT_RESPONSE, /* killed after each receive */
    FAULT_WRITE,    /* killed before each write or sync of SQLite */
    FAULT_IO,       /* SQLite's write or sync fails, from then on each of them */
    FAULT_FULL,     /* the disk is full, from then on */
    FAULT_MEMORY,   /* one allocation fails */
    FAULT_KIND_COUNT
};

void fault_plan_read(void);
/* One more place of the kind is met; true if it is the one that is to fail. */
bool fault_plan_meet(enum fault_kind kind);
/* The same for faults that last: true from that place on. */
bool fault_plan_meet_lasting(enum fault_kind kind);
/* Meet it, and end the process there without any farewell. */
void fault_plan_die(enum fault_kind kind);

void fault_vfs_install(void);
void fault_memory_begin(void); /* allocations count from here on */

#endif
