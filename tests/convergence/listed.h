/*
 * listed: what the operator is told to be open at the end: what is refused, withheld, not kept,
 * held, ambiguous or doubtful may stay as it is for as long as it is listed, and no longer.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_LISTED_H
#define TANDEM_TESTS_CONVERGENCE_LISTED_H

#include "convergence/world.h"
#include "store/books/matters.h"
#include "store/inspect/status.h"

/* Everything that is open, as 'tandem status' lists it; in the world's scratch. */
struct listed {
    struct open_matter *matters;
    size_t count;
};

/* Fails the world if the store cannot be read. */
bool listed_load(struct listed *listed, struct world *world);
/* Is this field of the record open for one of the reasons (bits: 1 << reason)? */
bool listed_field(const struct listed *listed, const struct party *party, size_t record,
                  size_t field, unsigned reasons);
/* Is the record as a whole? */
bool listed_record(const struct listed *listed, const struct party *party, size_t record,
                   unsigned reasons);
/* Is the creation of this object of ours at the party? */
bool listed_creation(const struct listed *listed, const struct party *party, enum object_type type,
                     struct text id, unsigned reasons);
/* Is this change not sent because its field is held as a loop, or would write over what could not
 * be taken (13.18, 13.1), and does the list say so? */
bool listed_waits(struct world *world, const struct status_change *change);

#endif
