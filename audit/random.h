/*
 * Pseudo-random numbers (splitmix64), to spread choices and pauses. They are no secret: a number
 * that is seen gives away all later ones.
 *
 * Threads: a state for each. Any value may be the first state, the seed.
 */
#ifndef AUDIT_RANDOM_H
#define AUDIT_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
