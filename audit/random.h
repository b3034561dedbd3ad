/*
 * Pseudo-random numbers (splitmix64), to spread choices and pauses. They are no secret: a number
 * that is seen gives away all later ones.
 *
 * Threads: a state for each. Any value may be the first state, the seed.
 */
#ifndef AUDIT_RANDOM_H
#define AUDIT_RANDOM_H

#include <stdint.h>

/* The mixer of splitmix64: each bit of the number changes about half of the result. */
static inline uint64_t random_mix(uint64_t number)
{
    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

static inline uint64_t random_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return random_mix(*state);
}

#endif
