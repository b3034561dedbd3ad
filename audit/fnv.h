/* FNV-1a, 64 bits: a hash of octets that anyone can invert. It divides and compares; it proves
 * nothing against a person who chooses the octets. */
#ifndef AUDIT_FNV_H
#define AUDIT_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/* Goes on from a hash; the first is FNV_BASIS. */
static inline uint64_t fnv_add(uint64_t hash, const void *octets, size_t length)
{
    const uint8_t *at = (const uint8_t *)octets;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * FNV_PRIME;
    return hash;
}

#endif
