/*
 * generate: sample citizens and worlds, the same ones for the same number.
 */
#ifndef HELLO_GENERATE_H
#define HELLO_GENERATE_H

#include "store.h"

/* Adds `citizens` citizens and a tenth as many worlds. Citizen i was created i minutes after
 * 2020-01-01T00:00:00Z; every third was modified a day later. False if memory ran out. */
bool generate(struct store *store, json_int_t citizens);

#endif
