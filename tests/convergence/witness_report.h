/*
 * witness_report: what must hold of the records of a report once the engine has taken over the page
 * that they were in.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_WITNESS_REPORT_H
#define TANDEM_TESTS_CONVERGENCE_WITNESS_REPORT_H

#include "convergence/world.h"

/* A record is in a report: what it matches, and whether it is linked, is kept in mind. */
void witness_report_told(struct party *party, size_t index);
/* The page of these records has been taken over: each is linked to none of several objects that it
 * matches, and not to one whose key went to another record of the page (spec 6, 13.7). */
void witness_report_linked(struct party *party, const size_t *told, size_t count);
/* Likewise: what is theirs alone is as they say (11). */
void witness_report_owned(struct party *party, const size_t *told, size_t count);

#endif
