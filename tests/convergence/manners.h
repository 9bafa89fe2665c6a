/*
 * manners: what a third party makes of values that it is sent: it collapses blanks, writes
 * in small letters, cuts what is too long, ignores or refuses a field, and shows its old version
 * for a while; its users write words where numbers are, and give records back.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_MANNERS_H
#define TANDEM_TESTS_CONVERGENCE_MANNERS_H

#include "convergence/truth.h"

/* The manners that a seed gives to a party, of those allowed (bits by enum manner). */
void manners_choose(struct random *random, unsigned allowed, struct manners *manners);
/* Whether the party numbered `party` rounds is chosen apart, which leaves the others as they are.
 */
void manners_choose_rounding(uint64_t seed, unsigned allowed, size_t party,
                             struct manners *manners);
/* "forms", "ignores" ... (static). */
const char *manners_name(enum manner manner);
/* What is stored of a value that is sent to this field. */
struct cell manners_stored(const struct manners *manners, size_t field, const struct cell *sent);
/* Has the party ours, perhaps in a form of its own? */
bool manners_have(const struct manners *manners, size_t field, const struct cell *ours,
                  const struct cell *theirs);
/* Is it no number, where ours is one? */
bool manners_are_words(size_t field, const struct cell *cell);
/* For people; empty: none. */
void manners_describe(const struct manners *manners, char *text, size_t size);

#endif
