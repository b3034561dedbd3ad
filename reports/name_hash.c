#include "reports/name_hash.h"

#include "audit/ascii.h"
#include "audit/fnv.h"

/* FNV-1a over the lower-case octets (label lengths are below 64 and stay), then the mixer of
 * MurmurHash3, so that all bits are usable. */
uint64_t name_hash(const uint8_t *wire, size_t size)
{
    uint64_t hash = FNV_BASIS;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ascii_lower(wire[i])) * FNV_PRIME;
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}
