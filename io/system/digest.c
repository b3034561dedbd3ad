#include "io/system/digest.h"

#define PRIME UINT64_C(0x100000001b3)

void digest_add(uint64_t *digest, const void *octets, size_t length)
{
    const uint8_t *at = octets;
    uint64_t hash = (*digest ^ length) * PRIME;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * PRIME;
    *digest = hash;
}
