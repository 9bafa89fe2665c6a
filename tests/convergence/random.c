#include "convergence/random.h"

/* Neighboring seeds would otherwise begin one step apart in one and the same row of numbers. */
struct random random_of(uint64_t seed)
{
    struct random random = {seed ^ 0x2545F4914F6CDD1Du};
    const uint64_t mixed = random_next(&random);
    random.state = mixed * 0xD6E8FEB86659FD93u;
    return random;
}

uint64_t random_next(struct random *random)
{
    uint64_t mixed = (random->state += 0x9E3779B97F4A7C15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

uint32_t random_below(struct random *random, uint32_t count)
{
    return count == 0 ? 0 : (uint32_t)((random_next(random) >> 32) % count);
}

bool random_chance(struct random *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}
