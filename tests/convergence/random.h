/*
 * random: numbers that a seed repeats (splitmix64).
 */
#ifndef TANDEM_TESTS_CONVERGENCE_RANDOM_H
#define TANDEM_TESTS_CONVERGENCE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

struct random random_of(uint64_t seed);
uint64_t random_next(struct random *random);
/* 0 to count - 1; 0 if count is 0. */
uint32_t random_below(struct random *random, uint32_t count);
bool random_chance(struct random *random, uint32_t percent);

#endif
