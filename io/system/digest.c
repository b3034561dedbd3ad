#include "io/system/digest.h"

#include "audit/fnv.h"

void digest_add(uint64_t *digest, const void *octets, size_t length)
{
    *digest = fnv_add((*digest ^ length) * FNV_PRIME, octets, length);
}
