/*
 * Numbers in octets that are sorted: the highest octet first. Threads: any number.
 */
#ifndef REPORTS_SORTED_NUMBER_H
#define REPORTS_SORTED_NUMBER_H

#include <stdint.h>

static inline void sorted_number_put(uint8_t *out, uint64_t number, unsigned octets)
{
    for (unsigned i = octets; i > 0; i--, number >>= 8)
        out[i - 1] = (uint8_t)number;
}

static inline uint64_t sorted_number_get(const uint8_t *octets, unsigned count)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < count; i++)
        number = number << 8 | octets[i];
    return number;
}

#endif
