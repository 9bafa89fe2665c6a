/*
 * party_exchange: how a party answers the engine: pages of records, and carrying out orders, with
 * the faults of the run's plan.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_PARTY_EXCHANGE_H
#define TANDEM_TESTS_CONVERGENCE_PARTY_EXCHANGE_H

#include "convergence/setup.h"
#include "model/side.h"

/* The table; its owner is a struct party. */
struct exchange party_exchange_table(void);

struct party;
/* Which field of a record the engine means (an index); SIZE_MAX: none of them. */
size_t party_exchange_field(const struct order_change *change, const struct order_field *field,
                            enum object_type type);
/* What it has told since the last time is in the engine's books. */
void party_exchange_seen(struct party *party);

#endif
