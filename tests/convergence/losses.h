/*
 * losses: objects of ours that a run deletes because their records are gone (manner policies).
 * Nothing goes that somebody had edited here (13.5), or that has another record there (13.12).
 */
#ifndef TANDEM_TESTS_CONVERGENCE_LOSSES_H
#define TANDEM_TESTS_CONVERGENCE_LOSSES_H

#include "convergence/world.h"
#include "store/inspect/status.h"

/* What a party's run finds; in the world's scratch. */
struct losses {
    struct status_mapping *mappings;
    size_t mapping_count;
    struct status_change *changes; /* what waits for the party */
    size_t change_count;
};

/* Before the run. */
void losses_look(struct world *world, const struct party *party, struct losses *losses);
/* After it. */
void losses_check(struct world *world, const struct party *party, const struct losses *losses);

#endif
